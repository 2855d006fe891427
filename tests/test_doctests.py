"""The examples in the docstrings are right, and every public name has one."""

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
WITH_EXAMPLES = sorted(file for file in SOURCE.rglob("*.py") if ">>> " in file.read_text(encoding="utf-8"))
FUNCTIONS = [name for name in analysis.__all__ if callable(getattr(analysis, name))]
# small multiples make axes of their own
DRAWINGS = [name for name in figures.__all__ if not name.startswith(("picture", "multiples", "alt_"))]


def imported(file):
    parts = file.relative_to(SOURCE.parent).with_suffix("").parts
    return importlib.import_module(".".join(part for part in parts if part != "__init__"))


@pytest.fixture(scope="module")
def frames():
    """The variables that exist after the README's ten lines, where the examples begin."""
    status = read_status("2024Q1")
    return {
        "status": status,
        **{name: getattr(status, name) for name in ("strategy", "observations", "trends", "judgements", "lights")},
        "read_status": read_status,
    }


@pytest.mark.parametrize("file", WITH_EXAMPLES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_examples_of_a_module_are_right(file, frames):
    failed, tried = doctest.testmod(
        imported(file), extraglobs=frames, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    plt.close("all")
    assert failed == 0
    assert tried > 0


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_name_has_an_example(name):
    assert ">>> " in getattr(analysis, name).__doc__


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_has_an_example_and_returns_axes(name):
    drawing = getattr(figures, name)
    assert f"{name}(" in drawing.__doc__.partition(">>> ")[2]
    assert drawing.__annotations__["ax"] == figures.canvas.Axes | None
    assert drawing.__annotations__["return"] is figures.canvas.Axes


def test_every_comparison_has_an_example():
    public = [
        name for name, value in vars(comparisons).items() if getattr(value, "__module__", "") == comparisons.__name__
    ]
    assert {"waves", "tested", "power", "lengths", "countries"} <= set(public)
    assert all(">>> " in getattr(comparisons, name).__doc__ for name in public if name.islower() and name[0] != "_")


@pytest.mark.parametrize(
    ("module", "name", "message"),
    [
        (analysis, "find_trend", "did you mean 'find_trends'?"),
        (figures, "trends", "did you mean 'trend'?"),
        (figures, "lineplot", "known: ambition_curve, breakdown"),
        (tables, "measure", "did you mean 'measures'?"),
    ],
)
def test_a_misspelt_public_name_gets_the_nearest_one(module, name, message):
    with pytest.raises(AttributeError, match=re.escape(f"has no attribute '{name}'; {message}")):
        getattr(module, name)


@pytest.mark.parametrize("name", sorted(analysis._MODULES))
def test_help_on_a_module_leaves_out_its_imports(name):
    assert "ufunc" not in pydoc.plain(pydoc.render_doc(getattr(analysis, name)))
