"""A published quarter is reproduced to the figure, whatever is added, renamed or retired later."""

import re
import shutil
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
    prepare,
    publish_quarter,
    read_published,
)
from analysis.records.ambitions import with_ambitions
from analysis.records.judgements import JudgementError, read_judgements
from analysis.records.strategy import StrategyError, read_strategy
from analysis.reports.check import published_faults
from analysis.reports.request import RefusedError, Request, check_request
from analysis.views import tables
from analysis.views.status import cache, read_status
from blocks import plain
from blocks import rows as texts_of
from projects import make_project
from quarters import correction, judge, light, publish, record, write
from real_project import ROOT
from small import small_strategy

NEW, ADOPTED = (Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8") for name in ("fjerde", "vedtatt"))
FIRST, SECOND, THIRD = 'slug = "andel-foerste"\n', 'slug = "andel-andre"\n', 'slug = "tredje"\n'
TARGET = (
    'target = { period = "2025", value = 40, kind = "reach", status = "adopted", source = "kilde", decided = %s }\n'
)
NAME = 'name = { nb = "Indikatoren 1.2", en = "The indicator 1.2" }\n'
RENAMED = """\
name = { nb = "Et nytt navn", en = "A new name" }
former_name = [{ until = "2024Q2", nb = "Indikatoren 1.2", en = "The indicator 1.2" }]
"""
BREAK = 'breaks = [{ period = "2023", kind = "minor", decided = 2024-08-01, note = { nb = "Ny", en = "New" } }]\n'
SUBGOAL = '[[goal.subgoal]]\nid = "%s"'
ADDED = (SUBGOAL % "2A", f"{NEW}\n{SUBGOAL % '2A'}")  # the indicator, as docs/extend.md adds one
# the share of 1.2 as a number of persons
ANEW = NEW[NEW.index("[[goal.indicator.measure]]") :].replace("andel-fjerde", "antall-andre")
ANEW = ANEW.replace('"prosent"', '"personer"').replace("direction", 'from = "2024Q4"\ndirection')
SAMPLE = "andel-foerste,2023,,28,prosent,,,%s,,,2024-02-01,kilde,"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    return tmp_path


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Return a project that has published the first quarter of 2024: 1.1 yellow, with 4 505 answers in 2023."""
    root = make_project(tmp_path_factory.mktemp("first"))
    edit(root, SAMPLE % "", SAMPLE % "4505", "observations/maalt.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHELSE_ROOT", str(root))
        publish(root, "2024Q1", {"1.1": "yellow"})
    return root


@pytest.fixture
def published(first, tmp_path, monkeypatch):
    """Return a copy of that project, in use."""
    monkeypatch.setenv("EHELSE_ROOT", str(shutil.copytree(first, tmp_path / "project")))
    return tmp_path / "project"


def edit(root, old, new, name="strategy.toml"):
    file = root / "data" / "raw" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def written(language, start, page="quarter"):
    """Return the block of a page of docs that begins so, about the small project."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    (block,) = re.findall(rf"```{language}\n({re.escape(start)}.*?)```", text, flags=re.DOTALL)
    block = block.replace("tilgang-pasientinformasjon", "andel-foerste")
    return re.sub("status-2024q1|strategiske-e-helseindikatorer", "kilde", block)


def refused(root):
    return [fault.problem for fault in published_faults(read_strategy(), root / "data" / "raw")]


def assert_reproduced(quarter):
    """Fail unless a quarter computed today has the lights, figures and method that it was published with."""
    again, then = record(quarter), read_published(quarter)
    for name in ("lights", "figures", "method"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(then, name))


def target_of(strategy, measure="andel-foerste"):
    return str(strategy.measure(measure)["target_value"])


def test_four_quarters_stay_as_they_were_published(published):
    root = published
    # an indicator, and a target of another
    edit(root, *ADDED)
    edit(root, FIRST, FIRST + TARGET % "2024-05-02")
    publish(root, "2024Q2", {"2.2": "grey"})
    edit(root, NAME, RENAMED)
    # a publisher gets another name, a series a break, and a set of ambitions is adopted
    edit(root, 'publisher = "The test"', 'publisher = "The directorate"', "sources.toml")
    edit(root, FIRST, BREAK + FIRST)
    (root / "data" / "raw" / "ambitions").mkdir()
    (root / "data" / "raw" / "ambitions" / "vedtatt.toml").write_text(ADOPTED, encoding="utf-8")
    # and a sample is revised
    revised = written("text", "measure,period").splitlines()[1]
    edit(root, SAMPLE % "4505", f"{SAMPLE % '4505'}\n{revised}", "observations/maalt.csv")
    publish(root, "2024Q3", {"2.2": "grey"})
    # one is retired, one defined anew in another unit, and the target is replaced by another
    edit(root, THIRD, THIRD + written("toml", "# under the indicator").replace("2024Q2", "2024Q3"))
    edit(root, SECOND, SECOND + 'until = "2024Q3"\n')
    edit(root, SUBGOAL % "1A", f"{ANEW}\n{SUBGOAL % '1A'}")
    higher = (TARGET % "2024-11-01").replace("value = 40", "value = 44")
    before = (TARGET % "2024-05-02").replace("{", "[{").replace("}", "}]")
    edit(root, TARGET % "2024-05-02", "earlier_" + before + higher)
    text = root / "data" / "raw" / "judgements" / "2024Q4" / "maal-2.nb.md"
    text.parent.mkdir()
    for file in (text, text.with_name("maal-2.en.md")):
        file.write_text("## 2.1\n\n<!-- … -->\n", encoding="utf-8")
    publish(root, "2024Q4", {"2.1": None, "2.2": "grey"})

    quarters = ["2024Q1", "2024Q2", "2024Q3", "2024Q4"]
    with cache.keeping():
        for quarter in quarters:
            assert_reproduced(quarter)
        then = {quarter: read_status(quarter, "en") for quarter in quarters}
        news = {row[0]: row[1:] for row in texts_of(since_previous(then["2024Q4"]))}
    # typed by hand from the days above: in force, targets decided, names in use
    assert [len(s.strategy.indicators) for s in then.values()] == [3, 4, 4, 3]
    assert [target_of(s.strategy) for s in then.values()] == ["nan", "40.0", "40.0", "44.0"]
    assert [s.lights.at["1.2", "name_en"] for s in then.values()] == ["The indicator 1.2"] * 2 + ["A new name"] * 2
    assert [len(s.strategy.breaks) for s in then.values()] == [0, 0, 1, 1]
    units = [s.strategy.measures_of("1.2")["unit"].tolist() for s in then.values()]
    assert units == [["prosent"], ["prosent"], ["prosent"], ["personer"]]
    sets = [with_ambitions(then[q].strategy, "vedtatt", as_of_date(q)) for q in ("2024Q2", "2024Q3")]
    assert [target_of(adopted, "andel-tredje") for adopted in sets] == ["nan", "45.0"]
    # 26 in 2022 and 28 in 2023: 2 of the 3 * 14/3 points of a straight way to 40 in 2025, 2 / (14 / 3) = 0.43
    assert [s.lights.at["1.1", "proposed"] for s in then.values()] == ["grey", "red", "red", "red"]
    # a measure that begins or ends is one change
    for earlier, later, measure, ends in (
        ("2024Q1", "2024Q2", "andel-fjerde", ["not in force", "in force"]),
        ("2024Q3", "2024Q4", "andel-tredje", ["in force", "not in force"]),
    ):
        changes = diff(then[earlier], then[later], read_published(earlier)).set_index("measure")
        assert changes.loc[[measure], ["kind", "what", "from", "to"]].values.tolist() == [["method", "scope", *ends]]
    assert "The measure is no longer part of the strategy." in str(news)
    (change,) = diff(then["2024Q2"], then["2024Q3"]).query("kind == 'revision'").to_dict("records")
    assert (change["what"], change["from"], change["to"]) == ("n", 4505, 4490)
    # the section of an indicator that has ended is empty
    assert then["2024Q4"].prose.empty
    text.write_text("## 2.1\n\nGår bra.\n", encoding="utf-8")
    with pytest.raises(RawDataError, match=r"section '2.1' is not in force in the quarter; remove it, or correct from"):
        read_status("2024Q4")


def test_a_later_edition_of_the_method_is_shown_beside(published):
    """A record as edition 1 would have left it: another limit of green, and 1.1 red."""
    status = read_status("2024Q1", "en")
    assert by_edition(status).text == ""
    folder = published / "data" / "processed" / "published" / "2024Q1"
    (folder / "hashes.csv").unlink()
    method, lights = folder / "method.csv", folder / "lights.csv"
    text = method.read_text(encoding="utf-8")
    assert "limits,METHOD_EDITION,2" in text
    text = text.replace("limits,METHOD_EDITION,2", "limits,METHOD_EDITION,1")
    method.write_text(text.replace("limits,GREEN_FROM,0.95", "limits,GREEN_FROM,0.9"), encoding="utf-8")
    frame = pd.read_csv(lights, dtype=str, keep_default_na=False).set_index("item")
    frame.loc["1.1", ["proposed", "figures_state"]] = ["red", "filled"]
    frame.to_csv(lights)

    assert refused(published) == []
    (row,) = texts_of(by_edition(status))
    assert row[:2] == ["1.1 The indicator 1.1", "■ red"]
    assert "As published, edition 1" in since_previous(status).html
    assert status.lights.at["1.1", "colour"] == "yellow"  # as judged and published


def test_an_indicator_begins_with_its_first_quarter(published):
    edit(published, SUBGOAL % "2A", ADDED[1].replace('from = "2024Q2"\n', ""))
    (fault,) = refused(published)
    assert "'2.2'" in fault and "write from = and its first quarter" in fault
    edit(published, 'slug = "fjerde"\n', 'slug = "fjerde"\nfrom = "2024Q2"\n')
    judge(published, "2024Q1", {"2.2": "grey"})
    with pytest.raises(JudgementError, match=r"2024Q1/lights.toml.*'2.2'.*is not in force in 2024Q1"):
        read_judgements("2024Q1")


def test_a_target_counts_from_its_sources_publication(root):
    edit(root, "accessed = 2024-04-01\n", "accessed = 2024-04-01\npublished = 2024-01-15\n", "sources.toml")
    edit(root, FIRST, FIRST + (TARGET % "x").replace(", decided = x", ""))
    assert [target_of(read_strategy(as_of=quarter)) for quarter in ("2023Q4", "2024Q1")] == ["nan", "40.0"]


def test_breaks_and_baselines_count_from_their_decision():
    target = {"period": "2025", "value": 40, "status": "adopted", "source": "typed"}
    measure = {"slug": "m", "target": target, "baseline": {"period": "2021", "value": 20, "decided": "2024-05-01"}}
    measure["breaks"] = [{"period": "2023", "kind": "minor", "decided": "2024-05-01"}]
    then, now = (small_strategy([measure]).at(pd.Timestamp(day)) for day in ("2024-04-30", "2024-05-01"))
    assert (len(then.breaks), then.measure("m")["baseline_period"]) == (0, None)
    assert (len(now.breaks), now.measure("m")["baseline_period"]) == (1, "2021")
    with pytest.raises(StrategyError, match="each needs the day it was decided"):
        small_strategy([{"slug": "m", "target": target, "earlier_target": [target]}])


def test_an_ambition_and_a_level_to_hold_are_shown_as_such(root):
    """40 per cent, measured once, under a level of 45 to hold: no way to it is claimed, and the ambition is adopted."""
    edit(root, FIRST, FIRST + written("toml", "# under the measure", "ambitions"))
    level = (TARGET % "2024-02-01").replace('value = 40, kind = "reach"', 'value = 45, kind = "hold"')
    edit(root, SECOND, SECOND + level)
    then, now = read_status("2024Q1", "en"), read_status("2024Q2", "en")
    assert [target_of(s.strategy) for s in (then, now)] == ["nan", "40.0"]
    first, second = (
        plain(tables.measures(now.strategy, now.trends, name, "en")._repr_html_()) for name in ("foerste", "andre")
    )
    assert "30 per cent by 2024 on the way; 40 per cent by 2025" in first
    assert "at least 45 per cent every year up to 2025" in second
    assert "adopted; higher is better" in second
    assert not re.search("public|by 2025|approaching", second)
    assert then.lights.loc["1.2", ["proposed", "rule", "grade_reasons"]].tolist() == ["red", "not_met", ("points",)]


def assert_corrected_since(successor, year_on, first):
    """Fail unless a correction made a year later leaves the successor as it was: yellow, then green."""
    news = {row[0]: row[1] for row in texts_of(since_previous(successor))}
    # a year ago it was green, as is known by now: nothing but the correction has changed
    changes = diff(first, year_on, read_published("2024Q1"))
    assert successor.lights.loc["1.1", ["previous_colour", "movement"]].tolist() == ["yellow", "up"]
    assert "▲ yellow → ● green" in news["1.1 The indicator 1.1"]
    assert year_on.lights.loc["1.1", ["previous_colour", "movement"]].tolist() == ["green", "unchanged"]
    own = changes.query("item == '1.1' and measure == '' and kind != 'figure'")
    rows = own[["kind", "what", "from", "to"]].values.tolist()
    assert rows == [["correction", "colour", "yellow", "green"]]


YELLOW, GREEN = {"1.1": "yellow"}, {"1.1": "green"}
TOO_DARK = correction("1.1", "yellow", "green")


def test_each_correction_gets_an_edition_and_is_shown(published):
    """A sample is corrected in the next quarter; 1.1, then green, was yellow, which is corrected a year later."""
    root = published
    edit(root, SAMPLE % "4505", SAMPLE % "450", "observations/maalt.csv")
    (fault,) = refused(root)
    assert "the figure andel-foerste 2023, n: published '4505', now '450'" in fault
    publish(root, "2024Q2", GREEN, written("toml", "# at the end of data/raw/judgements").replace("…", "Kari"))
    with cache.keeping():
        assert publish_quarter("2024Q1", record("2024Q1")).name == "2024Q1-2"
        with pytest.raises(VintageError, match="no later quarter corrects it since"):
            publish_quarter("2024Q1", record("2024Q1"))
    figures = [read_published("2024Q1", edition=number).figures for number in (1, 2)]
    sizes = [f.query("measure == 'andel-foerste' and period == '2023'")["n"].tolist() for f in figures]
    assert sizes == [["4505"], ["450"]]

    edit(root, 'item = "1.1"\ncolour = "yellow"', 'item = "1.1"\ncolour = "green"', "judgements/2024Q1/lights.toml")
    publish(root, "2025Q1", GREEN, TOO_DARK)
    assert refused(root) == []
    with cache.keeping():
        statuses = [read_status(quarter, "en") for quarter in ("2024Q2", "2025Q1", "2024Q1")]
        for status in statuses[::2]:
            page = plain(tables.corrected_since(status.strategy, status.corrections, "foerste", "en")._repr_html_())
            assert "The share, 2023, number of responses: 4,505 → 450" in page
            assert "Kari, 3 June 2024" in page
            goal = next(item for item in items_of(status, "goal") if item["item"] == "goal-1")
            # of slides and document
            assert "number of responses: 4,505 → 450. One digit too many." in " ".join(goal.corrections)
        assert_corrected_since(*statuses)
        publish_quarter("2024Q1", record("2024Q1"))
        assert_corrected_since(*statuses)
        shutil.rmtree(root / "data" / "processed" / "published")  # as if it had never been published
        assert_corrected_since(*statuses)


@pytest.mark.parametrize("made_in, corrected", [("2024Q2", "red"), ("2024Q3", "")])
def test_the_previous_colour_is_the_one_judged_then(root, made_in, corrected):
    for quarter in ("2024Q1", "2024Q2", "2024Q3"):
        judge(root, quarter, {"1.1": "red"}, correction("1.1", "yellow", "red") * (quarter == made_in))
    row = read_judgements("2024Q2").loc["1.1"]
    assert row[["previous_colour", "previous_corrected_colour"]].tolist() == ["yellow", corrected]


# --- before publication -------------------------------------------------------------------

# from 26 to 28 per cent
FALLEN, HAS_FALLEN = "## 1.1\n\nAndelen har sunket.\n", "## 1.1\n\nThe share has fallen.\n"
REST = ["publish", "2024Q1", "--rest", "grey", "Ikke vurdert | Not judged"]


def test_publish_asks_what_an_editor_would(root):
    judge(root, "2024Q1", {"1.2": "", "2A": ""})
    write(root / "data" / "raw" / "judgements", "2024Q1", nb=FALLEN + "\n## 1.2\n\nTeksten.\n", en=HAS_FALLEN)
    with cache.keeping():
        *_, questions = prepare("2024Q1")
    for question in (
        "nobody has judged 1.2, 2A: judge them, or close them by ehelse-status publish 2024Q1 --rest grey",
        "data/raw/judgements/2024Q1/lights.toml does not state who judged strategy, goal-1",
        "does not state the day of judging strategy, goal-1",
        "the text 'comment' of 1.2 is there in nb only: translate it into en",
        "maal-1.nb.md:1: “Andelen har sunket.” is contradicted by the figures",
        "maal-1.en.md:1: “The share has fallen.” is contradicted by the figures",
    ):
        assert question in "\n".join(questions)
    for rest in (["green", "Sett | Set"], ["grey", "Ikke vurdert"]):
        with pytest.raises(OpenRowsError):
            close_rows("2024Q1", *rest)
    assert close_rows("2024Q1", *REST[3:]) == 2
    with cache.keeping():
        run = CliRunner().invoke(main, REST[:2])
    assert (run.exit_code, f"- {questions[3]}" in run.output) == (0, True), run.output
    # nobody gave 2A a colour that could have been lost, neither in this quarter nor for the next one
    then, now = read_status("2024Q1", "en"), read_status("2024Q2", "en")
    cells = ["colour", "record", "reason_nb", "reason_en"]
    assert then.judgements.loc["2A", cells].tolist() == ["grey", "", "Ikke vurdert", "Not judged"]
    lost, unjudged = dict.fromkeys(then.lights.index, "colour_lost"), dict.fromkeys(["1.2", "2A"], "not_judged")
    assert then.lights["judgement_state"].to_dict() == lost | unjudged
    assert "colour lost" not in tables.standing(then.strategy, then.trends, then.lights, "1.2", "en").text
    assert now.judgements.loc[["1.1", "1.2"], "previous_colour"].tolist() == ["grey", ""]


def test_no_row_of_a_refused_quarter_is_closed(root):
    file = judge(root, "2024Q1", {"1.2": "", "2A": "yelow"}) / "lights.toml"
    before = file.read_text(encoding="utf-8")
    run = CliRunner().invoke(main, REST)
    assert (run.exit_code, "yelow" in run.output) == (2, True)
    assert file.read_text(encoding="utf-8") == before
    # nor one with a reason
    file = judge(root, "2024Q1", {"1A": None}, light("1A", "", 'reason_code = "context"\n')) / "lights.toml"
    before = file.read_text(encoding="utf-8")
    with pytest.raises(OpenRowsError, match=r"lights\.toml: 1A has a reason but no colour"):
        close_rows("2024Q1", "grey", "Ikke vurdert | Not judged")
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


def test_an_unfinished_quarter_is_a_draft(root, monkeypatch):
    judge(root, "2024Q1")
    for day, mark in (("2024-03-31", ""), ("2024-03-30", "Draft: Q1 2024 has not ended")):
        monkeypatch.setenv("EHELSE_TODAY", day)
        strategy = read_status("2024Q1", "en").strategy
        assert plain(words.scenario_text(strategy, "en", short=True)) == mark
        assert (mark in plain(tables.scenario(strategy, "en").text)) and bool(mark) == bool(tables.scenario(strategy))
    with cache.keeping(), pytest.raises(VintageError, match="2024Q1 has not ended"):
        prepare("2024Q1")
