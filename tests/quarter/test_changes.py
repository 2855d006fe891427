"""What changed between two quarters, and why."""

import json
import re
from functools import partial

import pytest
from click.testing import CliRunner

from analysis.__main__ import main
from analysis.quarter.changes import DiffError, counts, diff, page, records, since, tables
from analysis.quarter.published_lights import vintage_of
from analysis.views.tables import revisions
from blocks import rows as texts_of
from projects import make_project
from quarters import light, status, write
from small import observations, read_small
from typed_cases import read_list

STRATEGY, ROWS = read_small(__file__, "changed_figures.toml")
EARLIER = light("goal-1") + light("1A", "red")
LATER = (
    light("1A", "yellow", 'towards = "green"\n')
    + light("goal-1", more='movement = "up"\nrecord = "change"\n')
    + '[[correction]]\nquarter = "2023Q1"\nitem = "goal-1"\ndirection = "down"\n'
    + 'note = { nb = "For lyst", en = "Too bright" }\n'
)


def read(folder, *quarters, rows=ROWS, lights=(), language="nb"):
    """Return quarters of these figures, with these judgements by quarter."""
    for quarter, text in dict(lights).items():
        write(folder, quarter, text)
    return [status(quarter, STRATEGY, rows, folder, language) for quarter in quarters]


@pytest.fixture
def between(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.records.judgements._folder", lambda: tmp_path)
    return partial(read, tmp_path)


@pytest.fixture(scope="module")
def quarters(tmp_path_factory):
    """Return two quarters, read once for all tests."""
    folder = tmp_path_factory.mktemp("judgements")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analysis.records.judgements._folder", lambda: folder)
        yield read(folder, "2023Q1", "2024Q1", lights={"2023Q1": EARLIER, "2024Q1": LATER})


def rows(changes, **wanted):
    """Return the rows where each of these columns has this value, as records."""
    return [row for row in records(changes) if all(row[name] == value for name, value in wanted.items())]


def one(changes, **wanted):
    (row,) = rows(changes, **wanted)
    return row


def test_each_change_has_its_kind_its_ends_and_its_cause(quarters):
    changes = diff(*quarters)
    for case in read_list(__file__, "changed_figures.toml", "changes"):
        row = one(changes, **case["of"])
        assert {name: row[name] for name in case["cells"]} == case["cells"]
        assert case.get("why", "") in row["why"]
    assert not rows(changes, measure="tilfredshet", period="2022")  # printed again
    assert sum(counts(changes).values()) == len(changes)
    assert json.loads(json.dumps(records(changes), allow_nan=False))[0].keys() == set(changes.columns)


def revised(between, quarters, first, **changed):
    """Return what changes when a figure gets another edition, and the quarter that has it."""
    figures = observations([first, first | changed], STRATEGY)
    then, now = between(*quarters, rows=figures, language="en")
    return diff(then, now), now


def test_another_edition_of_a_figure_is_a_revision(between):
    """30 per cent of 4 800, and in the next quarter of 480, or withdrawn."""
    quarters, ends = ("2024Q2", "2024Q3"), ("what", "from", "to", "why")
    first = {"measure": "tilfredshet", "period": "2024", "value": 30, "n": 4800, "published": "2024-06-20"}
    changes, now = revised(between, quarters, first, n=480, published="2024-07-15", note="A digit too many")
    row = one(changes, kind="revision")
    assert [row[name] for name in ends] == ["n", 4800, 480, "A digit too many"]
    text = tables(changes, *quarters, STRATEGY, "en")[0].text
    assert "Number of responses" in text and "4,800" in text and "480" in text
    page = revisions(STRATEGY, now.observations, "en")._repr_html_()
    assert "number of responses: 4,800" in page and "number of responses: 480" in page
    changes, _ = revised(between, quarters, first, standing="excluded", published="2024-07-15", note="Withdrawn")
    row = one(changes, kind="revision")
    assert [row[name] for name in ends] == ["standing", "in use", "left out", "Withdrawn"]


def test_a_corrected_day_comes_with_its_note(between):
    """The same figure, first entered with an assumed day, then as an edition of the day that was found."""
    assumed = {"measure": "ved-siden-av", "period": "2022", "value": 7, "published": "2023-08-01"}
    changes, _ = revised(between, ("2023Q2", "2023Q3"), assumed, published="2023-09-21", note="Corrected day")
    assert changes["why"].tolist() == ["Published 21\u00a0September 2023. Corrected day"]


def test_a_proposal_that_changes_without_figures_has_aged(between):
    # register of 2021 and 2022; 2.5 years without a figure make it grey
    old = observations([("mottakere", "2021", 10), ("mottakere", "2022", 12)], STRATEGY)
    changes = diff(*between("2023Q1", "2025Q3", rows=old))
    row = one(changes, item="1.2", what="proposed")
    assert (row["kind"], row["from"], row["to"]) == ("time", "outlined_green", "not_measured")
    shown = texts_of(tables(changes, "2023Q1", "2025Q3", STRATEGY)[0])
    assert ["bare retning / ○ grønn", "– ikke målt"] in [line[3:5] for line in shown]


def test_edited_figures_and_limits_differ_from_the_published(quarters):
    earlier, later = quarters
    published = vintage_of(earlier.strategy, earlier.observations, earlier.lights)
    published.figures.loc[published.figures["measure"] == "dho", "value"] = "14"
    published.method.loc[published.method["field"] == "GREEN_FROM", "value"] = "0.9"
    changes = diff(earlier, later, published)
    figure = one(changes, kind="revision", measure="dho")
    assert (figure["from"], figure["to"]) == (14, 15)
    assert "observations/small.csv:" in figure["why"]
    limit = one(changes, kind="method", what="GREEN_FROM")
    assert (limit["from"], limit["to"]) == ("0.9", "0.95")


def test_an_added_target_is_told_in_words(quarters):
    earlier, later = quarters
    published = vintage_of(earlier.strategy, earlier.observations, earlier.lights)
    own = published.method["subject"] == "dho"
    published.method.loc[own & (published.method["field"] == "target_status"), "value"] = "none"
    unknown = ["target_period", "target_value", "target 2024-12-31"]
    published.method.loc[own & published.method["field"].isin(unknown), "value"] = ""
    changes = diff(earlier, later, published)
    added = changes[(changes["kind"] == "method") & (changes["measure"] == "dho")]
    (table, _) = tables(changes, "2023Q1", "2024Q1", later.strategy)
    cells = [row[2:6] for row in texts_of(table) if row[5].startswith("Strategien er endret")]
    assert sorted(added["what"]) == ["target", "target_status"]
    assert sorted(cells) == [
        ["Mål 31. desember 2024", "ingen", "19 prosent", "Strategien er endret: Mål."],
        ["Målets status", "ikke innhentet", "vedtatt", "Strategien er endret: Målets status."],
    ]


def test_two_equal_quarters_differ_in_nothing(quarters):
    earlier, later = quarters
    unmoved = {"quarter": "2023Q2", "judgements": earlier.judgements.assign(movement="")}
    again = type(earlier)(**vars(earlier) | unmoved)
    changes = diff(earlier, again)
    assert changes.empty
    assert all("ingenting er endret" in table.text for table in tables(changes, "2023Q1", "2024Q1", STRATEGY))
    assert since(earlier, again).text == "Ingenting er endret siden 1. kvartal 2023."
    with pytest.raises(DiffError, match="2023Q1 does not come after 2024Q1"):
        diff(later, earlier)


def test_the_page_is_accessible(quarters):
    changes = diff(*quarters)
    changes.loc[0, "why"] = "<script>alert(1)</script>"
    written = page(changes, "2023Q1", "2024Q1", STRATEGY, "nb")
    assert '<html lang="nb">' in written
    assert re.search("<title>(.+)</title>", written)[1] == re.search("<h1>(.+)</h1>", written)[1]
    assert len(re.findall("<table", written)) == len(re.findall("<caption[^>]*>[^<]", written)) == 2
    heads = re.findall("<th [^>]*>", written)
    assert heads and all("scope=" in head for head in heads)
    assert "<script" not in written and "src=" not in written
    # context figures have a table of their own
    main_table, beside = tables(changes, "2023Q1", "2024Q1", STRATEGY)
    assert [row[3] for row in texts_of(beside)] == ["ingen"]
    assert "ved-siden-av" in beside.text
    assert "ved-siden-av" not in main_table.text


@pytest.mark.slow
def test_the_command_writes_a_page_and_speaks_json(tmp_path, monkeypatch):
    root = make_project(tmp_path)
    monkeypatch.setenv("EHELSE_ROOT", str(root))
    written = root / "diff.html"
    run = CliRunner().invoke(main, ["diff", "2023Q1", "2024Q1", "--json", "--html", str(written)])
    answer = json.loads(run.output)
    # three figures are published in February 2024, one of them with a figure of 2022 before it
    assert answer["counts"]["figure"] == 3 + len([c for c in answer["changes"] if c["what"] == "proposed"])
    assert {c["from"] for c in answer["changes"] if c["measure"] == "andel-foerste"} == {26}
    assert written.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    monkeypatch.delenv("COLUMNS", raising=False)
    assert "Verdi 2023" in CliRunner().invoke(main, ["diff", "2023Q1", "2024Q1"]).output
    assert CliRunner().invoke(main, ["diff", "2024Q1", "2023Q1"]).exit_code == 2


def test_the_front_page_has_each_measures_newest_figure(quarters):
    lines = [tuple(row) for row in texts_of(since(*quarters))]  # what it concerns, what is new, why
    text = " ".join(new for _, new, _ in lines)
    newest = re.findall(r"Tall for [^:]+: / \d+ prosent", text)
    assert newest == ["Tall for 2023: / 49 prosent", "Tall for 31. desember 2023: / 18 prosent"]
    revised = re.findall("Rettet tall for", text)
    assert since(*quarters).html.count('href="datagrunnlag.html#') == len(newest + revised)  # each leads to its row
    assert "Vurdert farge / ■ rød → ▲ gul peker mot ● grønt" in text
    (reason,) = [why for _, new, why in lines if "rettet i ettertid" in new]
    assert reason.endswith("For lyst.")
    subjects = [subject for subject, _, _ in lines]
    assert len(subjects) == len(set(subjects))  # one row an item
    assert not any("ved-siden-av" in subject or "Bevegelse" in new for subject, new, _ in lines)


def test_a_slight_tendency_stays_slight_as_a_change(between):
    tendency = light("1A", more='towards = "yellow"\nweak = true\nrecord = "tendency"\n')
    block = since(*between("2023Q1", "2024Q1", lights={"2023Q1": light("1A"), "2024Q1": tendency}))
    (new,) = [row[1] for row in texts_of(block) if row[1].startswith("Vurdert farge")]
    assert new.endswith("peker svakt mot ▲ gult")
    assert "Der fargen i 1. kvartal 2023 er gått tapt" in block.html
