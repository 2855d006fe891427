"""A new quarter laid out: open, complete, harmless, and never over anything."""

import shutil
import tomllib

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.__main__ import main
from analysis.assessment.trends import find_trends
from analysis.quarter.new_quarter import (
    QuarterError,
    as_comment,
    create_quarter,
    describe_due,
    find_due,
    within_comment,
)
from analysis.reports.prepare import prepare
from analysis.views.status import read_status
from projects import make_project
from quarters import light, write
from small import observations, read_small, small_strategy

ITEMS = ["strategy", "goal-1", "1.1", "1.2", "1A", "goal-2", "2.1", "2A"]
PAGES = ["strategi", "maal-1", "maal-2"]
NB = "## status\n\nGult -->  lys.\n\n## 1.1\n\nAndelen er {andel-foerste@2023}.\n\n## theme-2\n\nHva nå?\n"
EN = "## status\n\nYellow.\n\n## 1.1\n\nThe share is {andel-foerste@2023}.\n"


def judged(root):
    """Return a small project in which 2024Q1 is judged and written."""
    reason = 'reason_code = "other"\nreason = { nb = "Ny\\nlov", en = "New\\nlaw" }\n'
    rows = light("1.1", more='towards = "yellow"\nrecord = "tendency"\n' + reason) + light("1A", "yellow")
    write(make_project(root) / "data" / "raw" / "judgements", "2024Q1", rows, NB, EN)
    return root


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(judged(tmp_path)))
    return tmp_path


@pytest.fixture(scope="module")
def created(tmp_path_factory):
    """Return the project after the second quarter has been created, and the names of the files that were written."""
    root = judged(tmp_path_factory.mktemp("created"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHELSE_ROOT", str(root))
        yield root, [file.name for file in create_quarter("2024Q2")]


def laid(root, name, quarter="2024Q2"):
    return (root / "data" / "raw" / "judgements" / quarter / name).read_text(encoding="utf-8")


def test_a_new_quarter_is_open_with_what_was_before_beside(created):
    root, written = created
    assert written == ["lights.toml", *(f"{page}.{language}.md" for page in PAGES for language in ("nb", "en"))]
    lights = laid(root, "lights.toml")
    document = tomllib.loads(lights)
    assert [row["item"] for row in document["light"]] == ITEMS
    assert {row["colour"] for row in document["light"]} == {""}
    assert document["quarter"] == "2024Q2"
    above = lights.split('\nitem = "1.1"')[0].split("[[light]]")[-2]
    for line in (
        "# 1.1 Indikatoren 1.1",
        "# 2024Q1: ◌ fargen er gått tapt, peker mot gult",
        "# Tallene: ○ bare retning: grønn (bedre)",
        "# 2024Q1, begrunnelse: Ny lov",
        "# Kommentar 2024Q1: Andelen er 28 prosent.",
    ):
        assert line in above
    text = laid(root, "maal-1.nb.md")
    headings = [line[3:] for line in text.splitlines() if line.startswith("## ")]
    assert headings == ["status", "1.1", "1.2", "1A", "note", "insight", "theme-1", "theme-2"]
    assert "{andel-foerste@2023}: " in text
    assert "2024Q1: Andelen er 28\u00a0prosent." in text
    assert "2024Q1: The share is 28\u00a0per cent." in laid(root, "maal-1.en.md")


def test_nothing_is_written_over_and_a_refusal_leaves_nothing(created):
    root, _ = created
    before = laid(root, "lights.toml")
    for quarter in ("2024Q2", "2024Q1"):
        with pytest.raises(QuarterError, match=f"judgements/{quarter} exists already"):
            create_quarter(quarter)
    with pytest.raises(QuarterError, match="2023Q4 comes before 2024Q2"):
        create_quarter("2023Q4")
    assert laid(root, "lights.toml") == before
    assert sorted(p.name for p in (root / "data" / "raw" / "judgements").iterdir()) == ["2024Q1", "2024Q2"]


def test_what_is_filled_in_is_what_the_report_shows(created):
    root, _ = created
    place = root / "data" / "raw" / "judgements" / "2024Q2"
    toml = laid(root, "lights.toml").replace('item = "2A"\ncolour = ""', 'item = "2A"\ncolour = "green"')
    text = laid(root, "maal-2.nb.md").replace("## 2A\n", "## 2A\n\nGår bra.\n")
    (place / "lights.toml").write_text(toml, encoding="utf-8")
    (place / "maal-2.nb.md").write_text(text, encoding="utf-8")
    status = read_status("2024Q2")
    assert status.lights.loc["2A", ["colour", "colour_source"]].tolist() == ["green", "judgement"]
    assert status.prose["text"].to_dict() == {("2A", "comment"): "Går bra."}
    assert set(status.lights.drop("2A")["colour_source"]) == {"proposal"}
    assert (status.lights.loc[status.lights["colour"] == "grey", "reason"] != "").all()
    assert set(status.lights["previous_quarter"]) == {"2024Q1"}


# what ends a comment in Markdown, a line of TOML, or a line by Python's reckoning
MARKS = st.sampled_from([*'a -<>!#"\\\n\r\v\f\x00\x1c\x1d\x1e\x85\u2028\u2029\U0001f600'])


@settings(max_examples=100)
@given(st.text(MARKS))
def test_no_earlier_text_can_end_the_comment_it_is_put_in(text):
    assert all(line.startswith("#") for line in as_comment(text).splitlines())
    assert tomllib.loads(as_comment(text) + '\nkey = ""\n') == {"key": ""}
    assert "-->" not in within_comment(text) and "<!--" not in within_comment(text)


# --- what is due ------------------------------------------------------------------------

STRATEGY, ROWS = read_small(__file__, "due_figures.toml")


def test_what_is_due_follows_from_cadence_and_publication():
    found = find_due(STRATEGY, find_trends(STRATEGY, ROWS, "2024Q2"), ROWS, "2024Q2")
    states = found[found["role"] == "assessed"].set_index("measure")["state"].to_dict()
    assert states == {
        "nytt": "new", "burde": "overdue", "nettopp": "overdue", "skal": "due", "ekko": "due", "fersk": "fresh",
        "aldri": "never",
    }  # fmt: skip
    assert found.set_index("measure").loc["burde", "expected"] == 2023.5


def test_a_new_figure_that_cannot_be_used_is_listed_without_it():
    promise = small_strategy([{"slug": "andel", "indicator": "1.1"}])
    rows = observations([dict(measure="andel", period="2024Q2", value=50, standing="conflict")], promise)
    due = find_due(promise, find_trends(promise, rows, "2024Q2"), rows, "2024Q2").assign(state="new")
    assert describe_due(due.head(1)).splitlines()[1] == "  1.1  andel: no figure that can be used"


@pytest.mark.slow
def test_the_command_creates_once_and_lists_what_is_due(root, tmp_path):
    """Of a project without an earlier quarter, and so without its notes."""
    shutil.rmtree(root / "data" / "raw" / "judgements" / "2024Q1")
    run = CliRunner().invoke(main, ["new-quarter", "2024Q3"])
    assert run.exit_code == 0
    assert "Wrote data/raw/judgements/2024Q3/lights.toml" in run.output
    assert "2024Q1:" not in laid(root, "lights.toml", "2024Q3")
    # measured in 2023, yearly: expected by the middle of 2024, before the third quarter began
    overdue = run.output.split("Overdue")[1]
    assert "andel-foerste: latest 28 prosent in 2023, next expected by 2024Q2" in overdue
    prepare("2024Q3", "", ["nb", "en"], str(tmp_path))
    prepared = (tmp_path / "prepared.json").read_text(encoding="utf-8")
    assert "refused" not in prepared and "failed" not in prepared
    again = CliRunner().invoke(main, ["new-quarter", "2024Q3"])
    assert (again.exit_code, "exists already" in again.output) == (2, True)
    assert CliRunner().invoke(main, ["new-quarter", "2024K3"]).exit_code == 2
