from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.core.periods import PeriodError
from analysis.text.prose import COLUMNS, ProseError, read_prose
from small import observations, small_strategy
from typed_cases import read_cases

FOLDER = Path(__file__).parent
SURVEYED = [{"slug": "tilgang"}, {"slug": "forsinkelser"}, {"slug": "umaalt"}]
COUNTED = [{"slug": unit, "unit": unit, "basis": "register"} for unit in ("personer", "kommuner")]
STRATEGY = small_strategy(SURVEYED + COUNTED)
ROWS = observations(read_cases(FOLDER / "prose_rows.csv"), STRATEGY)
BOTH = ("nb", "en")


@pytest.fixture
def written(tmp_path):
    """Write the comment of 1.1 in both languages; more files by name."""

    def write(comment="Tekst.", **files):
        files = {f"maal-1.{language}.md": f"## 1.1\n\n{comment}\n" for language in BOTH} | files
        (tmp_path / "2024Q1").mkdir(exist_ok=True)
        for name, text in files.items():
            (tmp_path / "2024Q1" / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def read(folder, language="nb", rows=ROWS, quarter="2024Q1"):
    return read_prose(quarter, language, rows, STRATEGY, folder)


def comment(folder, language="nb"):
    return read(folder, language).loc[("1.1", "comment"), "text"]


def faults(folder, **options):
    with pytest.raises(ProseError) as refusal:
        read(folder, **options)
    return str(refusal.value).split("\n")


@pytest.mark.parametrize("case", read_cases(FOLDER / "references.csv"), ids=lambda case: case["typed"])
def test_a_reference_becomes_a_number_in_each_language(written, case):
    """In the table a tilde stands for a no-break space; 22 200 / 16 000 is 1.3875, and the verb says which way."""
    folder = written(f"Før {case['typed']} etter.")
    assert comment(folder) == f"Før {case['norwegian']} etter.".replace("~", "\u00a0")
    assert comment(folder, "en") == f"Før {case['english']} etter.".replace("~", "\u00a0")


def test_the_latest_edition_in_use_is_inserted(written):
    folder, before = written("{personer@2022|value}"), ROWS.copy(deep=True)
    assert comment(folder) == "22\u00a0200"  # not 23 000, revised; not 9 999, another source's
    pd.testing.assert_frame_equal(ROWS, before)
    earlier = ROWS[ROWS["published"] < "2024-03-01"]
    assert read(folder, rows=earlier).loc[("1.1", "comment"), "text"] == "23\u00a0000"


def test_every_inserted_number_names_its_raw_row(written):
    (inserted,) = read(written("I fjor {tilgang@2022..2023|change} mer.")).loc[("1.1", "comment"), "references"]
    assert (inserted.text, inserted.value) == ("{tilgang@2022..2023|change}", 2)
    assert (inserted.measure, inserted.since, inserted.period) == ("tilgang", "2022", "2023")
    assert (inserted.breakdown, inserted.aspect, inserted.words) == ("", "change", "2\u00a0prosentpoeng")
    assert (inserted.file, inserted.line) == ("observations/small.csv", 3)
    assert inserted.origins == (("observations/small.csv", 2), ("observations/small.csv", 3))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["{tilgang@2022}", "{tilgang@2023|n}", "og", "{kommuner@2024Q1|value}"]), max_size=8))
def test_numbers_are_inserted_in_the_order_of_references(tmp_path_factory, parts):
    folder = tmp_path_factory.mktemp("judgements")
    (folder / "2024Q1").mkdir()
    for language in BOTH:
        (folder / "2024Q1" / f"maal-1.{language}.md").write_text("## 1.1\nTekst " + " ".join(parts), encoding="utf-8")
    text, inserted = read(folder).loc[("1.1", "comment"), ["text", "references"]]
    assert [r.text for r in inserted] == [part for part in parts if part != "og"]
    assert all(text[r.start :].startswith(r.words) for r in inserted)
    assert sorted({r.start for r in inserted}) == [r.start for r in inserted]
    numbers = iter(r.words for r in inserted)
    assert text == " ".join(["Tekst", *(part if part == "og" else next(numbers) for part in parts)])


def test_texts_come_out_by_item_and_key_in_report_order(written):
    whole = "## summary-1\n\n**Tema**\n\nTekst.\n\n## follow-up\n\nFølg opp.\n"
    goal = "## status\n\nBra.\n\n## 1A\n\nTekst.\n\n## theme-1\n\n- ett\n- to\n"
    files = {f"strategi.{language}.md": whole for language in BOTH} | {
        f"maal-1.{language}.md": goal for language in BOTH
    }
    prose = read(written(**files))
    keys = ["strategy summary-1", "strategy follow-up", "goal-1 status", "1A comment", "goal-1 theme-1"]
    assert [" ".join(key) for key in prose.index] == keys
    assert prose.loc[("strategy", "summary-1"), "text"] == "**Tema**\n\nTekst."
    assert [*prose.loc[("goal-1", "theme-1")]] == ["- ett\n- to", (), "2024Q1/maal-1.nb.md", 9]


def test_a_quarter_without_texts_gives_an_empty_frame(written):
    prose, full = read(written(), quarter="2024Q4"), read(written())
    assert prose.empty
    assert (list(prose), prose.index.names) == (list(full), full.index.names) == ([*COLUMNS[2:]], [*COLUMNS[:2]])
    with pytest.raises(PeriodError):
        read(written(), quarter="Q1")


@pytest.mark.parametrize("case", read_cases(FOLDER / "refused_references.csv"), ids=lambda case: case["typed"])
def test_an_unanswered_reference_is_refused_with_its_line(written, case):
    (fault,) = faults(written(f"Tekst.\n\nMer {case['typed']} tekst."))
    assert fault.startswith("judgements/2024Q1/maal-1.nb.md, line 5: ")
    assert case["message"] in fault


@pytest.mark.parametrize("typed", ["26 prosent", "22 200 personer", "5 av dem", "3,5 år", "1.", "Økte med 2"])
def test_a_number_typed_by_hand_is_refused(written, typed):
    (fault,) = faults(written(f"Det er {typed}"))
    assert "is typed; insert the number by a reference" in fault


TIMES = ["i 2023", "Q1 2024", "2024Q1", "11. april 2024", "11 April 2024", "2024-04-11"]
KEPT_TOGETHER = ["31.\u00a0mars\u00a02024", "31\u202fMarch\u202f2024", "Q1\u00a02024"]


@pytest.mark.parametrize("typed", [*TIMES, *KEPT_TOGETHER, "covid-19", "FHIR R4", "delmål 1A"])
def test_times_and_names_with_a_digit_may_be_typed(written, typed):
    assert comment(written(f"Det er {typed}.")) == f"Det er {typed}."


@pytest.mark.parametrize("case", read_cases(FOLDER / "faulty_pages.toml"))
def test_unknown_files_and_sections_are_refused_by_name(written, case):
    (fault,) = faults(written(**{case["file"]: case["text"]}))
    assert case["message"] in fault


def test_all_faults_come_at_once_in_the_language_read(written):
    folder = written("{tilgangen@2023} og 12 til\n\n## theem-1\n\nTekst.\n")
    messages = faults(folder)
    assert len(messages) == 3
    assert all(message.startswith("judgements/2024Q1/maal-1.nb.md, line ") for message in messages)
    assert faults(folder, language="en")[0].startswith("judgements/2024Q1/maal-1.en.md")


def test_a_comment_is_not_printed_and_keeps_line_numbers(written):
    prose = read(written("<!-- 2023Q1: 26 prosent {tilgangen@2023}\n## 1.2 -->\n\n## 1.2\n\nTekst."))
    assert (prose.index.tolist(), prose["line"].tolist()) == ([("1.2", "comment")], [6])
    (fault,) = faults(written("Før <!-- to\nlinjer --> etter.\nDet er 26 prosent."))
    assert fault.startswith("judgements/2024Q1/maal-1.nb.md, line 5: '26' is typed")
    assert comment(written("Før <!-- 26 --> etter.")) == "Før  etter."


def test_a_withheld_figure_is_refused_with_place_and_reason(written):
    withheld = dict(measure="personer", period="2023", value=float("nan"), standing="withheld")
    rows = observations([("personer", "2022", 22200), withheld], STRATEGY)
    (message,) = faults(written("Antallet var {personer@2023}."), rows=rows)
    assert "the figure of 'personer' for 2023 is withheld (observations/small.csv, line 3)" in message
    assert "tells of few persons, or would give such a figure away" in message
    (message,) = faults(written("Antallet var {personer@2024}."), rows=rows)
    assert "no figure for '2024'; did you mean '2022'" in message


def test_a_byte_order_mark_is_left_out(written):
    assert comment(written(**{"maal-1.nb.md": "\ufeff## 1.1\n\nTekst.\n"})) == "Tekst."


@pytest.mark.parametrize(
    ("mark", "shown"),
    [("\x02", "U+0002"), ("\uffff", "U+FFFF"), ("\u202e", "U+202E"), ("\u2067", "U+2067"), ("&#x202E;", "U+202E")],
)
def test_marks_that_cannot_be_seen_are_refused(written, mark, shown):
    (fault,) = faults(written(f"Første linje.\nHer{mark} er det."))
    assert "2024Q1/maal-1.nb.md, line 4" in fault
    assert f"<{shown}>" in fault and "type the words around it anew" in fault


def test_an_address_is_named_before_a_report_is_made(written):
    (fault,) = faults(written("Skriv til\nkari@example.no i dag.\n\n<!-- ola@example.no -->"))
    assert "2024Q1/maal-1.nb.md, line 4" in fault
    assert "holds an e-mail address" in fault and "kari" not in fault
