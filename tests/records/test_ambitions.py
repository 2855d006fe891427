"""Sets of ambitions: what a set replaces, what makes a scenario, and every fault with its place."""

import re
from textwrap import dedent

import pandas as pd
import pytest

from analysis.records.ambitions import AmbitionError, ambition_sets, with_ambitions
from analysis.records.strategy import read_strategy
from analysis.reports.check import check
from projects import SOURCES, make_project
from real_project import ROOT
from small import small_strategy
from typed_cases import listed

RAW = ROOT / "data" / "raw"
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
        (tmp_path / "ambitions").mkdir(exist_ok=True)
        (tmp_path / "ambitions" / "proeve.toml").write_text(head + text, encoding="utf-8")
        (tmp_path / "sources.toml").write_text(SOURCES.replace("kilde", "vedtaket", 1), encoding="utf-8")
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


def test_a_target_that_nobody_adopted_makes_a_scenario(apply):
    found = apply(WORKING).ambitions
    assert (found.slug, found.name["nb"], found.measures, found.scenario) == ("proeve", "prøve", ("andel",), True)
    assert apply(ADOPTED.replace('"adopted"', '"interpreted"')).ambitions.scenario
    strategy = apply(ADOPTED)
    assert not strategy.ambitions.scenario
    milestone, target = ("milestone", "2024", 30.0, "", "vedtaket"), ("target", "2025", 40.0, "adopted", "vedtaket")
    assert points_of(strategy) == [milestone, target]


@pytest.mark.parametrize("text, day, measures", [
    (ADOPTED, "2023-05-31", ()), (ADOPTED, "2023-06-01", ("andel",)), (WORKING, "2020-01-01", ("andel",)),
])  # fmt: skip
def test_a_target_counts_from_the_day_it_was_decided(apply, text, day, measures):
    strategy = apply(text, day=day)
    assert strategy.ambitions.measures == measures
    assert (strategy.measure("andel")["target_status"] != "none") == bool(measures)


def test_no_name_gives_the_strategy_and_a_wrong_one_the_nearest(apply):
    assert with_ambitions(STRATEGY, "") is STRATEGY
    assert not STRATEGY.ambitions.slug
    with pytest.raises(AmbitionError, match="ambitions: 'prove': is no set of ambitions; did you mean 'proeve'"):
        apply(WORKING, "prove")


@listed(__file__, "faulty_ambitions.toml", "cases")
def test_a_fault_names_file_line_field_value_and_remedy(apply, old, new, line, measure, field, message):
    text = ADOPTED + WORKING.replace('"andel"', '"antall"').replace("40", "41")
    assert old in text
    with pytest.raises(AmbitionError) as refused:
        apply(text.replace(old, new, 1))
    place = f"ambitions/proeve.toml, line {line}, field target '{measure}' > {field}: "
    assert str(refused.value).startswith(place + message)


@pytest.mark.parametrize("old, new, message", [
    ("[[target]]", "[[target]", "cannot be read as TOML"),
    ("[[target]]", "[[targets]]", "field target: is missing"),
    (ADOPTED, ADOPTED + ADOPTED, "line 15, field target 'andel' > measure: 'andel': occurs twice; keep one target"),
])  # fmt: skip
def test_a_file_in_the_wrong_form_is_refused(apply, old, new, message):
    with pytest.raises(AmbitionError, match=f"(?s)ambitions/proeve.toml.*{message}"):
        apply(ADOPTED.replace(old, new))


def test_every_fault_of_a_file_is_listed(apply):
    with pytest.raises(AmbitionError) as refused:
        apply(ADOPTED.replace('source = "vedtaket"\n', "").replace('"reach"', '"reech"') + WORKING.replace("40", "400"))
    assert len(refused.value.faults) == 2  # the first row's kind hides what else it lacks


def test_a_check_reads_every_set(tmp_path):
    folder = make_project(tmp_path) / "data" / "raw"
    (folder / "ambitions").mkdir()
    early = WORKING.replace('"andel"', '"andel-tredje"').replace('"2025"', '"2021"')
    (folder / "ambitions" / "sett.toml").write_text(HEAD + early, encoding="utf-8")
    (fault,) = [fault for fault in check(folder) if fault.severity == "reject"]
    assert (fault.rule, fault.file, fault.line, fault.value) == ("ambitions", "ambitions/sett.toml", 7, "2021")
    assert "its first figure, of 2023, is from after its target" in fault.problem


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


# by the example's rule: a quarter of the gap to 100 closed; 1.1 to the power of the years; at most one in ten
EXAMPLE = {
    "tilgang-pasientinformasjon": (26 + (100 - 26) / 4, "linear", "reach"),
    "tilfredshet-digital-kontakt": (46 + (100 - 46) / 4, "linear", "reach"),
    "digitale-ferdigheter": (76 + (100 - 76) / 4, "linear", "reach"),
    "velferdsteknologi-uten-alarm": (round(16_444 * 1.1**4), "log", "reach"),
    "helsedata-soknader": (round(289 * 1.1**3), "log", "reach"),
    "forsinkelser-utvikling": (10, "linear", "hold"),
    "forsinkelser-innforing": (10, "linear", "hold"),
}


def test_the_example_follows_its_rule_and_is_nobodys():
    first, second = (RAW / "ambitions" / "eksempel.toml").read_text(encoding="utf-8").splitlines()[:2]
    assert "illustration" in first and "nobody's ambition" in first and "ingens ambisjon" in second
    assert "eksempel" in ambition_sets(RAW)
    strategy = with_ambitions(read_strategy(RAW / "strategy.toml"), "eksempel", folder=RAW)
    assert set(strategy.ambitions.measures) == set(EXAMPLE)
    columns = ["target_value", "scale", "kind", "target_period", "target_status"]
    for measure, expected in EXAMPLE.items():
        assert strategy.measure(measure)[columns].tolist() == [*expected, "2025", "working"]
    assert strategy.measure("dho-helsefellesskap")["target_status"] == "adopted"
