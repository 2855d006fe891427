"""Hold this project's methods against tables of verdicts that others published.

``python tests/cases/verdicts.py FOLDER`` reads the case tables of a folder, recalculates every row with the functions
the report uses, and prints one line a table, the rows that are not expected to come out with the reason the table
states, and every row that should have come out and did not. It exits with 1 when there is such a row or a table cannot
be read, 2 when the folder holds no case table.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Final

import growth_tables
import pandas as pd
import sample_tables
import series_tables

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


def recalculate(file: Path) -> pd.DataFrame:
    """Return one row a published case: file, case, expected, found, same, why it may differ, and whether it failed."""
    try:
        cases = pd.read_csv(file)
        if file.name in LEFT_OUT:
            column, methods = LEFT_OUT[file.name]
            cases = cases[~cases[column].str.match(methods)].reset_index(drop=True)
        outcome = TABLES[file.name](cases, file.parent)
        states = cases["reproduced"].astype(str)
    except (KeyError, OSError, ValueError) as error:
        raise SystemExit(f"{file.name}: cannot be read as a case table: {error!r}") from error
    reason = states.mask(states.str.startswith("yes"), "")
    failed = ~outcome["same"] & (reason == "")
    return outcome.assign(file=file.name, case=cases["case_id"], reason=reason, failed=failed)


def report(outcome: pd.DataFrame) -> str:
    """Return the outcome as text: a line a table, the sum, rows not expected to come out, and rows that failed."""
    differs = outcome["reason"] != ""
    marks = outcome.assign(rows=1, reproduced=outcome["same"] & ~differs, not_expected=differs)
    tables = marks.groupby("file", sort=False)[["rows", "reproduced", "not_expected", "failed"]].sum()
    tables.loc["all tables"] = tables.sum()
    lines = [tables.rename_axis(None).to_string()]
    lines += [f"Not expected: {row.case}: {row.reason}" for row in outcome[differs].itertuples()]
    lines += [
        f"Failed: {row.file} {row.case}: expected {row.expected}, found {row.found}"
        for row in outcome[outcome["failed"]].itertuples()
    ]
    return "\n".join(lines + [f"Not in the folder: {name}" for name in TABLES if name not in tables.index])


def main(arguments: list[str] | None = None) -> int:
    """Print the outcome for the folder that is named; return whether any row failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder of the case tables")
    folder = parser.parse_args(arguments).folder
    names = [name for name in TABLES if (folder / name).is_file()]
    if not names:
        parser.error(f"'{folder}' holds none of the case tables: {', '.join(TABLES)}")
    outcome = pd.concat([recalculate(folder / name) for name in names], ignore_index=True)
    print(report(outcome))
    return int(outcome["failed"].any())


if __name__ == "__main__":
    raise SystemExit(main())
