"""The examples in the docstrings say what the library answers today, and every name an analyst types has one."""

import doctest
import importlib
import pydoc
import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

import analysis
from analysis import comparisons, figures, read_status, tables

SOURCE = Path(analysis.__file__).parent
SHOWN = sorted(file for file in SOURCE.rglob("*.py") if ">>> " in file.read_text(encoding="utf-8"))
FUNCTIONS = [name for name in analysis.__all__ if callable(getattr(analysis, name))]
DRAWINGS = [name for name in figures.__all__ if name != "picture" and not name.startswith("alt_")]


def module(file):
    parts = file.relative_to(SOURCE.parent).with_suffix("").parts
    return importlib.import_module(".".join(part for part in parts if part != "__init__"))


@pytest.fixture(scope="module")
def nouns():
    """What an analyst has after the README's ten lines: the examples begin there."""
    status = read_status("2024Q1")
    return {
        "status": status,
        **{name: getattr(status, name) for name in ("strategy", "observations", "trends", "judgements", "lights")},
        "read_status": read_status,
    }


@pytest.mark.parametrize("file", SHOWN, ids=lambda file: str(file.relative_to(SOURCE)))
def test_the_examples_of_a_room_hold(file, nouns):
    failed, tried = doctest.testmod(
        module(file), extraglobs=nouns, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    plt.close("all")
    assert failed == 0
    assert tried > 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_name_of_the_front_door_shows_an_example(name):
    assert ">>> " in getattr(analysis, name).__doc__


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_shows_an_example_takes_axes_and_returns_them(name):
    drawing = getattr(figures, name)
    assert f"{name}(" in drawing.__doc__.partition(">>> ")[2]
    assert drawing.__annotations__["ax"] == figures.canvas.Axes | None
    assert drawing.__annotations__["return"] is figures.canvas.Axes


def test_every_comparison_shows_an_example():
    public = [
        name for name, value in vars(comparisons).items() if getattr(value, "__module__", "") == comparisons.__name__
    ]
    assert {"waves", "tested", "power", "lengths", "countries"} <= set(public)
    assert all(">>> " in getattr(comparisons, name).__doc__ for name in public if name.islower() and name[0] != "_")


@pytest.mark.parametrize(
    ("room", "typed", "told"),
    [
        (analysis, "find_trend", "did you mean 'find_trends'?"),
        (figures, "trends", "did you mean 'trend'?"),
        (figures, "lineplot", "known: ambition_curve, breakdown"),
        (tables, "measure", "did you mean 'measures'?"),
    ],
)
def test_a_misspelt_name_of_the_front_door_is_met_with_the_nearest(room, typed, told):
    with pytest.raises(AttributeError, match=re.escape(f"has no attribute '{typed}'; {told}")):
        getattr(room, typed)


@pytest.mark.parametrize("name", analysis._ROOMS)
def test_help_on_a_room_is_about_the_room_and_not_about_what_it_imports(name):
    shown = pydoc.plain(pydoc.render_doc(getattr(analysis, name)))
    assert "ufunc" not in shown
