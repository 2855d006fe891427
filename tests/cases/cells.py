"""How case tables write their inputs (series, points and fractions inside one cell), and how outcomes are written."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NUMBER = r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?"


def numbers(text: str) -> NDArray:
    """Return the numbers of ``1;2.5;;4``; an empty place is missing."""
    return np.array([float(part) if part.strip() else np.nan for part in text.split(";")])


def series(text: str) -> tuple[NDArray, NDArray]:
    """Return years and values of ``2018:10.3;2019:10.4``."""
    pairs = [part.split(":") for part in text.split(";")]
    return np.array([float(year) for year, _ in pairs]), np.array([float(value) for _, value in pairs])


def fractions(text: str) -> tuple[NDArray, NDArray]:
    """Return numerators and denominators of ``5/113;7/132``."""
    pairs = re.findall(rf"({NUMBER})/({NUMBER})", text)
    return np.array([float(top) for top, _ in pairs]), np.array([float(bottom) for _, bottom in pairs])


def points(text: str) -> dict[str, NDArray]:
    """Return named numbers by point of ``2020: value=7.1 lo=None count=5; 2021: 3/12``; what a point lacks is missing.

    A bare fraction is count and denominator.
    """
    parsed = []
    for part in text.split(";"):
        fraction = re.search(rf"({NUMBER})/({NUMBER})", part.split(":", 1)[1])
        counts = {"count": fraction[1], "denom": fraction[2]} if fraction else {}
        parsed.append(dict(re.findall(rf"(\w+)=({NUMBER})", part)) | counts)
    names = ("value", "lo", "hi", "count", "denom")
    return {name: np.array([float(point.get(name, "nan")) for point in parsed]) for name in names}


def padded(rows: list[NDArray], width: int) -> NDArray:
    """Return the last `width` numbers of each row as a rectangle, short rows with missing numbers first."""
    short = [row[-width:] for row in rows]
    return np.array([np.concatenate([np.full(width - len(row), np.nan), row]) for row in short]).reshape(-1, width)


def outcome(expected: pd.Series, found: pd.Series, same: pd.Series | np.ndarray) -> pd.DataFrame:
    """Return expected and found as text, and which rows agree."""
    return pd.DataFrame({"expected": expected.astype(str), "found": found.astype(str), "same": np.asarray(same, bool)})


def close(found: pd.Series, expected: pd.Series, absolute: float = 0.0, relative: float = 0.0) -> np.ndarray:
    """Return which numbers agree within a tolerance; two missing ones do."""
    return np.isclose(found.astype(float), expected.astype(float), atol=absolute, rtol=relative, equal_nan=True)


def within(found: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the outcome of numbers printed in columns ``exp_…``, each within ``tol`` where one is printed."""
    expected = cases[[f"exp_{name}" for name in found]].set_axis(found.columns, axis=1)
    apart = (found - expected).abs().where(expected.notna(), 0.0)
    return outcome(expected.agg(list, axis=1), found.agg(list, axis=1), apart.le(cases["tol"], axis=0).all(axis=1))
