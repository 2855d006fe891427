"""As of a day, a page shows the figures and colours known then; what was corrected later is marked from its day on."""

import pytest

from analysis import tables
from analysis.quarter.changes import since_previous
from analysis.quarter.published_lights import publish_quarter
from analysis.reports.prepare import refuse_unpublishable
from analysis.views.status import cache, read_status
from projects import make_project
from quarters import correction, judge, record

SIZE = "andel-foerste 2023 n"
# of the figure of 2023, as it is first published, and corrected by the second quarter
FIELDS = ("value", "numerator", "denominator", "n", "qualifier")
OLD, NEW = (28, 1261, 4505, 4505, ""), (27.99, 1260, 4500, 450, "circa")


def typed(root, quarters, value, numerator, denominator, n, qualifier):
    """Write the figure of 2023, and the corrections that quarters make, whose 1A is green."""
    file = root / "data" / "raw" / "observations" / "maalt.csv"
    others = [line for line in file.read_text(encoding="utf-8").splitlines() if "andel-foerste,2023" not in line]
    row = f"andel-foerste,2023,,{value},prosent,{numerator},{denominator},{n},{qualifier},,2024-02-01,kilde,"
    file.write_text("\n".join([*others, row, ""]), encoding="utf-8")
    for quarter, more in quarters.items():
        judge(root, quarter, {"1A": "green"}, more)


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    typed(tmp_path, {"2024Q1": ""}, *OLD)
    return tmp_path


def test_figures_and_colours_are_as_they_were_until_corrected(root):
    """The second quarter corrects every field and a colour, which is published again, the third one field anew."""
    publish_quarter("2024Q1", record("2024Q1"))
    changes = zip(FIELDS, OLD, NEW, strict=True)
    more = "".join(correction(f"andel-foerste 2023 {field}", *ends) for field, *ends in changes)
    typed(root, {"2024Q2": more + correction("1A", "green", "yellow")}, *NEW)
    judge(root, "2024Q1", {"1A": "yellow"})
    with cache.keeping():
        publish_quarter("2024Q1", record("2024Q1"))  # its second edition
        refuse_unpublishable(read_status("2024Q1"))
    latest = (*NEW[:3], 455, "circa")
    typed(root, {"2024Q3": correction(SIZE, 450, 455)}, *latest)

    for as_of, values, colour, edition in (
        ("2024-06-29", OLD, "green", ""),
        ("2024-06-30", NEW, "yellow", "Edition 2"),
        ("2024-09-30", latest, "yellow", "Edition 3"),
    ):
        status = read_status("2024Q1", "en", as_of)
        rows = status.observations.query("measure == 'andel-foerste' and period == '2023'")
        assert tuple(rows.iloc[0][list(FIELDS)]) == values, as_of
        assert status.lights.at["1A", "colour"] == colour, as_of
        title = tables.title("A", "2024Q1", as_of, "en", status.corrections).text
        assert edition in title and bool(edition) == ("Edition" in title), as_of
        marked = tables.corrected_since(status.strategy, status.corrections, "foerste", "en").text
        assert bool(marked) == bool(edition), as_of
    # a colour of its own is not corrected
    assert read_status("2024Q2", "en", "2024-06-01").lights.at["1A", "colour"] == "green"


def test_what_is_not_known_yet_is_no_news(root):
    corrections = "".join(correction(SIZE, 4505, 450, quarter) for quarter in ("2024Q1", "2024Q2"))
    typed(root, {"2024Q2": "", "2024Q3": corrections}, *OLD[:3], 450, "")
    for day in ("2024-06-30", ""):  # before it, and as all is known now
        assert "450" not in since_previous(read_status("2024Q2", "en", day)).text, day
