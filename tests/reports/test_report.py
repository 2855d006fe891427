"""The first quarter of 2024, made from the real raw material by the real command, counted from the files it leaves."""

import re
import tomllib
from itertools import takewhile
from pathlib import Path

import lxml.html
import pandas as pd
import pytest

from typed_cases import rows_of

pytestmark = pytest.mark.slow
COLOURS = {"● grønn", "▲ gul", "■ rød"}
GOALS = tomllib.loads(Path(__file__).with_name("goals_of_report.toml").read_text(encoding="utf-8"))["goal"]


def page(release: Path, name: str) -> lxml.html.HtmlElement:
    return lxml.html.parse(release / "nb" / f"{name}.html").getroot().find(".//main")


def words(element: lxml.html.HtmlElement) -> str:
    return re.sub(r"\s+", " ", element.text_content())


def rows(element: lxml.html.HtmlElement, caption: str) -> list[lxml.html.HtmlElement]:
    table = [t for t in element.iter("table") if words(t.find("caption")).startswith(caption)]
    assert len(table) == 1, caption
    return table[0].findall("tbody/tr")


def marks(element: lxml.html.HtmlElement) -> list[str]:
    kinds = " or ".join(f"starts-with(@class, '{kind}')" for kind in ("chip", "hollow", "state"))
    return [words(mark).strip() for mark in element.xpath(f".//span[{kinds}]")]


def test_41_cells_carry_a_colour_or_that_it_is_lost(release):
    """And the figures of each indicator have a place of their own."""
    cells = []
    for number, goal in enumerate(GOALS, start=1):
        main = page(release, f"maal-{number}")
        indicators, subgoals = rows(main, "Status, tall"), rows(main, "Status og kommentar")
        assert [marks(row.findall("td")[1])[0] for row in indicators] == goal["figures"]
        assert len(subgoals) == goal["subgoals"]
        cells += main.xpath(".//dl[@class='facts']//dd")[:2]
        cells += [row.find("td") for row in indicators + subgoals]
    assert len(cells) == 15 + 16 + 5 * 2
    assert {marks(cell)[0] for cell in cells} <= {*COLOURS, "◌ fargen er gått tapt"}


def test_no_page_says_grey_or_not_public(release):
    for file in sorted(release.glob("*/*.html")):
        root = lxml.html.parse(file).getroot()
        said = " ".join([words(root.find(".//main")), *root.xpath("//main//@alt"), *root.xpath("//main//@title")])
        assert not re.search(r"\b(grå|grey|ikke offentlige?|not public)\b", said, re.IGNORECASE), file.name


def test_only_the_colours_on_record_are_shown(release):
    lights = pd.read_csv(release / "tables" / "lights.csv", dtype=str, keep_default_na=False).set_index("item")
    judged = lights["colour"][lights["colour"] != "grey"]
    assert judged.to_dict() == {"1.2": "yellow", "3B": "yellow", "goal-5": "yellow"}
    towards = lights["towards"][lights["towards"] != ""]
    assert towards.to_dict() == {"goal-2": "red", "4.1": "yellow", "goal-5": "green"}
    assert "Rettet i ettertid" in words(page(release, "maal-5"))


def test_comments_themes_and_candidates_are_on_their_goals_page(release):
    for number, goal in enumerate(GOALS, start=1):
        main = page(release, f"maal-{number}")
        for caption in ("Status, tall", "Status og kommentar"):
            assert all(len(words(row.findall("td")[-1])) > 20 for row in rows(main, caption))
        themes = main.xpath(".//h2[. = 'Strategiske temaer' or . = 'Strategisk tema']/following-sibling::*")
        themes = takewhile(lambda element: element.tag != "h2", themes)
        assert sum(len(part.xpath(".//div[@class='card']")) for part in themes) == goal["themes"]
        assert len(rows(main, f"Kandidater for mål {number}")) == goal["candidates"]


def test_every_figure_of_the_source_report_is_on_its_page(release):
    """The table has the page of each figure, and how a reader of Norwegian meets it."""
    printed = pd.DataFrame(rows_of(__file__, "printed_figures.csv")).groupby("page")["text"]
    shown = {name: words(page(release, name)) for name in printed.groups}
    assert [(name, text) for name, texts in printed for text in texts if text not in shown[name]] == []


def test_the_data_page_shows_known_issues_and_each_row_used(release):
    main = page(release, "datagrunnlag")
    assert len(rows(main, "Kjente forhold")) == 23
    used = pd.read_csv(release / "tables" / "observations.csv", dtype=str, keep_default_na=False)
    anchors = set(main.xpath(".//@id"))
    places = {f"{Path(file).stem}-{line}" for file, line in zip(used["file"], used["line"], strict=True)}
    assert places <= anchors
