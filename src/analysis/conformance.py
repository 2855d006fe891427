"""Hold this project's methods against tables of verdicts that others published.

``python -m analysis.conformance FOLDER`` reads the case tables of a folder, recalculates every row with the functions
the report uses, and prints one line a table, the rows that are not expected to come out with the reason the table
states, and every row that should have come out and did not. It exits with 1 when there is such a row, 2 when the folder
is no folder of case tables. The project does not depend on the tables.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from analysis import published_methods
from analysis.conformance_inputs import numbers, padded, series

RATIO_TOLERANCE: Final = 1e-9  # relative, on a growth ratio
SCORE_TOLERANCE: Final = 2e-4  # absolute, on a score: the published formula has rounded coefficients
DIGITS_TOLERANCE: Final = 1e-9  # absolute, on growth from a raw series that was printed with ten digits
PRINTED_TOLERANCE: Final = 1e-6  # absolute, on a mean score printed with six decimals


class CaseError(ValueError):
    """A folder or table that cannot be read as published cases; the message says what was looked for and where."""


def conformance(folder: Path) -> pd.DataFrame:
    """Return one row a published case: file, case, expected, found, same, expected_to_differ, reason.

    Raises:
        CaseError: when the folder does not exist, holds no known table, or a table lacks a column.

    """
    if not folder.is_dir():
        raise CaseError(f"'{folder}' is no folder; name the folder that holds the case tables")
    known = [name for name in TABLES if (folder / name).is_file()]
    if not known:
        raise CaseError(f"'{folder}' holds none of the case tables: {', '.join(TABLES)}")
    return pd.concat([_recalculate(folder / name) for name in known], ignore_index=True)


def _recalculate(file: Path) -> pd.DataFrame:
    try:
        cases = pd.read_csv(file)
        outcome = TABLES[file.name](cases, file.parent)
        states = cases["reproduced"].astype(str)
    except KeyError as error:
        raise CaseError(f"{file.name}: column {error} is missing") from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise CaseError(f"{file.name}: cannot be read as a case table: {error}") from error
    except FileNotFoundError as error:
        raise CaseError(f"{file.name}: needs {Path(error.filename).name} beside it") from error
    differs = ~states.str.startswith("yes")
    return outcome.assign(
        file=file.name, case=cases["case_id"], expected_to_differ=differs, reason=states.where(differs, "")
    )[["file", "case", "expected", "found", "same", "expected_to_differ", "reason"]]


def summary(outcome: pd.DataFrame) -> pd.DataFrame:
    """Return one row a table, with the number of rows, reproduced, not expected to be, and failed."""
    marks = outcome.assign(
        rows=1,
        reproduced=outcome["same"] & ~outcome["expected_to_differ"],
        not_expected=outcome["expected_to_differ"],
        failed=~outcome["same"] & ~outcome["expected_to_differ"],
    )
    return marks.groupby("file", sort=False)[["rows", "reproduced", "not_expected", "failed"]].sum()


def _outcome(expected: pd.Series, found: pd.Series, same: pd.Series | np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"expected": expected.astype(str), "found": found.astype(str), "same": np.asarray(same, bool)})


def _close(found: pd.Series, expected: pd.Series, absolute: float = 0.0, relative: float = 0.0) -> np.ndarray:
    return np.isclose(found.astype(float), expected.astype(float), atol=absolute, rtol=relative, equal_nan=True)


def _growth_cases(cases: pd.DataFrame, prefix: str = "") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "base_time": cases[f"{prefix}base_year"],
            "base_value": cases[f"{prefix}base_value"],
            "latest_time": cases[f"{prefix}current_year"],
            "latest_value": cases[f"{prefix}current_value"],
            "direction": cases["direction"],
            "target_value": cases["target"],
            "target_time": cases["target_year"],
            "limit": cases["limit"],
        }
    )


def _progress_series(method: Callable[[pd.DataFrame], pd.DataFrame], cases: pd.DataFrame) -> pd.DataFrame:
    found = method(_growth_cases(cases))
    same = _close(found["progress"], cases["exp_progress_value"], relative=RATIO_TOLERANCE)
    same &= _close(found["score"], cases["exp_score"], absolute=SCORE_TOLERANCE)
    return _outcome(cases["exp_status"], found["verdict"], same & (found["verdict"] == cases["exp_status"]))


def _canada_series(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    return _progress_series(published_methods.canada_growth_ratio, cases)


def _eustat_series(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    return _progress_series(published_methods.eurostat_growth, cases)


def _canada_indicators(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    mean = cases["series_scores"].fillna("").map(lambda text: pd.Series(numbers(text)).mean())
    found = published_methods.canada_verdict(mean)
    same = _close(mean, cases["exp_mean_score"], absolute=PRINTED_TOLERANCE) & (found == cases["exp_status"])
    return _outcome(cases["exp_status"], found, same)


def _canada_raw(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    drawn = [series(text) for text in cases["years_values"]]
    bases = [
        published_methods.canada_base(years, values, asked)
        for (years, values), asked in zip(drawn, cases["requested_base_year"], strict=True)
    ]
    ends = [(years[-1], values[-1]) for years, values in drawn]
    columns = {
        "base_year": [year for year, _ in bases],
        "base_value": [value for _, value in bases],
        "current_year": [year for year, _ in ends],
        "current_value": [value for _, value in ends],
    }
    found = published_methods.canada_growth_ratio(_growth_cases(cases.assign(**columns)))
    same = _close(found["progress"], cases["exp_progress_value"], DIGITS_TOLERANCE, RATIO_TOLERANCE)
    for name, values in columns.items():
        same &= _close(pd.Series(values), cases[f"exp_{name}"], relative=RATIO_TOLERANCE)
    return _outcome(cases["exp_status"], found["verdict"], same & (found["verdict"] == cases["exp_status"]))


def _weather(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    drawn = [series(text) for text in cases["series"]]
    times, values = (padded(list(part), width=6) for part in zip(*drawn, strict=True))
    found = published_methods.destatis_weather(
        times, values, cases["direction"], cases["rule"], cases["target"], cases["target_year"]
    )
    return _outcome(cases["published_symbol"], pd.Series(found), found == cases["published_symbol"])


TABLES: Final[dict[str, Callable[[pd.DataFrame, Path], pd.DataFrame]]] = {
    "statcan_progress_series.csv": _canada_series,
    "statcan_indicator_aggregate.csv": _canada_indicators,
    "statcan_raw_series.csv": _canada_raw,
    "destatis_weather.csv": _weather,
    "destatis_weather_mismatch.csv": _weather,
    "eustat_eurostat_style.csv": _eustat_series,
}


def main(arguments: list[str]) -> int:
    """Print the outcome for the folder named by the only argument; return 0, 1 (rows failed) or 2 (no tables)."""
    if len(arguments) != 1:
        print("conformance: name one folder of case tables: make conformance CASES=folder", file=sys.stderr)
        return 2
    try:
        outcome = conformance(Path(arguments[0]))
    except CaseError as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 2
    print(report(outcome))
    return int(summary(outcome)["failed"].sum() > 0)


def report(outcome: pd.DataFrame) -> str:
    """Return the outcome as text: a line a table, the sum, rows not expected to come out, and rows that failed."""
    tables = summary(outcome)
    width = max(len(name) for name in [*tables.index, "all tables"])
    lines = [f"{name:<{width}}  {_counts(row)}" for name, row in tables.iterrows()]
    lines.append(f"{'all tables':<{width}}  {_counts(tables.sum())}")
    differing = outcome[outcome["expected_to_differ"]]
    failed = outcome[~outcome["same"] & ~outcome["expected_to_differ"]]
    if len(differing):
        lines += ["", "Not expected to come out, as the tables state:"]
        lines += [f"  {row.case}: {row.reason}" for row in differing.itertuples()]
    if len(failed):
        lines += ["", "Failed:"]
        lines += [f"  {row.file} {row.case}: expected {row.expected}, found {row.found}" for row in failed.itertuples()]
    return "\n".join(lines)


def _counts(row: pd.Series) -> str:
    return (
        f"{row['rows']:>5} rows {row['reproduced']:>5} reproduced "
        f"{row['not_expected']:>3} not expected to {row['failed']:>3} failed"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
