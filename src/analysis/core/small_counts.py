"""Counts of so few persons that somebody could be recognised."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

# The limits of an owner who has stated none; ``disclosure.toml`` replaces them, and says where they are from.
THRESHOLD: Final = 5
BASE: Final = 10


def is_small_count(
    part: ArrayLike, whole: ArrayLike, threshold: ArrayLike = THRESHOLD, base: ArrayLike = BASE
) -> NDArray:
    """Return whether those counted, the others, or all of them are somebody, but fewer than the limit; elementwise.

    Parameters
    ----------
    part, whole : array_like of float
        Persons counted, and of how many; NaN where unknown.
    threshold : array_like of int
        The smallest count, of those counted or of the others, that may be shown.
    base : array_like of int
        The smallest group that a share may be of.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> is_small_count([4, 5, 96, 0], [90, 90, 100, 90]).tolist()
    [True, False, True, False]

    """
    part, whole = np.asarray(part, dtype=float), np.asarray(whole, dtype=float)
    small_part = (part > 0) & (part < threshold)
    small_rest = (part < whole) & (whole - part < threshold)
    return small_part | small_rest | ((whole > 0) & (whole < base))
