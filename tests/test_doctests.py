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
# small multiples make axes of their own
DRAWINGS = [name for name in figures.__all__ if not name.startswith(("picture", "multiples", "alt_"))]


def imported(file):
    parts = file.relative_to(SOURCE.parent).with_suffix("").parts
    return importlib.import_module(".".join(part for part in parts if part != "__init__"))


@pytest.fixture(scope="module")
def frames(quarter):
    """The variables that exist after the README's ten lines, where the examples begin."""
    names = ("strategy", "observations", "trends", "judgements", "lights")
    return {name: getattr(quarter, name) for name in names} | {"status": quarter, "read_status": read_status}


@pytest.mark.parametrize("file", WITH_EXAMPLES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_examples_of_a_module_are_right(file, frames):
    failed, tried = doctest.testmod(
        imported(file), extraglobs=frames, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    )
    plt.close("all")
    assert failed == 0
    assert tried > 0


def test_every_public_name_has_an_example():
    public = [getattr(analysis, name) for name in analysis.__all__]
    compared = [
        value for value in vars(comparisons).values() if getattr(value, "__module__", "") == comparisons.__name__
    ]
    assert {"waves", "tested", "power", "lengths", "countries"} <= {function.__name__ for function in compared}
    public += [function for function in compared if function.__name__.islower() and function.__name__[0] != "_"]
    assert [function for function in public if callable(function) and ">>> " not in function.__doc__] == []


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_has_an_example_and_returns_axes(name):
    drawing = getattr(figures, name)
    assert f"{name}(" in drawing.__doc__.partition(">>> ")[2]
    assert drawing.__annotations__["ax"] == figures.canvas.Axes | None
    assert drawing.__annotations__["return"] is figures.canvas.Axes


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


@pytest.mark.parametrize("name", sorted(analysis._WHOLE))
def test_help_on_a_module_leaves_out_its_imports(name):
    assert "ufunc" not in pydoc.plain(pydoc.render_doc(getattr(analysis, name)))
