"""How published case tables write their inputs: series, points and fractions inside one cell."""

import re

import numpy as np
from numpy.typing import NDArray

_NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"


def numbers(text: str) -> NDArray:
    """Return the numbers of ``1;2.5;;4``; an empty place is missing.

    >>> numbers("1;2.5;;4")
    array([1. , 2.5, nan, 4. ])
    """
    return np.array([float(part) if part.strip() else np.nan for part in text.split(";")])


def series(text: str) -> tuple[NDArray, NDArray]:
    """Return years and values of ``2018:10.3;2019:10.4``.

    >>> series("2018:10.3;2019:10.4")
    (array([2018., 2019.]), array([10.3, 10.4]))
    """
    pairs = [part.split(":") for part in text.split(";")]
    return np.array([float(year) for year, _ in pairs]), np.array([float(value) for _, value in pairs])


def fractions(text: str) -> tuple[NDArray, NDArray]:
    """Return numerators and denominators of ``5/113;7/132``.

    >>> fractions("5/113;7/132")
    (array([5., 7.]), array([113., 132.]))
    """
    pairs = re.findall(rf"({_NUMBER})/({_NUMBER})", text)
    return np.array([float(top) for top, _ in pairs]), np.array([float(bottom) for _, bottom in pairs])


def points(text: str) -> dict[str, NDArray]:
    """Return named numbers by point of ``2020: value=7.1 lo=None count=5; 2021: 3/12``; what a point lacks is missing.

    A bare fraction is count and denominator.

    >>> points("2020: value=7.1 lo=None; 2021: 3/12")["value"]
    array([7.1, nan])
    """
    found = [
        dict(re.findall(rf"(\w+)=({_NUMBER})", part)) | _fraction(part.split(":", 1)[1]) for part in text.split(";")
    ]
    names = ("value", "lo", "hi", "count", "denom")
    return {name: np.array([float(point.get(name, "nan")) for point in found]) for name in names}


def padded(rows: list[NDArray], width: int) -> NDArray:
    """Return the last `width` numbers of each row as a rectangle, short rows with missing numbers first."""
    short = [row[-width:] for row in rows]
    return np.array([np.concatenate([np.full(width - len(row), np.nan), row]) for row in short]).reshape(-1, width)


def _fraction(text: str) -> dict[str, str]:
    match = re.search(rf"({_NUMBER})/({_NUMBER})", text)
    return {"count": match[1], "denom": match[2]} if match else {}
