"""The front page: the strategy at one look, each reason written once, and what not to rely on."""

import re

import pandas as pd
import pytest

from analysis import tables
from analysis.assessment.lights import assess
from analysis.assessment.trends import find_trends
from analysis.views.tables.front_page import answered
from blocks import read
from small import judgements, observations, small_strategy

MEASURES = [
    {"slug": "andel", "indicator": "1.1", "kind": "reach", "rounding": 1.0, "cadence": 0.5},
    {"slug": "dekning", "indicator": "1.2", "basis": "census", "unit": "kommuner", "counts": "kommuner",
     "timing": "stock", "epsilon": 0.5, "maximum": 19, "target": {"period": "2025-12-31", "value": 19}},
    {"slug": "uten", "indicator": "1.3", "unmeasured": {"nb": "Ikke publisert.", "en": "Not published."}},
    {"slug": "heller-ikke", "indicator": "2.1", "unmeasured": {"nb": "Ikke publisert.", "en": "Not published."}},
    {"slug": "antall", "indicator": "2.1", "basis": "register", "unit": "søknader", "counts": "søknader"},
]  # fmt: skip
ROWS = [
    ("andel", "2022", 26, 4997),
    ("andel", "2023", 28, 4505),
    ("dekning", "2022", 13),
    ("dekning", "2023", 17),
    ("antall", "2023", 328),
    {"measure": "antall", "period": "2023", "value": 235, "published": "2024-03-01", "standing": "conflict"},
]
# The judgements: one colour, two tendencies, three movements, and nothing at all of 1A.
JUDGED = {
    "strategy": {"colour": "grey", "movement": "unchanged", "record": "change"},
    "goal-1": {"colour": "grey", "record": "none", "movement": "up"},
    "goal-2": {"colour": "grey", "towards": "red", "record": "tendency"},
    "1.1": {"colour": "grey", "towards": "yellow", "weak": True, "record": "tendency", "movement": "up"},
    "1.2": {"colour": "green", "record": "explicit"},
    "1.3": {"colour": "grey", "record": "change", "movement": "split"},
    "2.1": {"colour": "grey", "record": "none"},
    "1A": {"colour": "grey", "record": "none"},
}


def judged(strategy):
    """Return the judgements of this strategy's items; a year ago everything was grey."""
    own = {item: cells for item, cells in JUDGED.items() if item in strategy.items.index}
    return judgements(strategy, **own).assign(previous_quarter="2023Q1", previous_colour="grey")


@pytest.fixture(scope="module")
def strategy():
    return small_strategy(MEASURES, subgoals=["1A", "2A"])


@pytest.fixture(scope="module")
def rows(strategy):
    return observations(ROWS, strategy)


@pytest.fixture(scope="module")
def trends(strategy, rows):
    return find_trends(strategy, rows, "2024Q1")


@pytest.fixture(scope="module")
def lights(strategy, trends):
    return assess(strategy, trends, judged(strategy))


def text(element):
    return re.sub(r"\s+", " ", element.text_content()).strip()


def section(block, heading):
    """Return the part of a block that stands under a heading."""
    (part,) = read(block).xpath(f".//h3[. = '{heading}']/..")
    return part


def board(strategy, trends, lights, language="nb"):
    """Return the cells of each goal's row of the board: name, whole, and what moved, did not, and is not known."""
    page = read(tables.overview(strategy, trends, lights, "2024Q1", language))
    return {text(row.find("th"))[:5]: row.findall("td") for row in page.xpath(".//tbody/tr")}


def tiles(cell):
    return cell.xpath(".//a[contains(@class, 'tile')]")


def test_a_tile_is_below_what_its_figures_say(strategy, trends, lights):
    goals = board(strategy, trends, lights)
    columns = [[text(tile).split()[0] for tile in tiles(cell)] for cell in goals["Mål 1"][1:]]
    # 26 to 28 per cent, and 13 to 17 municipalities; 1.3 is not measured, and of 2.1 there is one count
    assert columns == [["1.1", "1.2"], [], ["1.3"]]
    assert [[text(tile).split()[0] for tile in tiles(cell)] for cell in goals["Mål 2"][1:]] == [[], [], ["2.1"]]
    assert [text(cell) for cell in goals["Strat"][1:]] == ["2 av 4", "0 av 4", "2 av 4"]


@pytest.mark.parametrize(
    ("state", "change", "column"),
    [
        ("outlined", "better", "moved"),
        ("filled", "worse", "moved"),
        ("outlined", "unchanged", "still"),
        ("outlined", "cannot_tell", "still"),
        ("filled", "", "unknown"),  # a level to hold, measured once
        ("one_figure", "", "unknown"),
        ("not_measured", "better", "unknown"),  # a change that the evidence is too weak for
    ],
)
def test_only_what_the_figures_show_has_an_answer(state, change, column):
    assert list(answered(pd.DataFrame({"figures_state": [state], "direction_answer": [change]}))) == [column]


def test_a_tile_shows_kind_answer_name_and_figures(strategy, trends, lights):
    moved, _, unknown = board(strategy, trends, lights)["Mål 1"][1:]
    outlined, filled = tiles(moved)
    assert text(outlined) == "1.1 ○ bedre, skjør1.126 → 28 % · bare retning"
    assert text(filled) == "1.2 ● grønn1.213 → 17 kommuner · mot målet 19Fagfolk: ● grønn"
    (missing,) = tiles(unknown)
    assert text(missing) == "1.3 – ikke målt1.3"
    assert [tile.get("class") for tile in (outlined, filled, missing)] == [
        "tile outlined", "tile filled", "tile not_measured",
    ]  # fmt: skip
    assert filled.get("href") == "indikator-indicator-1-2.html"


def test_no_two_kinds_of_tiles_look_alike_without_colours(strategy, trends, lights):
    looks = {}
    for tile in (tile for cells in board(strategy, trends, lights).values() for cell in cells for tile in tiles(cell)):
        shown = re.search("border:.*", tile.get("style"))[0]
        looks.setdefault(tile.get("class"), set()).add(re.sub("#[0-9A-Fa-f]{6}", "", shown))
    assert [len(shown) for shown in looks.values()] == [1] * 4
    assert len(set.union(*looks.values())) == 4


def test_a_goal_has_its_two_places_apart(strategy, trends, lights):
    whole = {name: text(cells[0]) for name, cells in board(strategy, trends, lights).items()}
    # 1.1 and 1.2 of three indicators: two thirds, which is enough for a direction
    assert whole["Mål 1"] == "Tallene: bare retning△ gulFagfolk: ◌ fargen er gått tapt↑ bedre".replace(
        "retning△", "retning△"
    )
    assert "for tynt grunnlag" in whole["Mål 2"]
    assert "den ene indikatoren har verken farge eller retning" in whole["Mål 2"]
    assert "fargen er gått tapt peker mot ■ rødt" in whole["Mål 2"]


def test_what_holds_for_the_board_is_said_once(strategy, trends, lights):
    page = read(tables.overview(strategy, trends, lights, "2024Q1"))
    notes = [text(note) for note in page.xpath(".//p")]
    assert len(notes) == 3
    # 1.1, 1.3, 2.1 and 1A of four indicators and two sub-goals; of 2A nobody has judged anything
    assert "gått tapt for 4 av 6 indikatorer og delmål" in notes[2]
    assert notes[1].startswith("Retninger alene kan gi gult eller rødt, men ikke grønt")
    (link,) = page.xpath(".//p/a/@href")
    assert link == "https://www.ehelse.no/publikasjoner/strategiske-e-helseindikatorer"


@pytest.mark.parametrize("language", ["nb", "en"])
def test_no_word_of_the_board_is_plain_grey(strategy, trends, lights, language):
    said = text(read(tables.overview(strategy, trends, lights, "2024Q1", language))).casefold()
    assert not re.search(r"\bgrå\b|\bgrey\b|ikke offentlig|not public", said)


def test_key_figures_add_up_to_all_indicators(lights):
    page = read(tables.key_figures(lights))
    shown = [(text(card.find("dd")), text(card.find("dt"))) for card in page.xpath(".//dl/div")]
    assert [figure for figure, _ in shown] == ["2 av 4", "0 av 4", "2 av 4", "1 av 4"]
    assert "2 bedre, 0 verre" in shown[0][1]
    assert "1 har bare én måling, 1 er ikke målt" in shown[2][1]
    assert "ambisjonene for de andre 3 er ikke innhentet" in shown[3][1]


def test_a_coloured_level_measured_once_is_one_figure(lights):
    once = lights.assign(figures_state=lights["figures_state"].replace("one_figure", "filled"))
    captions = [text(card.find("dt")) for card in read(tables.key_figures(once)).xpath(".//dl/div")]
    assert "2 bedre, 0 verre" in captions[0]
    assert "1 har bare én måling, 1 er ikke målt" in captions[2]


def test_with_every_ambition_entered_none_is_missed(lights):
    front = tables.key_figures(lights.assign(figures_state="filled", proposed="green")).text
    assert "4 av 4" in front
    assert "innhentet" not in front


def test_without_judgements_no_colour_is_lost(strategy, trends):
    proposals = assess(strategy, trends, judgements(strategy))
    page = text(read(tables.overview(strategy, trends, proposals, "2024Q1")))
    assert page.count("ikke vurdert") == 3  # the whole and two goals
    assert "tapt" not in page


def test_every_count_of_the_distribution_has_its_base(lights):
    bases, colours, movements = read(tables.distribution(lights)).xpath(".//tbody")
    counted = {text(row.find("th"))[:5]: [int(text(cell)) for cell in row.findall("td")] for row in bases}
    assert counted == {"Mål 1": [3, 1, 1, 0, 1], "Mål 2": [1, 0, 0, 1, 0], "Strat": [4, 1, 1, 1, 1]}
    for row in (*colours, *movements):
        base = int(re.search(r"\((\d+)\)", text(row.find("th")))[1])
        assert sum(int(text(cell)) for cell in row.findall("td")) == base
    # 1.2 is green, the colours of three indicators are lost
    assert [text(cell) for cell in colours[1].findall("td")] == ["1", "0", "0", "3", "0"]
    assert [text(cell) for cell in colours[2].findall("td")] == ["0", "0", "0", "1", "1"]


def test_an_overdue_measure_is_listed_with_age_and_page(strategy, rows, trends, lights):
    (entry,) = section(tables.doubts(strategy, rows, trends, lights), "Forsinkede målinger").xpath(".//li")
    assert entry.xpath("a/@href") == ["indikator-indicator-1-1.html"]
    assert "Siste tall gjelder 2023" in text(entry)


def test_a_reason_without_figures_is_written_once(strategy, rows, trends, lights):
    (entry,) = section(tables.doubts(strategy, rows, trends, lights), "Indikatorer uten tall").xpath(".//li")
    assert text(entry).count("Ikke publisert.") == 1
    assert len(entry.xpath("a")) == 2
    assert "2.1" in text(entry)
    assert "(heller-ikke)" in text(entry)  # the indicator's other measure has a figure


def test_a_contradicted_figure_has_the_used_one_beside_it(strategy, rows, trends, lights):
    (entry,) = section(tables.doubts(strategy, rows, trends, lights), "Kilder som motsier hverandre").xpath(".//li")
    assert "235" in text(entry)
    assert "328" in text(entry)
    assert any("#small-" in link for link in entry.xpath("a/@href"))


@pytest.mark.parametrize(
    ("standing", "sentence"),
    [("conflict", "Andre motsier tallet, og rapporten har ikke noe tall"), ("excluded", "ikke noe annet tall å bruke")],
)
def test_without_any_figure_in_use_a_contradicted_one_stands_alone(standing, sentence):
    disputed = small_strategy([{"slug": "antall", "indicator": "1.1", "basis": "register", "unit": "søknader"}])
    known = observations([dict(measure="antall", period="2023", value=328, standing=standing)], disputed)
    moved = find_trends(disputed, known, "2024Q1")
    shown = assess(disputed, moved, judged(disputed))
    (entry,) = section(tables.doubts(disputed, known, moved, shown), "Kilder som motsier hverandre").xpath(".//li")
    assert "328" in text(entry) and sentence in text(entry)


@pytest.mark.parametrize("heading", ["Usikre farger", "Forsinkede målinger", "Kilder som motsier hverandre"])
def test_an_empty_list_says_that_it_is_empty(heading):
    calm = small_strategy([{"slug": "antall", "indicator": "1.1", "basis": "register", "unit": "søknader"}])
    known = observations([("antall", "2023", 328)], calm)
    moved = find_trends(calm, known, "2024Q1")
    shown = assess(calm, moved, judged(calm))
    assert text(section(tables.doubts(calm, known, moved, shown), heading).find("p")).startswith("Ingen")
