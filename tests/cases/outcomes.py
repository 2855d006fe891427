"""How a recalculated table answers: one row a case, expected, found and whether they are the same."""

import numpy as np
import pandas as pd


def outcome(expected: pd.Series, found: pd.Series, same: pd.Series | np.ndarray) -> pd.DataFrame:
    """Return expected and found as text, and which rows agree."""
    return pd.DataFrame({"expected": expected.astype(str), "found": found.astype(str), "same": np.asarray(same, bool)})


def close(found: pd.Series, expected: pd.Series, absolute: float = 0.0, relative: float = 0.0) -> np.ndarray:
    """Return which numbers agree within a tolerance; two missing ones do."""
    return np.isclose(found.astype(float), expected.astype(float), atol=absolute, rtol=relative, equal_nan=True)
