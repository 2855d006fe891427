"""Sets of ambitions: what a set replaces, what makes a scenario, and every fault with its place."""

import re
from pathlib import Path
from textwrap import dedent

import pandas as pd
import pytest

from analysis.records.ambitions import AmbitionError, ambition_sets, with_ambitions
from analysis.records.observations import target_faults
from analysis.records.strategy import read_strategy
from small import observations, small_strategy

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
HEAD = 'name = { nb = "prøve", en = "trial" }\nnote = { nb = "En prøve.", en = "A trial." }\n'
WORKING = """
[[target]]
measure = "andel"
kind = "reach"
period = "2025"
value = 40
status = "working"
reason = { nb = "Prøve", en = "Trial" }
"""
ADOPTED = """
[[target]]
measure = "andel"
kind = "reach"
period = "2025"
value = 40
status = "adopted"
decided = 2023-06-01
source = "vedtaket"
milestones = [{ period = "2024", value = 30 }]
"""
SOURCE = """
[[source]]
slug = "vedtaket"
title = "A decision"
publisher = "The test"
address = "https://example.org"
accessed = 2024-04-01
licence = "NLOD"
"""
MILESTONE = {"period": "2023", "value": 29}
STRATEGY = small_strategy(
    [
        {"slug": "andel", "kind": "reach", "milestones": [MILESTONE], "minimum": 0, "maximum": 100},
        {"slug": "vedtatt", "target": {"period": "2025", "value": 50}},
        {"slug": "antall", "kind": "reach", "unit": "personer", "basis": "register", "minimum": 0},
        {"slug": "med-start", "kind": "reach", "baseline": {"period": "2024"}},
        {"slug": "ved-siden-av", "role": "context"},
    ]
)


@pytest.fixture
def apply(tmp_path):
    def from_text(text: str, name: str = "proeve", day: str = "", head: str = HEAD):
        (tmp_path / "ambitions").mkdir()
        (tmp_path / "ambitions" / "proeve.toml").write_text(head + text, encoding="utf-8")
        (tmp_path / "sources.toml").write_text(SOURCE, encoding="utf-8")
        return with_ambitions(STRATEGY, name, pd.Timestamp(day) if day else None, folder=tmp_path)

    return from_text


def points_of(strategy, measure: str = "andel") -> list[tuple]:
    points = strategy.points[strategy.points["measure"] == measure]
    return list(points[["point", "period", "value", "status", "source"]].itertuples(index=False, name=None))


def test_a_hostile_name_of_a_set_is_refused(apply, tmp_path):
    with pytest.raises(AmbitionError, match=r"field name > nb: 'a.*at most 200 characters"):
        apply(WORKING, head=HEAD.replace('nb = "', f'nb = "{"a" * 2000}', 1))
    (tmp_path / "ambitions" / "<b>Å.toml").write_text(HEAD + WORKING, encoding="utf-8")
    with pytest.raises(AmbitionError, match="'<b>Å': is no name of a set; name the file in small letters"):
        with_ambitions(STRATEGY, "<b>Å", folder=tmp_path)


def test_a_row_replaces_kind_target_and_milestones_together(apply):
    before, after = STRATEGY, apply(WORKING.replace('"reach"', '"hold"'))
    assert points_of(before) == [("milestone", "2023", 29.0, "", "typed")]
    assert points_of(after) == [("target", "2025", 40.0, "working", "")]
    columns = ["kind", "target_period", "target_value", "target_status", "scale"]
    assert after.measure("andel")[columns].tolist() == ["hold", "2025", 40.0, "working", "linear"]
    assert points_of(after, "vedtatt") == points_of(before, "vedtatt")


def test_a_scale_may_be_given_for_a_row(apply):
    text = WORKING.replace('"andel"', '"antall"').replace('kind = "reach"', 'kind = "reach"\nscale = "log"')
    assert apply(text).measure("antall")["scale"] == "log"
    assert STRATEGY.measure("antall")["scale"] == "linear"


def test_an_interpreted_target_makes_a_scenario(apply):
    assert apply(ADOPTED.replace('"adopted"', '"interpreted"')).ambitions.scenario


def test_a_working_target_makes_a_scenario(apply):
    found = apply(WORKING).ambitions
    assert (found.slug, found.name["nb"], found.measures, found.scenario) == ("proeve", "prøve", ("andel",), True)


def test_adopted_targets_alone_make_no_scenario(apply):
    strategy = apply(ADOPTED)
    assert not strategy.ambitions.scenario
    milestone, target = ("milestone", "2024", 30.0, "", "vedtaket"), ("target", "2025", 40.0, "adopted", "vedtaket")
    assert points_of(strategy) == [milestone, target]


@pytest.mark.parametrize(("day", "measures"), [("2023-05-31", ()), ("2023-06-01", ("andel",))])
def test_a_target_counts_from_the_day_it_was_decided(apply, day, measures):
    strategy = apply(ADOPTED, day=day)
    assert strategy.ambitions.measures == measures
    assert strategy.measure("andel")["target_status"] == ("adopted" if measures else "none")


def test_a_working_target_counts_on_any_day(apply):
    assert apply(WORKING, day="2020-01-01").ambitions.measures == ("andel",)


def test_no_name_gives_the_strategy_itself():
    assert with_ambitions(STRATEGY, "") is STRATEGY
    assert not STRATEGY.ambitions.slug


def test_an_unknown_set_names_the_nearest(apply):
    with pytest.raises(AmbitionError, match="ambitions: 'prove': is no set of ambitions; did you mean 'proeve'"):
        apply(WORKING, "prove")


ORDER = "baseline, milestones and target must follow each other in time; correct its period"


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "message"),
    [
        ('"andel"', '"andell"', 5, "measure", "'andell': is no assessed measure; did you mean 'andel'?"),
        ('"andel"', '"ved-siden-av"', 5, "measure", "'ved-siden-av': is no assessed measure; known: andel, vedtatt"),
        ('"andel"', '"vedtatt"', 5, "measure", "'vedtatt': the strategy has an adopted target, which no set replaces"),
        ('"reach"', '"reech"', 6, "kind", "'reech': is not among reach, hold; did you mean 'reach'?"),
        ('"2025"', '"20255"', 7, "period", "'20255': "),
        ("value = 40", "value = 400", 8, "value", "'400': is outside what the measure can be (from 0 to 100); correct"),
        ("value = 40", "valu = 40", 4, "value", "is missing; write value = …"),
        ("decided = 2023-06-01\n", "", 4, "decided", "an adopted target needs its day; write decided ="),
        ('source = "vedtaket"\n', "", 4, "source", "an adopted target needs its source; name the document"),
        ('"vedtaket"', '"vedtak"', 11, "source", "'vedtak': is not in sources.toml; did you mean 'vedtaket'?"),
        ('"2024", value = 30', '"2026", value = 30', 7, "period", f"'2025': {ORDER}"),
        ("reason = {", "# {", 4, "reason", "a working target needs a reason; write reason = …"),
        ("value = 41", 'value = 0\nscale = "log"', 19, "scale", "'log': a log scale has no place for zero"),
    ],
)
def test_a_fault_names_file_line_field_value_and_remedy(apply, old, new, line, field, message):
    other = WORKING.replace('"andel"', '"antall"').replace("40", "41")
    text = WORKING if old.startswith("reason") else ADOPTED + other if "41" in old else ADOPTED
    measure = new.strip('"') if field == "measure" else "antall" if "41" in old else "andel"
    assert old in text
    with pytest.raises(AmbitionError) as refused:
        apply(text.replace(old, new))
    place = f"ambitions/proeve.toml, line {line}, field target '{measure}' > {field}: "
    assert str(refused.value).startswith(place + message)


@pytest.mark.parametrize("period", ["2023", "2024"])
def test_a_target_must_come_after_a_stated_baseline(apply, period):
    with pytest.raises(AmbitionError, match=f"line 7, field target 'med-start' > period: '{period}': {ORDER}"):
        apply(WORKING.replace('"andel"', '"med-start"').replace('"2025"', f'"{period}"'))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[[target]]", "[[target]", "cannot be read as TOML"),
        ("[[target]]", "[[targets]]", "field target: is missing"),
        (
            ADOPTED,
            ADOPTED + ADOPTED,
            "line 15, field target 'andel' > measure: 'andel': occurs twice; keep one target a measure",
        ),
    ],
)
def test_a_file_in_the_wrong_form_is_refused(apply, old, new, message):
    with pytest.raises(AmbitionError) as refused:
        apply(ADOPTED.replace(old, new))
    assert "ambitions/proeve.toml" in str(refused.value)
    assert message in str(refused.value)


def test_every_fault_of_a_file_is_listed(apply):
    with pytest.raises(AmbitionError) as refused:
        apply(ADOPTED.replace('source = "vedtaket"\n', "").replace('"reach"', '"reech"') + WORKING.replace("40", "400"))
    assert len(refused.value.faults) == 2  # the first row's kind hides what else it lacks


def test_a_target_before_its_first_figure_is_a_fault_of_the_set(apply):
    strategy = apply(WORKING.replace('"2025"', '"2021"'))
    (fault,) = target_faults(observations([("andel", "2022", 26)], strategy), strategy)
    assert (fault.file, fault.value) == ("ambitions/proeve.toml", "2021")
    assert "its first figure, of 2022, is from after its target" in fault.problem


def test_the_document_of_the_guide_is_accepted(tmp_path):
    """docs/ambitions.md shows a source and a set; both are read here as they are printed there."""
    guide = (RAW.parents[1] / "docs" / "ambitions.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```toml\n(.*?)^ *```$", guide, re.MULTILINE | re.DOTALL)
    source, text = map(dedent, blocks[1:])
    (tmp_path / "ambitions").mkdir()
    (tmp_path / "sources.toml").write_text(source, encoding="utf-8")
    (tmp_path / "ambitions" / "direktoratet.toml").write_text(text, encoding="utf-8")
    strategy = with_ambitions(read_strategy(RAW / "strategy.toml"), "direktoratet", folder=tmp_path)
    assert not strategy.ambitions.scenario
    assert points_of(strategy, "tilgang-pasientinformasjon")[-1][:4] == ("target", "2025", 44.5, "adopted")


def test_the_example_says_in_its_first_lines_that_it_is_nobodys():
    first = (RAW / "ambitions" / "eksempel.toml").read_text(encoding="utf-8").splitlines()[:2]
    assert "illustration" in first[0]
    assert "nobody's ambition" in first[0]
    assert "ingens ambisjon" in first[1]


# by the example's rule: a quarter of the gap to 100 closed; 1.1 to the power of the years; at most one in ten
@pytest.mark.parametrize(
    ("measure", "target", "scale", "kind"),
    [
        ("tilgang-pasientinformasjon", 26 + (100 - 26) / 4, "linear", "reach"),
        ("tilfredshet-digital-kontakt", 46 + (100 - 46) / 4, "linear", "reach"),
        ("digitale-ferdigheter", 76 + (100 - 76) / 4, "linear", "reach"),
        ("velferdsteknologi-uten-alarm", round(16_444 * 1.1**4), "log", "reach"),
        ("helsedata-soknader", round(289 * 1.1**3), "log", "reach"),
        ("forsinkelser-utvikling", 10, "linear", "hold"),
        ("forsinkelser-innforing", 10, "linear", "hold"),
    ],
)
def test_the_example_follows_its_rule(measure, target, scale, kind):
    strategy = with_ambitions(read_strategy(RAW / "strategy.toml"), "eksempel", folder=RAW)
    columns = ["target_value", "scale", "kind", "target_period", "target_status"]
    assert strategy.measure(measure)[columns].tolist() == [target, scale, kind, "2025", "working"]


def test_the_example_has_no_other_target():
    strategy = with_ambitions(read_strategy(RAW / "strategy.toml"), "eksempel", folder=RAW)
    assert "eksempel" in ambition_sets(RAW)
    assert len(strategy.ambitions.measures) == 7
    assert strategy.measure("dho-helsefellesskap")["target_status"] == "adopted"
