"""Tables: accessible markup, nothing from data that a browser could run, and every number with its raw row."""

import base64
import re
import tomllib
from pathlib import Path

import lxml.html
import pandas as pd
import pytest

from analysis import tables, words
from analysis.assessment.lights import assess
from analysis.assessment.other_offices import verdicts
from analysis.assessment.trends import find_trends
from analysis.statistics.surveys import composition_gaps
from analysis.views.tables import markup
from analysis.views.tables.measured import _why_graded, gaps_table, group_sizes, latest_cell
from blocks import plain, read
from blocks import rows as cells_of
from small import judgements, mixed_waves, small_strategy
from small import observations as typed_rows
from typed_cases import read_cases, rows_of

FOLDER = Path(__file__).parent
# what a delivered text might hold; each must come out as the text it is
ATTACKS = (FOLDER.parent / "audit" / "attacks.txt").read_text(encoding="utf-8").splitlines()
ATTACKS += ["<!-- -->", "{{ 7 * 7 }}", "\u202egpj.exe\u0000"]
MEASURES = tomllib.loads((FOLDER / "tables.toml").read_text(encoding="utf-8"))["measures"]


@pytest.fixture(scope="module")
def strategy():
    return small_strategy(MEASURES, subgoals=["1A", "1B"])


@pytest.fixture(scope="module")
def rows(strategy):
    return typed_rows(read_cases(FOLDER / "tables.csv"), strategy)


@pytest.fixture(scope="module")
def trends(strategy, rows):
    return find_trends(strategy, rows, "2024Q1")


@pytest.fixture(scope="module")
def lights(strategy, trends):
    judgement = {"colour": "yellow", "towards": "green", "record": "explicit"}
    earlier = {"previous_quarter": "2023Q1", "previous_colour": "green", "previous_correction": "down"}
    judged = judgements(strategy, **{"goal-1": judgement | earlier, "1A": {"colour": "grey", "record": "narrative"}})
    return assess(strategy, trends, judged)


@pytest.fixture(scope="module")
def proposals(strategy, trends):
    """Return the lights where nobody has judged anything."""
    return assess(strategy, trends, judgements(strategy))


def texts(comment, status):
    index = pd.MultiIndex.from_tuples([("1.1", "comment"), ("goal-1", "status")], names=["item", "key"])
    return pd.DataFrame({"text": [comment, status], "references": [(), ()]}, index=index)


@pytest.fixture(scope="module")
def prose():
    return texts("**Andelen** øker.", "Gul, peker mot grønn.")


# --- markup -------------------------------------------------------------------------


def test_a_table_has_a_caption_scopes_and_labelled_cells():
    (table,) = read(markup.table("caption", ["a", "b"], [["1", "2"]])).xpath("//table")
    assert table.xpath("string(caption)") == "caption"
    assert [(head.get("scope"), head.text_content()) for head in table.xpath(".//th")] == [
        *(("col", "a"), ("col", "b"), ("row", "1"))
    ]
    assert [(cell.get("data-label"), cell.text_content()) for cell in table.xpath(".//td")] == [("b", "2")]
    with pytest.raises(ValueError, match="every column has a heading"):
        markup.table("caption", ["a", ""], [["1", "2"]])
    with pytest.raises(ValueError, match="one cell for each"):
        markup.table("caption", ["a", "b"], [["1"]])
    # of many columns it stays a table where it is slim
    columns, row = list("abcde"), [["1"] * 5]
    assert 'class="table many"' in markup.table("caption", columns, row).html
    assert 'class="table few"' in markup.table("caption", columns, row, slim=True).html
    assert 'class="table few"' in markup.table("caption", columns[:4], [row[0][:4]]).html


def test_a_table_without_rows_says_so_in_a_sentence(strategy, rows, trends):
    block = tables.conflicts(strategy, rows[rows["standing"] == ""])
    assert "<table" not in block.html
    assert "ingen." in block.text
    block = tables.other_offices(strategy, verdicts(strategy, trends), "1.3")
    assert "<table" not in block.html
    assert "kan brukes" in block.text


@pytest.mark.parametrize("colour", words.SYMBOL)
def test_a_colour_has_symbol_word_and_border(colour):
    chip = lxml.html.fromstring(markup.chip(colour, "nb"))
    assert chip.text_content() == f"{words.SYMBOL[colour]} {words.colour(colour, 'nb')}"
    assert [s.text for s in chip.xpath("span[@aria-hidden='true']")] == [words.SYMBOL[colour]]
    assert "border:1px solid" in chip.get("style")
    assert words.HEX[colour] in chip.get("style")
    assert markup.chip("grey", "nb") == ""  # which is no colour


def test_no_text_of_the_data_becomes_markup(strategy, trends, lights):
    attack = " ".join(ATTACKS)
    row = {"measure": "andel", "period": "2023", "value": 28, "note": attack, "source": attack}
    hostile = typed_rows([row | {"file": f"o/{attack}.csv"}], strategy)
    renamed, prose = lights.assign(name_nb=attack, name_en=attack), texts(attack, attack)
    source = dict.fromkeys(("title", "publisher", "licence", "note"), attack) | {"address": "javascript:alert(1)"}
    sources = pd.DataFrame(source | {"accessed": pd.NaT, "published": pd.NaT}, index=[attack])
    page = read(
        tables.series(strategy, hostile, "andel")
        + tables.raw_rows(strategy, hostile)
        + tables.sources(sources, hostile)
        + tables.overview(strategy, trends, renamed, "2024Q1")
        + tables.indicators(strategy, trends, renamed, prose, 1)
        + tables.prose_block(prose, "goal-1", "status")
    )
    assert not page.xpath("//script|//iframe|//svg|//style|//math|//h1|//object|//comment()")
    assert not [a for element in page.iter() for a in element.attrib if a.startswith("on")]
    assert all(image.get("src").startswith("data:image/svg+xml;base64,") for image in page.iter("img"))
    assert all(re.match(r"https?://|#|[a-z0-9-]+\.html", link.get("href")) for link in page.iter("a"))
    shown = page.xpath("string(.)")
    assert all(shown.count("".join(c for c in each if c.isprintable())) >= 5 for each in ATTACKS)
    assert markup.escape("a\u202eb\u0000c 22\u00a0200") == "abc 22\u00a0200"  # no-break spaces are kept


def test_markdown_keeps_emphasis_lists_and_links_only():
    page = read(markup.markdown("# Big\n\n- **one**\n- [two](https://example.org/a)\n\n<b>raw</b> ![p](https://x.org)"))
    assert [li.text_content() for li in page.xpath("//li")] == ["one", "two"]
    assert not page.xpath("//h1|//img|//b")
    assert "<b>raw</b>" in page.text_content()


def test_a_table_reads_well_in_a_terminal(strategy, trends, lights):
    printed = repr(tables.overview(strategy, trends, lights, "2024Q1"))
    assert printed.splitlines()[0].startswith("Hva som har endret seg, hva som ikke har det, og hva ingen kan vite")
    assert "▲ gul peker mot ● grønt" in plain(printed)
    assert "<" not in printed


def test_headings_have_places_and_something_below():
    (title,) = read(markup.heading("Nasjonal e-helsestrategi & mer", 1)).xpath("//h1")
    assert title.text_content() == "Nasjonal e-helsestrategi & mer"
    # no line ends after the letter of e-health
    assert title.xpath("span[contains(@style, 'nowrap')]/text()") == ["e-helsestrategi"]
    page = read(tables.section("evidence_heading", markup.paragraph("A"), "en"))
    assert page.xpath("string(//h2[@id='evidence-heading'])") == "How good the evidence is"
    assert not tables.section("evidence_heading", markup.EMPTY, "en")
    with pytest.raises(ValueError, match="level 1 to 4"):
        markup.heading("x", 5)


def test_the_title_names_quarter_and_day(strategy):
    page = read(tables.item_title(strategy, 1, "2024Q1"))
    assert page.xpath("string(//h1)") == "Mål 1: Goal 1"
    assert "1. kvartal 2024" in page.text_content()
    assert "med tall publisert senest 31.\u00a0mars 2024." in page.text_content()
    assert "15.\u00a0januar 2024" in tables.item_title(strategy, "1.1", "2024Q1", "2024-01-15").text


# --- what is said -------------------------------------------------------------------


def test_a_goal_shows_then_now_and_its_correction(lights, proposals):
    block = tables.goal_status(lights, 1, "2024Q1")
    facts = {plain(fact.findtext("dt")): fact.find("dd").text_content() for fact in read(block).xpath("//dl/div")}
    assert facts["1. kvartal 2023, slik det ble vurdert da"].startswith("● grønn")
    assert "Rettet i ettertid: ble vurdert for positivt." in facts["1. kvartal 2023, slik det ble vurdert da"]
    assert facts["Fagfolk, 1. kvartal 2024"].startswith("▲ gul")
    # 1.1 and 1.4 by direction, 1.2 against its target, 1.3 not measured
    assert "Av 4 indikatorer har 1 et mål, 2 en retning, 1 ingen av delene." in facts["Tallene"]
    assert "Retninger alene kan gi gult eller rødt, men ikke grønt" in facts["Tallene"]
    assert "fargeikonene i kilderapporten ikke er bevart" in plain(block.text)
    assert "bevart" not in tables.goal_status(proposals, 1, "2024Q1").text


def test_every_state_has_its_words_in_either_place(lights):
    """The cells of experts and figures."""
    item = {row[0][:3].strip(): row[1:3] for row in cells_of(tables.lights(lights))}
    assert item["1.1"] == ["ikke vurdert", "bare retning / ○ grønn (bedre, skjør) peker mot gult"]
    assert item["1.3"][1].startswith("– ikke målt")
    assert item["1A"] == ["◌ fargen er gått tapt", "vurderes uten egne tall"]
    assert item["1B"] == ["ikke vurdert", "vurderes uten egne tall"]


def test_a_direction_is_never_drawn_as_a_colour(lights):
    page = read(tables.lights(lights[lights.index == "1.1"]))
    (frame,) = page.xpath("//span[@class='hollow']")
    assert not page.xpath("//span[contains(@class, 'chip')]")
    assert "background" not in frame.get("style")
    assert "border:3px solid" in frame.get("style")
    # what a screen reader reads, as signs are hidden from it
    for sign in frame.xpath(".//*[@aria-hidden='true']"):
        sign.text = ""
    assert plain(frame.text_content()) == "bare retning grønn (bedre, skjør)"


def test_an_indicator_begins_with_where_it_stands(strategy, trends, lights):
    text = plain(tables.standing(strategy, trends, lights, "1.1").text)
    assert "Fra 2022 til 2023: 28 − 26 = 2,0 prosentpoeng, 95 % KI 0,2 til 3,8: bedre, skjør" in text
    assert "Grønn om ambisjonen for 2025 er høyst 32,3 %, gul opp til 36 %." in text
    assert "Skjør: endringen er borte om" in text
    assert "Tallet er ikke publisert." in tables.standing(strategy, trends, lights, "1.3").text


def assessed(measure, rows):
    """Return promise, trends and lights of one measure."""
    strategy = small_strategy([measure])
    trends = find_trends(strategy, typed_rows(rows, strategy), "2024Q1")
    return strategy, trends, assess(strategy, trends, judgements(strategy))


def test_a_single_figure_stands_with_the_ambition_met():
    alone = assessed({"slug": "raad", "name": "Råd", "kind": "reach"}, [("raad", "2023", 76, 400)])
    text = plain(tables.standing(*alone, "1.1").text)
    assert "① bare én måling / 76 prosent i 2023 (95 % KI" in text
    assert "En ambisjon på inntil 76 prosent ville vært nådd." in text


def test_ambitions_not_obtained_are_said_once_a_table(strategy, trends, lights, prose):
    page = tables.indicators(strategy, trends, lights, prose, 1).html
    assert page.count("er ikke innhentet") == 1
    assert page.count("https://www.ehelse.no/publikasjoner/strategiske-e-helseindikatorer") == 1


def test_a_proposal_names_its_rule_and_why_no_chance(lights):
    (row,) = read(tables.lights(lights[lights.index == "1.2"])).xpath("//tbody/tr")
    assert "▲ gul" in row.text_content()  # 10 to 14 of 19 municipalities
    assert "Henger etter banen mot målet." in row.text_content()
    assert "Tallene har ingen utvalgsfeil, eller den er ikke oppgitt." in row.text_content()


def test_what_nobody_judged_or_wrote_leaves_no_table(strategy, trends, lights, proposals, prose):
    nothing = prose.iloc[:0]
    assert "forslag fra tallene alene" in tables.basis(proposals).text
    assert not tables.basis(lights)
    assert not tables.judgement_against_figures(proposals)
    assert len(read(tables.distribution(proposals)).xpath("//table")) == 1
    assert len(read(tables.distribution(lights)).xpath("//table")) == 3
    for comments, heads in ((nothing, 0), (prose, 1)):
        page = read(tables.indicators(strategy, trends, proposals, comments, 1))
        assert page.xpath("count(//th[.='Kommentar'])") == heads
    assert "Kommentar" not in tables.subgoals(proposals, nothing, 1).text


def test_only_a_status_that_nobody_wrote_is_missed(prose):
    nothing = prose.iloc[:0]
    assert tables.prose_block(prose, "strategy", "status").text == "Samlet status er ikke oppgitt."
    assert not tables.prose_block(nothing, "strategy", "status")
    assert not tables.prose_block(prose, "goal-1", "insight", "en")
    assert not tables.prose_blocks(nothing, "goal-1", "theme")
    assert not tables.comment_block(nothing, "1.1")
    assert lxml.html.fromstring(tables.standfirst(prose, "goal-1").html).get("class") == "standfirst"
    assert "standfirst" not in tables.standfirst(prose, "strategy").html


def test_a_headline_is_the_latest_value_with_its_link(strategy, trends):
    (card,) = lxml.html.fromstring(tables.headline(strategy, trends, "1.1").html).xpath("div")
    assert (card.findtext("dd/a"), card.findtext("dt")) == ("28\u00a0prosent", "Andel enig, 2023")
    assert card.find("dd/a").get("href") == "datagrunnlag.html#andel"
    assert not tables.headline(strategy, trends, "1.3")  # nothing is published


def test_series_and_raw_rows_lead_to_each_other(strategy, rows):
    links = [a.get("href") for a in read(tables.series(strategy, rows, "antall")).xpath("//a")]
    places = [link.partition("#")[2] for link in links if "#small-" in link]
    page = read(tables.raw_rows(strategy, rows))
    assert len(places) == 5
    assert {*places} <= {*page.xpath("//tr/@id")}
    assert len({*page.xpath("//tr/@id")}) == len(rows)
    assert page.xpath("//h3[@id='antall']")
    assert page.xpath("//a[@href='indikator-indicator-1-4.html']")


def test_links_to_pages_wait_in_a_notebook(strategy, rows, lights):
    block = tables.lights(lights) + tables.raw_rows(strategy, rows) + markup.markdown("[a](https://example.org/a.html)")
    written, waiting = read(block), lxml.html.fromstring(f"<div>{block._repr_html_()}</div>")
    pages = written.xpath("//a[contains(@href, '.html') and not(contains(@href, '://'))]/@href")
    assert len(pages) > 10
    assert waiting.xpath("//a/@data-page") == pages
    assert waiting.xpath("//a/@href") == [href for href in written.xpath("//a/@href") if href not in pages]


def test_a_conflict_stands_beside_the_value_the_series_uses(strategy, rows):
    _, _, value, used, _ = cells_of(tables.conflicts(strategy, rows))[0]
    assert ("235" in value, "328" in used) == (True, True)
    alone = tables.conflicts(strategy, rows[rows["standing"] != ""], "en")
    assert {len(row) for row in cells_of(alone)} == {4}  # no column without a value
    assert alone.text.count("The series has no other value for any of these periods.") == 1


def test_a_revision_shows_the_earlier_and_the_later_edition(strategy, rows):
    ((_, _, earlier, later),) = cells_of(tables.revisions(strategy, rows))
    assert ("320" in earlier, "328" in later) == (True, True)


def test_ambitions_are_the_limits_of_the_method(strategy, trends):
    # R = 0.95 and 0.60 for 2022.5 -> 2023.5 -> 2025.5: 26 + 2 / (0.95 / 3) = 32.3 and 26 + 2 / (0.60 / 3) = 36
    assert cells_of(tables.ambition(strategy, trends, "1.1")) == [
        ["inntil 32,3 prosent", "● grønn"],
        ["32,3 til 36 prosent", "▲ gul"],
        ["36 prosent eller mer", "■ rød"],
    ]
    counts = [("mottakere", "2021", 16444), ("mottakere", "2022", 22200)]
    promise, large, _ = assessed({"slug": "mottakere", "unit": "personer", "basis": "register"}, counts)
    # without tenths: 16 444 + 5 756 / (0.95 / 4) = 40 679.8 and 16 444 + 5 756 / (0.60 / 4) = 54 817.3
    assert "40 680 til 54 817 personer" in plain(tables.ambition(promise, large, "1.1").text)


def test_the_change_from_26_to_28_needs_3787_respondents_a_wave(strategy, trends):
    text = plain(tables.needed(strategy, trends, "1.1").text)
    assert "3 787" in text and "4 997 og 4 505" in text
    promise, unstated, _ = assessed({"slug": "andel"}, [("andel", "2022", 26, 4997), ("andel", "2023", 28)])
    assert "minst 3 787 svar. Hvor mange som svarte på spørsmålet, er ikke oppgitt." in plain(
        tables.needed(promise, unstated, "1.1").text
    )


def test_an_unmeasured_measure_is_missing_never_zero(strategy, rows, trends, lights, prose):
    assert "Tallet er ikke publisert." in tables.missing(strategy, trends).text
    indicator = read(tables.indicators(strategy, trends, lights, prose, 1)).xpath("//tbody/tr")[2].text_content()
    assert "Tallet er ikke publisert." in indicator
    assert not re.search(r"\b0\b", indicator)
    assert not tables.evidence(strategy, trends, "1.3")
    # nor is there anything to say of groups that are not published
    assert group_sizes(strategy, rows, "andel", "2022", "2023") is None
    assert not tables.composition(strategy, rows, trends, "1.1")


def test_a_measure_is_overdue_when_it_is_older_than_its_round(trends):
    late = small_strategy([{**MEASURES[0], "cadence": 0.25}, *MEASURES[1:]])
    ages = read(tables.age(late, trends)).xpath("//tbody/tr")
    verdicts = {row.findtext("th/div/a"): row.xpath("string(td[last()])") for row in ages}
    assert [name for name, verdict in verdicts.items() if verdict == "moden for ny måling"] == ["Andel enig"]


def test_a_sparkline_needs_two_points_and_has_words(strategy, trends, lights, prose):
    page = read(tables.indicators(strategy, trends, lights, prose, 1))
    drawings = {image.get("alt"): base64.b64decode(image.get("src").partition(",")[2]) for image in page.xpath("//img")}
    share, coverage, count = map(plain, drawings)
    assert share == (
        "Liten kurve for Andel enig: 2 målinger, fra 26 prosent til 28 prosent. Strekene viser 95 % konfidensintervall."
    )
    assert coverage == "Liten kurve for dekning: 3 målinger, fra 10 kommuner til 14 kommuner."
    assert count.startswith("Liten kurve for antall: 2 målinger")
    assert [drawing.count(b"<path") for drawing in drawings.values()] == [2, 0, 0]  # a stroke an interval


def test_each_line_of_the_evidence_says_what_its_grade_rests_on(strategy, trends):
    rows = {line: [grade, why] for line, grade, why in cells_of(tables.evidence(strategy, trends, "1.2"))}
    # dekning: three yearly counts of municipalities, the latest at the end of 2023, towards 19 adopted for 2025
    assert rows["Målinger"][1] == "3 sammenlignbare målinger."
    assert rows["Alder"] == ["A", "Siste tall er 0,2 år gammelt og måles hvert år."]
    assert rows["Presisjon"] == ["A", "Opptelling uten utvalgsfeil."]
    assert rows["Kildetype"][1] == "Fulltelling."
    assert rows["Sammenlignbarhet"] == ["A", "Ingen kjente brudd i serien."]
    assert rows["Ambisjon"] == ["A", "Ambisjonen er vedtatt."]
    assert max(grade for grade, _ in list(rows.values())[:-1]) == rows["Grunnlagsgrad"][0][0]
    fresh = tables.evidence(strategy, trends.assign(age=0.0), "1.2").text
    assert "Siste tall er nytt og måles hvert år." in fresh and "0,0" not in fresh


def test_a_measure_by_country_only_has_no_total():
    beside = small_strategy([{"slug": "land", "role": "context"}])
    rows = typed_rows([{"measure": "land", "period": "2022", "breakdown": "land=NO", "value": 77}], beside)
    row = find_trends(beside, rows, "2024Q1").loc["land"]
    assert markup.plain(latest_cell(beside.measure("land"), row, "nb")) == "Ingen samlet verdi på rapportdatoen."


def test_a_gap_that_no_shares_can_have_is_said_in_words():
    # doctors go from 2.4 to 2.6 per cent of the sample: -2 / 0.0024 would be a gap of hundreds of points
    waves = pd.Series({"a": 119, "b": 4878}), pd.Series({"a": 118, "b": 4387})
    impossible = composition_gaps(*waves, 2.0).iloc[0]
    assert abs(impossible["gap"]) > 100
    none = impossible.replace({impossible["gap"]: float("nan")})
    gaps = pd.DataFrame([impossible, none], index=["gruppe=fastleger", "gruppe=avtalespesialister"])
    row = pd.Series({"previous_period": "2022", "latest_period": "2023"})
    sizes = [cells[-2] for cells in cells_of(gaps_table(gaps, row, "caption", "nb"))]
    assert sizes == ["mer enn 100 prosentpoeng", "andelen er den samme"]


def test_movements_are_compared_where_both_are_known(strategy, trends):
    movements = {"1.1": "up", "1.2": "unchanged", "1.3": "up"}
    judged = {item: {"colour": "grey", "record": "change", "movement": way} for item, way in movements.items()}
    lights = assess(strategy, trends, judgements(strategy, **judged))
    assert [row[1:] for row in cells_of(tables.judgement_against_figures(lights))] == [
        ["↑ bedre", "↑ bedre", "samme bevegelse"],  # 26 to 28 per cent, significant
        ["→ uendret", "↑ bedre", "ulik bevegelse"],  # 13 to 14 municipalities
    ]
    still = tables.judgement_against_figures(lights.assign(proposed_movement="unchanged"))
    assert [row[1:] for row in cells_of(still)][:2] == [
        ["↑ bedre", "→ ingen påvist endring", "ikke påvist i tallene"],
        ["→ uendret", "→ ingen påvist endring", "samme bevegelse"],
    ]


def test_judgements_better_than_figures_have_reasons(strategy, trends, proposals):
    # dekning: 10 -> 14 of 19 half way from 2021 to 2025: R = 4 / 4.5 = 0.89, yellow
    assert proposals.loc["1.2", "proposed"] == "yellow"
    why = {"reason_code": "known-event", "reason_nb": "Fire til i mai.", "reason_en": "Four more in May."}
    judged = judgements(strategy, **{"1.2": {"colour": "green", "record": "explicit"} | why})
    text = plain(tables.judgement_against_figures(assess(strategy, trends, judged)).text)
    assert "Kjent hendelse fremover. Fire til i mai." in text
    assert "1 av dem er ulike: 1 er vurdert bedre" in text


CORRECTIONS = pd.DataFrame(rows_of(__file__, "corrections.csv"))


def test_corrections_are_on_the_items_page_and_above(strategy):
    notes = {"strategy": ["Too bright", "Too dark", "Delayed"], "1.2": ["Too dark"], "1.1": []}
    for item, wanted in (notes | {1: notes["strategy"]}).items():
        assert [row[-1] for row in cells_of(tables.corrected_since(strategy, CORRECTIONS, item, "en"))] == wanted
    two = small_strategy([{"indicator": "1.1"}, {"indicator": "2.1"}], subgoals=["1A", "2A"])
    own = CORRECTIONS.assign(item=["goal-1", "2.1", "goal-2"])
    for item, wanted in {"strategy": notes["strategy"], 1: ["Too bright"], 2: ["Too dark", "Delayed"]}.items():
        assert [row[-1] for row in cells_of(tables.corrected_since(two, own, item, "en"))] == wanted
    assert tables.corrected_since(strategy, CORRECTIONS.head(0), "strategy", "en")._repr_html_() == ""


def test_a_correction_says_when_and_which_way(strategy):
    rows = cells_of(tables.corrected_since(strategy, CORRECTIONS, "strategy", "nb"))
    assert [row[1] for row in rows] == ["1. kvartal 2024", "4. kvartal 2024", "4. kvartal 2024"]
    assert "for positivt" in rows[0][2] and "for negativt" in rows[1][2]
    assert [row[2].partition(" / ")[2] for row in rows] == ["", "● grønn", "■ rød"]


@pytest.mark.parametrize("case", read_cases(FOLDER / "mixed_samples.toml"))
def test_another_mix_of_the_sample_is_stated(case):
    cells = mixed_waves(case["shares"], case["sizes"], case["own"])
    promise, trends, _ = assessed({"slug": "andel", "epsilon": 1.0}, cells)
    text = _why_graded("comparability", promise.measure("andel"), trends.loc["andel"], "C", "nb")
    assert plain(text).endswith(plain(case["sentence"]))
