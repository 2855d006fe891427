"""A report on areas, run for real: one page for each area that has a figure, and the synthetic country's truths."""

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from accessible import browser_only, violations
from analysis.records.areas import KINDS
from analysis.reports.prepare import prepare
from analysis.reports.releases import PREPARED
from analysis.reports.request import AREA_KINDS, RefusedError, Request
from analysis.reports.run import report
from countries import LATEST, project
from projects import write_template

ROOT = Path(__file__).resolve().parents[2]
CELLS = ["from analysis import read_area_status", "read_area_status(quarter, area, kind, language, as_of).title()"]
PARAMETERS = {"area": ("str", "1"), "kind": ("str", "kommune")}


@pytest.fixture
def country(tmp_path, monkeypatch):
    project(tmp_path, monkeypatch, latest={code: pair for code, pair in LATEST.items() if code != "5"})
    write_template(tmp_path, "omraade", CELLS, PARAMETERS)
    return tmp_path


def test_every_area_with_a_figure_has_a_page(country):
    """Every area with a figure has a page and knows its neighbours."""
    outcome = report(Request("2024Q1", ("nb", "en"), areas="kommune"))
    assert (outcome.state, outcome.made, outcome.folder.name) == ("COMPLETE", 8, "2024Q1-kommune")
    page = (outcome.folder / "nb" / "omraade-1.html").read_text(encoding="utf-8")
    assert "<h1>Alfa kommune</h1>" in page
    assert [name in page for name in ("Beta kommune", "Gamma kommune", "Delta kommune")] == [True, True, False]
    index = (outcome.folder / "index.html").read_text(encoding="utf-8")
    assert index.count("omraade-") == 8
    assert [name in index for name in ("Fellesskapet", "Grenda", "Liten strategi: kommuner")] == [True] * 3
    standing = pd.read_csv(outcome.folder / "tables" / "standing.csv", dtype={"area": str}).set_index("area")
    assert standing.loc["3", "withheld"] == "withheld"
    assert pd.isna(standing.loc["3", "value"])
    assert report(Request("2024Q1", ("nb", "en"), areas="kommune")).state == "UNCHANGED"


def test_what_cannot_be_reported_of_areas_is_refused(country):
    for asked, said in (({"areas": "fylke"}, "no kind"), ({"goal": 1, "areas": "kommune"}, "leave out the goal")):
        with pytest.raises(RefusedError, match=said):
            report(Request("2024Q1", **asked))


def test_a_quarter_without_a_figure_of_areas_is_refused(country):
    prepare("2023Q4", "", ["nb"], str(country), "kommune")
    assert "no figure of any kommune" in json.loads((country / PREPARED).read_text(encoding="utf-8"))["refused"]


def test_the_command_offers_the_kinds_of_areas_there_are():
    assert set(AREA_KINDS) == set(KINDS)


@pytest.fixture(scope="module")
def make_country():
    sys.path.insert(0, str(ROOT / "benchmarks"))
    try:
        from area_panel import make_country
    finally:
        sys.path.pop(0)
    return make_country


@pytest.fixture(scope="module")
def synthetic(make_country, tmp_path_factory):
    root = tmp_path_factory.mktemp("synthetic")
    return root, make_country(root, seed=11)


@pytest.fixture
def claimed(synthetic, monkeypatch):
    from analysis.municipal.panels import read_panel

    monkeypatch.setenv("EHELSE_ROOT", str(synthetic[0]))
    return read_panel("2024Q4", "kommune")


@pytest.mark.slow
def test_only_what_is_planted_in_a_country_is_claimed(synthetic, claimed):
    """What is planted in a synthetic country is found and nothing else is claimed."""
    standing, truths = claimed.standing, synthetic[1].set_index(["measure", "area"])
    joined = standing.join(truths.add_suffix("_true"))
    young = claimed.areas.index[claimed.areas["since"] == pd.Timestamp("2024-01-01")]
    split = [code for code in young if code in ("1508", "1580")]  # their series begin with 2024
    whole = joined[~joined.index.get_level_values("area").isin(split)]
    whole = whole[whole["withheld"].isin(["", "missing"])]  # of what is withheld nothing is claimed
    trends, steps = whole[whole["kind_true"] == "trend"], whole[whole["kind_true"] == "step"]
    assert (trends["kind"] != "").all()
    assert (trends["kind"] == "trend").mean() > 0.9
    assert (trends["way"] == trends["way_true"]).all()
    assert (steps["kind"] == "step").mean() > 0.9
    assert (steps["way"] == steps["way_true"]).all()
    assert (steps["since"] == steps["at_true"]).mean() > 0.8
    levels = joined[(joined["kind_true"] == "level") & (joined["withheld"] == "")]
    assert (levels["zone"] == 2 * levels["way_true"]).all()
    gaps = whole[whole["kind_true"] == "gap"]
    assert all(row.at_true in row.missing for row in gaps.itertuples())
    steady = joined[joined["kind_true"].isna()]
    assert len(steady) > 4500
    # 1 in 500 stated; of 4,500 that is 9, and more than 20 has a chance under 1 in 1,000
    assert (steady["kind"] != "").sum() <= 20
    assert (steady["zone"].abs() == 2).sum() <= 20
    assert steady["missing"].map(len).sum() == 0


@pytest.mark.slow
def test_no_small_count_of_a_synthetic_country_is_shown(claimed):
    """No figure of few persons of a synthetic country is published."""
    shown = claimed.figures[claimed.figures["withheld"] == ""]
    assert len(shown) > 85_000
    rest = shown["denominator"] - shown["numerator"]
    assert not (((shown["numerator"] > 0) & (shown["numerator"] < 5)) | ((rest > 0) & (rest < 5))).any()
    assert json.dumps(sorted(set(claimed.figures["withheld"]))) == '["", "withheld"]'


class TestInChromium:
    pytestmark = browser_only

    def test_axe_finds_nothing_on_pages_of_areas(self, browser, make_country, tmp_path, monkeypatch):
        """Axe finds nothing on a page of an area and on the front of all areas."""
        make_country(tmp_path, 12, 8, 5)
        monkeypatch.setenv("EHELSE_ROOT", str(tmp_path))
        folder = report(Request("2024Q4", ("nb",), areas="kommune")).folder
        page = sorted(folder.glob("nb/omraade-*.html"))[3]
        assert [fault for file in (page, folder / "index.html") for fault in violations(browser, file)] == []
