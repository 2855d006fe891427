"""Exported files, opened again and counted; attacked texts; the same bytes twice; paper through Chromium."""

import csv
import io
import json
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from itertools import combinations, pairwise
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pandas as pd
import pikepdf
import pptx
import pytest
from docx.oxml.ns import qn as word
from pptx.oxml.ns import qn as point

from analysis.core.spreadsheets import guard_formula, to_csv
from analysis.exports import (
    Print,
    PrintError,
    SmallCountError,
    archives,
    content,
    refuse_small_counts,
    slide_parts,
    write_exports,
    write_file,
)
from analysis.exports import package as data_package
from analysis.exports.look import TINT
from analysis.exports.package import write_package
from analysis.exports.slides import FOOT, HEIGHT, WIDTH, SlidesError
from analysis.exports.workbook import WorkbookError
from analysis.reports.printing import join_pages
from analysis.views.status import Status, read_status

# Indicators and sub-goals of goals 1 to 5 in the status report of the first quarter of 2024.
INDICATORS, SUBGOALS = (6, 3, 1, 1, 4), (4, 3, 3, 3, 3)
ATTACKS = (
    '=HYPERLINK("http://x.example","y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "<script>alert(1)</script>",
    "\x00\x0b",
)
EMU = 914_400


@pytest.fixture(scope="module")
def status() -> Status:
    return read_status("2024Q1", "nb")


@pytest.fixture(scope="module")
def written(status, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    exports = write_exports({"nb": status}, folder)
    assert [export.kind for export in exports[:3]] == ["workbook", "slides", "document"]
    assert all(export.file.is_file() and not export.left_out for export in exports)
    return folder


@pytest.fixture(scope="module")
def attacked(status) -> Status:
    """The same quarter, every name and note of which somebody has tampered with."""
    attack = " ".join(ATTACKS)
    names = {f"name_{language}": attack for language in ("nb", "en")}
    strategy = replace(status.strategy, measures=status.strategy.measures.assign(**names, note_nb=attack))
    tampered = [ATTACKS[number % len(ATTACKS)] for number in range(len(status.observations))]
    return replace(
        status,
        strategy=strategy,
        lights=status.lights.assign(**names),
        observations=status.observations.assign(note=tampered),
        sources=status.sources.assign(title=ATTACKS[0], publisher=ATTACKS[0]),
        prose=status.prose.assign(text=f"{attack} **fet** [lenke](javascript:alert(1))"),
        issues=status.issues.assign(title_nb=ATTACKS[0], text_nb=attack),
    )


# --- workbook ---------------------------------------------------------------


@pytest.fixture(scope="module")
def book(written) -> openpyxl.Workbook:
    return openpyxl.load_workbook(written / "status-2024Q1-nb.xlsx")


def column(sheet, head: str) -> list:
    heads = [cell.value for cell in sheet[1]]
    return [row[heads.index(head)] for row in sheet.iter_rows(min_row=2)]


def test_a_workbook_has_notes_first_and_a_sheet_a_table(book, status):
    assert book.sheetnames == [
        "Les først",
        "Status",
        "Utvikling",
        "Observasjoner",
        "Kilder",
        "Kjente forhold",
        "Rettelser",
    ]
    assert book["Status"].max_row == 1 + 1 + 5 + 15 + 16
    assert book["Utvikling"].max_row == 1 + len(status.trends)
    assert book["Observasjoner"].max_row == 1 + len(status.observations)
    notes = " ".join(str(cell.value) for row in book["Les først"].iter_rows() for cell in row)
    assert all(text in notes for text in ("Lisens", "Metode", "Utgave", "31.\u00a0mars 2024", "Helsedirektoratet"))
    assert f"ehelse-status {version('ehelse-status')}" in notes


def test_cells_are_numbers_dates_and_text_never_formulas(book):
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n", "d"}
    observations = book["Observasjoner"]
    assert {type(cell.value) for cell in column(observations, "Verdi")} <= {int, float}
    assert {type(cell.value) for cell in column(observations, "Publisert (utgave)")} == {datetime}


def test_no_cell_is_blank_where_something_is_unknown(book):
    trends = book["Utvikling"]
    latest = dict(zip([cell.value for cell in column(trends, "Kode")], column(trends, "Siste verdi"), strict=True))
    assert latest["bruk-helsenorge-medvirkning"].value == "ingen verdi"
    assert latest["tilgang-pasientinformasjon"].value == 28
    blank = [
        cell.coordinate
        for name in ("Status", "Utvikling")
        for row in book[name].iter_rows()
        for cell in row
        if cell.value in (None, "")
    ]
    assert not blank


def test_a_sample_size_is_a_number_or_stated_as_missing(book):
    trends = book["Utvikling"]
    sizes = dict(
        zip([cell.value for cell in column(trends, "Kode")], column(trends, "Antall svar, siste"), strict=True)
    )
    assert sizes["tilgang-pasientinformasjon"].value == 4505
    assert sizes["raadsmodell-effekt"].value in ("ikke oppgitt", "ikke aktuelt")
    assert sizes["helsedata-soknader"].value == "ikke aktuelt"


def test_a_correction_has_a_row_in_workbook_and_package(book, written, status, tmp_path):
    sheet = book["Rettelser"]
    row = {cell.value: below.value for cell, below in zip(sheet[1], sheet[2], strict=True)}
    assert (row["Gjelder kvartal"], row["Rettet i rapporten for"]) == ("1. kvartal 2023", "1. kvartal 2024")
    assert (row["Rad"], row["Det som er rettet"], row["Før"], row["Måltall"]) == (
        "goal-5",
        "farge",
        "ikke oppgitt",
        "ikke aktuelt",
    )
    assert row["Begrunnelse"].startswith("Rapporten for første kvartal 2024 sier")
    (published,) = package(written)[1]["corrections"]
    assert (published["item"], published["field"], published["direction"]) == ("goal-5", "colour", "down")
    figure = {"field": "n", "old": "4505", "new": "450", "measure": "tilgang-pasientinformasjon", "period": "2023"}
    figure |= {"name_nb": "Tilgang", "item": "4.1", "by": "Kari Nordmann", "date": "2024-07-15"}
    corrected = replace(status, corrections=status.corrections.assign(**figure))
    rows = openpyxl.load_workbook(write_file("workbook", corrected, tmp_path / "n.xlsx"))["Rettelser"]
    texts = [cell.value for cell in rows[2]]
    assert texts[2:9] == ["4.1", "Tilgang", "2023", "i alt", "antall svar", "4505", "450"]
    assert texts[-2:] == ["Kari Nordmann", "15.\u00a0juli 2024"]


def test_no_file_has_a_sheet_of_corrections_without_any(status, tmp_path):
    none = replace(status, corrections=status.corrections[:0])
    assert "Rettelser" not in openpyxl.load_workbook(write_file("workbook", none, tmp_path / "none.xlsx")).sheetnames
    write_package({"nb": none}, tmp_path)
    assert "corrections" not in package(tmp_path)[1]


@pytest.mark.parametrize("published", [True, False])
def test_every_file_names_a_later_edition_in_its_title(status, tmp_path, monkeypatch, published):
    monkeypatch.setenv("EHELSE_ROOT", str(tmp_path))
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "strategy.toml").touch()
    if published:  # as it was before the correction
        place = tmp_path / "data" / "processed" / "published" / "2024Q1"
        place.mkdir(parents=True)
        (place / "corrections.csv").write_text("quarter\n", encoding="utf-8")
    corrections = status.corrections.assign(quarter="2024Q1", made_in="2024Q2", date="2024-07-15")
    corrected = replace(status, corrections=corrections)
    workbook = openpyxl.load_workbook(write_file("workbook", corrected, tmp_path / "a.xlsx"))
    slides = pptx.Presentation(write_file("slides", corrected, tmp_path / "a.pptx"))
    document = docx.Document(write_file("document", corrected, tmp_path / "a.docx"))
    write_package({"nb": corrected}, tmp_path)
    title = corrected.title("Strategien").html
    paper = join_pages({"strategi": f"<main>{title}</main>"})[0][0]["content"]
    titles = [
        *(workbook["Les først"]["A1"].value, workbook.properties.title, slides.core_properties.title),
        *(" ".join(shape.text_frame.text for shape in slides.slides[0].shapes if shape.has_text_frame),),
        *(document.paragraphs[0].text, document.core_properties.title, paper),
    ]
    found = ["Utgave 2, rettet 15. juli 2024" in " ".join(title.split()) for title in titles]
    assert found == [published] * 7
    assert package(tmp_path)[0]["title"].endswith("2024Q1 – Edition 2, corrected 15\u00a0July 2024") is published


def test_what_was_obtained_is_not_called_missing(status):
    """Of ambitions that are entered and colours that are known, no file says that they are not."""
    assert "Ambisjonene for 2024 og 2025" in content.absent_text(status)
    assert "Fargene i kilderapporten" in content.absent_text(status)
    entered = replace(status.strategy, measures=status.strategy.measures.assign(target_value=50.0))
    assert content.absent_text(replace(status, strategy=entered)).startswith("Fargene i kilderapporten")
    judged = replace(status, strategy=entered, lights=status.lights.assign(judgement_state="judged"))
    assert content.absent_text(judged) == ""
    heads = [head for head, _ in content.reading(judged)]
    assert heads == ["Farger", "Det som ikke er kjent", "Metode", "Lisens"]


def test_every_observation_names_its_file_and_line(book, status):
    observations = book["Observasjoner"]
    places = [
        (file.value, line.value)
        for file, line in zip(column(observations, "Fil i rådata"), column(observations, "Linje"), strict=True)
    ]
    assert places == list(zip(status.observations["file"], status.observations["line"], strict=True))
    assert all(file.startswith("observations/") and line >= 2 for file, line in places)


def test_whole_numbers_have_no_decimal_mark(book):
    numbers = [c for sheet in book for row in sheet.iter_rows() for c in row if isinstance(c.value, int | float)]
    shown = {c.number_format: [] for c in numbers}
    for c in numbers:
        shown[c.number_format].append(c.value)
    assert {"#,##0", "#,##0.###"} <= set(shown)
    assert not [value for value in shown["#,##0.###"] if f"{value:.3f}".endswith(".000")]
    assert not [value for value in shown["#,##0"] if not f"{value:.3f}".endswith(".000")]


def test_heads_of_sheets_stay_in_sight_and_can_be_filtered(book):
    for name in book.sheetnames[1:]:
        assert book[name].freeze_panes in ("B2", "D2")
        assert len(book[name].tables) == 1
        assert all(dimension.width >= 8 for dimension in book[name].column_dimensions.values())


def test_an_injected_formula_stays_text_in_the_workbook(attacked, tmp_path):
    book = openpyxl.load_workbook(write_file("workbook", attacked, tmp_path / "attacked.xlsx"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    live = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith("=HYPERLINK")]
    assert len(live) > 50
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in live)
    assert all(cell.hyperlink is None for cell in cells)


def test_a_text_longer_than_a_cell_is_refused_with_its_place(status, tmp_path):
    noted = status.observations.assign(note="")
    noted.loc[noted.index[3], "note"] = "x" * 32_768
    with pytest.raises(WorkbookError, match=r"Observasjoner, row 5, column 'Merknad \(engelsk\)': 32768 characters"):
        write_file("workbook", replace(status, observations=noted), tmp_path / "long.xlsx")


# --- slides -----------------------------------------------------------------


@pytest.fixture(scope="module")
def deck(written):
    return pptx.Presentation(written / "status-2024Q1-nb.pptx")


def goal_slides(deck) -> list:
    return [slide for slide in deck.slides if re.match(r"(Mål|Goal) \d", slide.shapes.title.text_frame.text)]


def tables(slide) -> list:
    return [shape.table for shape in slide.shapes if shape.has_table]


def charts(slide) -> list:
    return [shape for shape in slide.shapes if shape.has_chart]


def test_a_goal_has_a_slide_with_two_native_tables(deck):
    slides = goal_slides(deck)
    assert len(slides) == 5
    counted = [[len(table.rows) - 1 for table in tables(slide)] for slide in slides]
    assert counted == [list(pair) for pair in zip(INDICATORS, SUBGOALS, strict=True)]
    assert all(table.first_row for slide in slides for table in tables(slide))


def test_the_first_slide_shows_all_goals_then_and_now(deck):
    (table,) = tables(deck.slides[0])
    heads = ["Mål", "Fagfolk, 1. kvartal 2023", "Fagfolk, 1. kvartal 2024", "Tallene", "Kommentar"]
    assert [cell.text for cell in table.rows[0].cells] == heads
    rows = [[cell.text for cell in row.cells] for row in table.rows][1:]
    assert len(rows) == 6
    assert rows[4][2] == "▲ gul, peker mot grønt"
    assert "for positivt" in rows[4][1]
    assert rows[0][1] == "◌ fargen er gått tapt"
    assert rows[3][3] == "△ bare retning: gul"  # one indicator, better but without a target
    assert rows[4][3].startswith("… for tynt grunnlag")


def test_the_second_slide_shows_what_moved_and_what_did_not(deck):
    (table,) = tables(deck.slides[1])
    assert [cell.text for cell in table.rows[0].cells] == [
        "Mål",
        "Har endret seg",
        "Ingen påvist endring",
        "Ingen kan vite",
    ]
    shown = [re.findall(r"\d\.\d", " ".join(row.cells[place].text for row in table.rows)) for place in (1, 2, 3)]
    assert shown[:2] == [["1.5", "1.6", "4.1"], ["1.4", "2.3", "3.1"]]
    assert shown[2] == ["1.1", "1.2", "1.3", "2.1", "2.2", "5.1", "5.2", "5.3", "5.4"]


# what the figures of each indicator are at the end of the first quarter of 2024 (the method, section 4b)
STATES = (
    dict.fromkeys(("1.4", "2.3", "3.1"), "△ bare retning: gul")
    | {"1.5": "▲ gul", "1.6": "○ bare retning: grønn (bedre)", "4.1": "○ bare retning: grønn (bedre, skjør)"}
    | dict.fromkeys(("1.2", "1.3", "5.1", "5.2", "5.3", "5.4"), "① bare én måling")
    | dict.fromkeys(("1.1", "2.1", "2.2"), "– ikke målt")
)


def test_slides_document_and_workbook_show_the_same_places(deck, paper, book):
    on_slides = {
        row.cells[0].text[:3]: row.cells[2].text for slide in goal_slides(deck) for row in tables(slide)[0].rows
    }
    on_paper = {
        row.cells[0].text[:3]: row.cells[2].text for table in paper.tables for row in table.rows if len(row.cells) == 5
    }
    sheet = dict(zip(column(book["Status"], "Rad"), column(book["Status"], "Tallene"), strict=True))
    in_sheet = {item.value: cell.value for item, cell in sheet.items()}
    for item, said in STATES.items():
        assert on_slides[item].startswith(said)
        assert on_paper[item].startswith(said)
        assert in_sheet[item].startswith(said)


def test_no_file_says_grey_without_its_state(deck, paper, book):
    slides = [cell.text for slide in deck.slides for table in tables(slide) for row in table.rows for cell in row.cells]
    notes = [slide.notes_slide.notes_text_frame.text for slide in deck.slides]
    document = [p.text for p in paper.paragraphs] + [c.text for t in paper.tables for row in t.rows for c in row.cells]
    sheets = [str(cell.value) for name in ("Les først", "Status") for row in book[name].iter_rows() for cell in row]
    for text in (*slides, *notes, *document, *sheets):
        assert not re.search(r"\bgrå\b|ikke offentlig", text), text


def test_a_direction_has_a_frame_and_no_fill_in_every_file(deck, paper, book):
    cell = tables(goal_slides(deck)[3])[0].cell(1, 2)
    assert cell._tc.tcPr.find(point("a:solidFill")) is None
    assert {side.tag[-1] for side in cell._tc.tcPr if side.tag[:-1].endswith("}ln")} == set("LRTB")
    (framed,) = [row.cells[2] for table in paper.tables for row in table.rows if row.cells[0].text.startswith("4.1 ")][
        :1
    ]
    borders = framed._tc.tcPr.find(docx.oxml.ns.qn("w:tcBorders"))
    assert [side.tag.rpartition("}")[2] for side in borders] == ["top", "left", "bottom", "right"]
    assert framed._tc.tcPr.find(docx.oxml.ns.qn("w:shd")) is None
    styles = {cell.value: cell for cell in column(book["Status"], "Tallene")}
    outlined, filled = (
        styles["○ bare retning: grønn (bedre, skjør), peker mot gult"],
        next(styles[k] for k in styles if k[:5] == "▲ gul"),
    )
    assert (outlined.style, outlined.fill.fill_type, outlined.border.top.style) == (
        "outlined_green",
        None,
        "mediumDashed",
    )
    assert (filled.style, filled.fill.fill_type) == ("yellow", "solid")


def test_a_direction_has_its_numbers_in_the_workbook(book):
    sheet = book["Status"]
    items = [cell.value for cell in column(sheet, "Rad")]
    row = {head: column(sheet, head)[items.index("4.1")].value for head in (
        "Hva endringen alene sier", "Endret fra", "Endring", "Endring, nedre 95 %", "Endring, øvre 95 %",
        "Grønn om ambisjonen er (grense)", "Gul om ambisjonen er (grense)")}  # fmt: skip
    assert list(row.values())[:3] == ["bedre, skjør", "2022", 2]
    # 26 to 28 per cent of 4 997 and 4 505: 0.21 to 3.79; R = 0.95 and 0.60 at 32.3 and 36 (the method)
    assert list(row.values())[3:] == pytest.approx([0.21, 3.79, 32.3, 36.0], abs=0.05)
    assert column(sheet, "Endring")[items.index("1.1")].value == "ikke aktuelt"


def test_charts_are_native_with_the_numbers_of_the_report(deck):
    drawn = [[list(shape.chart.plots[0].series[0].values) for shape in charts(slide)] for slide in goal_slides(deck)]
    assert [46.0, 49.0] in drawn[0]
    assert drawn[1:] == [[[76.0, 76.0]], [[289.0, 328.0]], [[26.0, 28.0]], [[76.0, 29.0, 12.0, 63.0]]]
    workbooks = [shape.chart.part.chart_workbook.xlsx_part for slide in goal_slides(deck) for shape in charts(slide)]
    assert all(part is not None and zipfile.is_zipfile(io.BytesIO(part.blob)) for part in workbooks)


def test_bars_of_a_survey_carry_their_95_per_cent_interval(deck):
    (shape,) = charts(goal_slides(deck)[3])
    plus = shape.chart._chartSpace.xpath(".//c:errBars/c:plus//c:v/text()")
    # 1.96 * sqrt(p(1-p)/n + 1/12) of 26 % of 4 997 and 28 % of 4 505: sampling, and rounding to whole per cent
    assert [float(value) for value in plus] == pytest.approx([1.341, 1.428], abs=0.002)


def test_charts_and_tables_of_slides_have_alternative_texts(deck):
    for slide in deck.slides:
        for shape in slide.shapes:
            if shape.has_chart or shape.has_table:
                assert len(shape._element.xpath(".//p:cNvPr/@descr")[0]) > 20
    (shape,) = charts(goal_slides(deck)[3])
    (described,) = shape._element.xpath(".//p:cNvPr/@descr")
    assert "26 prosent" in described.replace("\u00a0", " ") and "95 % konfidensintervall" in described


def test_a_colour_in_a_table_is_symbol_word_and_fill(deck):
    cell = tables(goal_slides(deck)[0])[0].cell(2, 1)
    assert cell.text_frame.paragraphs[0].text == "▲ gul"
    assert cell._tc.tcPr.find(point("a:solidFill"))[0].get("val") == TINT["yellow"] == "FFDD80"


def test_in_black_and_white_only_colours_are_shaded(deck):
    # as grey is printed of a colour: 0.299 red, 0.587 green, 0.114 blue, from 0 to 255
    greys = {look: np.dot([0.299, 0.587, 0.114], [*bytes.fromhex(tint)]) for look, tint in TINT.items()}
    assert greys.pop("state") == pytest.approx(255)
    assert max(greys.values()) < 255 - 30
    cell = next(row.cells[2] for row in tables(goal_slides(deck)[0])[0].rows if "bare én måling" in row.cells[2].text)
    assert cell._tc.tcPr.find(point("a:solidFill"))[0].get("val") == "FFFFFF"


@pytest.mark.slow
def test_every_run_of_a_slide_names_its_language(deck, status, tmp_path):
    english = pptx.Presentation(write_file("slides", read_status("2024Q1", "en"), tmp_path / "en.pptx"))
    for opened, spoken in ((deck, "nb-NO"), (english, "en-GB")):
        languages = {
            run.get("lang")
            for slide in opened.slides
            for tree in (slide._element, slide.notes_slide._element)
            for run in tree.iter(point("a:rPr"))
        }
        assert languages == {spoken}
    assert len(goal_slides(english)) == 5
    assert tables(goal_slides(english)[0])[0].cell(5, 2).text.startswith("▲ yellow")


def test_the_notes_of_a_goal_name_figures_samples_and_sources(deck):
    notes = goal_slides(deck)[3].notes_slide.notes_text_frame.text.replace("\u00a0", " ")
    assert "n = 4 997 og 4 505" in notes
    assert "Status nasjonal e-helsestrategi Q1 2024" in notes
    assert all(slide.has_notes_slide for slide in deck.slides)


def test_nothing_on_a_slide_overlaps_or_runs_over_its_edge(deck):
    assert (deck.slide_width, deck.slide_height) == (round(WIDTH * EMU), round(HEIGHT * EMU))
    for slide in deck.slides:
        placed = [shape for shape in slide.shapes if shape.shape_type != 1]
        boxes = {
            shape.name: (shape.left, shape.top, shape.left + shape.width, shape.top + bottom(shape)) for shape in placed
        }
        for left, top, right, low in boxes.values():
            assert left >= 0 and top >= 0 and right <= deck.slide_width + 1 and low <= (FOOT + 0.26) * EMU
        for (one, a), (other, b) in combinations(boxes.items(), 2):
            apart = a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] + 2000 or b[3] <= a[1] + 2000
            assert apart, (slide.shapes.title.text_frame.text, one, other)


def bottom(shape) -> int:
    return sum(row.height for row in shape.table.rows) if shape.has_table else shape.height


def test_a_long_comment_takes_another_slide_or_is_refused(status, tmp_path):
    longer = status.prose.copy()
    longer.loc[("1A", "comment"), "text"] = "Lang tekst om delmålet. " * 80
    slides = goal_slides(pptx.Presentation(write_file("slides", replace(status, prose=longer), tmp_path / "long.pptx")))
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert len(titles) > 5 and titles[1].endswith("(fortsatt)")
    text = " ".join(
        row.cells[0].text for slide in slides[: len(slides) - 4] for table in tables(slide) for row in table.rows
    )
    assert all(item in text for item in ("1.1 ", "1.6 ", "1A ", "1D "))
    longer.loc[("1A", "comment"), "text"] = "Lang tekst om delmålet. " * 900
    with pytest.raises(SlidesError, match="1A"):
        write_file("slides", replace(status, prose=longer), tmp_path / "longer.pptx")


def test_widths_of_letters_are_those_of_helvetica():
    assert slide_parts.text_width("Status", 10) == pytest.approx(28.35)  # 667 + 278 + 556 + 278 + 556 + 500
    assert slide_parts.text_width("Mål", 100) == pytest.approx(161.1)  # 833 + 556 + 222
    # Arial's ascent, descent and gap are 905, 212 and 33 thousandths
    assert 11.5 <= 72 * slide_parts.lines_height([slide_parts.Line("x", 10)], 1) <= 12
    assert slide_parts.count_lines("to ord", 10, 20) == 2
    assert slide_parts.count_lines("to ord", 10, 100) == 1
    assert slide_parts.count_lines("a" * 40, 10, 56) == 5  # 222 points and some slack, in a column of 56


# --- document ---------------------------------------------------------------


@pytest.fixture(scope="module")
def paper(written):
    return docx.Document(written / "status-2024Q1-nb.docx")


def test_the_document_has_headings_in_order_and_a_chapter_a_goal(paper):
    levels = [int(p.style.name[-1]) for p in paper.paragraphs if p.style.name.startswith("Heading")]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    chapters = [p.text for p in paper.paragraphs if p.style.name == "Heading 1"]
    assert [chapter[:6] for chapter in chapters[1:6]] == [f"Mål {number}:" for number in range(1, 6)]
    assert paper.paragraphs[0].style.name == "Title"


def test_tables_of_the_document_repeat_heads_under_captions(paper):
    counted = [len(table.rows) - 1 for table in paper.tables]
    assert counted[0] == 6
    assert counted[1:-1:3] == list(INDICATORS) and counted[2:-1:3] == list(SUBGOALS)
    for table in paper.tables:
        assert table.rows[0]._tr.trPr.find(word("w:tblHeader")) is not None
        assert table._tbl.tblPr.find(word("w:tblCaption")).get(word("w:val"))
        order = [child.tag.split("}")[1] for child in table._tbl.tblPr]
        asked = ["tblBorders", "tblLayout", "tblCellMar", "tblLook", "tblCaption"]
        assert [name for name in order if name in asked] == asked


def test_the_document_is_norwegian_and_describes_pictures(paper):
    described = [shape._inline.docPr.get("descr") for shape in paper.inline_shapes]
    # series of at least two comparable values: 1.4, 1.5, 1.6, 2.3, 3.1 and 4.1
    assert len(described) == 6
    assert all(len(text) > 40 for text in described)
    assert "28" in described[-1]
    assert {lang.get(word("w:val")) for lang in paper.styles.element.iter(word("w:lang"))} == {"nb-NO"}
    assert paper.core_properties.language == "nb-NO"


def test_three_rows_with_pictures_fit_on_a_page_of_the_document(paper):
    # 17 cm between the margins, less a repeated head; a picture has three lines of sources below it
    assert paper.inline_shapes and all(3 * (shape.height.cm + 1.4) < 16 for shape in paper.inline_shapes)


def test_the_document_states_the_unknown_and_the_sources(paper, status):
    text = "\n".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    assert "Måles ikke, eller tallet publiseres ikke" in text
    assert "28\u00a0prosent (2023, n\u00a0=\u00a04\u00a0505)" in text
    assert len(paper.tables[-1].rows) - 1 == status.observations["source"].nunique()


# --- attacked texts, all formats --------------------------------------------


@pytest.mark.slow
def test_attacked_texts_stay_text_in_slides_and_document(attacked, tmp_path):
    slides = write_file("slides", attacked, tmp_path / "a.pptx")
    paper = write_file("document", attacked, tmp_path / "a.docx")
    for file in (slides, paper):
        with zipfile.ZipFile(file) as archive:
            links = [name for name in archive.namelist() if name.endswith(".rels")]
            assert not any(b'TargetMode="External"' in archive.read(name) for name in links)
    notes = [slide.notes_slide.notes_text_frame.text for slide in pptx.Presentation(slides).slides]
    shown = "\n".join(paragraph.text for paragraph in docx.Document(paper).paragraphs)
    assert any("<script>alert(1)</script>" in note for note in notes)
    assert "<script>alert(1)</script>" in shown and "lenke" in shown


def test_markdown_becomes_paragraphs_with_emphasis_and_bullets():
    parsed = content.parse("**Fet** og [lenke](https://x.example)\n\n- en\n- to <b>x</b>")
    assert parsed[0].runs == (("Fet", True), (" og ", False), ("lenke", False))
    assert [(p.text, p.bullet) for p in parsed[1:]] == [("en", True), ("to <b>x</b>", True)]
    assert content.plain("- en\n- to") == "• en\n• to"


# --- data package -----------------------------------------------------------

TYPES = {
    "string": lambda text: True,
    "integer": lambda text: re.fullmatch(r"-?\d+", text),
    "number": lambda text: re.fullmatch(r"-?\d+(\.\d+)?(e[+-]?\d+)?", text),
    "boolean": lambda text: text in ("true", "false"),
    "date": lambda text: re.fullmatch(r"\d{4}-\d\d-\d\d", text),
    "array": lambda text: isinstance(json.loads(text), list),
}


def package(folder: Path) -> tuple[dict, dict[str, list[dict]]]:
    described = json.loads((folder / "datapackage" / "datapackage.json").read_text(encoding="utf-8"))
    rows = {}
    for resource in described["resources"]:
        with (folder / "datapackage" / resource["path"]).open(encoding="utf-8", newline="") as file:
            rows[resource["name"]] = list(csv.DictReader(file))
    return described, rows


def test_every_cell_of_the_package_is_of_its_described_type(written):
    described, rows = package(written)
    assert {"name", "resources", "licenses", "sources", "created"} <= set(described)
    assert re.fullmatch(r"[a-z0-9._/-]+", described["name"])
    for resource in described["resources"]:
        fields = resource["schema"]["fields"]
        assert list(rows[resource["name"]][0]) == [field["name"] for field in fields]
        assert all(field["description"].endswith(".") for field in fields)
        assert (written / "datapackage" / resource["path"]).stat().st_size == resource["bytes"]
        for row in rows[resource["name"]]:
            wrong = [f["name"] for f in fields if row[f["name"]] != "" and not TYPES[f["type"]](row[f["name"]])]
            assert not wrong, (resource["name"], wrong)


def test_keys_of_the_package_are_unique_and_refer_to_rows(written):
    described, rows = package(written)
    for resource in described["resources"]:
        own = rows[resource["name"]]
        keys = [tuple(row[name] for name in resource["schema"]["primaryKey"]) for row in own]
        assert len(set(keys)) == len(keys)
        for foreign in resource["schema"]["foreignKeys"]:
            there = {row[foreign["reference"]["fields"]] for row in rows[foreign["reference"]["resource"]]}
            assert {row[foreign["fields"]] for row in own} <= there


@pytest.mark.slow
def test_frictionless_accepts_the_package_and_no_spoiled_one(reported, tmp_path):
    """The standard's own reader: description, every cell against its column, keys, and rows that others refer to."""
    import frictionless  # half a second that the quick tests do without

    with zipfile.ZipFile(reported / "data" / "processed" / "2024Q1" / "downloads" / "datapackage.zip") as archive:
        archive.extractall(tmp_path)
    described = str(tmp_path / "datapackage.json")
    checked = frictionless.validate(described)
    assert checked.valid, checked.flatten(["type", "note"])
    assert checked.stats["tasks"] == 8
    sources = tmp_path / "sources.csv"
    sources.write_text(
        sources.read_text(encoding="utf-8").replace("status-2024q1,", "status-2024q2,"), encoding="utf-8"
    )
    assert ["foreign-key"] in frictionless.validate(described).flatten(["type"])


def test_the_package_has_the_report_s_figures_or_nothing(written):
    _, rows = package(written)
    trends = {row["measure"]: row for row in rows["trends"]}
    assert (trends["tilgang-pasientinformasjon"]["latest_value"], trends["tilgang-pasientinformasjon"]["latest_n"]) == (
        "28",
        "4505",
    )
    assert trends["bruk-helsenorge-medvirkning"]["latest_value"] == ""
    assert trends["bruk-helsenorge-medvirkning"]["missing"] == "unmeasured"
    assert len(rows["lights"]) == 37
    assert {row["licence"] for row in rows["sources"]} >= {"NLOD", "CC BY 4.0", "not stated"}


HIDDEN = ("tekst;=1+1;", "a;@SUM(1)", "a\t=1+1", "a\n=1+1", 'a;"=1+1;', "a;＝1+1", "a;-1+1", "=1+1;=2")


def test_a_formula_inside_a_text_is_guarded_for_who_divides_at_semicolons():
    assert [guard_formula(text) for text in HIDDEN] == [
        *("tekst;'=1+1;", "a;'@SUM(1)", "a\t'=1+1", "a\n'=1+1", "a;'\"=1+1;", "a;'＝1+1", "a;'-1+1", "'=1+1;'=2")
    ]
    plain = ["fra 26 til 28 %; - lavere", "1,2; 3,4", "a, =1", "28", "a = b", "se 1-2; 3", ""]
    assert [guard_formula(text) for text in plain] == plain
    assert [guard_formula(guard_formula(text)) for text in HIDDEN] == [guard_formula(text) for text in HIDDEN]
    table = pd.DataFrame({"text": HIDDEN, "list": [["a;=1"]] * len(HIDDEN), "value": [-2.5, *range(7)]})
    again = pd.read_csv(io.StringIO(to_csv(table)))
    assert again["value"].tolist() == table["value"].tolist()
    assert json.loads(again["list"][0]) == ["a;'=1"]


def test_texts_of_the_package_are_guarded_and_numbers_not(attacked, tmp_path):
    write_package({"nb": attacked}, tmp_path)
    described, rows = package(tmp_path)
    kinds = {(r["name"], f["name"]): f["type"] for r in described["resources"] for f in r["schema"]["fields"]}
    cells = [(kinds[name, key], text) for name, own in rows.items() for row in own for key, text in row.items()]
    assert not [text for kind, text in cells if kind == "string" and text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert sum(text.startswith("'=HYPERLINK") for _, text in cells) > 50
    assert any(kind == "number" and text.startswith("-") for kind, text in cells)


def test_the_archive_holds_the_same_files_as_the_folder(written):
    with zipfile.ZipFile(written / "datapackage.zip") as archive:
        assert archive.namelist()[0] == "datapackage.json"
        for name in archive.namelist():
            assert archive.read(name) == (written / "datapackage" / name).read_bytes()


# --- everything -------------------------------------------------------------


def test_no_clock_stands_in_any_file(written):
    for file in sorted(written.glob("*.*")):
        with zipfile.ZipFile(file) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            if "docProps/core.xml" in archive.namelist():
                stamps = re.findall(r"<dcterms:\w+[^>]*>([^<]*)<", archive.read("docProps/core.xml").decode())
                assert stamps and set(stamps) == {"2024-03-31T00:00:00Z"}


def test_a_workbook_within_a_file_has_no_clock_either():
    inner = io.BytesIO()
    openpyxl.Workbook().save(inner)
    outer = archives.pack([("embedded/chart.xlsx", inner.getvalue())])
    with zipfile.ZipFile(io.BytesIO(archives.without_clock(outer, datetime(2024, 3, 31)))) as archive:
        held = zipfile.ZipFile(io.BytesIO(archive.read("embedded/chart.xlsx")))
    assert b">2024-03-31T00:00:00Z<" in held.read("docProps/core.xml")


@pytest.mark.slow
def test_the_same_status_gives_the_same_bytes(status, written, tmp_path):
    write_exports({"nb": status}, tmp_path)
    first = {file.relative_to(written): file.read_bytes() for file in written.rglob("*.*") if file.is_file()}
    again = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*.*") if file.is_file()}
    assert len(first) == 3 + 9 + 1
    assert first == again


def test_without_the_office_extra_the_rest_is_written(status, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pptx", None)
    monkeypatch.setitem(sys.modules, "docx", None)
    exports = write_exports({"nb": status}, tmp_path)
    left_out = {export.kind: export for export in exports if export.file is None}
    assert set(left_out) == {"slides", "document"}
    assert "python-pptx is not installed" in left_out["slides"].left_out
    assert "ehelse-status[office]" in left_out["document"].left_out
    assert {export.kind for export in exports if export.file} == {"workbook", "package"}


def test_a_small_count_stops_every_export_unrepeated(status, tmp_path):
    few = status.observations.copy()
    row = few.index[few["measure"] == "velferdsteknologi-uten-alarm"][0]
    few.loc[row, "value"] = 3.0
    with pytest.raises(SmallCountError, match="velferdsteknologi-uten-alarm, 20") as refused:
        write_exports({"nb": replace(status, observations=few)}, tmp_path)
    assert not re.search(r"\b3(\.0)?\b", str(refused.value).split("(")[0].split(": ")[1].split(",")[0])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("measure", "changed", "refused"),
    [
        ("tilgang-pasientinformasjon", {"n": 9.0}, True),
        ("tilgang-pasientinformasjon", {"n": 10.0}, True),  # 26 per cent of ten are three
        ("tilgang-pasientinformasjon", {"n": 20.0}, False),
        ("tilgang-pasientinformasjon", {"numerator": 4.0, "denominator": 100.0}, True),
        ("tilgang-pasientinformasjon", {"numerator": 96.0, "denominator": 100.0}, True),
        ("tilgang-pasientinformasjon", {"numerator": 5.0, "denominator": 100.0}, False),
        ("velferdsteknologi-uten-alarm", {"value": 0.0}, False),
        ("dho-helsefellesskap", {"value": 3.0}, False),
        ("forsinkelser-innforing", {"numerator": 2.0, "denominator": 17.0}, False),
    ],
)
def test_small_counts_of_persons_are_refused_of_projects_not(status, measure, changed, refused):
    few = status.observations.copy()
    row = few.index[few["measure"] == measure][0]
    few.loc[row, list(changed)] = list(changed.values())
    tried = replace(status, observations=few)
    if refused:
        with pytest.raises(SmallCountError):
            refuse_small_counts(tried)
    else:
        refuse_small_counts(tried)


@pytest.mark.slow
def test_a_quarter_without_judgements_is_exported(tmp_path):
    bare = read_status("2023Q3", "en")
    deck = pptx.Presentation(write_file("slides", bare, tmp_path / "bare.pptx"))
    text = " ".join(
        cell.text for slide in goal_slides(deck) for t in tables(slide) for row in t.rows for cell in row.cells
    )
    assert "No comment was written." in text
    book = openpyxl.load_workbook(write_file("workbook", bare, tmp_path / "bare.xlsx"))
    assert {cell.value for cell in column(book["Status"], "Experts")} == {"not judged"}
    assert docx.Document(write_file("document", bare, tmp_path / "bare.docx")).tables


def test_a_bound_is_not_drawn_as_a_bar(status):
    assert [chart.title[:3] for chart in content.charts_of(status, 1)] == ["1.4", "1.5", "1.6"]
    measured = status.observations["measure"] == "tilfredshet-digital-kontakt"
    bounded = status.observations["qualifier"].mask(measured & (status.observations["period"] == "2023"), "over")
    changed = replace(status, observations=status.observations.assign(qualifier=bounded))
    assert [chart.title[:3] for chart in content.charts_of(changed, 1)] == ["1.5", "1.6"]


# --- paper ------------------------------------------------------------------

PAGE = """<!doctype html><html lang="nb"><head><meta charset="utf-8"><title>Status</title></head><body><main>
<h1>Mål 4</h1><h2>Indikatorer</h2><p>Åtte ord på norsk.</p>
<img alt="Linjediagram: fra 26 til 28 prosent" src="data:image/gif;base64,
R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==">
<table><caption>Tabell</caption><tr><th scope="col">A</th></tr><tr><td>1</td></tr></table></main></body></html>"""


def print_pdf(html_file: Path, pdf_file: Path) -> Path:
    with Print(html_file) as under_way:
        return under_way.finish(pdf_file)


@pytest.mark.slow
@pytest.mark.browser
def test_paper_keeps_tags_outline_language_and_descriptions(tmp_path, tags):
    page = tmp_path / "side.html"
    page.write_text(PAGE, encoding="utf-8")
    first = print_pdf(page, tmp_path / "side.pdf")
    with pikepdf.open(first) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "nb"
        assert str(opened.docinfo["/Title"]) == "Status"
        assert str(opened.Root.Outlines.First.Title) == "Mål 4"
        elements = tags(opened)
    assert ("/Figure", "Linjediagram: fra 26 til 28 prosent") in elements
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/P"} <= {name for name, _ in elements}
    assert first.read_bytes() == print_pdf(page, tmp_path / "again.pdf").read_bytes()


def test_without_chromium_the_message_names_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(PrintError, match="apt-get install chromium"):
        print_pdf(tmp_path / "side.html", tmp_path / "side.pdf")


def test_a_page_that_does_not_exist_is_not_printed(tmp_path, monkeypatch):
    (tmp_path / "chromium").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PrintError, match=r"side\.html: no such page"):
        print_pdf(tmp_path / "side.html", tmp_path / "side.pdf")


def test_a_browser_that_fails_is_quoted(tmp_path, monkeypatch):
    (tmp_path / "side.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "chromium").write_text("#!/bin/sh\necho 'out of paper' >&2\nexit 3\n", encoding="utf-8")
    (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "chromium"))
    with pytest.raises(PrintError, match="code 3: out of paper"):
        print_pdf(tmp_path / "side.html", tmp_path / "side.pdf")
    assert not (tmp_path / "side.pdf").exists()


def test_columns_that_nobody_has_described_are_named(status, tmp_path):
    undescribed = replace(status, observations=status.observations.assign(ny_kolonne=1))
    with pytest.raises(ValueError, match="Observations: frame and codebook differ in ny_kolonne"):
        write_package({"nb": undescribed}, tmp_path)


def test_a_missing_number_is_empty_or_null_in_a_list(monkeypatch):
    monkeypatch.setitem(data_package._CODEBOOK, "small", {"n": {"type": "number"}, "p": {"type": "array"}})
    frame = pd.DataFrame({"n": [float("nan"), -2.5], "p": [(1.0, float("nan")), ()]})
    assert data_package.to_csv("small", frame) == 'n,p\n,"[1.0, null]"\n-2.5,[]\n'


# --- LibreOffice --------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize(("form", "least", "most"), [("docx", 18, 30), ("pptx", 11, 11), ("xlsx", 20, 80)])
def test_libreoffice_shows_every_page(written, tmp_path, form, least, most):
    file = written / f"status-2024Q1-nb.{form}"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    with pikepdf.open(tmp_path / f"{file.stem}.pdf") as opened:
        assert least <= len(opened.pages) <= most
        assert all(len(page.Contents.read_bytes()) > 200 for page in opened.pages)  # no page is blank


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_libreoffice_finds_no_formula_in_a_table(tmp_path, separator):
    table = pd.DataFrame({"first": [*HIDDEN, *ATTACKS[:5]], "second": [*ATTACKS[:5], *HIDDEN], "value": -2.5})
    (tmp_path / "table.csv").write_text(to_csv(table), encoding="utf-8")
    # marks of cells and texts, UTF-8, the first row, no formats, Norwegian, numbers told from texts, formulas evaluated
    options = f"Text - txt - csv (StarCalc):{ord(separator)},34,76,1,,1044,false,true,false,false,false,0,true"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", f"--infilter={options}", "--convert-to", "xlsx", "--outdir", tmp_path]
    subprocess.run([*command, tmp_path / "table.csv"], check=True, capture_output=True, timeout=300)
    (sheet,) = openpyxl.load_workbook(tmp_path / "table.xlsx")
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > len(table)
    assert [cell.value for cell in cells if cell.data_type == "f"] == []


def test_no_word_of_the_assessment_is_wider_than_its_column(deck):
    for slide in (deck.slides[2], deck.slides[3]):
        (table,) = tables(slide)
        for column, cell in zip(table.columns, table.rows[1].cells, strict=True):
            runs = [run for paragraph in cell.text_frame.paragraphs for run in paragraph.runs]
            widest = max(slide_parts.text_width(word, run.font.size.pt) for run in runs for word in run.text.split())
            assert widest < column.width / 12_700 - 14  # points, less the margins of a cell
