"""The front page: the strategy at one look, each reason written once, and what not to rely on."""

import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from analysis import tables
from analysis.assessment.lights import assess
from analysis.assessment.trends import find_trends
from analysis.views.tables.front_page import answered
from blocks import plain, read
from small import judgements, observations, small_strategy

TYPED = tomllib.loads(Path(__file__).with_name("front_page.toml").read_text(encoding="utf-8"))


def assessed(measures, typed, subgoals=("1A",)):
    """Return promise, rows, trends and lights of measures; a year ago everything was judged grey."""
    strategy = small_strategy(measures, subgoals)
    rows = observations(typed, strategy)
    trends = find_trends(strategy, rows, "2024Q1")
    judged = {item: cells for item, cells in TYPED["judged"].items() if item in strategy.items.index}
    earlier = judgements(strategy, **judged).assign(previous_quarter="2023Q1", previous_colour="grey")
    return strategy, rows, trends, assess(strategy, trends, earlier)


@pytest.fixture(scope="module")
def material():
    return assessed(TYPED["measures"], TYPED["rows"], ["1A", "2A"])


@pytest.fixture(scope="module")
def lights(material):
    return material[-1]


@pytest.fixture(scope="module")
def page(material):
    strategy, _, trends, lights = material
    return read(tables.overview(strategy, trends, lights, "2024Q1"))


@pytest.fixture(scope="module")
def board(page):
    """Return the cells of each goal's row of the board: name, whole, and what moved, did not, and is not known."""
    return {text(row.find("th"))[:5]: row.findall("td") for row in page.xpath(".//tbody/tr")}


def text(element):
    return plain(element.text_content())


def entries(material, heading):
    """Return what is listed under a heading of what not to rely on."""
    (part,) = read(tables.doubts(*material)).xpath(f".//h3[. = '{heading}']/..")
    return part.xpath(".//li") or text(part.find("p"))


def tiles(cell):
    return cell.xpath(".//a[contains(@class, 'tile')]")


def test_a_tile_is_below_what_its_figures_say(board):
    columns = {goal: [[text(tile)[:3] for tile in tiles(cell)] for cell in cells[1:]] for goal, cells in board.items()}
    # 26 to 28 per cent, and 13 to 17 municipalities; 1.3 is not measured, and of 2.1 there is one count
    assert columns["Mål 1"] == [["1.1", "1.2"], [], ["1.3"]]
    assert columns["Mål 2"] == [[], [], ["2.1"]]
    assert [text(cell) for cell in board["Strat"][1:]] == ["2 av 4", "0 av 4", "2 av 4"]


def test_only_what_the_figures_show_has_an_answer():
    cases = [
        ("outlined", "better", "moved"),
        ("filled", "worse", "moved"),
        ("outlined", "unchanged", "still"),
        ("outlined", "cannot_tell", "still"),
        ("filled", "", "unknown"),  # a level to hold, measured once
        ("one_figure", "", "unknown"),
        ("not_measured", "better", "unknown"),  # a change that the evidence is too weak for
    ]
    frame = pd.DataFrame(cases, columns=["figures_state", "direction_answer", "column"])
    assert list(answered(frame)) == frame["column"].tolist()


def test_a_tile_shows_kind_answer_name_and_figures(board):
    outlined, filled, missing = (tile for cell in board["Mål 1"][1:] for tile in tiles(cell))
    assert text(outlined) == "1.1 ○ bedre, skjør1.126 → 28 % · bare retning"
    assert text(filled) == "1.2 ● grønn1.213 → 17 kommuner · mot målet 19Fagfolk: ● grønn"
    assert text(missing) == "1.3 – ikke målt1.3"
    classes = [tile.get("class") for tile in (outlined, filled, missing)]
    assert classes == ["tile outlined", "tile filled", "tile not_measured"]
    assert filled.get("href") == "indikator-indicator-1-2.html"


def test_a_tile_says_why_a_figure_is_of_no_use():
    strategy, _, trends, lights = assessed([{"slug": "old"}], [("old", "2019", 40)])
    (tile,) = tiles(read(tables.overview(strategy, trends, lights, "2024Q1")))
    assert text(tile) == "1.1 – ikke målt1.140 % · siste måling er for gammel"


def test_no_two_kinds_of_tiles_look_alike_without_colours(page):
    looks = {}
    for tile in tiles(page):
        look = re.search("border:.*", tile.get("style"))[0]
        looks.setdefault(tile.get("class"), set()).add(re.sub("#[0-9A-Fa-f]{6}", "", look))
    assert [len(kind) for kind in looks.values()] == [1] * 4
    assert len(set.union(*looks.values())) == 4


def test_a_goal_has_its_two_places_apart(board):
    whole = {name: text(cells[0]) for name, cells in board.items()}
    # 1.1 and 1.2 of three indicators: two thirds, which is enough for a direction
    assert whole["Mål 1"] == "Tallene: bare retning△ gulFagfolk: ◌ fargen er gått tapt↑ bedre"
    assert "for tynt grunnlag" in whole["Mål 2"]
    assert "den ene indikatoren har verken farge eller retning" in whole["Mål 2"]
    assert "fargen er gått tapt peker mot ■ rødt" in whole["Mål 2"]


def test_what_holds_for_the_board_is_said_once(page):
    notes = [text(note) for note in page.xpath(".//p")]
    assert len(notes) == 3
    # 1.1, 1.3, 2.1 and 1A of four indicators and two sub-goals; of 2A nobody has judged anything
    assert "gått tapt for 4 av 6 indikatorer og delmål" in notes[2]
    assert notes[1].startswith("Retninger alene kan gi gult eller rødt, men ikke grønt")
    (link,) = page.xpath(".//p/a/@href")
    assert link == "https://www.ehelse.no/publikasjoner/strategiske-e-helseindikatorer"


def test_key_figures_add_up_to_all_indicators(lights):
    cards = read(tables.key_figures(lights)).xpath(".//dl/div")
    assert [text(card.find("dd")) for card in cards] == ["2 av 4", "0 av 4", "2 av 4", "1 av 4"]
    captions = [text(card.find("dt")) for card in cards]
    assert "2 bedre, 0 verre" in captions[0]
    assert "1 har bare én måling, 1 har ingen brukbar måling" in captions[2]
    assert "ambisjonene for de andre 3 er ikke innhentet" in captions[3]
    # a coloured level that was measured once is one figure
    once = lights.assign(figures_state=lights["figures_state"].replace("one_figure", "filled"))
    captions = [text(card.find("dt")) for card in read(tables.key_figures(once)).xpath(".//dl/div")]
    assert "2 bedre, 0 verre" in captions[0]
    assert "1 har bare én måling, 1 har ingen brukbar måling" in captions[2]
    # with every ambition entered, none is missed
    entered = tables.key_figures(lights.assign(figures_state="filled", proposed="green")).text
    assert "4 av 4" in entered and "innhentet" not in entered


def test_without_judgements_no_colour_is_lost(material):
    strategy, _, trends, _ = material
    proposals = assess(strategy, trends, judgements(strategy))
    overview = text(read(tables.overview(strategy, trends, proposals, "2024Q1")))
    assert overview.count("ikke vurdert") == 3  # the whole and two goals
    assert "tapt" not in overview


def test_every_count_of_the_distribution_has_its_base(lights):
    bases, colours, movements = (
        {text(row.find("th")): [int(text(cell)) for cell in row.findall("td")] for row in body}
        for body in read(tables.distribution(lights)).xpath(".//tbody")
    )
    counted = {name[:5]: counts for name, counts in bases.items()}
    assert counted == {"Mål 1": [3, 1, 1, 0, 1], "Mål 2": [1, 0, 0, 1, 0], "Strat": [4, 1, 1, 1, 1]}
    for name, counts in (colours | movements).items():
        assert sum(counts) == int(re.search(r"\((\d+)\)", name)[1])
    # 1.2 is green, the colours of three indicators are lost
    assert list(colours.values())[1:3] == [[1, 0, 0, 3, 0], [0, 0, 0, 1, 1]]


def test_what_not_to_rely_on_is_listed_once_with_its_page(material):
    (late,) = entries(material, "Forsinkede målinger")
    assert late.xpath("a/@href") == ["indikator-indicator-1-1.html"]
    assert "Siste tall gjelder 2023" in text(late)
    (without,) = entries(material, "Indikatorer uten tall")
    assert text(without).count("Ikke publisert.") == 1
    assert len(without.xpath("a")) == 2
    assert "2.1" in text(without)
    assert "(heller-ikke)" in text(without)  # the indicator's other measure has a figure
    (contradicted,) = entries(material, "Kilder som motsier hverandre")
    assert "235" in text(contradicted) and "328" in text(contradicted)
    assert any("#small-" in link for link in contradicted.xpath("a/@href"))


ONE = [{"slug": "antall", "indicator": "1.1", "basis": "register", "unit": "søknader"}]


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [("conflict", "Andre motsier tallet, og rapporten har ikke noe tall"), ("excluded", "ikke noe annet tall å bruke")],
)
def test_without_a_figure_in_use_a_contradicted_one_stands_alone(standing, sentence):
    disputed = assessed(ONE, [{"measure": "antall", "period": "2023", "value": 328, "standing": standing}])
    (entry,) = entries(disputed, "Kilder som motsier hverandre")
    assert "328" in text(entry) and sentence in text(entry)


def test_an_empty_list_says_that_it_is_empty():
    calm = assessed(ONE, [("antall", "2023", 328)])
    for heading in ("Usikre farger", "Forsinkede målinger", "Kilder som motsier hverandre"):
        assert entries(calm, heading).startswith("Ingen")
