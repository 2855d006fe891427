"""What was known, and what was published, stays so."""

import os
import pty
import shutil
import subprocess
import sys
from functools import partial

import pandas as pd
import pytest
from click.testing import CliRunner

from analysis.__main__ import main
from analysis.quarter.published_lights import (
    VintageError,
    differences,
    method_changes,
    publish_quarter,
    published_quarters,
    read_published,
    refuse_rewriting,
    vintage_of,
)
from projects import make_project
from quarters import correction, judge, light, status, write
from small import observations, small_strategy

TARGET = {"period": "2024-12-31", "value": 19}
BASE = [{"slug": "dho", "basis": "census", "timing": "stock", "target": TARGET, "unit": "helsefellesskap"}]
STRATEGY = small_strategy(BASE)
# as on the public portfolio page: 15 of 19 by the middle of 2022, 18 in the report of 2024Q1
FIGURES = [("dho", "2022-06-30", 15), ("dho", "2023-12-31", 18)]
REVISED = {"measure": "dho", "period": "2023-12-31", "value": 16, "published": "2024-05-31"}
EDITED = [FIGURES[0], ("dho", "2023-12-31", 14)]
ALL = "".join(light(item) for item in ("strategy", "goal-1", "1.1", "1A"))
YELLOW = ALL.replace(light("1A"), light("1A", "yellow"))
CORRECTION = correction("dho 2023-12-31 value", 18, 14)


def recorded(folder, figures=FIGURES, strategy=STRATEGY, lights=ALL):
    """Return the vintage of 2024Q1 from these figures, this promise and these lights, kept in the folder."""
    (folder / "judgements").mkdir(exist_ok=True)
    now = status("2024Q1", strategy, observations(figures, strategy), write(folder / "judgements", "2024Q1", lights))
    return vintage_of(strategy, now.observations, now.lights)


@pytest.fixture
def vintage(tmp_path):
    return partial(recorded, tmp_path)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    folder = tmp_path_factory.mktemp("first")
    publish_quarter("2024Q1", recorded(folder), folder / "published")
    return folder


@pytest.fixture
def published(first, tmp_path):
    """Return the folder of what is published: a copy of 2024Q1, beside its judgements."""
    return shutil.copytree(first, tmp_path, dirs_exist_ok=True) / "published"


def refuse(now, folder, strategy=STRATEGY):
    refuse_rewriting("2024Q1", now, strategy, folder=folder, judgements=folder.parent / "judgements")


def test_what_is_published_comes_back_and_is_not_written_over(published, vintage):
    found, now = read_published("2024Q1", published), vintage()
    for name in ("lights", "figures", "method", "corrections"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(now, name))
    assert differences(found, now, STRATEGY).empty
    with pytest.raises(VintageError, match="published already"):
        publish_quarter("2024Q1", now, published)
    assert published_quarters(published) == ["2024Q1"]


def test_nothing_is_published_with_open_rows(tmp_path, vintage):
    open_rows = light("1.1") + '[[light]]\nitem = "1A"\ncolour = ""\n'
    with pytest.raises(VintageError, match="nobody has judged strategy, goal-1, 1A"):
        publish_quarter("2024Q1", vintage(lights=open_rows), tmp_path / "open")
    assert published_quarters(tmp_path / "open") == []


def test_a_revision_or_an_unpublished_quarter_is_no_error(published, vintage):
    refuse(vintage([*FIGURES, REVISED]), published)  # which the quarter does not know
    nothing = published.parent / "nothing"
    refuse(vintage([("dho", "2022-06-30", 3)]), nothing)
    assert read_published("2024Q1", nothing) is None


def test_an_edit_is_an_error_that_names_it(published, vintage):
    with pytest.raises(VintageError) as caught:
        refuse(vintage(EDITED), published)
    assert "item '1.1', proposed: published 'green', now 'red'" in str(caught.value)
    assert "the figure dho 2023-12-31, value: published '18', now '14'" in str(caught.value)
    with pytest.raises(VintageError, match=r"item '1A', colour: published 'grey', now 'yellow' \(the judgement"):
        refuse(vintage(lights=YELLOW), published)
    strategy = small_strategy([{**BASE[0], "target": {**TARGET, "value": 40}}])
    higher = vintage(strategy=strategy)
    with pytest.raises(VintageError, match=r"dho: .*target.* was 19, is 40\); write decided = and its day"):
        refuse(higher, published, strategy)
    assert set(method_changes(read_published("2024Q1", published), higher)["subject"]) == {"dho"}


def with_limit(record, edition, limit):
    """Set the edition of the method and the limit of green in a record."""
    of_limits = record.method["subject"] == "limits"
    for field, value in (("METHOD_EDITION", edition), ("GREEN_FROM", limit)):
        record.method.loc[of_limits & (record.method["field"] == field), "value"] = value
    return record


def test_a_later_edition_proposes_beside_what_is_published(tmp_path, vintage):
    """Another limit proposes another colour: as part of a later edition, it leaves what is published as it is."""
    folder = tmp_path / "published"
    publish_quarter("2024Q1", with_limit(vintage(), "2", "0.9"), folder)
    now = vintage()
    now.lights.loc["1.1", ["proposed", "proposed_towards"]] = ["yellow", "green"]
    refuse(with_limit(now, "3", "0.99"), folder)
    with pytest.raises(VintageError, match=r"'green', now 'yellow' \(limits: GREEN_FROM.*METHOD_EDITION"):
        refuse(with_limit(now, "2", "0.99"), folder)
    now.lights.loc["1A", "colour"] = "red"  # a judgement is nothing that an edition changes
    with pytest.raises(VintageError, match="'1A', colour: published 'grey', now 'red'"):
        refuse(with_limit(now, "3", "0.99"), folder)


@pytest.mark.parametrize("more, figures, refused", [
    ("", EDITED, ""),
    ("", [FIGURES[0], ("dho", "2023-12-31", 13)], "value: published '18', now '13'"),
    ("", [("dho", "2022-06-30", 16), EDITED[1]], "2022-06-30, value: published '15', now '16'"),
    ("", [FIGURES[0], {"measure": "dho", "period": "2023-12-31", "value": 14, "qualifier": "about"}], "qualifier"),
    ("", [FIGURES[0], ("dho", "2023-09-30", 17), EDITED[1]], "'', now '17'"),
    ("1A", EDITED, "item '1A', colour: published 'grey', now 'yellow'"),
    ("1.1", EDITED, "item '1.1', colour: published 'grey', now 'yellow'"),
])  # fmt: skip
def test_a_correction_reopens_its_field_alone(published, vintage, more, figures, refused):
    write(published.parent / "judgements", "2024Q2", light("1.1") + CORRECTION)
    reason = 'reason_code = "other"\nreason = { nb = "x", en = "x" }\n'
    lights = ALL.replace(light(more), light(more, "yellow", reason)) if more else ALL
    if not refused:
        refuse(vintage(figures), published)
        return
    with pytest.raises(VintageError) as caught:
        refuse(vintage(figures, lights=lights), published)
    assert refused in str(caught.value)
    assert "now '14'" not in str(caught.value)


def test_a_corrected_colour_reopens_the_goal_above(published, vintage):
    write(published.parent / "judgements", "2024Q2", light("1.1") + correction("1A", "grey", "yellow"))
    refuse(vintage(lights=YELLOW), published)
    with pytest.raises(VintageError, match="'1A', colour: published 'grey', now 'red'"):
        refuse(vintage(lights=ALL.replace(light("1A"), light("1A", "red"))), published)


@pytest.mark.slow
def test_publish_once_and_refuse_a_report_that_differs(tmp_path, monkeypatch):
    from analysis.reports.prepare import prepare

    root = make_project(tmp_path)
    judge(root, "2024Q1", {"2A": ""})
    monkeypatch.setenv("EHELSE_ROOT", str(root))
    # on a terminal nothing is published before its questions are answered
    ours, terminal = pty.openpty()
    os.write(ours, b"n\n")
    command = [sys.executable, "-m", "analysis", "publish", "2024Q1"]
    asked = subprocess.run(command, stdin=terminal, capture_output=True, text=True, timeout=300, check=False)
    assert (asked.returncode, "Publish 2024Q1 as it is? [y/N]" in asked.stderr) == (1, True), asked.stderr
    assert published_quarters() == []
    run = CliRunner().invoke(main, ["publish", "2024Q1", "--rest", "grey", "Ikke vurdert | Not judged"])
    assert (run.exit_code, "Closed 1 rows" in run.output) == (0, True), run.output
    assert run.output.splitlines()[-1].startswith("Wrote data/processed/published/2024Q1;")
    assert CliRunner().invoke(main, ["publish", "2024Q1"]).exit_code == 2

    answer = root / "answer" / "prepared.json"
    answer.parent.mkdir()
    prepare("2024Q1", "", ["nb"], str(answer.parent))
    assert "refused" not in answer.read_text(encoding="utf-8")
    edited = root / "data" / "raw" / "observations" / "maalt.csv"
    edited.write_text(edited.read_text(encoding="utf-8").replace("2022,,26", "2022,,29"), encoding="utf-8")
    prepare("2024Q1", "", ["nb"], str(answer.parent))
    edit = "2024Q1 is published; the figure andel-foerste 2022, value: published '26', now '29'"
    assert edit in answer.read_text(encoding="utf-8")
