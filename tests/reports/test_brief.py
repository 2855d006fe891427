"""The brief: the front page on one sheet of A4, in both languages, whatever the quarter holds."""

import re

import pikepdf
import pytest

from analysis.records.strategy import read_strategy
from analysis.reports.request import Request
from analysis.reports.run import report
from quarters import light, write
from real_project import copy_project

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture
def project(tmp_path, monkeypatch):
    root = copy_project(tmp_path)
    (root / "data" / "processed").mkdir()
    monkeypatch.setenv("EHELSE_ROOT", str(root))
    return root


def judge_everything(root, status):
    """Write judgements of every item of 2024Q3, each with a colour, a tendency and a movement, and the status."""
    items = read_strategy(as_of="2024-09-30").items.index
    lights = "".join(light(item, "yellow", 'towards = "green"\nmovement = "up"\n') for item in items)
    folder = write(root / "data" / "raw" / "judgements", "2024Q3", 'by = "A test"\n' + lights) / "2024Q3"
    for language in ("nb", "en"):
        (folder / f"strategi.{language}.md").write_text(f"## status\n\n{status}\n", encoding="utf-8")


@pytest.mark.parametrize("quarter", ["2024Q1", "2024Q2", "2024Q3"])
def test_a_brief_is_one_sheet_in_both_languages(project, quarter):
    if quarter == "2024Q3":
        judge_everything(project, "Five lines on the whole. " * 25)
    outcome = report(Request(quarter, brief=True))
    assert (outcome.state, outcome.made, outcome.notes) == ("COMPLETE", 2, ())
    for language in ("nb", "en"):
        with pikepdf.open(outcome.folder / "downloads" / f"status-{quarter}-kort-{language}.pdf") as opened:
            assert len(opened.pages) == 1
            assert sorted(float(side) for side in opened.pages[0].MediaBox[2:]) == pytest.approx([595, 842], abs=1)
        page = (outcome.folder / language / "kort.html").read_text(encoding="utf-8")
        assert len(set(re.findall(r"<strong>(\d\.\d) ", page))) == 15  # every indicator is on the board
        written = "Five lines on the whole" in page or "Den samlede statusen" in page or "The overall status" in page
        assert written == (quarter != "2024Q2")  # nobody judged the second quarter, and nothing is there instead
    assert report(Request(quarter, brief=True)).state == "UNCHANGED"


def test_a_brief_beyond_one_sheet_is_not_printed(project):
    judge_everything(project, "A sentence of the status that is far too long for a brief. " * 60)
    outcome = report(Request("2024Q3", ("en",), brief=True))
    (note,) = outcome.notes
    assert "2 sheets, and may take 1; shorten" in note
    assert not list((outcome.folder / "downloads").glob("*.pdf"))
