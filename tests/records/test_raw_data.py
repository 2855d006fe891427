"""The raw material itself: every figure of the status report, and every sum that can be done on it.

Expected values are typed from the status report of the first quarter of 2024, the public pages named in sources.toml
(a page is named beside its figures) or worked out by hand; none comes out of the library.
"""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import surveys, words
from analysis.records.observations import current, read_known_issues, read_observations
from analysis.records.sources import read_sources
from analysis.records.strategy import read_strategy

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"


@pytest.fixture(scope="module")
def strategy():
    return read_strategy(RAW / "strategy.toml")


@pytest.fixture(scope="module")
def every(strategy):
    return read_observations(strategy=strategy, folder=RAW)


@pytest.fixture(scope="module")
def known(strategy):
    return {
        quarter: read_observations(quarter, strategy=strategy, folder=RAW) for quarter in ("2023Q1", "2024Q1", "2024Q4")
    }


@pytest.fixture(scope="module")
def sources():
    return read_sources(RAW)


@pytest.fixture(scope="module")
def issues(strategy):
    return read_known_issues(RAW, strategy=strategy)


def figure(frame: pd.DataFrame, measure: str, period: str, breakdown: str = "") -> pd.Series:
    here = (frame["measure"] == measure) & (frame["period"] == period) & (frame["breakdown"] == breakdown)
    rows = frame[here]
    assert len(rows) == 1, f"{measure} {period} {breakdown}: {len(rows)} rows"
    return rows.iloc[0]


def values(frame: pd.DataFrame, measure: str, breakdown: str = "") -> dict[str, float]:
    rows = current(frame)
    rows = rows[(rows["measure"] == measure) & (rows["breakdown"] == breakdown)]
    return dict(zip(rows["period"], rows["value"], strict=True))


def respondents(frame: pd.DataFrame, period: str) -> pd.Series:
    rows = current(frame)
    rows = rows[(rows["measure"] == "helsepersonellundersokelsen-respondenter") & (rows["period"] == period)]
    groups = rows[rows["breakdown"].str.startswith("malgruppe=")]
    return groups.set_index(groups["breakdown"].str.removeprefix("malgruppe="))["value"]


# What was promised ------------------------------------------------------------------------------------------------


def test_the_promise_has_the_shape_of_the_report(strategy):
    assert strategy.indicators.groupby("goal").size().to_dict() == {1: 6, 2: 3, 3: 1, 4: 1, 5: 4}
    assert strategy.subgoals.groupby("goal").size().to_dict() == {1: 4, 2: 3, 3: 3, 4: 3, 5: 3}
    candidates = strategy.candidates.groupby(["kind", "goal"]).size()
    assert candidates["indicator"].to_dict() == {1: 3, 2: 3, 3: 4, 4: 1, 5: 2}
    assert candidates["subgoal"].to_dict() == {1: 1, 2: 2, 4: 3}


def test_there_are_forty_one_cells_to_colour(strategy):
    cells = len(strategy.indicators) + len(strategy.subgoals) + 2 * len(strategy.goals)
    assert (len(strategy.indicators), len(strategy.subgoals), cells) == (15, 16, 41)


def test_items_stand_in_report_order(strategy):
    expected = "strategy goal-1 1.1 1.2 1.3 1.4 1.5 1.6 1A 1B 1C 1D goal-2 2.1 2.2 2.3 2A 2B 2C goal-3 3.1 3A 3B 3C"
    expected += " goal-4 4.1 4A 4B 4C goal-5 5.1 5.2 5.3 5.4 5A 5B 5C"
    assert list(strategy.items.index) == expected.split()


def test_the_assessed_measures_are_those_the_indicators_promise(strategy):
    assessed = strategy.measures[strategy.measures["role"] == "assessed"]
    assert assessed.groupby("indicator", sort=False).apply(lambda rows: tuple(rows.index)).to_dict() == {
        "1.1": ("bruk-helsenorge-medvirkning",),
        "1.2": ("digihelsestasjon-kommuner", "ungdomslosning-helsestasjon"),
        "1.3": ("enkle-digitale-helsetjenester",),
        "1.4": ("tilfredshet-digital-kontakt",),
        "1.5": ("dho-helsefellesskap",),
        "1.6": ("velferdsteknologi-uten-alarm",),
        "2.1": ("kommunikasjon-helsepersonell", "kommunikasjon-pasient"),
        "2.2": ("epj-tilfredshet", "epj-effektivitet-kvalitet"),
        "2.3": ("digitale-ferdigheter",),
        "3.1": ("helsedata-soknader", "helsedata-tidsforlop"),
        "4.1": ("tilgang-pasientinformasjon",),
        "5.1": ("raadsmodell-effekt",),
        "5.2": ("forsinkelser-utvikling",),
        "5.3": ("forsinkelser-innforing",),
        "5.4": ("nytteoppfolging",),
    }


def test_lower_is_better_for_delays_and_waiting_time_only(strategy):
    assessed = strategy.measures[strategy.measures["role"] == "assessed"]
    assert set(assessed.index[assessed["direction"] == -1]) == {
        "forsinkelser-utvikling",
        "forsinkelser-innforing",
        "helsedata-tidsforlop",
    }


def test_no_target_stands_beyond_the_public_ones(strategy):
    points = strategy.points[["measure", "point", "period", "value", "status", "source"]]
    assert set(points.itertuples(index=False, name=None)) == {
        ("dho-helsefellesskap", "target", "2024-12-31", 19.0, "adopted", "dho-oppstart-2022"),
        ("dho-utproving-pasienter", "target", "2021", 600.0, "adopted", "dho-sluttrapport-2021"),
        ("dho-utproving-fastleger", "target", "2021", 100.0, "adopted", "dho-sluttrapport-2021"),
        ("pll-andel-aktorer", "milestone", "2026-06", 25.0, "", "legemiddelplan-pll"),
        ("pll-andel-aktorer", "milestone", "2027", 50.0, "", "legemiddelplan-pll"),
        ("pll-andel-aktorer", "target", "2029", 80.0, "adopted", "legemiddelplan-pll"),
        ("kjernejournal-kommuner-andel", "target", "2023", 80.0, "adopted", "legemiddelplan-pll"),
        ("desi-ehelsejournal", "target", "2030", 100.0, "interpreted", "empirica-desi"),
        ("eu-journaltilgang-innbyggere", "target", "2030", 100.0, "adopted", "empirica-desi"),
    }


def test_every_assessed_measure_has_an_ambition(strategy):
    assessed = strategy.measures[strategy.measures["role"] == "assessed"]
    assert set(assessed["kind"]) == {"reach"}
    assert list(assessed.index[assessed["target_status"] != "none"]) == ["dho-helsefellesskap"]


def test_breaks_are_data(strategy):
    breaks = strategy.breaks.set_index("measure")[["period", "kind"]].apply(tuple, axis=1).to_dict()
    assert breaks == {
        "raadsmodell-effekt": ("2023Q1", "break"),
        "eurostat-egne-helseopplysninger": ("2024", "break"),
        "helsedata-soknader": ("2023", "suspected"),
        "helsenorge-innlogginger": ("2021", "suspected"),
        "kommunikasjon-pasient": ("2023", "minor"),
        "epj-tilfredshet": ("2023", "minor"),
        "epj-effektivitet-kvalitet": ("2023", "minor"),
        "epj-positive-erfaringer": ("2023", "minor"),
    }


def test_an_assessed_measure_without_a_figure_says_why(strategy, every):
    measures = strategy.measures
    counted = set(current(every).query("breakdown == ''")["measure"])
    silent = [m for m in measures.index if m not in counted and measures.loc[m, "role"] == "assessed"]
    assert silent == [
        "bruk-helsenorge-medvirkning",
        "ungdomslosning-helsestasjon",
        "kommunikasjon-helsepersonell",
        "epj-tilfredshet",
        "epj-effektivitet-kvalitet",
        "helsedata-tidsforlop",
    ]
    assert all(measures.loc[m, "unmeasured_nb"] and measures.loc[m, "unmeasured_en"] for m in silent)


def test_a_measure_without_any_row_says_why(strategy, every):
    silent = strategy.measures.loc[~strategy.measures.index.isin(every["measure"])]
    assert set(silent.index) >= {"pll-andel-aktorer", "kjernejournal-kommuner-andel", "eu-journaltilgang-innbyggere"}
    assert (silent["unmeasured_nb"] != "").all()


def test_names_and_notes_stand_in_both_languages(strategy):
    for frame in (strategy.goals, strategy.indicators, strategy.subgoals, strategy.candidates, strategy.measures):
        assert ((frame["name_nb"] != "") & (frame["name_en"] != "")).all()
    notes = strategy.measures[["note_nb", "note_en"]] != ""
    assert (notes["note_nb"] == notes["note_en"]).all()


def test_every_unit_has_words(strategy):
    assert set(strategy.measures["unit"]) <= set(words.read_table("numbers.units.many"))


# What was measured: the report's own figures ----------------------------------------------------------------------

N2022, N2023 = 4997, 4505  # health personnel survey, method page of 2023, table 2.1
REPORT = [
    ("dho-samarbeidsprosjekter", "2024Q1", "", 16, {}),
    ("dho-helsefellesskap", "2024Q1", "", 18, {"numerator": 18, "denominator": 19}),
    ("dho-kommuner", "2024Q1", "", 166, {}),
    ("dho-prosjekter-med-tilbud", "2024Q1", "", 13, {"numerator": 13, "denominator": 16}),
    ("dho-andel-prosjekter-med-tilbud", "2024Q1", "", 81.25, {"qualifier": "derived"}),
    ("velferdsteknologi-uten-alarm", "2022", "", 22_200, {}),
    ("velferdsteknologi-uten-alarm", "2021", "", 16_444, {"qualifier": "derived"}),
    ("velferdsteknologi-uten-alarm-endring", "2022", "", 35, {}),
    ("velferdsteknologi-kommuner", "2024Q1", "", 300, {"qualifier": "over"}),
    ("pll-innbyggere", "2023-12", "", 25_000, {}),
    ("digitale-ferdigheter", "2022", "", 76, {"n": N2022}),
    ("digitale-ferdigheter", "2023", "", 76, {"n": N2023}),
    ("helsedata-soknader", "2022", "", 289, {}),
    ("helsedata-soknader", "2023", "", 328, {}),
    ("helsedata-soknader-endring", "2023", "", 13.5, {"qualifier": "derived"}),
    ("tilgang-pasientinformasjon", "2022", "", 26, {"n": N2022}),
    ("tilgang-pasientinformasjon", "2023", "", 28, {"n": N2023}),
    ("raadsmodell-effekt", "2023Q1", "", 76, {}),
    ("forsinkelser-utvikling", "2024Q1", "", 29, {"numerator": 5, "denominator": 17}),
    ("forsinkelser-utvikling", "2024Q1", "aarsak=regelverk", 11.8, {"numerator": 2, "denominator": 17}),
    ("forsinkelser-utvikling", "2024Q1", "aarsak=finansiering", 11.8, {"numerator": 2, "denominator": 17}),
    ("forsinkelser-utvikling", "2024Q1", "aarsak=leverandoer", 5.9, {"numerator": 1, "denominator": 17}),
    ("forsinkelser-innforing", "2024Q1", "", 12, {"numerator": 2, "denominator": 17}),
    ("forsinkelser-innforing", "2024Q1", "aarsak=andre", 11.8, {"numerator": 2, "denominator": 17}),
    ("nytteoppfolging", "2024Q1", "", 63, {}),
    ("nytteoppfolging", "2024Q1", "svar=ja", 63, {}),
    ("nytteoppfolging", "2024Q1", "svar=nei", 21, {}),
    ("nytteoppfolging", "2024Q1", "svar=ikke-svart", 16, {}),
    ("nytteoppfolging-av-svarte", "2024Q1", "", 75, {"qualifier": "derived"}),
]


@pytest.mark.parametrize(("measure", "period", "breakdown", "value", "more"), REPORT)
def test_a_figure_of_the_report_is_known_in_its_quarter(known, measure, period, breakdown, value, more):
    row = figure(current(known["2024Q1"]), measure, period, breakdown)
    assert (row["value"], row["source"], row["published"]) == (value, "status-2024q1", pd.Timestamp("2024-03-31"))
    assert {name: row[name] for name in more} == more


def test_the_file_of_the_report_holds_nothing_but_its_figures(every):
    rows = every[every["source"] == "status-2024q1"]
    assert set(rows[["measure", "period", "breakdown"]].itertuples(index=False, name=None)) == {r[:3] for r in REPORT}


def test_the_year_before_the_report_knows_none_of_its_figures(known):
    assert not (known["2023Q1"]["source"] == "status-2024q1").any()


def test_2023q1_knows_what_the_wave_of_2022_published(known):
    frame = known["2023Q1"]
    assert values(frame, "digital-kontakt") == {"2019": 33, "2021": 46, "2022": 54}
    assert values(frame, "enkle-digitale-helsetjenester") == {"2022": 70}
    assert values(frame, "dho-helsefellesskap") == {"2022-06-30": 17}
    assert values(frame, "tilgang-pasientinformasjon") == {}


def test_the_report_quarter_does_not_know_what_came_later(known):
    frame = known["2024Q1"]
    later = frame[frame["published"] > "2024-03-31"]
    assert set(later["measure"]) == {"helsepersonellundersokelsen-respondenter"}
    assert values(frame, "epj-positive-erfaringer") == {}  # published 2024-04-11
    assert values(frame, "helsedata-tidsforlop") == {}


def test_health_personnel_respondents_come_with_the_report(known):
    waves = values(known["2024Q1"], "helsepersonellundersokelsen-respondenter")
    assert (waves["2022"], waves["2023"]) == (N2022, N2023)


# What was measured: arithmetic ------------------------------------------------------------------------------------


def test_delays_are_five_and_two_of_seventeen(every):
    development = figure(every, "forsinkelser-utvikling", "2024Q1")
    introduction = figure(every, "forsinkelser-innforing", "2024Q1")
    assert 100 * development["numerator"] / development["denominator"] == pytest.approx(29.41, abs=0.005)
    assert 100 * introduction["numerator"] / introduction["denominator"] == pytest.approx(11.76, abs=0.005)


@pytest.mark.parametrize(("measure", "causes"), [("forsinkelser-utvikling", 3), ("forsinkelser-innforing", 1)])
def test_causes_of_delay_add_up_to_the_delays(every, measure, causes):
    rows = every[(every["measure"] == measure) & every["breakdown"].str.startswith("aarsak=")]
    assert len(rows) == causes
    assert rows["numerator"].sum() == figure(every, measure, "2024Q1")["numerator"]


def test_answers_on_benefits_add_up_to_all(every):
    rows = every[(every["measure"] == "nytteoppfolging") & every["breakdown"].str.startswith("svar=")]
    assert rows["value"].sum() == 100
    yes, no = (figure(every, "nytteoppfolging", "2024Q1", f"svar={answer}")["value"] for answer in ("ja", "nei"))
    assert figure(every, "nytteoppfolging-av-svarte", "2024Q1")["value"] == 100 * yes / (yes + no)


def test_five_numbers_of_initiatives_fit_the_rounded_answers(every, strategy):
    shares = [figure(every, "nytteoppfolging", "2024Q1", f"svar={a}")["value"] for a in ("ja", "nei", "ikke-svart")]

    def fits(whole: int) -> bool:
        counts = [
            [part for part in range(whole + 1) if share - 0.5 <= 100 * part / whole < share + 0.5] for share in shares
        ]
        return any(yes + no + none == whole for yes in counts[0] for no in counts[1] for none in counts[2])

    fitting = [whole for whole in range(1, 61) if fits(whole)]
    assert fitting == [19, 38, 43, 56, 57]
    assert all(str(whole) in strategy.measure("nytteoppfolging")["note_en"] for whole in fitting)


def test_welfare_technology_2021_follows_from_35_per_cent(every):
    before = figure(every, "velferdsteknologi-uten-alarm", "2021")["value"]
    after = figure(every, "velferdsteknologi-uten-alarm", "2022")["value"]
    assert before == round(after / 1.35)
    assert round((after - 50) / 1.355) == 16_347  # 22 200 is rounded to hundreds, 35 per cent to whole ones
    assert round((after + 50) / 1.345) == 16_543
    assert "16 347 to 16 543" in figure(every, "velferdsteknologi-uten-alarm", "2021")["note"]


def test_applications_grew_by_39_which_chance_alone_could_do(known):
    before, after = values(known["2024Q1"], "helsedata-soknader").values()
    assert after - before == 39
    assert 100 * (after - before) / before == pytest.approx(13.5, abs=0.05)
    change = surveys.poisson_change(before, after)
    assert float(change.z) == pytest.approx(1.57, abs=0.005)
    assert float(change.p_value) == pytest.approx(0.12, abs=0.005)


def test_access_to_information_rose_significantly(every):
    before, after = (figure(every, "tilgang-pasientinformasjon", year) for year in ("2022", "2023"))
    shares = before["value"] / 100, after["value"] / 100
    change = surveys.change_between_waves(*shares, before["n"], after["n"])
    assert (float(change.z), float(change.p_value)) == (pytest.approx(2.19, abs=0.005), pytest.approx(0.028, abs=5e-4))
    assert bool(change.significant)
    assert float(surveys.required_respondents(*shares)) == 3787
    filtered = surveys.change_between_waves(*shares, before["n"], 4370)
    assert (float(filtered.z), float(filtered.p_value)) == (
        pytest.approx(2.18, abs=0.005),
        pytest.approx(0.030, abs=0.001),  # the filtered number of answers is itself approximate
    )


# z as worked out by hand with the pooled two-proportion test on the respondents of each wave
@pytest.mark.parametrize(
    ("measure", "before", "after", "z"),
    [
        ("digital-kontakt", "2019", "2020", 7.39),
        ("digital-kontakt", "2021", "2022", 4.40),
        ("digital-kontakt", "2022", "2023", 1.69),
        ("tilfredshet-digital-kontakt", "2022", "2023", 1.68),
        ("tilfredshet-egne-helseopplysninger", "2022", "2023", 1.69),
        ("digitale-ferdigheter", "2022", "2023", 0.0),
    ],
)
def test_changes_between_public_waves_have_the_known_z(known, measure, before, after, z):
    first, last = (figure(current(known["2024Q1"]), measure, period) for period in (before, after))
    change = surveys.change_between_waves(first["value"] / 100, last["value"] / 100, first["n"], last["n"])
    assert float(change.z) == pytest.approx(z, abs=0.006)


def test_municipal_share_of_sample_fell_from_32_to_17(every):
    before, after = respondents(every, "2022"), respondents(every, "2023")
    mix = (100 * before / before.sum()).round(), (100 * after / after.sum()).round()
    assert [m["kommuner"] for m in mix] == [32, 17]
    assert [m["helseforetak"] for m in mix] == [66, 81]
    gap = surveys.composition_gaps(before, after, 2.0).loc["kommuner", "gap"]
    assert gap == pytest.approx(13.3, abs=0.1)  # 2 / (0.317 - 0.167)


# Method page of 2023, table 2.1; hospital staff are the remainder until 2022, when nobody left the group out
@pytest.mark.parametrize(
    ("year", "doctors", "municipal", "hospital", "all_", "silent"),
    [
        ("2019", 141, 905, 2121, 3167, 0),
        ("2020", 97, 627, 1779, 2503, 0),
        ("2021", 83, 1197, 2551, 3831, 0),
        ("2022", 119, 1584, 3294, 4997, 0),
        ("2023", 118, 750, 3633, 4505, 4),
    ],
)
def test_groups_of_respondents_add_up_to_the_wave(every, year, doctors, municipal, hospital, all_, silent):
    groups = respondents(every, year)
    assert groups.to_dict() == {"fastleger": doctors, "kommuner": municipal, "helseforetak": hospital}
    total = figure(every, "helsepersonellundersokelsen-respondenter", year)
    assert (total["value"], total["n"]) == (all_, all_)
    assert groups.sum() + silent == all_


def test_citizens_groups_add_up_to_the_wave_of_2023(every):
    rows = every[(every["measure"] == "innbyggerundersokelsen-respondenter") & (every["breakdown"] != "")]
    sums = rows.groupby(rows["breakdown"].str.split("=").str[0])["value"].sum()
    assert sums.to_dict() == {"alder": 1608, "helseregion": 1608, "kjonn": 1608}


def test_waves_of_the_citizen_survey_have_their_respondents(every):
    expected = {"2019": 1162, "2020": 1614, "2021": 1504, "2022": 1524, "2023": 1608}
    assert values(every, "innbyggerundersokelsen-respondenter") == expected


def test_home_follow_up_shares_and_patients(every):
    covered = figure(every, "dho-helsefellesskap", "2024Q1")
    assert 100 * covered["numerator"] / covered["denominator"] == pytest.approx(94.7, abs=0.05)
    project = figure(every, "dho-andel-prosjekter-med-tilbud", "2024Q1")
    assert project["value"] == 100 * project["numerator"] / project["denominator"]
    active = figure(every, "dho-kommuner-aktive", "2024-12-31")
    assert (active["numerator"], active["denominator"]) == (73, figure(every, "dho-kommuner", "2024-12-31")["value"])
    assert 100 * active["numerator"] / active["denominator"] == pytest.approx(40, abs=0.5)
    assert figure(every, "dho-pasienter", "2024-12-31")["value"] / 73 == pytest.approx(16.5, abs=0.05)


def test_only_other_technology_is_all_less_alarms(every):
    whole, alarm = (values(every, "velferdsteknologi-mottakere", b) for b in ("", "type=trygghetsalarm"))
    only = values(every, "velferdsteknologi-kun-annen")
    assert only == {year: whole[year] - alarm[year] for year in ("2021", "2022")} == {"2021": 6375, "2022": 8940}


def test_three_technologies_of_2020_add_up(every):
    types = ("digitalt-tilsyn", "lokaliseringsteknologi", "medisineringsstoette")
    parts = [values(every, "velferdsteknologi-mottakere", f"type={name}")["2020"] for name in types]
    assert sum(parts) == values(every, "velferdsteknologi-tre-typer")["2020"] == 15_164


def test_shares_of_recipients_follow_from_their_parts(every):
    rows = every[every["measure"] == "velferdsteknologi-andel"]
    assert list(rows["value"]) == [27.3, 22.6, 29.6, 30.5, 32.1]
    assert np.allclose(rows["value"], 100 * rows["numerator"] / rows["denominator"], atol=0.05)
    recipients = values(every, "tjenestemottakere")
    assert [recipients[year] for year in rows["period"]] == list(rows["denominator"])


def test_expenditure_by_sector_adds_up_to_almost_fifteen(every):
    parts = [
        values(every, "ikt-utgifter", f"sektor={s}")["2020"]
        for s in ("helseregionene", "nasjonale-virksomheter", "kommuner")
    ]
    assert sum(parts) == pytest.approx(14.95)
    total = figure(every, "ikt-utgifter", "2020")
    assert (total["value"], total["qualifier"]) == (15, "under")


# What was measured: editions, conflicts, exclusions ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("measure", "breakdown", "period", "editions"),
    [
        ("helsenorge-innlogginger", "", "2021", [77.5, 90.9]),
        ("velferdsteknologi-mottakere", "type=trygghetsalarm", "2020", [104_003, 104_353]),
        ("velferdsteknologi-mottakere", "", "2020", [109_385, 109_765]),
        ("velferdsteknologi-mottakere", "", "2018", [99_612, 99_612, 99_616, 99_616]),
        ("velferdsteknologi-mottakere", "type=lokaliseringsteknologi", "2017", [611, 533]),
    ],
)
def test_a_revision_is_a_later_edition_of_the_same_figure(every, measure, breakdown, period, editions):
    keys = (every["measure"] == measure) & (every["breakdown"] == breakdown) & (every["period"] == period)
    rows = every[keys].sort_values("published")
    assert list(rows["value"]) == editions
    assert rows["published"].is_unique
    assert values(every, measure, breakdown)[period] == editions[-1]


def test_log_ins_are_revised_between_the_two_reports(known):
    assert values(known["2023Q1"], "helsenorge-innlogginger")["2021"] == 77.5
    assert values(known["2024Q1"], "helsenorge-innlogginger")["2021"] == 90.9


def test_what_another_source_states_is_not_in_the_series(every):
    rows = every[every["standing"] == "conflict"]
    assert set(rows[["measure", "period", "value"]].itertuples(index=False, name=None)) == {
        ("helsedata-soknader", "2023", 235.0),
        ("pll-innbyggere", "2023-12", 24_000.0),
        ("helsenorge-besok", "2023", 110.0),
        ("dho-helsefellesskap", "2023-12-01", 19.0),
        ("dho-samarbeidsprosjekter", "2023-12-01", 17.0),
    }
    assert (rows["note"] != "").all()
    assert values(every, "helsedata-soknader") == {"2022": 289, "2023": 328}
    assert values(every, "pll-innbyggere") == {"2023-12": 25_000}


def test_under_reported_year_and_types_are_excluded(every):
    rows = every[every["standing"] == "excluded"]
    rows = rows[~rows["note"].str.startswith("Medium")]
    assert set(rows["measure"]) == {
        "velferdsteknologi-mottakere",
        "velferdsteknologi-tre-typer",
        "velferdsteknologi-andel",
    }
    assert {*rows.loc[rows["value"] > 0, "period"]} == {"2019"}
    assert {*rows.loc[rows["value"] == 0, "period"]} == {"2017", "2018"}
    assert "2019" not in values(every, "velferdsteknologi-mottakere")
    assert "2019" not in values(every, "velferdsteknologi-mottakere", "type=trygghetsalarm")


def test_a_fall_in_visits_is_context_without_figures(known):
    visits = values(known["2024Q1"], "helsenorge-besok")
    assert [visits[year] for year in ("2021", "2022", "2023")] == [140.9, 115.9, 109.5]


def test_shares_of_satisfaction_that_add_up_to_108_are_told(every, issues):
    text = issues.loc["shares-that-add-up-to-108", "text_en"]
    shares = [int(number) for number in re.search(r"has ([\d, and]+) per cent", text)[1].replace("and", ",").split(",")]
    assert (len(shares), sum(shares)) == (6, 108)
    assert figure(every, "helsepersonell-fornoyd", "2023")["value"] == sum(shares[:2])
    assert figure(every, "helsepersonell-misfornoyd", "2023")["value"] == 11 + 3


@pytest.mark.parametrize(
    ("measure", "period", "breakdown", "value", "qualifier"),
    [
        ("velferdsteknologi-kommuner", "2024Q1", "", 300, "over"),
        ("velferdsteknologi-anbefalt-kommuner", "2021", "", 226, "over"),
        ("enkle-digitale-helsetjenester", "2022", "", 70, "over"),
        ("helsenorge-besok", "2016", "", 12.7, "over"),
        ("kjernejournal-oppslag-per-uke", "2023", "", 51_000, "over"),
        ("dho-utproving-fastleger", "2021", "", 250, "over"),
        ("helsenorge-innlogginger", "2020", "", 43, "under"),
        ("fornoyd-digitale-helsetjenester", "2023", "", 60, "under"),
        ("begrenset-tilgang-pasientinformasjon", "2023", "", 50, "under"),
        ("pll-leger", "2023-12", "gruppe=fastleger", 200, "under"),
        ("epj-positive-erfaringer", "2023", "", 50, "circa"),
        ("kjernejournal-oppslag-per-uke", "2022", "", 44_000, "circa"),
        ("helsenorge-besok", "2015", "", 8.4, "derived"),
        ("tilfredshet-digital-kontakt", "2022", "", 46, "derived"),
    ],
)
def test_bounds_and_approximations_are_marked(every, measure, period, breakdown, value, qualifier):
    row = figure(current(every), measure, period, breakdown)
    assert (row["value"], row["qualifier"]) == (value, qualifier)


def test_neighbours_stand_beside_norway(every):
    for measure in ("eurostat-time-paa-nett", "eurostat-egne-helseopplysninger", "eurostat-helseinformasjon"):
        rows = every[every["measure"] == measure]
        assert set(rows["breakdown"]) == {f"land={land}" for land in ("NO", "DK", "SE", "FI", "EU27")}
        assert {"2020", "2022", "2024"} <= set(rows["period"])
    assert set(every.loc[every["measure"] == "desi-ehelsejournal", "breakdown"]) == {
        f"land={land}" for land in ("DK", "SE", "FI", "EU27")
    }
    assert values(every, "eurostat-time-paa-nett", "land=NO") == {"2020": 33.46, "2022": 51.93, "2024": 60.56}


def test_long_series_have_their_years(every):
    alarms = values(every, "velferdsteknologi-mottakere", "type=trygghetsalarm")
    assert (len(alarms), alarms["2013"], alarms["2022"]) == (9, 92_224, 116_346)  # 2013 to 2022 without 2019
    recipients = values(every, "tjenestemottakere")
    assert (len(recipients), recipients["2014"], recipients["2024"]) == (11, 342_216, 399_263)


# Figures found later: the pages are named in sources.toml
LATER = [
    ("kommunikasjon-pasient", "2022", "", 36, "2024-04-11", "derived"),
    ("kommunikasjon-pasient", "2023", "", 34, "2024-04-11", ""),
    ("kommunikasjon-pasient", "2022", "svar=uenig", 17, "2024-04-11", ""),
    ("kommunikasjon-pasient", "2023", "svar=uenig", 19, "2024-04-11", ""),
    ("kommunikasjon-pasient", "2023", "malgruppe=fastleger", 89, "2024-04-11", ""),
    ("kommunikasjon-pasient", "2023", "stilling=helsesekretaerer", 60, "2024-04-11", ""),
    ("kommunikasjon-pasient", "2023", "stilling=psykologer", 52, "2024-04-11", ""),
    ("gjore-mer-selv-digitalt", "2023", "", 55, "2024-02-09", ""),
    ("kontakter-fastlegen-oftere", "2023", "", 15, "2024-02-09", ""),
    ("onsker-flere-digitale-tjenester", "2022", "", 30, "2024-03-31", ""),
    ("onsker-flere-digitale-tjenester", "2023", "", 35, "2024-03-31", ""),
    ("tilgang-behov-digitale-tjenester", "2023", "", 38, "2024-03-31", ""),
    ("bruker-ingen-digitale-tjenester", "2023", "", 7, "2024-03-31", ""),
    ("velferdsteknologi-mottakere", "2022", "", 125_286, "2023-09-21", ""),
    ("helseplattformen-kommuner", "2024-01-03", "", 20, "2024-04-11", ""),
    ("helseplattformen-kommuner", "2024-11-06", "", 28, "2025-12-31", ""),
    ("helseplattformen-innbyggere-andel", "2024-12-31", "", 71, "2025-12-31", ""),
    ("hto-soknader", "2024-01-19", "", 179, "2024-01-19", ""),
    ("hto-soknadsbelop", "2024-01-19", "", 331.6, "2024-01-19", ""),
    ("hto-prosjekter", "2024-02-16", "", 66, "2024-02-16", ""),
    ("hto-tilskudd", "2024-02-16", "", 56.7, "2024-02-16", ""),
    ("hto-kommuner", "2025", "", 317, "2025-12-31", ""),
    ("helsedata-ventetid-npr-kpr", "2022", "", 9, "2023-12-31", "circa"),
    ("helsedata-ventetid-npr-kpr", "2023-10", "", 12, "2023-12-31", "circa"),
    ("nordisk-tilgang-helsedata", "2023Q1", "", 75, "2023-12-31", "over"),
    ("nordisk-forstar-helsen-bedre", "2023Q1", "", 33, "2023-12-31", ""),
    ("nordisk-handterer-helsen-bedre", "2023Q1", "", 29, "2023-12-31", ""),
    ("pll-utproving-helsefellesskap", "2025", "", 5, "2026-11-30", ""),
]


@pytest.mark.parametrize(("measure", "period", "breakdown", "value", "published", "qualifier"), LATER)
def test_a_figure_found_later_has_its_day(every, measure, period, breakdown, value, published, qualifier):
    row = figure(current(every), measure, period, breakdown)
    assert (row["value"], row["published"], row["qualifier"]) == (value, pd.Timestamp(published), qualifier)


def test_what_is_of_medium_certainty_says_so_and_decides_nothing(strategy, every):
    rows = every[every["note"].str.contains("[Mm]edium")]
    assert set(rows["measure"].map(strategy.measures["role"])) == {"context"}
    assert rows["note_nb"].str.contains("iddels sikker").all()
    assert set(rows.loc[rows["standing"] == "excluded", ["measure", "value"]].itertuples(index=False, name=None)) == {
        ("helsenorge-besok", 18.7),
        ("hto-prosjekter", 100.0),
        ("hto-tilskudd", 90.0),
    }


def test_reaching_the_patient_is_known_from_its_day(strategy):
    days = ("2024-04-10", "2024-04-11")
    before, after = (read_observations(day, strategy=strategy, folder=RAW) for day in days)
    assert values(before, "kommunikasjon-pasient") == {}
    assert values(after, "kommunikasjon-pasient") == {"2022": 36, "2023": 34}
    assert after.loc[after["measure"] == "kommunikasjon-pasient", "n"].isna().all()


# Where it comes from ----------------------------------------------------------------------------------------------


def test_every_source_carries_a_figure_a_target_or_a_design(strategy, every, sources):
    assert len(sources) == 71
    used = {*every["source"], *strategy.points["source"]}
    assert used <= set(sources.index)
    # the level of significance, in the survey's design; a backlog in words only, in the known issues
    assert set(sources.index) - used == {"innbygger-2023-analyser", "regjeringen-helsedata-2024"}


def test_assumed_publication_days_are_marked(every, sources):
    stated = every["source"].map(sources["published"])
    assert (every.loc[stated.notna(), "published"] == stated[stated.notna()]).all()
    assumed = every.loc[stated.isna(), "note"].str.lower()
    assert assumed.str.contains("publication day not stated|entered with the day of the copy").all()


def test_figures_are_published_after_their_period(every):
    ends = pd.to_datetime([pd.Period(period).end_time.normalize() for period in every["period"]])
    early = every[every["published"].to_numpy() < ends.to_numpy()]
    assert set(early["measure"]) <= {"velferdsteknologi-anbefalt-kommuner"}  # an article of November 2021


def test_the_text_of_the_data_holds_no_path_of_a_machine():
    for file in [*RAW.glob("*.toml"), *(RAW / "observations").glob("*.csv")]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"(?:^|[\s=])/[a-z]+/", text), file.name


# What does not add up ---------------------------------------------------------------------------------------------


def test_twelve_of_the_known_issues_are_in_the_report(issues):
    assert issues["kind"].value_counts().to_dict() == {"report": 12, "public-source": 11}


def test_known_issues_name_sources_that_are_listed(issues, sources):
    assert {source for named in issues["sources"] for source in named} <= set(sources.index)


def test_known_issues_have_the_same_numbers_in_both_languages(issues):
    def numbers(text: str, thousands: str) -> list[str]:
        joined = re.sub(rf"(?<=\d){thousands}(?=\d{{3}}(?!\d))", "", text)
        return sorted(number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)?", joined))

    for row in issues.itertuples():
        assert numbers(row.text_nb, " ") == numbers(row.text_en, "[ ,]"), row.title_en  # one quotes "25 000"
        assert numbers(row.title_nb, " ") == numbers(row.title_en, ",")


@pytest.mark.parametrize(
    ("measure", "issue"),
    [
        ("helsedata-soknader", "applications-for-health-data"),
        ("pll-innbyggere", "people-with-a-list-of-medicines"),
        ("helsenorge-besok", "visits-and-log-ins"),
        ("dho-helsefellesskap", "home-follow-up-is-older-than-it-looks"),
        ("dho-samarbeidsprosjekter", "home-follow-up-is-older-than-it-looks"),
    ],
)
def test_every_conflict_in_the_series_is_a_known_issue(every, issues, measure, issue):
    assert measure in set(every.loc[every["standing"] == "conflict", "measure"])
    assert measure in issues.loc[issue, "measures"]
