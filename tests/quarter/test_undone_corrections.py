"""As of a day, a page shows the figures and colours known then; what was corrected later is marked from its day on."""

import pytest

from analysis import tables
from analysis.quarter.changes import since_previous
from analysis.quarter.published_lights import publish_quarter
from analysis.records.judgements import JudgementError, read_judgements
from analysis.reports.prepare import refuse_unpublishable
from analysis.views.status import read_status
from projects import make_project
from quarters import correction, judge, record

FIGURE = "28,prosent,1261,4505,%s,"
SIZE = "andel-foerste 2023 n"


def typed(root, quarters, figure=FIGURE % 4505):
    """Write the figure of 2023, and the corrections that quarters make, whose 1A is green."""
    file = root / "data" / "raw" / "observations" / "maalt.csv"
    others = [line for line in file.read_text(encoding="utf-8").splitlines() if "andel-foerste,2023" not in line]
    row = f"andel-foerste,2023,,{figure},,2024-02-01,kilde,"
    file.write_text("\n".join([*others, row, ""]), encoding="utf-8")
    for quarter, more in quarters.items():
        judge(root, quarter, {"1A": "green"}, more)


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    typed(tmp_path, {"2024Q1": ""})
    return tmp_path


def sizes(*days):
    """Return how many had answered in 2023 as the first quarter knows on each day."""
    return [read_status("2024Q1", "en", day).observations.query("n > 0")["n"].item() for day in days]


def test_every_field_is_as_it_was_until_it_is_corrected(root):
    fields = ("value", "numerator", "denominator", "n", "qualifier")
    old, new = (28, 1261, 4505, 4505, ""), (27.99, 1260, 4500, 450, "circa")
    publish_quarter("2024Q1", record("2024Q1"))
    more = "".join(
        correction(f"andel-foerste 2023 {field}", *ends) for field, *ends in zip(fields, old, new, strict=True)
    )
    typed(root, {"2024Q2": more}, "27.99,prosent,1260,4500,450,circa")
    publish_quarter("2024Q1", record("2024Q1"))  # its second edition

    for as_of, values in (("2024-04-01", old), ("2024-06-29", old), ("2024-06-30", new), ("", new)):
        status = read_status("2024Q1", "en", as_of)
        rows = status.observations.query("measure == 'andel-foerste' and period == '2023'")
        assert tuple(rows.iloc[0][list(fields)]) == values, as_of
        marked = tables.corrected_since(status.strategy, status.corrections, "foerste", "en").text
        title = tables.title("A", "2024Q1", as_of, "en", status.corrections).text
        assert (bool(marked), "Edition 2" in title) == (values == new, values == new), as_of
        refuse_unpublishable(status)  # each is what was published by then


def test_what_is_not_known_yet_is_no_news(root):
    corrections = "".join(correction(SIZE, 4505, 450, quarter) for quarter in ("2024Q1", "2024Q2"))
    typed(root, {"2024Q2": "", "2024Q3": corrections}, FIGURE % 450)
    for day in ("2024-06-30", ""):  # before it, and as all is known now
        assert "450" not in since_previous(read_status("2024Q2", "en", day)).text, day


def test_the_first_of_several_corrections_states_what_was_known(root):
    typed(root, {"2024Q2": correction(SIZE, 4505, 450), "2024Q3": correction(SIZE, 450, 455)}, FIGURE % 455)
    assert sizes("2024-06-29", "2024-06-30", "2024-09-30") == [4505, 450, 455]
    typed(root, {"2024Q2": correction(SIZE, "4 505", 450)})
    with pytest.raises(JudgementError, match=r"old: is no figure; write it as 28.4 or 22900"):
        read_judgements("2024Q2")


def test_a_colour_is_as_it_was_until_it_is_corrected(root):
    judge(root, "2024Q1", {"1A": "yellow"})
    typed(root, {"2024Q2": correction("1A", "green", "yellow")})
    days = ("2024Q1", "2024-06-29"), ("2024Q1", "2024-06-30"), ("2024Q2", "2024-06-01")  # its own is not corrected
    colours = [read_status(quarter, "en", day).lights.at["1A", "colour"] for quarter, day in days]
    assert colours == ["green", "yellow", "green"]
