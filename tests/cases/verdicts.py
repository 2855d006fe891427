"""Hold this project's methods against tables of verdicts that others published.

``python tests/cases/verdicts.py FOLDER`` reads the case tables of a folder, recalculates every row with the functions
the report uses, and prints one line a table, the rows that are not expected to come out with the reason the table
states, and every row that should have come out and did not. It exits with 1 when there is such a row, 2 when the folder
is no folder of case tables.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import growth_tables
import pandas as pd
import sample_tables
import series_tables


class CaseError(ValueError):
    """A folder or table that cannot be read as published cases; the message says what was looked for and where."""


TABLES: Final[dict[str, Callable[[pd.DataFrame, Path], pd.DataFrame]]] = {
    "statcan_progress_series.csv": growth_tables.canada_series,
    "statcan_indicator_aggregate.csv": growth_tables.canada_indicators,
    "statcan_raw_series.csv": growth_tables.canada_raw,
    "destatis_weather.csv": growth_tables.weather,
    "destatis_weather_mismatch.csv": growth_tables.weather,
    "eustat_eurostat_style.csv": growth_tables.eustat_series,
    "who_billionaire_trajectory.csv": growth_tables.who_trajectories,
    "fingertips_trend.csv": series_tables.trend_markers,
    "nhs_assurance_icon.csv": series_tables.assurance_icons,
    "spc_rules.csv": series_tables.chart_rules,
    "spc_limits.csv": series_tables.chart_limits,
    "trend_tests.csv": series_tables.trend_tests,
    "proportion_tests.csv": sample_tables.proportions,
    "survey_r_reference.csv": sample_tables.weighted_estimates,
}
# Rows of methods that the library does not have: the column that names the method, and the methods.
LEFT_OUT: Final = {
    "spc_limits.csv": ("chart", "p chart"),
    "trend_tests.csv": ("kind", "theil_sen"),
    "proportion_tests.csv": ("kind", "miettinen_nurminen"),
    "survey_r_reference.csv": ("statistic", "total|SE.total"),
}


def recalculate_folder(folder: Path) -> pd.DataFrame:
    """Return one row a published case: file, case, expected, found, same, expected_to_differ, reason."""
    if not folder.is_dir():
        raise CaseError(f"'{folder}' is no folder; name the folder that holds the case tables")
    names = [name for name in TABLES if (folder / name).is_file()]
    if not names:
        raise CaseError(f"'{folder}' holds none of the case tables: {', '.join(TABLES)}")
    return pd.concat([recalculate(folder / name) for name in names], ignore_index=True)


def recalculate(file: Path) -> pd.DataFrame:
    """Return the rows of `recalculate_folder` for one table."""
    try:
        cases = pd.read_csv(file)
        if file.name in LEFT_OUT:
            column, methods = LEFT_OUT[file.name]
            cases = cases[~cases[column].str.match(methods)].reset_index(drop=True)
        outcome = TABLES[file.name](cases, file.parent)
        states = cases["reproduced"].astype(str)
    except KeyError as error:
        raise CaseError(f"{file.name}: column {error} is missing") from error
    except FileNotFoundError as error:
        raise CaseError(f"{file.name}: needs {Path(error.filename).name} beside it") from error
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise CaseError(f"{file.name}: cannot be read as a case table: {error}") from error
    differs = ~states.str.startswith("yes")
    outcome = outcome.assign(file=file.name, case=cases["case_id"], expected_to_differ=differs)
    return outcome.assign(reason=states.where(differs, ""), failed=~outcome["same"] & ~differs)


def summary(outcome: pd.DataFrame) -> pd.DataFrame:
    """Return one row a table, with the number of rows, reproduced, not expected to be, and failed."""
    marks = outcome.assign(
        rows=1,
        reproduced=outcome["same"] & ~outcome["expected_to_differ"],
        not_expected=outcome["expected_to_differ"],
    )
    return marks.groupby("file", sort=False)[["rows", "reproduced", "not_expected", "failed"]].sum()


def report(outcome: pd.DataFrame) -> str:
    """Return the outcome as text: a line a table, the sum, rows not expected to come out, and rows that failed."""
    tables = summary(outcome)
    tables.loc["all tables"] = tables.sum()
    width = max(map(len, tables.index))
    lines = [
        f"{row.Index:<{width}}  {row.rows:>5} rows {row.reproduced:>5} reproduced "
        f"{row.not_expected:>3} not expected to {row.failed:>3} failed"
        for row in tables.itertuples()
    ]
    if (differing := outcome[outcome["expected_to_differ"]]).size:
        lines += ["", "Not expected to come out, as the tables state:"]
        lines += [f"  {row.case}: {row.reason}" for row in differing.itertuples()]
    if (failed := outcome[outcome["failed"]]).size:
        lines += ["", "Failed:"]
        lines += [f"  {row.file} {row.case}: expected {row.expected}, found {row.found}" for row in failed.itertuples()]
    if absent := [name for name in TABLES if name not in set(outcome["file"])]:
        lines += ["", f"Not in the folder: {', '.join(absent)}"]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Print the outcome for the folder named by the only argument; return 0, 1 (rows failed) or 2 (no tables)."""
    if len(arguments) != 1:
        print("conformance: name one folder of case tables: make conformance CASES=folder", file=sys.stderr)
        return 2
    try:
        outcome = recalculate_folder(Path(arguments[0]))
    except CaseError as error:
        print(f"conformance: {error}", file=sys.stderr)
        return 2
    print(report(outcome))
    return int(outcome["failed"].any())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
