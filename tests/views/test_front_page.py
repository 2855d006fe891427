"""The front page: the strategy at one look, each reason written once, and what not to rely on."""

import re

import pytest

from analysis import tables
from analysis.assessment.lights import assess
from analysis.assessment.trends import find_trends
from blocks import read
from small import judgements, observations, small_strategy

MEASURES = [
    {"slug": "andel", "indicator": "1.1", "kind": "reach", "rounding": 1.0, "cadence": 0.25},
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


def test_every_grey_field_leads_to_its_only_reason(lights):
    page = read(tables.overview(lights, "2024Q1"))
    notes = {note.get("id"): text(note) for note in page.xpath(".//ol/li")}
    assert len(set(notes.values())) == len(notes) == 2  # not on record, and too few indicators with a colour
    fields = page.xpath(".//td[.//span[contains(@class, 'chip-grey')]]")
    assert len(fields) == 9  # the whole and two goals, then and now and by the figures
    for field in fields:
        assert all(link.lstrip("#") in notes for link in field.xpath(".//sup/a/@href"))
        assert field.xpath(".//sup/a")


def test_a_tile_leads_to_its_page_and_names_its_light(lights):
    tiles = read(tables.overview(lights, "2024Q1")).xpath(".//a[contains(@class, 'tile')]")
    assert [text(tile).split()[0] for tile in tiles] == ["1.1", "1.2", "1.3", "1A", "2.1", "2A"]
    said = {text(tile): tile.get("aria-label") for tile in tiles}
    assert said["1.1 – ↑"].endswith(": grå, peker svakt mot gult; bevegelse: bedre")
    assert said["1.2 ●"].endswith(": grønn; bevegelse: ikke oppgitt")
    assert all(label.startswith(shown.split()[0]) for shown, label in said.items())  # what is seen is what is heard
    places = {text(tile).split()[0]: tile.get("href") for tile in tiles}
    assert (places["1.2"], places["1A"]) == ("indikator-indicator-1-2.html", "maal-1.html")


def test_a_tile_is_dashed_only_where_nothing_is_on_record(lights):
    tiles = read(tables.overview(lights, "2024Q1")).xpath(".//a[contains(@class, 'tile')]")
    assert [text(tile).split()[0] for tile in tiles if "dashed" in tile.get("style")] == ["1A", "2.1", "2A"]


def test_key_figures_count_what_is_judged_on_record_and_measured(lights, trends):
    page = read(tables.key_figures(lights, trends))
    shown = [(text(card.find("dd")), text(card.find("dt"))) for card in page.xpath(".//dl/div")]
    assert [figure for figure, _ in shown] == ["1 av 2", "1 av 4", "1 av 8", "3 av 4"]
    assert "0 som svakere, 1 som delt, 0 som uendret" in shown[1][1]
    assert "1 får farge av tallene alene" in shown[3][1]


def test_without_judgements_no_colour_is_documented(strategy, trends):
    proposals = assess(strategy, trends, judgements(strategy))
    page = text(read(tables.key_figures(proposals, trends)))
    assert "0 av 8" in page
    assert "er vurdert for kvartalet" in page
    assert "dokumentert" not in page
    assert "ingen vurdering foreligger" in text(read(tables.overview(proposals, "2024Q1"))).casefold()


def test_the_distribution_counts_every_item_once_in_each_table(lights):
    colours, movements = read(tables.distribution(lights)).xpath(".//tbody")
    counted = {text(row.find("th")): [int(text(cell)) for cell in row.findall("td")] for row in (*colours, *movements)}
    assert counted["Delmål"] == [0, 0, 0, 0, 2]  # movements: none is stated
    assert [text(cell) for cell in colours[1].findall("td")] == ["1", "0", "0", "3"]  # 1.2 is green, the rest grey
    assert all(sum(counts) in (2, 4) for counts in counted.values())


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
