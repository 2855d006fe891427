import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.core.periods import PeriodError
from analysis.text.prose import ProseError, read_prose, references
from small import observations, small_strategy

STRATEGY = small_strategy(
    [
        {"slug": "tilgang"},
        {"slug": "mottakere", "unit": "personer", "basis": "register"},
        {"slug": "kommuner", "unit": "kommuner", "basis": "register"},
        {"slug": "forsinkelser"},
        {"slug": "umaalt"},
    ]
)
ROWS = observations(
    [
        ("tilgang", "2022", 26, 4997),
        ("tilgang", "2023", 28, 4505),
        ("mottakere", "2021", 16000),
        {"measure": "mottakere", "period": "2022", "value": 23000, "published": "2023-05-01"},
        {"measure": "mottakere", "period": "2022", "value": 22200, "published": "2024-03-31"},
        {
            "measure": "mottakere",
            "period": "2022",
            "value": 9999,
            "published": "2024-05-01",
            "standing": "conflict",
            "source": "another",
        },
        ("kommuner", "2021", 0),
        {"measure": "kommuner", "period": "2023", "value": 250, "qualifier": "circa"},
        {"measure": "kommuner", "period": "2024Q1", "value": 300, "qualifier": "over"},
        {"measure": "forsinkelser", "period": "2024Q1", "value": 29, "numerator": 5, "denominator": 17},
        {"measure": "forsinkelser", "period": "2024Q1", "breakdown": "aarsak=finansiering", "value": 2},
    ],
    STRATEGY,
)


@pytest.fixture
def written(tmp_path):
    """Write the comment of 1.1 in both languages; more files by name."""

    def write(comment="Tekst.", **files):
        folder = tmp_path / "2024Q1"
        folder.mkdir(exist_ok=True)
        pages = {f"maal-1.{language}.md": f"## 1.1\n\n{comment}\n" for language in ("nb", "en")}
        for name, text in (pages | files).items():
            (folder / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def read(folder, language="nb", rows=ROWS, quarter="2024Q1"):
    return read_prose(quarter, language, rows, STRATEGY, folder)


def comment(folder, language="nb"):
    return read(folder, language).loc[("1.1", "comment"), "text"]


def faults(folder, **given):
    with pytest.raises(ProseError) as caught:
        read(folder, **given)
    return str(caught.value).split("\n")


@pytest.mark.parametrize(
    ("typed", "norwegian", "english"),
    [
        ("{tilgang@2023}", "28\u00a0prosent", "28\u00a0per cent"),
        ("{tilgang@2023|value}", "28", "28"),
        ("{tilgang@2023|n}", "4\u00a0505", "4,505"),
        ("{mottakere@2022}", "22\u00a0200\u00a0personer", "22,200\u00a0people"),
        ("{mottakere@2022|value}", "22\u00a0200", "22,200"),
        ("{kommuner@2024Q1}", "over 300\u00a0kommuner", "over 300\u00a0municipalities"),
        ("{kommuner@2024Q1|value}", "over 300", "over 300"),
        ("{kommuner@2023|value}", "om lag 250", "about 250"),
        ("{forsinkelser@2024Q1|numerator}", "5", "5"),
        ("{forsinkelser@2024Q1|denominator}", "17", "17"),
        ("{forsinkelser@2024Q1[aarsak=finansiering]|value}", "2", "2"),
        ("{tilgang@2022..2023|change}", "2\u00a0prosentpoeng", "2\u00a0percentage points"),
        ("{tilgang@2023..2022|change}", "2\u00a0prosentpoeng", "2\u00a0percentage points"),  # the verb says which way
        ("{mottakere@2021..2022|change}", "6\u00a0200\u00a0personer", "6,200\u00a0people"),
        ("{mottakere@2021..2022|growth}", "38,8\u00a0prosent", "38.8\u00a0per cent"),  # 22 200 / 16 000 = 1.3875
    ],
)
def test_a_reference_becomes_the_number_as_each_language_writes_it(written, typed, norwegian, english):
    folder = written(f"Før {typed} etter.")
    assert comment(folder) == f"Før {norwegian} etter."
    assert comment(folder, "en") == f"Før {english} etter."


def test_the_latest_edition_that_counts_is_the_one_inserted(written):
    folder = written("{mottakere@2022|value}")
    assert comment(folder) == "22\u00a0200"  # not 23 000, revised; not 9 999, another source's
    earlier = ROWS[ROWS["published"] < "2024-03-01"]
    assert read(folder, rows=earlier).loc[("1.1", "comment"), "text"] == "23\u00a0000"


def test_every_inserted_number_leads_home_to_its_raw_row(written):
    (inserted,) = read(written("I fjor {tilgang@2022..2023|change} mer.")).loc[("1.1", "comment"), "references"]
    assert (inserted.text, inserted.value) == ("{tilgang@2022..2023|change}", 2)
    assert (inserted.measure, inserted.since, inserted.period) == ("tilgang", "2022", "2023")
    assert (inserted.breakdown, inserted.aspect, inserted.words) == ("", "change", "2\u00a0prosentpoeng")
    lines = {period: line for period, line in ROWS.query("measure == 'tilgang'")[["period", "line"]].values}
    assert (inserted.file, inserted.line) == ("observations/small.csv", lines["2023"]) == ("observations/small.csv", 3)
    assert inserted.origins == (("observations/small.csv", 2), ("observations/small.csv", 3))


def test_references_are_found_in_order_and_left_unfilled():
    found = references("Av {a@2024Q1|denominator} er {b-c@2022..2023|change} og {d@2023-12[x=y;z=w]}.")
    assert [(r.measure, r.since, r.period, r.breakdown, r.aspect) for r in found] == [
        ("a", "", "2024Q1", "", "denominator"),
        ("b-c", "2022", "2023", "", "change"),
        ("d", "", "2023-12", "x=y;z=w", ""),
    ]


@given(st.lists(st.sampled_from(["{tilgang@2022}", "{tilgang@2023|n}", "og", "{kommuner@2024Q1|value}"]), max_size=8))
def test_what_is_inserted_stands_in_the_order_of_the_references(tmp_path_factory, parts):
    folder = tmp_path_factory.mktemp("judgements")
    (folder / "2024Q1").mkdir()
    for language in ("nb", "en"):
        (folder / "2024Q1" / f"maal-1.{language}.md").write_text("## 1.1\nTekst " + " ".join(parts), encoding="utf-8")
    text, inserted = read(folder).loc[("1.1", "comment"), ["text", "references"]]
    assert [r.text for r in inserted] == [part for part in parts if part != "og"]
    assert all(text[r.start :].startswith(r.words) for r in inserted)
    assert sorted({r.start for r in inserted}) == [r.start for r in inserted]
    said = iter(r.words for r in inserted)
    assert text == " ".join(["Tekst", *(part if part == "og" else next(said) for part in parts)])


def test_comments_and_blocks_come_out_by_item_and_key_in_report_order(written):
    whole = "## summary-1\n\n**Tema**\n\nTekst.\n\n## follow-up\n\nFølg opp.\n"
    goal = "## status\n\nBra.\n\n## 1A\n\nTekst.\n\n## theme-1\n\n- ett\n- to\n"
    files = {f"strategi.{language}.md": whole for language in ("nb", "en")}
    files |= {f"maal-1.{language}.md": goal for language in ("nb", "en")}
    prose = read(written(**files))
    assert prose.index.tolist() == [
        ("strategy", "summary-1"),
        ("strategy", "follow-up"),
        ("goal-1", "status"),
        ("1A", "comment"),
        ("goal-1", "theme-1"),
    ]
    assert prose.loc[("strategy", "summary-1"), "text"] == "**Tema**\n\nTekst."
    assert prose.loc[("goal-1", "theme-1"), ["text", "file", "line"]].tolist() == [
        "- ett\n- to",
        "2024Q1/maal-1.nb.md",
        9,
    ]


def test_a_quarter_without_texts_gives_an_empty_frame_of_the_same_shape(written):
    prose, full = read(written(), quarter="2024Q4"), read(written())
    assert prose.empty
    assert prose.columns.tolist() == full.columns.tolist()
    assert prose.index.names == full.index.names == ["item", "key"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("{tilgangen@2023}", "'tilgangen' is no measure of the strategy; did you mean 'tilgang'?"),
        ("{umaalt@2023}", "'umaalt' has no figure known at the date of the report"),
        ("{tilgang@2024}", "'tilgang' has no figure for '2024'; did you mean '202"),
        ("{forsinkelser@2024Q1[aarsak=finans]|value}", "did you mean '[aarsak=finansiering]'?"),
        ("{forsinkelser@2024Q1|numrator}", "there is no aspect 'numrator'; did you mean 'numerator'?"),
        ("{forsinkelser@2024Q1|n}", "the row has no n (observations/small.csv, line"),
        ("{tilgang@2022..2023}", "change and growth need two periods"),
        ("{tilgang@2023|change}", "change and growth need two periods"),
        ("{kommuner@2023..2024Q1|change}", "the figure of 2024Q1 is a bound ('over'), which has no difference"),
        ("{kommuner@2021..2023|growth}", "nothing grows in per cent from zero"),
        ("{tilgang 2023}", "'{tilgang 2023}' is no reference; write {measure@period}"),
        ("{tilgang@2023", "'{' is no reference"),
    ],
)
def test_a_reference_that_nothing_answers_is_refused_by_file_line_and_remedy(written, typed, told):
    (fault,) = faults(written(f"Tekst.\n\nMer {typed} tekst."))
    assert fault.startswith("2024Q1/maal-1.nb.md, line 5: ")
    assert told in fault


@pytest.mark.parametrize("typed", ["26 prosent", "22 200 personer", "5 av dem", "3,5 år", "1.", "Økte med 2"])
def test_a_number_typed_by_hand_is_refused(written, typed):
    (fault,) = faults(written(f"Det er {typed}"))
    assert "is typed; insert the number by a reference" in fault


@pytest.mark.parametrize(
    "typed",
    [
        "i 2023",
        "Q1 2024",
        "2024Q1",
        "11. april 2024",
        "11 April 2024",
        "2024-04-11",
        "covid-19",
        "FHIR R4",
        "delmål 1A",
    ],
)
def test_years_quarters_dates_and_names_with_a_digit_may_be_typed(written, typed):
    assert comment(written(f"Det er {typed}.")) == f"Det er {typed}."


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"maal-1.nb.md": "## 1.9\n\nTekst.\n"}, "line 1: section '1.9' has no place here; did you mean '1."),
        ({"maal-1.nb.md": "## temp-1\n\nTekst.\n"}, "section 'temp-1' has no place here; did you mean 'theme-1'?"),
        ({"maal-1.nb.md": "## 1.1\n\nEn.\n\n## 1.1\n\nTo.\n"}, "line 5: section '1.1' stands twice"),
        ({"maal-1.nb.md": "## 1.1\n\n## 1.2\n\nTo.\n"}, "line 1: section '1.1' is empty"),
        ({"maal-1.nb.md": "# 1.1\n\nTekst.\n"}, "line 1: '# 1.1' is no section; write '## key'"),
        ({"maal-1.nb.md": "Ord.\n## 1.1\n\nTekst.\n"}, "line 1: text before the first '## key'"),
        ({"mal-1.nb.md": "## 1.1\n\nTekst.\n"}, "2024Q1/mal-1.nb.md: is no page of the report; did you mean"),
        ({"maal-7.nb.md": "## 1.1\n\nTekst.\n"}, "2024Q1/maal-7.nb.md: is no page of the report"),
        ({"strategi.en.md": "## status\n\nText.\n"}, "2024Q1/strategi.nb.md: is missing, but the page exists"),
    ],
)  # fmt: skip
def test_files_and_sections_nobody_asked_for_are_refused_by_name(written, files, told):
    (fault,) = faults(written(**files))
    assert told in fault


def test_all_faults_are_told_at_once_in_the_language_read(written):
    folder = written("{tilgangen@2023} og 12 til\n\n## theem-1\n\nTekst.\n")
    told = faults(folder)
    assert len(told) == 3
    assert all(fault.startswith("2024Q1/maal-1.nb.md, line ") for fault in told)
    assert faults(folder, language="en")[0].startswith("2024Q1/maal-1.en.md")


def test_what_is_no_quarter_is_refused_as_such(written):
    with pytest.raises(PeriodError):
        read(written(), quarter="Q1")


def test_reading_does_not_change_the_observations(written):
    before = ROWS.copy(deep=True)
    read(written("{tilgang@2023}"))
    pd.testing.assert_frame_equal(ROWS, before)


def test_a_section_that_holds_only_a_comment_is_open_and_has_no_row(written):
    folder = written("<!-- 2023Q1: 26 prosent {tilgangen@2023}\n## 1.2 -->\n\n## 1.2\n\nTekst.")
    prose = read(folder)
    assert prose.index.tolist() == [("1.2", "comment")]
    assert prose["line"].tolist() == [6]


def test_what_stands_in_a_comment_is_not_printed_and_lines_keep_their_numbers(written):
    (fault,) = faults(written("Før <!-- to\nlinjer --> etter.\nDet er 26 prosent."))
    assert fault.startswith("2024Q1/maal-1.nb.md, line 5: '26' is typed")
    (text,) = read(written("Før <!-- 26 --> etter."))["text"]
    assert text == "Før  etter."


def test_a_section_without_text_or_comment_is_still_refused(written):
    (fault,) = faults(written("\n"))
    assert "section '1.1' is empty" in fault


def test_a_withheld_figure_is_not_unknown_but_withheld_and_it_says_of_what_where_and_why(written):
    rows = observations(
        [
            ("mottakere", "2022", 22200),
            {"measure": "mottakere", "period": "2023", "value": float("nan"), "standing": "withheld"},
        ],
        STRATEGY,
    )
    with pytest.raises(ProseError) as refused:
        read(written("Antallet var {mottakere@2023}."), rows=rows)
    told = str(refused.value)
    assert "the figure of 'mottakere' for 2023 is withheld (observations/small.csv, line 3)" in told
    assert "tells of few persons, or would give such a figure away" in told
    with pytest.raises(ProseError, match=r"no figure for '2024'; did you mean '2022'"):
        read(written("Antallet var {mottakere@2024}."), rows=rows)
