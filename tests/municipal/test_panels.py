"""Panels of areas: what is compared, what is withheld, and what a page of one area says of it."""

import pandas as pd
import pytest

from analysis.municipal import status as area_status
from analysis.municipal.panels import read_panel
from analysis.municipal.status import read_area_status
from analysis.records.areas import AreaError
from analysis.records.observations import read_area_observations
from countries import LATEST, history, project
from typed_cases import rows_of


@pytest.fixture(scope="module")
def panel(tmp_path_factory):
    """Return a panel of the country, which is the project in use unless a test makes another."""
    with pytest.MonkeyPatch.context() as patch:
        project(tmp_path_factory.mktemp("country"), patch)
        yield read_panel("2024Q1", "kommune")


@pytest.fixture
def country(panel):
    return panel.standing.loc["andel-foerste"]


def test_every_area_is_compared_with_all_together(country):
    """Every area is compared with all together the withheld among them."""
    assert country["all"].unique() == pytest.approx([40.0])  # 183 of 450, rounded so that ten persons more do not show
    assert country["centre"].unique() == pytest.approx([30.0])  # without area 3 and 5: 90 of 300
    assert country.loc[["4", "5"], "zone"].tolist() == [0, 2]
    assert country["reported"].unique() == [5]


def test_a_small_count_is_withheld_and_the_smallest_with_it(country, panel):
    """A share of few persons is withheld and the smallest beside it too, in every frame of the panel."""
    assert country["withheld"].tolist() == ["withheld", "", "withheld", "", ""]
    assert country.loc[["1", "3"], ["value", "numerator", "denominator", "z", "p_value"]].isna().all(axis=None)
    hidden = panel.figures[panel.figures["withheld"] != ""]
    assert len(hidden) == 2
    assert hidden[["value", "numerator", "denominator"]].isna().all(axis=None)


def test_few_that_are_no_persons_are_shown(tmp_path, monkeypatch):
    project(tmp_path, monkeypatch, counts="kommuner")
    assert (read_panel("2024Q1", "kommune").standing["withheld"] == "").all()


def test_peers_are_areas_in_the_same_larger_one(tmp_path, monkeypatch, country):
    """Peers are the areas within the same larger one and their sum gives nobody away."""
    assert country.loc["4", "peers"] == pytest.approx(100 * 120 / 200)
    assert country.loc["2", "peers"] == pytest.approx(100 * 63 / 250)  # two are withheld: neither can be had from it
    pair = {"4": (30, 100), "1": (20, 100), "2": (40, 100)}  # 5 has not reported: what 4 has is not all
    project(tmp_path / "pair", monkeypatch, latest=pair)
    alone = read_panel("2024Q1", "kommune").standing.loc["andel-foerste"]
    assert pd.isna(alone.loc["5", "peers"])
    project(tmp_path / "delivered", monkeypatch, latest=pair, more=[("G", "2024Q1", 60, 200)])
    one = read_panel("2024Q1", "kommune").standing.loc["andel-foerste"]  # of one area alone the sum is its own
    assert one.loc["4", "peers_n"] == 1 and pd.isna(one.loc["4", "peers"])


def test_a_share_of_all_that_few_would_move_is_missing(tmp_path, monkeypatch):
    few = dict(zip("12345", [(6, 12), (7, 14), (6, 12), (7, 14), (8, 16)], strict=True))
    project(tmp_path, monkeypatch, latest=few)
    country = read_panel("2024Q1", "kommune").standing.loc["andel-foerste"]
    assert country[["all", "centre", "z"]].isna().all(axis=None)
    assert country["value"].notna().all()


def test_no_withheld_figure_moves_a_series(tmp_path, monkeypatch):
    early = [(code, f"202{year}Q1", *LATEST[code]) for code in "1245" for year in range(4)]
    stood = []
    for name, few in (("rising", (1, 2, 3, 4)), ("falling", (4, 3, 2, 1))):
        own = [("3", f"202{year}Q1", count, 50) for year, count in enumerate(few)]
        project(tmp_path / name, monkeypatch, more=[*early, *own])
        stood.append(read_panel("2024Q1", "kommune").standing)
    pd.testing.assert_frame_equal(*stood)


def test_a_larger_area_needs_figures_of_all_within(tmp_path, monkeypatch):
    """A larger area has a figure when all within have reported."""
    project(tmp_path, monkeypatch, latest={**LATEST, "3": (30, 50)})
    communities = read_panel("2024Q1", "helsefellesskap").standing.loc["andel-foerste"]
    assert communities[["numerator", "denominator"]].values.tolist() == [[90, 250], [120, 200]]
    latest = {code: pair for code, pair in LATEST.items() if code != "5"}
    project(tmp_path / "gap", monkeypatch, latest=latest, more=[("F", "2024Q1", 100, 300)])
    communities = read_panel("2024Q1", "helsefellesskap").standing.loc["andel-foerste"]
    assert communities["withheld"].tolist() == ["", "missing"]
    assert communities.loc["F", "denominator"] == 300  # delivered, which comes before the sum


@pytest.mark.usefixtures("panel")
def test_unknown_quarters_and_areas_are_refused():
    with pytest.raises(AreaError, match="no figure of any kommune was published by 2023-12-31"):
        read_panel("2023Q4", "kommune")
    with pytest.raises(AreaError, match="'9': is the code of no area"):
        read_area_status("2024Q1", "9", "kommune")


@pytest.mark.parametrize("language", ["nb", "en"])
def test_a_page_shows_position_movement_and_gaps(tmp_path, monkeypatch, language):
    """The page of an area says where it stands how it moves and what is missing."""
    project(tmp_path, monkeypatch, more=history())
    status = read_area_status("2024Q1", "4", "kommune", language)
    blocks = (status.title(), status.standing(), status.funnels(), status.movement(), status.basis(), status.sources())
    text = " ".join(" ".join(block.text.split()) for block in blocks).replace("\xa0", " ")
    wanted = [row[language] for row in rows_of(__file__, "area_page.csv")]
    assert [said for said in wanted if said.lower() not in text.lower()] == []


@pytest.mark.usefixtures("panel")
def test_the_page_of_a_withheld_area_does_not_show_its_figure():
    status = read_area_status("2024Q1", "3", "kommune")
    html = status.title().html + status.standing().html + status.movement().html
    assert "holdt tilbake av hensyn til personvernet" in html
    assert "3 av 50" not in html
    assert "6,0\xa0prosent" not in html


def test_pages_read_a_panel_that_a_run_can_keep(panel, monkeypatch):
    """The pages read the panel through one name that the runner can remember."""
    monkeypatch.setattr(area_status, "read_panel", lambda *_: panel)
    assert read_area_status("2024Q1", "1", "kommune").panel is panel
    assert sorted(read_area_observations()["area"]) == ["1", "2", "3", "4", "5"]
