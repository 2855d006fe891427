"""A published quarter is reproduced to the figure, whatever is added, renamed or retired later."""

import re
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from analysis import words
from analysis.__main__ import main
from analysis.core.faults import RawDataError
from analysis.core.periods import as_of_date
from analysis.exports.content import items_of
from analysis.quarter.changes import by_edition, diff, since_previous
from analysis.quarter.published_lights import (
    OpenRowsError,
    VintageError,
    close_rows,
    publish_quarter,
    published_quarters,
    read_published,
    vintage_of,
)
from analysis.records.ambitions import with_ambitions
from analysis.records.judgements import JudgementError, later_corrections, read_judgements
from analysis.records.strategy import StrategyError, read_strategy
from analysis.reports.check import check
from analysis.reports.request import RefusedError, Request, check_request
from analysis.views import tables
from analysis.views.status import cache, read_status
from blocks import rows as texts_of
from projects import make_project
from quarters import light, write
from real_project import ROOT
from small import small_strategy

ITEMS = ["strategy", "goal-1", "goal-2", "1.1", "1.2", "2.1", "1A", "2A"]
NEW, ADOPTED = (Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8") for name in ("fjerde", "vedtatt"))
FIRST = 'slug = "andel-foerste"\n'
TARGET = (
    'target = { period = "2025", value = 40, kind = "reach", status = "adopted", source = "kilde", decided = %s }\n'
)
NAME = 'name = { nb = "Indikatoren 1.2", en = "The indicator 1.2" }\n'
RENAMED = """\
name = { nb = "Et nytt navn", en = "A new name" }
former_name = [{ until = "2024Q2", nb = "Indikatoren 1.2", en = "The indicator 1.2" }]
"""
BREAK = 'breaks = [{ period = "2023", kind = "minor", decided = 2024-08-01, note = { nb = "Ny", en = "New" } }]\n'
SUBGOAL = '[[goal.subgoal]]\nid = "2A"'
ADDED = (SUBGOAL, f"{NEW}\n{SUBGOAL}")  # the indicator, as docs/extend.md adds one
ENDS = ('slug = "tredje"\n', 'slug = "tredje"\nuntil = "%s"\n')
# the share of 1.2 as a number of persons
ANEW = NEW[NEW.index("[[goal.indicator.measure]]") :].replace("andel-fjerde", "antall-andre")
ANEW = ANEW.replace('"prosent"', '"personer"').replace("direction", 'from = "2024Q4"\ndirection')


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    return tmp_path


def edit(root, old, new, name="strategy.toml"):
    file = root / "data" / "raw" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def judge(root, quarter, items=ITEMS, more=""):
    return write(root / "data" / "raw" / "judgements", quarter, "".join(map(light, items)) + more)


def record(quarter):
    now = read_status(quarter)
    corrections = later_corrections(quarter, strategy=now.strategy)
    return vintage_of(now.strategy, now.observations, now.lights, corrections)


def publish(root, quarter, items=ITEMS, more=""):
    """Write down what the command does, without its questions."""
    judge(root, quarter, items, more)
    publish_quarter(quarter, record(quarter))


def published_faults():
    return [fault.problem for fault in check() if fault.rule == "published"]


def reproduced(quarter):
    """Say whether a quarter computed today has the lights, figures and method that it was published with."""
    again, then = record(quarter), read_published(quarter)
    for name in ("lights", "figures", "method"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(then, name))
    return True


def test_four_quarters_stay_as_they_were_published(root):
    publish(root, "2024Q1")
    # an indicator, and a target of another
    edit(root, *ADDED)
    edit(root, FIRST, FIRST + TARGET % "2024-05-02")
    publish(root, "2024Q2", [*ITEMS, "2.2"])
    edit(root, NAME, RENAMED)
    # a publisher gets another name, a series a break, and a set of ambitions is adopted
    edit(root, 'publisher = "The test"', 'publisher = "The directorate"', "sources.toml")
    edit(root, FIRST, BREAK + FIRST)
    (root / "data" / "raw" / "ambitions").mkdir()
    (root / "data" / "raw" / "ambitions" / "vedtatt.toml").write_text(ADOPTED, encoding="utf-8")
    publish(root, "2024Q3", [*ITEMS, "2.2"])
    # one is retired, one defined anew in another unit, and the target is replaced by another
    edit(root, ENDS[0], ENDS[1] % "2024Q3")
    edit(root, 'slug = "andel-andre"\n', 'slug = "andel-andre"\nuntil = "2024Q3"\n')
    edit(root, '[[goal.subgoal]]\nid = "1A"', f'{ANEW}\n[[goal.subgoal]]\nid = "1A"')
    higher = (TARGET % "2024-11-01").replace("value = 40", "value = 44")
    before = (TARGET % "2024-05-02").replace("{", "[{").replace("}", "}]")
    edit(root, TARGET % "2024-05-02", "earlier_" + before + higher)
    publish(root, "2024Q4", [item for item in ITEMS if item != "2.1"] + ["2.2"])

    assert published_quarters() == ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    with cache.keeping():
        assert all(map(reproduced, published_quarters()))
        assert published_faults() == []
        then = {quarter: read_status(quarter) for quarter in published_quarters()}
    # typed by hand from the days above: in force, targets decided, names in use
    assert [len(s.strategy.indicators) for s in then.values()] == [3, 4, 4, 3]
    targets = [s.strategy.measure("andel-foerste")["target_value"] for s in then.values()]
    assert [str(target) for target in targets] == ["nan", "40.0", "40.0", "44.0"]
    assert [s.lights.at["1.2", "name_en"] for s in then.values()] == ["The indicator 1.2"] * 2 + ["A new name"] * 2
    assert [len(s.strategy.breaks) for s in then.values()] == [0, 0, 1, 1]
    units = [s.strategy.measures_of("1.2")["unit"].tolist() for s in then.values()]
    assert units == [["prosent"], ["prosent"], ["prosent"], ["personer"]]
    sets = [with_ambitions(then[q].strategy, "vedtatt", as_of_date(q)) for q in ("2024Q2", "2024Q3")]
    assert [str(adopted.measure("andel-tredje")["target_value"]) for adopted in sets] == ["nan", "45.0"]
    # 26 in 2022 and 28 in 2023: 2 of the 3 * 14/3 points of a straight way to 40 in 2025, 2 / (14 / 3) = 0.43
    assert [s.lights.at["1.1", "proposed"] for s in then.values()] == ["grey", "red", "red", "red"]


def test_a_measure_that_begins_or_ends_is_one_change(root):
    publish(root, "2024Q1")
    edit(root, *ADDED)
    edit(root, ENDS[0], ENDS[1] % "2024Q1")
    changes = diff(read_status("2024Q1", "en"), read_status("2024Q2", "en"), read_published("2024Q1"))
    rows = changes.query("kind == 'method'")[["item", "measure", "what", "from", "to"]].values.tolist()
    assert sorted(rows) == [
        ["2.1", "andel-tredje", "scope", "in force", "not in force"],
        ["2.2", "andel-fjerde", "scope", "not in force", "in force"],
    ]
    judge(root, "2024Q2", ["1.1"])
    shown = {row[0]: row[1:] for row in texts_of(since_previous(read_status("2024Q2", "en")))}
    assert "The measure is no longer part of the strategy." in str(shown)


def test_a_later_edition_of_the_method_is_shown_beside(root):
    """A record as edition 1 would have left it: another limit of green, and 1.1 red."""
    publish(root, "2024Q1")
    assert by_edition(read_status("2024Q1", "en")).text == ""
    folder = root / "data" / "processed" / "published" / "2024Q1"
    (folder / "hashes.csv").unlink()
    method, lights = folder / "method.csv", folder / "lights.csv"
    text = method.read_text(encoding="utf-8")
    assert "limits,METHOD_EDITION,2" in text
    text = text.replace("limits,METHOD_EDITION,2", "limits,METHOD_EDITION,1")
    method.write_text(text.replace("limits,GREEN_FROM,0.95", "limits,GREEN_FROM,0.9"), encoding="utf-8")
    record = pd.read_csv(lights, dtype=str, keep_default_na=False).set_index("item")
    record.loc["1.1", ["proposed", "figures_state"]] = ["red", "filled"]
    record.to_csv(lights)

    assert published_faults() == []
    status = read_status("2024Q1", "en")
    shown = texts_of(by_edition(status))
    assert [row[:2] for row in shown] == [["1.1 The indicator 1.1", "■ red"]], shown
    assert "As published, edition 1" in since_previous(status).html
    assert status.lights.at["1.1", "colour"] == "grey"  # as judged and published


def test_an_indicator_without_its_first_quarter_is_asked_for_it(root):
    publish(root, "2024Q1")
    edit(root, SUBGOAL, ADDED[1].replace('from = "2024Q2"\n', ""))
    (fault,) = published_faults()
    assert "'2.2'" in fault and "write from = and its first quarter" in fault


def test_a_judgement_of_an_absent_indicator_is_refused(root):
    edit(root, *ADDED)
    judge(root, "2024Q1", ["2.2"])
    with pytest.raises(JudgementError, match=r"2024Q1/lights.toml.*'2.2'.*is not in force in 2024Q1"):
        read_status("2024Q1")


def test_a_target_counts_from_its_sources_publication(root):
    edit(root, "accessed = 2024-04-01\n", "accessed = 2024-04-01\npublished = 2024-01-15\n", "sources.toml")
    edit(root, FIRST, FIRST + (TARGET % "x").replace(", decided = x", ""))
    targets = [read_strategy(as_of=q).measure("andel-foerste")["target_value"] for q in ("2023Q4", "2024Q1")]
    assert [str(target) for target in targets] == ["nan", "40.0"]
    edit(root, '"kilde"', '"kilden"')  # that no list has
    fault = next(fault for fault in check() if fault.value == "kilden")
    assert (fault.file, fault.nearest, fault.column) == (
        *("strategy.toml", "kilde", "measure 'andel-foerste' > target > source"),
    )


def test_breaks_and_baselines_count_from_their_decision():
    measure = {"slug": "m", "target": {"period": "2025", "value": 40}}
    measure["baseline"] = {"period": "2021", "value": 20, "decided": "2024-05-01"}
    measure["breaks"] = [{"period": "2023", "kind": "minor", "decided": "2024-05-01"}]
    strategy = small_strategy([measure])
    counts = [
        (len(then.breaks), then.measure("m")["baseline_period"])
        for then in (strategy.at(pd.Timestamp(day)) for day in ("2024-04-30", "2024-05-01"))
    ]
    assert counts == [(0, None), (1, "2021")]


def test_of_several_targets_each_needs_its_day():
    target = {"period": "2025", "value": 40, "status": "adopted", "source": "typed"}
    with pytest.raises(StrategyError, match="each needs the day it was decided"):
        small_strategy([{"slug": "m", "target": target, "earlier_target": [target]}])


SAMPLE = "andel-foerste,2023,,28,prosent,,,%s,,,2024-02-01,kilde,"


def written(language, start, page="quarter"):
    """Return the block of a page of docs that begins so, about the small project."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"```{language}\n({re.escape(start)}.*?)```", text, flags=re.DOTALL)
    return (
        block.replace("tilgang-pasientinformasjon", "andel-foerste")
        .replace("status-2024q1", "kilde")
        .replace("strategiske-e-helseindikatorer", "kilde")
    )


def test_an_ambition_is_entered_and_shown(root):
    edit(root, FIRST, FIRST + written("toml", "# under the measure", "ambitions"))
    then, now = read_status("2024Q1", "en"), read_status("2024Q2", "en")
    assert [str(s.strategy.measure("andel-foerste")["target_value"]) for s in (then, now)] == ["nan", "40.0"]
    page = tables.measures(now.strategy, now.trends, "foerste", "en")._repr_html_().replace("\u00a0", " ")
    assert "30 per cent by 2024 on the way; 40 per cent by 2025" in page


def test_a_level_to_hold_is_shown_as_one(root):
    """40 per cent, measured once, under a level of 45 to hold: no way to it is claimed, and the ambition is adopted."""
    level = (TARGET % "2024-02-01").replace('value = 40, kind = "reach"', 'value = 45, kind = "hold"')
    edit(root, 'slug = "andel-andre"\n', 'slug = "andel-andre"\n' + level)
    status = read_status("2024Q1", "en")
    page = tables.measures(status.strategy, status.trends, "andre", "en")._repr_html_().replace("\u00a0", " ")
    assert "at least 45 per cent every year up to 2025" in page
    assert "adopted; higher is better" in page
    assert not re.search("public|by 2025|approaching", page)
    assert status.lights.loc["1.2", ["proposed", "rule", "grade_reasons"]].tolist() == ["red", "not_met", ("points",)]


def test_a_revision_and_an_end_change_no_published_quarter(root):
    edit(root, SAMPLE % "", SAMPLE % "4505", "observations/maalt.csv")
    publish(root, "2024Q1")
    row = written("text", "measure,period").splitlines()[1]
    edit(root, SAMPLE % "4505", f"{SAMPLE % '4505'}\n{row}", "observations/maalt.csv")
    edit(root, 'slug = "tredje"\n', 'slug = "tredje"\n' + written("toml", "# under the indicator"))
    assert reproduced("2024Q1")
    assert [fault for fault in check() if fault.rule in ("published", "revision")] == []
    then, now = read_status("2024Q2", "en"), read_status("2024Q3", "en")
    assert ("2.1" in then.strategy.items.index, "2.1" in now.strategy.items.index) == (True, False)
    (change,) = diff(then, now).query("kind == 'revision'").to_dict("records")
    assert (change["what"], change["from"], change["to"]) == ("n", 4505, 4490)


def test_the_section_of_a_retired_indicator_is_empty(root):
    edit(root, ENDS[0], ENDS[1] % "2024Q2")
    folder = judge(root, "2024Q3", ["1.1"])
    for file in ("maal-2.nb.md", "maal-2.en.md"):
        (folder / "2024Q3" / file).write_text("## 2.1\n\n<!-- … -->\n", encoding="utf-8")
    assert read_status("2024Q3").prose.empty
    (folder / "2024Q3" / "maal-2.nb.md").write_text("## 2.1\n\nGår bra.\n", encoding="utf-8")
    with pytest.raises(RawDataError, match=r"section '2.1' is not in force in the quarter; remove it, or correct from"):
        read_status("2024Q3")


def test_a_corrected_sample_gets_an_edition_and_is_shown(root):
    edit(root, SAMPLE % "", SAMPLE % "4505", "observations/maalt.csv")
    publish(root, "2024Q1")
    edit(root, SAMPLE % "4505", SAMPLE % "450", "observations/maalt.csv")
    (fault,) = published_faults()
    assert "the figure andel-foerste 2023, n: published '4505', now '450'" in fault
    publish(root, "2024Q2", more=written("toml", "# at the end of data/raw/judgements").replace("…", "Kari"))
    assert published_faults() == []

    run = CliRunner().invoke(main, ["publish", "2024Q1"])
    assert run.output.splitlines()[-1].startswith("Wrote data/processed/published/2024Q1-2;")
    with pytest.raises(VintageError, match="no later quarter corrects it since"):
        publish_quarter("2024Q1", record("2024Q1"))
    figures = [read_published("2024Q1", edition=number).figures for number in (1, 2)]
    sizes = [f.query("measure == 'andel-foerste' and period == '2023'")["n"].tolist() for f in figures]
    assert sizes == [["4505"], ["450"]]

    for quarter in ("2024Q1", "2024Q2"):
        status = read_status(quarter, "en")
        page = tables.corrected_since(status.strategy, status.corrections, "foerste", "en")._repr_html_()
        assert "The share, 2023, number of responses: 4,505 → 450" in page
        assert "Kari, 3 June 2024" in page.replace("\u00a0", " ")
        goal = next(item for item in items_of(status, "goal") if item["item"] == "goal-1")
        (sentence,) = goal.corrections  # of slides and document
        assert "number of responses: 4,505 → 450. One digit too many." in sentence


@pytest.mark.parametrize("made_in, corrected", [("2024Q2", "red"), ("2024Q3", "")])
def test_the_previous_colour_is_the_one_judged_then(root, made_in, corrected):
    correction = '[[correction]]\nquarter = "2024Q1"\nitem = "1.1"\nold = "yellow"\nnew = "red"\n'
    correction += 'note = { nb = "For lyst", en = "Too bright" }\n'
    folder = root / "data" / "raw" / "judgements"
    for quarter in ("2024Q1", "2024Q2", "2024Q3"):
        write(folder, quarter, light("1.1", "red") + correction * (quarter == made_in))
    row = read_judgements("2024Q2").loc["1.1"]
    assert row[["previous_colour", "previous_corrected_colour"]].tolist() == ["yellow", corrected]


@pytest.mark.parametrize("published", [True, False])
def test_a_later_correction_leaves_the_successor_as_it_was(root, published):
    """1.1 yellow, then green; a year later its first colour is corrected to green, and the quarter judged green."""
    others = [item for item in ITEMS if item != "1.1"]
    correction = '[[correction]]\nquarter = "2024Q1"\nitem = "1.1"\nold = "yellow"\nnew = "green"\n'
    correction += 'note = { nb = "For mørkt", en = "Too dark" }\n'

    for quarter, colour in (("2024Q1", "yellow"), ("2024Q2", "green")):
        (publish if published else judge)(root, quarter, others, light("1.1", colour))
    edit(root, 'item = "1.1"\ncolour = "yellow"', 'item = "1.1"\ncolour = "green"', "judgements/2024Q1/lights.toml")
    (publish if published else judge)(root, "2025Q1", others, light("1.1", "green") + correction)
    for edition in range(1 + published):
        if edition:
            publish_quarter("2024Q1", record("2024Q1"))
        assert published_faults() == []
        with cache.keeping():
            successor, year_on = read_status("2024Q2", "en"), read_status("2025Q1", "en")
            shown = {row[0]: row[1] for row in texts_of(since_previous(successor))}
            # a year ago it was green, as is known by now: nothing but the correction has changed
            changes = diff(read_status("2024Q1", "en"), year_on, read_published("2024Q1"))
        assert successor.lights.loc["1.1", ["previous_colour", "movement"]].tolist() == ["yellow", "up"]
        assert "▲ yellow → ● green" in shown["1.1 The indicator 1.1"]
        assert year_on.lights.loc["1.1", ["previous_colour", "movement"]].tolist() == ["green", "unchanged"]
        rows = changes.query("item == '1.1' and kind != 'figure'")[["kind", "what", "from", "to"]].values.tolist()
        assert rows == [["correction", "colour", "yellow", "green"]]


# from 26 to 28 per cent
FALLEN, HAS_FALLEN = "## 1.1\n\nAndelen har sunket.\n", "## 1.1\n\nThe share has fallen.\n"


# --- before publication -------------------------------------------------------------------


def test_publish_asks_what_an_editor_would(root, monkeypatch):
    rows = "".join(light(item) for item in ITEMS if item not in ("1.2", "2A"))
    folder = root / "data" / "raw" / "judgements"
    write(folder, "2024Q1", rows + '[[light]]\nitem = "1.2"\ncolour = ""\n[[light]]\nitem = "2A"\ncolour = ""\n')
    write(folder, "2024Q1", nb=FALLEN + "\n## 1.2\n\nTeksten.\n", en=HAS_FALLEN)
    run = CliRunner().invoke(main, ["publish", "2024Q1"])
    assert run.exit_code == 2
    for question in (
        "- nobody has judged 1.2, 2A: judge them, or close them by ehelse-status publish 2024Q1 --rest grey",
        "- data/raw/judgements/2024Q1/lights.toml does not state who judged strategy, goal-1",
        "does not state the day of judging strategy, goal-1",
        "- the text 'comment' of 1.2 is there in nb only: translate it into en",
        "maal-1.nb.md:1: “Andelen har sunket.” is contradicted by the figures",
        "maal-1.en.md:1: “The share has fallen.” is contradicted by the figures",
    ):
        assert question in run.output, run.output
    for refused in (["green", "Sett | Set"], ["grey", "Ikke vurdert"]):
        with pytest.raises(OpenRowsError):
            close_rows("2024Q1", *refused)
    run = CliRunner().invoke(main, ["publish", "2024Q1", "--rest", "grey", "Ikke vurdert | Not judged"])
    assert run.exit_code == 0, run.output
    judged = read_judgements("2024Q1")
    assert judged.loc["2A", ["colour", "record", "reason_nb", "reason_en"]].tolist() == [
        *("grey", "", "Ikke vurdert", "Not judged"),
    ]
    # nobody gave 2A a colour that could have been lost, neither in this quarter nor for the next one
    then, now = read_status("2024Q1", "en"), read_status("2024Q2", "en")
    assert then.lights["judgement_state"].to_dict() == dict.fromkeys(then.lights.index, "colour_lost") | {
        "1.2": "not_judged",
        "2A": "not_judged",
    }
    assert "colour lost" not in tables.standing(then.strategy, then.trends, then.lights, "1.2", "en").text
    assert now.judgements.loc[["1.1", "1.2"], "previous_colour"].tolist() == ["grey", ""]


def test_no_row_of_a_refused_quarter_is_closed(root):
    rows = "".join(light(item) for item in ITEMS if item not in ("1.2", "2A"))
    rows += '[[light]]\nitem = "1.2"\ncolour = ""\n[[light]]\nitem = "2A"\ncolour = "yelow"\n'
    file = write(root / "data" / "raw" / "judgements", "2024Q1", rows) / "2024Q1" / "lights.toml"
    before = file.read_text(encoding="utf-8")
    run = CliRunner().invoke(main, ["publish", "2024Q1", "--rest", "grey", "Ikke vurdert | Not judged"])
    assert run.exit_code == 2
    assert "yelow" in run.output
    assert file.read_text(encoding="utf-8") == before


def test_an_open_row_with_a_reason_is_left_as_it_is(tmp_path):
    half = light("1A", "", 'reason_code = "context"\n')
    file = write(tmp_path, "2024Q1", half) / "2024Q1" / "lights.toml"
    before = file.read_text(encoding="utf-8")
    with pytest.raises(OpenRowsError, match=r"lights\.toml: 1A has a reason but no colour"):
        close_rows("2024Q1", "grey", "Ikke vurdert | Not judged", tmp_path)
    assert file.read_text(encoding="utf-8") == before


# --- the clock ----------------------------------------------------------------------------


def test_a_quarter_that_has_not_begun_is_refused(root, monkeypatch):
    monkeypatch.setenv("EHELSE_TODAY", "2024-03-31")
    check_request(Request("2024Q1"), root)
    with pytest.raises(RefusedError, match="2024Q2 begins on 2024-04-01"):
        check_request(Request("2024Q2"), root)
    for command in (["new-quarter", "2024Q2"], ["diff", "2024Q1", "2024Q2"], ["claims", "2024Q2"]):
        run = CliRunner().invoke(main, command)
        assert (run.exit_code, "'2024Q2' begins on 2024-04-01" in run.output) == (2, True)
    assert not (root / "data" / "raw" / "judgements" / "2024Q2").exists()


@pytest.mark.parametrize("day, mark", [("2024-03-30", "Draft: Q1 2024 has not ended"), ("2024-03-31", "")])
def test_an_unfinished_quarter_is_a_draft(root, monkeypatch, day, mark):
    monkeypatch.setenv("EHELSE_TODAY", day)
    strategy = read_status("2024Q1", "en").strategy
    assert words.scenario_text(strategy, "en", short=True).replace("\u00a0", " ") == mark
    assert (mark in tables.scenario(strategy, "en").text) if mark else not tables.scenario(strategy, "en").text
    if mark:
        judge(root, "2024Q1")
        assert "2024Q1 has not ended" in CliRunner().invoke(main, ["publish", "2024Q1"]).output
