"""Hold the intake against a folder of bad deliveries whose verdicts are known.

``python -m analysis.intake.conformance FOLDER`` reads ``index.csv`` (file, kind, expected, also_ok) and ``truth.csv``
of the folder, puts every file through the readers and rules of real deliveries, prints what did not come out, and
exits with 1 when there is such a file, 2 when the folder holds no index. The folder's own column names are mapped here;
nothing else knows them.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from analysis.core import periods
from analysis.core.faults import REJECT, WARN, Fault, RawDataError, listing, rejections
from analysis.intake import assessments, editions, registers, respondents, rules, survey_tables, tables

REPORT_DATE: Final = "2024-02-15"
QUARTER: Final = "2024Q1"
PUBLISHED_BEFORE: Final = "2023-03-31"
TOLERANCE: Final = 1e-9

_OBSERVATIONS: Final = {"indicator_id": "measure"}
_SURVEY: Final = {"survey_id": "survey", "question_id": "question", "question_text": "wording"}
_REGISTER: Final = {"indicator_id": "measure", "label": "name", "min": "minimum", "max": "maximum"}
_MICRODATA: Final = respondents.Questionnaire(
    "respondent_id", "wave", "weight", ("group",), {"answer": frozenset({1.0, 2.0, 3.0, 4.0, 5.0})}
)


def run(folder: Path) -> pd.DataFrame:
    """Return one row a file: file, kind, expected, also_ok, got (accept, warn, reject), ok, exact, faults.

    `ok`: the verdict is the expected one or one that is as safe. `exact`: every figure of ``truth.csv`` came out (True
    where the file has none, or was rejected as may be). `faults`: the sentences.
    """
    index = pd.read_csv(folder / "index.csv", dtype=str, keep_default_na=False)
    truth = pd.read_csv(folder / "truth.csv", dtype={"value": float}, keep_default_na=False)
    rows = [_judged(folder, entry, truth[truth["file"] == entry["file"]]) for entry in index.to_dict("records")]
    return pd.DataFrame(rows)


def _judged(folder: Path, entry: dict, truth: pd.DataFrame) -> dict:
    figures, faults = READERS[entry["kind"]](folder, folder / entry["file"])
    got = REJECT if rejections(faults) else WARN if faults else "accept"
    return {
        **{name: entry[name] for name in ("file", "kind", "expected", "also_ok")},
        "got": got,
        "ok": got in (entry["expected"], *entry["also_ok"].split("|")),
        "exact": got == REJECT or _exact(figures, truth),
        "faults": listing(faults),
    }


def _exact(figures: pd.DataFrame | None, truth: pd.DataFrame) -> bool:
    if truth.empty:
        return True
    read = figures.set_index(["measure", "period"])["value"].astype(float)
    expected = truth.set_index(["indicator_id", "period"])["value"]
    return len(read) == len(expected) and bool(((read.reindex(expected.index) - expected).abs() <= TOLERANCE).all())


def _table(folder: Path, path: Path, names: dict[str, str], layout: tables.Layout) -> tables.Table:
    """Return the table at `path`, written with the folder's own column names, under the project's."""
    theirs = {ours: own for own, ours in names.items()}
    own = tables.Layout(tuple(theirs.get(n, n) for n in layout.names), tuple(theirs.get(n, n) for n in layout.optional))
    table = tables.read_table(path, own, folder)
    return tables.Table(table.cells.rename(columns=names), table.faults)


def _register(folder: Path) -> pd.DataFrame:
    typed, _ = registers.register_rows(
        _table(folder, folder / "context/registry.csv", _REGISTER, registers.LAYOUT).cells
    )
    return typed.set_index("measure").assign(form="quarter")


def _read_observations(folder: Path, path: Path) -> tuple[pd.DataFrame, list[Fault]]:
    names = ("measure", "period", "value", "unit", "numerator", "denominator", "source")
    register = rules.register_of(_register(folder))
    before = _table(folder, folder / "context/published_2023Q1.csv", _OBSERVATIONS, tables.Layout(names))
    table = _table(folder, path, _OBSERVATIONS, tables.Layout(names))
    rows, faults = rules.typed_rows(table.cells.assign(published=REPORT_DATE), register)
    earlier, _ = rules.typed_rows(before.cells.assign(published=PUBLISHED_BEFORE), register)
    told = [*table.faults, *rules.untold(faults, table.faults), *rules.duplicate_faults(rows, ("measure", "period"))]
    both = pd.concat([earlier, rows], ignore_index=True).assign(breakdown="", note="")
    both = both.assign(time=[periods.decimal_year(period, "average") for period in both["period"]])
    name = path.relative_to(folder).as_posix()
    told += [fault for fault in editions.edition_faults(both) if fault.file == name]
    if len(rows) and not rejections(told):
        told += [fault.at(file=name) for fault in editions.missing_faults(rows, register.index)]
        told += [] if (rows["period"] == QUARTER).any() else [_late(name)]
    return rows, told


def _late(name: str) -> Fault:
    return Fault("stale", f"holds no figure for {QUARTER}", "is it last period's file?", name, severity=WARN)


def _read_survey(folder: Path, path: Path) -> tuple[None, list[Fault]]:
    table = _table(folder, path, _SURVEY, survey_tables.LAYOUT)
    return None, [*table.faults, *survey_tables.survey_rows(table.cells)[1]]


def _read_microdata(folder: Path, path: Path) -> tuple[None, list[Fault]]:
    return None, list(respondents.read_respondents(path, _MICRODATA, folder).faults)


def _read_register(folder: Path, path: Path) -> tuple[None, list[Fault]]:
    table = _table(folder, path, _REGISTER, registers.LAYOUT)
    rows, faults = registers.register_rows(table.cells)
    published = _register(folder)
    for row in rows.to_dict("records"):
        known = published.loc[row["measure"]] if row["measure"] in published.index else None
        if known is not None and row["valid_from"] == known["valid_from"]:
            changed = [name for name in ("green_from", "yellow_from") if row[name] != known[name]]
            place = {"file": row["file"], "line": row["line"], "severity": WARN}
            problem = "differs from the published threshold of the same period"
            faults += [Fault("revision", problem, "say why, and from when", column=name, **place) for name in changed]
    return None, [*table.faults, *faults]


def _read_assessments(folder: Path, path: Path) -> tuple[None, list[Fault]]:
    layout = tables.Layout(("measure", "period", "colour", "comment"))
    table = _table(folder, path, _OBSERVATIONS, layout)
    register = _register(folder)
    figures = _read_observations(folder, folder / "observations/good_baseline.csv")[0]
    latest = figures[figures["period"] == QUARTER].set_index("measure")["value"]
    faults = list(table.faults)
    for cell in table.cells.to_dict("records"):
        place = {"file": cell["file"], "sheet": cell["sheet"], "line": cell["line"]}
        faults += [fault.at(**place) for fault in _assessment_faults(cell, register, latest)]
    return None, [*faults, *rules.duplicate_faults(table.cells, ("measure", "period"))]


def _assessment_faults(cell: dict, register: pd.DataFrame, latest: pd.Series) -> list[Fault]:
    try:
        measure = rules.read_name(cell["measure"], register.index)
        period = rules.read_period(cell["period"], "quarter")
        colour, odd = assessments.read_colour(cell["colour"])
    except RawDataError as refused:
        return [refused.faults[0]]
    faults = [] if odd is None else [odd.at(column="colour")]
    if period < QUARTER:
        problem = f"changes a colour of {period}, which is published"
        faults.append(Fault("revision", problem, "correct it in this quarter's report", column="colour", severity=WARN))
    expected = _by_threshold(register.loc[measure], latest.get(measure))
    if period == QUARTER and colour != "grey" and expected not in ("", colour) and not cell["comment"]:
        problem = f"the figures say {expected}, and no reason is given"
        faults.append(
            Fault("override", problem, "give the reason", column="colour", value=cell["colour"], severity=WARN)
        )
    return faults


def _by_threshold(entry: pd.Series, value: float | None) -> str:
    if value is None:
        return ""
    sign = 1 if entry["direction"] == "up" else -1
    if sign * value >= sign * entry["green_from"]:
        return "green"
    return "yellow" if sign * value >= sign * entry["yellow_from"] else "red"


READERS: Final[dict[str, Callable[[Path, Path], tuple[pd.DataFrame | None, list[Fault]]]]] = {
    "observations": _read_observations,
    "observations_xlsx": _read_observations,
    "survey": _read_survey,
    "microdata": _read_microdata,
    "assessments": _read_assessments,
    "assessments_xlsx": _read_assessments,
    "registry": _read_register,
}


def main(arguments: list[str]) -> int:
    """Print the score of the folder named in `arguments` and every file that did not come out; return the exit code."""
    folder = Path(arguments[0]) if arguments else Path()
    if not (folder / "index.csv").is_file():
        print(f"'{folder}' holds no index.csv of deliveries with known verdicts", file=sys.stderr)
        return 2
    result = run(folder)
    wrong = result[~(result["ok"] & result["exact"])]
    for row in wrong.to_dict("records"):
        print(f"{row['file']}: expected {row['expected']}, got {row['got']}, figures exact: {row['exact']}")
        print("\n".join(f"    {line}" for line in row["faults"].splitlines()))
    must = result[result["expected"] == REJECT]
    let_in = must[~must["ok"]]
    print(
        f"{len(result) - len(wrong)} of {len(result)} deliveries as they should be; "
        f"{(result['got'] == result['expected']).sum()} with the very verdict expected; "
        f"{len(let_in)} let in that must be refused"
    )
    return int(len(wrong) > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
