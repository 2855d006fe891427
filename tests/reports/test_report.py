"""The first quarter of 2024, made from the real raw material by the real command, counted from the files it leaves."""

import re
from itertools import takewhile
from pathlib import Path

import lxml.html
import pandas as pd
import pytest

from real_project import called
from typed_cases import rows_of

COLOURS = {"● grønn", "▲ gul", "■ rød"}
# what the figures of each goal's indicators say (the method, section 4b)
FIGURES_PLACES = {
    1: [
        "– ikke målt",
        *["① bare én måling"] * 2,
        "bare retning△ gul (kan ikke avgjøres)",
        "▲ gul",
        "bare retning○ grønn (bedre)",
    ],
    2: ["– ikke målt", "– ikke målt", "bare retning△ gul (uendret)"],
    3: ["bare retning△ gul (kan ikke avgjøres)"],
    4: ["bare retning○ grønn (bedre, skjør)"],
    5: ["① bare én måling"] * 4,
}
INDICATORS = [6, 3, 1, 1, 4]  # by goal, as the source report has them
SUBGOALS = [4, 3, 3, 3, 3]
THEMES = [1, 2, 1, 3, 1]
CANDIDATES = [3 + 1, 3 + 2, 4 + 0, 1 + 3, 2 + 0]


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
    for goal in range(1, 6):
        main = page(release, f"maal-{goal}")
        indicators, subgoals = rows(main, "Status, tall"), rows(main, "Status og kommentar")
        assert (len(indicators), len(subgoals)) == (INDICATORS[goal - 1], SUBGOALS[goal - 1])
        assert [marks(row.findall("td")[1])[0] for row in indicators] == FIGURES_PLACES[goal]
        cells += main.xpath(".//dl[@class='facts']//dd")[:2]
        cells += [row.find("td") for row in indicators + subgoals]
    assert len(cells) == 15 + 16 + 5 * 2
    assert {marks(cell)[0] for cell in cells} <= {*COLOURS, "◌ fargen er gått tapt"}


def test_an_outlined_indicator_begins_with_interval_and_break_even(release):
    first, *_ = page(release, "indikator-tilgang-pasientinformasjon").xpath(".//dl[@class='facts']//dd")
    text = words(first).replace("\u00a0", " ")
    assert "Fra 2022 til 2023: 28 − 26 = 2,0 prosentpoeng, 95 % KI 0,2 til 3,8" in text
    assert "Grønn om ambisjonen for 2025 er høyst 32,3 %, gul opp til 36 %." in text


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
    for goal in range(1, 6):
        main = page(release, f"maal-{goal}")
        for caption in ("Status, tall", "Status og kommentar"):
            assert all(len(words(row.findall("td")[-1])) > 20 for row in rows(main, caption))
        themes = main.xpath(".//h2[. = 'Strategiske temaer' or . = 'Strategisk tema']/following-sibling::*")
        themes = takewhile(lambda element: element.tag != "h2", themes)
        assert sum(len(part.xpath(".//div[@class='card']")) for part in themes) == THEMES[goal - 1]
        assert len(rows(main, f"Kandidater for mål {goal}")) == CANDIDATES[goal - 1]


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


@pytest.mark.slow
def test_an_earlier_quarter_uses_what_was_published_by_then(reported):
    assert called(reported, "report", "2023Q1", "--language", "en", "--goal", "4").exit_code == 0
    tables = reported / "data" / "processed" / "2023Q1-maal-4-en" / "tables"
    used = pd.read_csv(tables / "observations.csv", dtype=str, keep_default_na=False)
    known = used[~used["measure"].str.endswith("-respondenter")]
    assert known["published"].str[:10].max() <= "2023-03-31"
    assert not (used["source"] == "status-2024q1").any()
    front = (tables.parent / "index.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in front  # a report in one language has a front page in it
    assert "Statusrapport" not in front


@pytest.mark.slow
def test_a_quarter_without_judgements_shows_proposals_only(reported):
    assert called(reported, "report", "2024Q4", "--language", "nb", "--goal", "4").exit_code == 0
    file = reported / "data/processed/2024Q4-maal-4-nb/tables/lights.csv"
    lights = pd.read_csv(file, dtype=str, keep_default_na=False)
    assert set(lights["colour_source"]) == {"proposal"}
    assert (lights["colour"] == lights["proposed"]).all()
