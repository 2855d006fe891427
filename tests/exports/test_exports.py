"""Exported files, opened again and counted; attacked texts; the same bytes twice; paper through Chromium."""

import io
import json
import re
import shutil
import sys
import zipfile
from contextlib import nullcontext
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

from analysis import exports
from analysis.core.spreadsheets import guard_formula, to_csv
from analysis.exports import archives, content, slide_parts
from analysis.exports import package as data_package
from analysis.exports.look import TINT
from analysis.exports.package import write_package
from analysis.exports.slides import FOOT, HEIGHT, WIDTH, SlidesError
from analysis.exports.workbook import WorkbookError
from analysis.records.strategy import Ambitions
from analysis.reports.printing import join_pages
from analysis.views.status import Status, read_status
from blocks import plain
from libreoffice import convert
from projects import make_project
from quarters import judge, write
from typed_cases import read_cases

# Indicators and sub-goals of goals 1 to 5 in the status report of the first quarter of 2024.
INDICATORS, SUBGOALS = (6, 3, 1, 1, 4), (4, 3, 3, 3, 3)
ATTACKS = ('=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "<script>alert(1)</script>", "\x00\x0b")
EMU = 914_400


@pytest.fixture(scope="module")
def written(quarter, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    made = exports.write_exports({"nb": quarter}, folder)
    assert [export.kind for export in made[:3]] == ["workbook", "slides", "document"]
    assert all(export.file.is_file() and not export.left_out for export in made)
    return folder


@pytest.fixture(scope="module")
def book(written) -> openpyxl.Workbook:
    return openpyxl.load_workbook(written / "status-2024Q1-nb.xlsx")


def read_sheets(file) -> dict[str, pd.DataFrame]:
    """Return the sheets of a workbook as an analyst reads them."""
    return pd.read_excel(file, sheet_name=None, engine="openpyxl", keep_default_na=False)


@pytest.fixture(scope="module")
def sheets(written) -> dict[str, pd.DataFrame]:
    return read_sheets(written / "status-2024Q1-nb.xlsx")


@pytest.fixture(scope="module")
def deck(written):
    return pptx.Presentation(written / "status-2024Q1-nb.pptx")


@pytest.fixture(scope="module")
def paper(written):
    return docx.Document(written / "status-2024Q1-nb.docx")


@pytest.fixture
def small(tmp_path, monkeypatch) -> Status:
    """Return a quarter of the small project, without judgements."""
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path / "small")))
    return read_status("2024Q1")


@pytest.fixture(scope="module")
def tampered(quarter, tmp_path_factory) -> Path:
    """Return every file of a small quarter, of which a figure is corrected, and all names and notes are attacks."""
    root, folder = make_project(tmp_path_factory.mktemp("raw")), tmp_path_factory.mktemp("files")
    attack = " ".join(ATTACKS)
    write(judge(root, "2024Q1").parent, "2024Q1", nb="## status\n\nTekst.\n\n## 1.1\n\nTekst.\n")
    names = {f"name_{language}": attack for language in ("nb", "en")}
    figure = {"field": "n", "old": "4505", "new": "450", "measure": "andel-foerste", "period": "2023", "item": "1.1"}
    issue = {"kind": "report", "measures": (), "items": ("1.1",), "sources": ("kilde",)}
    issue |= dict.fromkeys(("title_nb", "title_en", "text_nb", "text_en"), attack)
    figure |= {"name_nb": "Andelen", "by": "Kari Nordmann", "made_in": "2024Q2", "date": "2024-07-15"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHELSE_ROOT", str(root))
        status = read_status("2024Q1")
        status = replace(
            status,
            strategy=replace(status.strategy, measures=status.strategy.measures.assign(**names, note_nb=attack)),
            lights=status.lights.assign(**names),
            observations=pd.concat([status.observations] * 2).iloc[: len(ATTACKS)].assign(note=ATTACKS),
            trends=status.trends.assign(change=-2.5),
            sources=status.sources.assign(title=ATTACKS[0], publisher=ATTACKS[0]),
            prose=status.prose.assign(text=f"{attack} **fet** [lenke](javascript:alert(1))"),
            issues=pd.DataFrame([issue], columns=quarter.issues.columns, index=quarter.issues.index[:1]),
            corrections=quarter.corrections.head(1).assign(quarter="2024Q1", **figure),
        )
        assert "Utgave" not in status.title("Strategien").html  # nothing has been published
        published = root / "data" / "processed" / "published" / "2024Q1"
        published.mkdir(parents=True)
        (published / "corrections.csv").write_text("quarter\n", encoding="utf-8")  # as it was before the correction
        exports.write_exports({"nb": status}, folder)
        (folder / "title.html").write_text(f"<main>{status.title('Strategien').html}</main>", encoding="utf-8")
    return folder


# --- workbook ---------------------------------------------------------------


def test_a_workbook_has_notes_first_and_a_sheet_a_table(book, sheets, quarter):
    names = ["Les først", "Status", "Utvikling", "Observasjoner", "Kilder", "Kjente forhold", "Rettelser"]
    assert book.sheetnames == names
    assert len(sheets["Status"]) == 1 + 5 + 15 + 16
    assert len(sheets["Utvikling"]) == len(quarter.trends)
    assert len(sheets["Observasjoner"]) == len(quarter.observations)
    notes = " ".join(str(cell.value) for row in book["Les først"].iter_rows() for cell in row)
    assert all(text in notes for text in ("Lisens", "Metode", "Utgave", "31.\u00a0mars 2024", "Helsedirektoratet"))
    assert f"ehelse-status {version('ehelse-status')}" in notes
    for name in names[1:]:  # heads stay in sight, and can be filtered
        assert book[name].freeze_panes in ("B2", "D2")
        assert len(book[name].tables) == 1
        assert all(dimension.width >= 8 for dimension in book[name].column_dimensions.values())


def test_cells_are_numbers_dates_and_text_never_formulas(book, sheets, quarter):
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "n", "d"}
    observations = sheets["Observasjoner"]
    assert [observations[head].dtype.kind for head in ("Verdi", "Publisert (utgave)")] == ["f", "M"]
    places = observations[["Fil i rådata", "Linje"]]
    assert places.to_numpy().tolist() == quarter.observations[["file", "line"]].to_numpy().tolist()
    assert places["Fil i rådata"].str.startswith("observations/").all() and places["Linje"].min() >= 2


def test_no_cell_is_blank_where_something_is_unknown(sheets):
    trends = sheets["Utvikling"].set_index("Kode")[["Siste verdi", "Antall svar, siste"]]
    assert trends.at["bruk-helsenorge-medvirkning", "Siste verdi"] == "ingen verdi"
    assert trends.loc["tilgang-pasientinformasjon"].tolist() == [28, 4505]
    assert trends.at["raadsmodell-effekt", "Antall svar, siste"] in ("ikke oppgitt", "ikke aktuelt")
    assert trends.at["helsedata-soknader", "Antall svar, siste"] == "ikke aktuelt"
    assert not any(sheets[name].isin(["", None]).any(axis=None) for name in ("Status", "Utvikling"))


def test_a_correction_has_a_row_in_workbook_and_package(sheets, written, tampered):
    row = sheets["Rettelser"].iloc[0]
    assert (row["Gjelder kvartal"], row["Rettet i rapporten for"]) == ("1. kvartal 2023", "1. kvartal 2024")
    assert (row["Rad"], row["Det som er rettet"]) == ("goal-5", "farge")
    assert (row["Før"], row["Måltall"]) == ("ikke oppgitt", "ikke aktuelt")
    assert row["Begrunnelse"].startswith("Rapporten for første kvartal 2024 sier")
    published = package(written)[1]["corrections"]
    assert published[["item", "field", "direction"]].to_numpy().tolist() == [["goal-5", "colour", "down"]]
    rows = read_sheets(tampered / "status-2024Q1-nb.xlsx")["Rettelser"]
    texts = rows.iloc[0].astype(str).tolist()
    assert texts[2:9] == ["1.1", "Andelen", "2023", "i alt", "antall svar", "4505", "450"]
    assert texts[-2:] == ["Kari Nordmann", "15.\u00a0juli 2024"]


def test_every_file_names_a_later_edition_in_its_title(tampered):
    file = tampered / "status-2024Q1-nb"
    workbook = openpyxl.load_workbook(file.with_suffix(".xlsx"))
    slides, document = pptx.Presentation(file.with_suffix(".pptx")), docx.Document(file.with_suffix(".docx"))
    for text in (
        *(workbook["Les først"]["A1"].value, workbook.properties.title, slides.core_properties.title),
        *(" ".join(shape.text_frame.text for shape in slides.slides[0].shapes if shape.has_text_frame),),
        *(document.paragraphs[0].text, document.core_properties.title),
        join_pages({"strategi": (tampered / "title.html").read_text(encoding="utf-8")})[0][0]["content"],
    ):
        assert "Utgave 2, rettet 15. juli 2024" in plain(text)
    assert package(tampered)[0]["title"].endswith("2024Q1 – Edition 2, corrected 15\u00a0July 2024")


def test_what_was_obtained_is_not_called_missing(quarter):
    """Of ambitions that are entered and colours that are known, no file says that they are not."""
    assert "Ambisjonene for 2024 og 2025" in content.absent_text(quarter)
    assert "Fargene i kilderapporten" in content.absent_text(quarter)
    entered = replace(quarter.strategy, measures=quarter.strategy.measures.assign(target_value=50.0))
    assert content.absent_text(replace(quarter, strategy=entered)).startswith("Fargene i kilderapporten")
    judged = replace(quarter, strategy=entered, lights=quarter.lights.assign(judgement_state="judged"))
    assert content.absent_text(judged) == ""
    heads = [head for head, _ in content.reading(judged)]
    assert heads == ["Farger", "Det som ikke er kjent", "Metode", "Lisens"]


def test_whole_numbers_have_no_decimal_mark(book):
    numbers = [c for sheet in book for row in sheet.iter_rows() for c in row if isinstance(c.value, int | float)]
    whole, parted = ([c.value for c in numbers if c.number_format == form] for form in ("#,##0", "#,##0.###"))
    assert whole and all(f"{value:.3f}".endswith(".000") for value in whole)
    assert parted and not any(f"{value:.3f}".endswith(".000") for value in parted)


def test_an_injected_formula_stays_text_in_the_workbook(tampered):
    book = openpyxl.load_workbook(tampered / "status-2024Q1-nb.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}
    live = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith("=HYPERLINK")]
    assert len(live) > 10
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in live)
    assert all(cell.hyperlink is None for cell in cells)


def test_a_text_longer_than_a_cell_is_refused_with_its_place(small, tmp_path):
    noted = small.observations.assign(note=["", "", "", "x" * 32_768])
    with pytest.raises(WorkbookError, match=r"Observasjoner, row 5, column 'Merknad \(engelsk\)': 32768 characters"):
        exports.write_file("workbook", replace(small, observations=noted), tmp_path / "long.xlsx")


# --- slides -----------------------------------------------------------------


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


def texts_of(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_the_first_slides_show_then_and_now_and_what_moved(deck):
    heads, *rows = texts_of(tables(deck.slides[0])[0])
    assert heads == ["Mål", "Fagfolk, 1. kvartal 2023", "Fagfolk, 1. kvartal 2024", "Tallene", "Kommentar"]
    assert len(rows) == 6
    assert rows[4][2] == "▲ gul, peker mot grønt"
    assert "for positivt" in rows[4][1]
    assert rows[0][1] == "◌ fargen er gått tapt"
    assert rows[3][3] == "△ bare retning: gul"  # one indicator, better but without a target
    assert rows[4][3].startswith("… for tynt grunnlag")
    heads, *rows = texts_of(tables(deck.slides[1])[0])
    assert heads == ["Mål", "Har endret seg", "Ingen påvist endring", "Ingen kan vite"]
    assert [re.findall(r"\d\.\d", " ".join(cells)) for cells in list(zip(*rows, strict=True))[1:]] == [
        ["1.5", "1.6", "4.1"],
        ["1.4", "2.3", "3.1"],
        ["1.1", "1.2", "1.3", "2.1", "2.2", "5.1", "5.2", "5.3", "5.4"],
    ]


# what the figures of each indicator are at the end of the first quarter of 2024 (the method, section 4b)
STATES = {row["item"]: row["state"] for row in read_cases(Path(__file__).with_name("states.csv"))}


def test_slides_document_and_workbook_show_the_same_places(deck, paper, sheets):
    on_slides = [row for slide in goal_slides(deck) for row in texts_of(tables(slide)[0])]
    on_paper = [row for table in paper.tables for row in texts_of(table) if len(row) == 5]
    in_sheet = [[row, "", figures] for row, figures in sheets["Status"][["Rad", "Tallene"]].to_numpy()]
    for rows in (on_slides, on_paper, in_sheet):
        places = {row[0][:3]: row[2] for row in rows}
        assert {item: places[item][: len(text)] for item, text in STATES.items()} == STATES


def test_no_file_says_grey_without_its_state(deck, paper, book):
    every = [table for slide in deck.slides for table in tables(slide)] + paper.tables
    texts = [text for table in every for row in texts_of(table) for text in row] + [p.text for p in paper.paragraphs]
    texts += [slide.notes_slide.notes_text_frame.text for slide in deck.slides]
    texts += [str(cell.value) for name in ("Les først", "Status") for row in book[name].iter_rows() for cell in row]
    assert [text for text in texts if re.search(r"\bgrå\b|ikke offentlig", text)] == []


def test_a_direction_has_a_frame_and_no_fill_in_every_file(deck, paper, book):
    cell = tables(goal_slides(deck)[3])[0].cell(1, 2)
    assert cell._tc.tcPr.find(point("a:solidFill")) is None
    assert {side.tag[-1] for side in cell._tc.tcPr if side.tag[:-1].endswith("}ln")} == set("LRTB")
    framed = next(row.cells[2] for table in paper.tables for row in table.rows if row.cells[0].text.startswith("4.1 "))
    borders = framed._tc.tcPr.find(word("w:tcBorders"))
    assert [side.tag.rpartition("}")[2] for side in borders] == ["top", "left", "bottom", "right"]
    assert framed._tc.tcPr.find(word("w:shd")) is None
    (head,) = [cell for cell in book["Status"][1] if cell.value == "Tallene"]
    styles = {cell.value: cell for cell in book["Status"][head.column_letter]}
    outlined = styles["○ bare retning: grønn (bedre, skjør), peker mot gult"]
    assert (outlined.style, outlined.fill.fill_type) == ("outlined_green", None)
    assert outlined.border.top.style == "mediumDashed"
    filled = next(styles[text] for text in styles if text.startswith("▲ gul"))
    assert (filled.style, filled.fill.fill_type) == ("yellow", "solid")


def test_a_direction_has_its_numbers_in_the_workbook(sheets):
    heads = ["Hva endringen alene sier", "Endret fra", "Endring", "Endring, nedre 95 %", "Endring, øvre 95 %",
             "Grønn om ambisjonen er (grense)", "Gul om ambisjonen er (grense)"]  # fmt: skip
    changes = sheets["Status"].set_index("Rad")[heads]
    word, *since = changes.loc["4.1"]
    # 26 to 28 per cent of 4 997 and 4 505: 0.21 to 3.79; R = 0.95 and 0.60 at 32.3 and 36 (the method)
    assert (word, int(since[0])) == ("bedre, skjør", 2022)
    assert since[1:] == pytest.approx([2, 0.21, 3.79, 32.3, 36.0], abs=0.05)
    assert changes.at["1.1", "Endring"] == "ikke aktuelt"


def test_charts_are_native_with_the_numbers_of_the_report(deck):
    drawn = [[list(shape.chart.plots[0].series[0].values) for shape in charts(slide)] for slide in goal_slides(deck)]
    assert [46.0, 49.0] in drawn[0]
    assert drawn[1:] == [[[76.0, 76.0]], [[289.0, 328.0]], [[26.0, 28.0]], [[76.0, 29.0, 12.0, 63.0]]]
    workbooks = [shape.chart.part.chart_workbook.xlsx_part for slide in goal_slides(deck) for shape in charts(slide)]
    assert all(part is not None and zipfile.is_zipfile(io.BytesIO(part.blob)) for part in workbooks)
    (shape,) = charts(goal_slides(deck)[3])
    plus = shape.chart._chartSpace.xpath(".//c:errBars/c:plus//c:v/text()")
    # 1.96 * sqrt(p(1-p)/n + 1/12) of 26 % of 4 997 and 28 % of 4 505: sampling, and rounding to whole per cent
    assert [float(value) for value in plus] == pytest.approx([1.341, 1.428], abs=0.002)


def test_charts_and_tables_of_slides_have_alternative_texts(deck):
    for shape in (shape for slide in deck.slides for shape in slide.shapes if shape.has_chart or shape.has_table):
        assert len(shape._element.xpath(".//p:cNvPr/@descr")[0]) > 20
    (shape,) = charts(goal_slides(deck)[3])
    (described,) = shape._element.xpath(".//p:cNvPr/@descr")
    assert "26 prosent" in plain(described) and "95 % konfidensintervall" in plain(described)


def test_a_colour_in_a_table_is_symbol_word_and_fill(deck):
    cell = tables(goal_slides(deck)[0])[0].cell(2, 1)
    assert cell.text_frame.paragraphs[0].text == "▲ gul"
    assert cell._tc.tcPr.find(point("a:solidFill"))[0].get("val") == TINT["yellow"] == "FFDD80"
    # as grey is printed of a colour: 0.299 red, 0.587 green, 0.114 blue, from 0 to 255: only colours are shaded
    greys = {look: np.dot([0.299, 0.587, 0.114], [*bytes.fromhex(tint)]) for look, tint in TINT.items()}
    assert greys.pop("state") == pytest.approx(255)
    assert max(greys.values()) < 255 - 30
    cell = next(row.cells[2] for row in tables(goal_slides(deck)[0])[0].rows if "bare én måling" in row.cells[2].text)
    assert cell._tc.tcPr.find(point("a:solidFill"))[0].get("val") == "FFFFFF"


@pytest.mark.slow
def test_every_run_of_a_slide_names_its_language(deck, english, tmp_path):
    in_english = pptx.Presentation(exports.write_file("slides", english, tmp_path / "en.pptx"))
    for opened, spoken in ((deck, "nb-NO"), (in_english, "en-GB")):
        trees = [tree for slide in opened.slides for tree in (slide._element, slide.notes_slide._element)]
        assert {run.get("lang") for tree in trees for run in tree.iter(point("a:rPr"))} == {spoken}
    assert len(goal_slides(in_english)) == 5
    assert tables(goal_slides(in_english)[0])[0].cell(5, 2).text.startswith("▲ yellow")


def test_the_notes_of_a_goal_name_figures_samples_and_sources(deck):
    notes = plain(goal_slides(deck)[3].notes_slide.notes_text_frame.text)
    assert "n = 4 997 og 4 505" in notes
    assert "Status nasjonal e-helsestrategi Q1 2024" in notes
    assert all(slide.has_notes_slide for slide in deck.slides)


def test_nothing_on_a_slide_overlaps_or_runs_over_its_edge(deck):
    assert (deck.slide_width, deck.slide_height) == (round(WIDTH * EMU), round(HEIGHT * EMU))
    for slide in deck.slides:
        boxes = {}
        for shape in (shape for shape in slide.shapes if shape.shape_type != 1):
            height = sum(row.height for row in shape.table.rows) if shape.has_table else shape.height
            boxes[shape.name] = (shape.left, shape.top, shape.left + shape.width, shape.top + height)
        for left, top, right, low in boxes.values():
            assert left >= 0 and top >= 0 and right <= deck.slide_width + 1 and low <= (FOOT + 0.26) * EMU
        for (one, a), (other, b) in combinations(boxes.items(), 2):
            apart = a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] + 2000 or b[3] <= a[1] + 2000
            assert apart, (slide.shapes.title.text_frame.text, one, other)


def test_a_long_comment_takes_another_slide_or_is_refused(small, tmp_path):
    def of_length(times):
        judgements = judge(tmp_path / "small", "2024Q1").parent
        write(judgements, "2024Q1", nb="## 1A\n\n" + "Lang tekst om delmålet. " * times)
        return exports.write_file("slides", read_status("2024Q1"), tmp_path / "long.pptx")

    slides = goal_slides(pptx.Presentation(of_length(130)))
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert len(titles) > 2 and titles[1].endswith("(fortsatt)")
    first = [row[0][:3] for slide in slides[:-1] for table in tables(slide) for row in texts_of(table)]
    assert {"1.1", "1.2", "1A "} <= {*first}
    with pytest.raises(SlidesError, match="1A"):
        of_length(900)


def test_widths_of_letters_are_those_of_helvetica():
    assert slide_parts.text_width("Status", 10) == pytest.approx(28.35)  # 667 + 278 + 556 + 278 + 556 + 500
    assert slide_parts.text_width("Mål", 100) == pytest.approx(161.1)  # 833 + 556 + 222
    # Arial's ascent, descent and gap are 905, 212 and 33 thousandths
    assert 11.5 <= 72 * slide_parts.lines_height([slide_parts.Line("x", 10)], 1) <= 12
    assert slide_parts.count_lines("to ord", 10, 20) == 2
    assert slide_parts.count_lines("to ord", 10, 100) == 1
    assert slide_parts.count_lines("a" * 40, 10, 56) == 5  # 222 points and some slack, in a column of 56


# --- document ---------------------------------------------------------------


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
        wanted = ["tblBorders", "tblLayout", "tblCellMar", "tblLook", "tblCaption"]
        assert [name for name in order if name in wanted] == wanted


def test_the_document_is_norwegian_and_describes_pictures(paper):
    described = [shape._inline.docPr.get("descr") for shape in paper.inline_shapes]
    # series of at least two comparable values: 1.4, 1.5, 1.6, 2.3, 3.1 and 4.1
    assert len(described) == 6
    assert all(len(text) > 40 for text in described)
    assert "28" in described[-1]
    # three fit on a page: 17 cm between the margins, less a repeated head; below a picture three lines of sources
    assert all(3 * (shape.height.cm + 1.4) < 16 for shape in paper.inline_shapes)
    assert {lang.get(word("w:val")) for lang in paper.styles.element.iter(word("w:lang"))} == {"nb-NO"}
    assert paper.core_properties.language == "nb-NO"


def test_the_document_states_the_unknown_and_the_sources(paper, quarter):
    text = "\n".join(cell for table in paper.tables for row in texts_of(table) for cell in row)
    assert "Måles ikke, eller tallet publiseres ikke" in text
    assert "28\u00a0prosent (2023, n\u00a0=\u00a04\u00a0505)" in text
    assert len(paper.tables[-1].rows) - 1 == quarter.observations["source"].nunique()


# --- attacked texts, all formats --------------------------------------------


def test_attacked_texts_stay_text_in_slides_and_document(tampered):
    slides, paper = (tampered / f"status-2024Q1-nb.{form}" for form in ("pptx", "docx"))
    for file in (slides, paper):
        with zipfile.ZipFile(file) as archive:
            links = [name for name in archive.namelist() if name.endswith(".rels")]
            assert not any(b'TargetMode="External"' in archive.read(name) for name in links)
    notes = [slide.notes_slide.notes_text_frame.text for slide in pptx.Presentation(slides).slides]
    text = "\n".join(paragraph.text for paragraph in docx.Document(paper).paragraphs)
    assert any("<script>alert(1)</script>" in note for note in notes)
    assert "<script>alert(1)</script>" in text and "lenke" in text


def test_markdown_becomes_paragraphs_with_emphasis_and_bullets():
    parsed = content.parse("**Fet** og [lenke](https://x.example)\n\n- en\n- to <b>x</b>")
    assert parsed[0].runs == (("Fet", True), (" og ", False), ("lenke", False))
    assert [(p.text, p.bullet) for p in parsed[1:]] == [("en", True), ("to <b>x</b>", True)]
    assert content.plain("- en\n- to") == "• en\n• to"


# --- data package -----------------------------------------------------------


def package(folder: Path) -> tuple[dict, dict[str, pd.DataFrame]]:
    """Return the description of a data package, and its tables as texts."""
    described = json.loads((folder / "datapackage" / "datapackage.json").read_text(encoding="utf-8"))
    places = {table["name"]: folder / "datapackage" / table["path"] for table in described["resources"]}
    return described, {name: pd.read_csv(file, dtype=str, keep_default_na=False) for name, file in places.items()}


def test_frictionless_accepts_the_package_and_no_spoiled_one(written, tmp_path):
    """The standard's own reader: description, every cell against its column, keys, and rows that others refer to."""
    import frictionless  # half a second that other tests do without

    shutil.copytree(written / "datapackage", tmp_path, dirs_exist_ok=True)
    described = str(tmp_path / "datapackage.json")
    checked = frictionless.validate(described)
    assert checked.valid, checked.flatten(["type", "note"])
    assert checked.stats["tasks"] == 8
    sources = tmp_path / "sources.csv"
    spoiled = sources.read_text(encoding="utf-8").replace("status-2024q1,", "status-2024q2,")
    sources.write_text(spoiled, encoding="utf-8")
    assert ["foreign-key"] in frictionless.validate(described).flatten(["type"])


def test_the_package_has_the_report_s_figures_or_nothing(written):
    described, rows = package(written)
    assert {"name", "resources", "licenses", "sources", "created"} <= set(described)
    fields = [field for resource in described["resources"] for field in resource["schema"]["fields"]]
    assert all(field["description"].endswith(".") for field in fields)
    trends = rows["trends"].set_index("measure")
    assert trends.loc["tilgang-pasientinformasjon", ["latest_value", "latest_n"]].tolist() == ["28", "4505"]
    assert trends.loc["bruk-helsenorge-medvirkning", ["latest_value", "missing"]].tolist() == ["", "unmeasured"]
    assert len(rows["lights"]) == 37
    assert {"NLOD", "CC BY 4.0", "not stated"} <= set(rows["sources"]["licence"])
    with zipfile.ZipFile(written / "datapackage.zip") as archive:
        assert archive.namelist()[0] == "datapackage.json"
        for name in archive.namelist():
            assert archive.read(name) == (written / "datapackage" / name).read_bytes()


HIDDEN = ("tekst;=1+1;", "a;@SUM(1)", "a\t=1+1", "a\n=1+1", 'a;"=1+1;', "a;＝1+1", "a;-1+1", "=1+1;=2")


def test_a_formula_inside_a_text_is_guarded():
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


def test_texts_of_the_package_are_guarded_and_numbers_not(tampered):
    described, rows = package(tampered)
    kinds = {(r["name"], f["name"]): f["type"] for r in described["resources"] for f in r["schema"]["fields"]}
    cells = [(kinds[name, key], text) for name, own in rows.items() for key in own for text in own[key]]
    assert not [text for kind, text in cells if kind == "string" and text.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert sum(text.startswith("'=HYPERLINK") for _, text in cells) > 10
    assert ("number", "-2.5") in cells


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
        inside = zipfile.ZipFile(io.BytesIO(archive.read("embedded/chart.xlsx")))
    assert b">2024-03-31T00:00:00Z<" in inside.read("docProps/core.xml")


@pytest.mark.slow
def test_the_same_status_gives_the_same_bytes(quarter, written, tmp_path):
    exports.write_exports({"nb": quarter}, tmp_path)
    first = {file.relative_to(written): file.read_bytes() for file in written.rglob("*.*") if file.is_file()}
    again = {file.relative_to(tmp_path): file.read_bytes() for file in tmp_path.rglob("*.*") if file.is_file()}
    assert len(first) == 3 + 9 + 1
    assert first == again


def test_without_the_office_extra_the_rest_is_written(small, tmp_path, monkeypatch):
    """And no file has a sheet of corrections where there is none."""
    monkeypatch.setitem(sys.modules, "pptx", None)
    monkeypatch.setitem(sys.modules, "docx", None)
    made = exports.write_exports({"nb": small}, tmp_path)
    left_out = {export.kind: export for export in made if export.file is None}
    assert set(left_out) == {"slides", "document"}
    assert "python-pptx is not installed" in left_out["slides"].left_out
    assert "ehelse-status[office]" in left_out["document"].left_out
    files = {export.kind: export.file for export in made if export.file}
    assert set(files) == {"workbook", "package"}
    assert "Rettelser" not in openpyxl.load_workbook(files["workbook"]).sheetnames
    assert "corrections" not in package(tmp_path)[1]


def test_a_small_count_stops_every_export_unrepeated(quarter, tmp_path):
    few = quarter.observations.copy()
    row = few.index[few["measure"] == "velferdsteknologi-uten-alarm"][0]
    few.loc[row, "value"] = 3.0
    with pytest.raises(exports.SmallCountError, match="velferdsteknologi-uten-alarm, 20") as refused:
        exports.write_exports({"nb": replace(quarter, observations=few)}, tmp_path)
    assert not re.search(r"\b3(\.0)?\b", str(refused.value).split("(")[0].split(": ")[1].split(",")[0])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("small_counts.csv")), ids=str)
def test_small_counts_of_persons_are_refused_of_projects_not(quarter, case):
    """A measure's first row is changed; 26 per cent of ten are three."""
    few = quarter.observations.copy()
    row = few.index[few["measure"] == case["measure"]][0]
    for column in case.keys() - {"measure", "refused"}:
        few.loc[row, column] = float(case[column])
    with pytest.raises(exports.SmallCountError) if "refused" in case else nullcontext():
        exports.refuse_small_counts(replace(quarter, observations=few))


def test_a_quarter_without_judgements_is_exported(small, tmp_path):
    bare = small.in_language("en")
    deck = pptx.Presentation(exports.write_file("slides", bare, tmp_path / "bare.pptx"))
    cells = [cell for slide in goal_slides(deck) for table in tables(slide) for row in texts_of(table) for cell in row]
    assert "No comment was written." in " ".join(cells)
    sheets = read_sheets(exports.write_file("workbook", bare, tmp_path / "bare.xlsx"))
    assert set(sheets["Status"]["Experts"]) == {"not judged"}
    assert docx.Document(exports.write_file("document", bare, tmp_path / "bare.docx")).tables


def test_a_bound_is_not_drawn_as_a_bar(quarter):
    assert [chart.title[:3] for chart in content.charts_of(quarter, 1)] == ["1.4", "1.5", "1.6"]
    measured = quarter.observations["measure"] == "tilfredshet-digital-kontakt"
    bounded = quarter.observations["qualifier"].mask(measured & (quarter.observations["period"] == "2023"), "over")
    changed = replace(quarter, observations=quarter.observations.assign(qualifier=bounded))
    assert [chart.title[:3] for chart in content.charts_of(changed, 1)] == ["1.5", "1.6"]


@pytest.mark.parametrize(("as_of", "day"), [("", "31\u00a0March 2024"), ("2024-02-15", "15\u00a0February 2024")])
def test_files_and_pages_have_one_wording_of_the_closing_day(english, as_of, day):
    status = replace(english, as_of=as_of)
    assert content.published_by(status) == f"Figures published no later than {day}"
    assert f"with figures published no later than {day}." in status.page_title("data_title").html


# --- a scenario: every slide, sheet and page says what it is, and no file of a report does -----

BANNER = "Scenario «eksempel», ikke kvartalets rapport"


def test_every_slide_sheet_and_page_of_a_scenario_has_the_banner(small, written, deck, book, paper, tmp_path):
    note = {"nb": "Det er ingens ambisjon.", "en": "It is nobody's ambition."}
    ambitions = Ambitions("eksempel", {"nb": "eksempel", "en": "example"}, note, scenario=True)
    exports.write_exports({"nb": replace(small, strategy=replace(small.strategy, ambitions=ambitions))}, tmp_path)
    names = {file.name for file in tmp_path.iterdir() if file.is_file()}  # which name the set
    assert names == {f"status-2024Q1-eksempel-nb.{form}" for form in ("xlsx", "pptx", "docx")} | {"datapackage.zip"}
    file = tmp_path / "status-2024Q1-eksempel-nb"

    slides = pptx.Presentation(file.with_suffix(".pptx")).slides
    assert len(slides) >= 4
    for opened, count in ((slides, len(slides)), (deck.slides, 0)):
        shapes = [[shape.text_frame.text for shape in slide.shapes if shape.has_text_frame] for slide in opened]
        assert sum(BANNER in " ".join(texts) for texts in shapes) == count
        assert sum("Scenario" in " ".join(texts) for texts in shapes) == count

    workbook = openpyxl.load_workbook(file.with_suffix(".xlsx"))
    assert all(BANNER in sheet["A1"].value for sheet in workbook)
    for sheet in workbook.worksheets[1:]:
        (table,) = sheet.tables.values()
        assert table.ref.startswith("A2:")
        assert table.ref.endswith(str(max(sheet.max_row, 3)))  # without rows it has an empty one
        assert sheet.freeze_panes.endswith("3")
        assert sheet.print_title_rows == "$1:$2"
    assert not [c.value for sheet in book for row in sheet.iter_rows() for c in row if "Scenario" in str(c.value)]
    assert all(table.ref.startswith("A1:") for sheet in book.worksheets[1:] for table in sheet.tables.values())

    document = docx.Document(file.with_suffix(".docx"))
    assert document.sections[0].header.paragraphs[0].text == BANNER
    assert "Det er ingens ambisjon." in " ".join(paragraph.text for paragraph in document.paragraphs[:4])
    assert paper.sections[0].header.paragraphs[0].text == ""
    assert package(tmp_path)[0]["title"].endswith("– Scenario “example”, not the quarter’s report")
    assert "Scenario" not in package(written)[0]["title"]


# --- paper ------------------------------------------------------------------

PAGE = """<!doctype html><html lang="nb"><head><meta charset="utf-8"><title>Status</title></head><body><main>
<h1>Mål 4</h1><h2>Indikatorer</h2><p>Åtte ord på norsk.</p>
<img alt="Linjediagram: fra 26 til 28 prosent" src="data:image/gif;base64,
R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==">
<table><caption>Tabell</caption><tr><th scope="col">A</th></tr><tr><td>1</td></tr></table></main></body></html>"""


def print_pdf(html_file: Path, pdf_file: Path) -> Path:
    with exports.Print(html_file) as under_way:
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


def test_what_hinders_printing_is_named(tmp_path, monkeypatch):
    page, pdf, program = tmp_path / "side.html", tmp_path / "side.pdf", tmp_path / "chromium"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    with pytest.raises(exports.PrintError, match="apt-get install chromium"):
        print_pdf(page, pdf)
    program.write_text('#!/bin/sh\necho "out of paper$DB_PASSWORD" >&2\nexit 3\n', encoding="utf-8")
    program.chmod(0o755)
    with pytest.raises(exports.PrintError, match=r"side\.html: no such page"):
        print_pdf(page, pdf)
    page.write_text(PAGE, encoding="utf-8")
    monkeypatch.setenv("DB_PASSWORD", "of the run")  # nothing of the environment but what is listed
    with pytest.raises(exports.PrintError, match=r"code 3: out of paper$"):
        print_pdf(page, pdf)
    cut = 'for each; do case $each in --print-to-pdf=*) echo %PDF-1.7 > "${each#*=}";; esac; done'
    program.write_text(f"#!/bin/sh\n{cut}\n", encoding="utf-8")
    with pytest.raises(exports.PrintError, match="a part of the PDF only"):
        print_pdf(page, pdf)
    assert not pdf.exists()


def test_columns_that_nobody_has_described_are_named(small, tmp_path):
    undescribed = replace(small, observations=small.observations.assign(ny_kolonne=1))
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
    with pikepdf.open(convert(written / f"status-2024Q1-nb.{form}", "pdf", tmp_path)) as opened:
        assert least <= len(opened.pages) <= most
        assert all(len(page.Contents.read_bytes()) > 200 for page in opened.pages)  # no page is blank


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_libreoffice_finds_no_formula_in_a_table(tmp_path, separator):
    table = pd.DataFrame({"first": [*HIDDEN, *ATTACKS[:5]], "second": [*ATTACKS[:5], *HIDDEN], "value": -2.5})
    (tmp_path / "table.csv").write_text(to_csv(table), encoding="utf-8")
    (sheet,) = openpyxl.load_workbook(convert(tmp_path / "table.csv", "xlsx", tmp_path, separator))
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
