"""The raw material itself: every figure of the status report, and every sum that can be done on it.

Expected values, here and in the tables beside, are typed from the status report of the first quarter of 2024 and the
public pages named in sources.toml (a page is named beside its figures), or worked out by hand; none comes out of the
library.
"""

import re

import numpy as np
import pandas as pd
import pytest

from analysis import surveys, words
from analysis.core.periods import last_day
from analysis.records.observations import current, known_at, read_known_issues, read_observations
from analysis.records.sources import read_sources
from analysis.records.strategy import read_strategy
from real_project import ROOT
from typed_cases import listed, read_list, rows_of

RAW = ROOT / "data" / "raw"
# an empty `as_of` stands for all that is known; of the columns after the qualifier, only what is typed is compared
FIGURES = rows_of(__file__, "figures.csv")


@pytest.fixture(scope="module")
def strategy():
    return read_strategy(RAW / "strategy.toml")


@pytest.fixture(scope="module")
def known(strategy):
    every = read_observations(strategy=strategy, folder=RAW)
    days = ("2022-12-30", "2022-12-31", "2023Q1", "2023-12-31", "2024-04-10", "2024-04-11")
    earlier = {day: known_at(every, pd.Timestamp(last_day(day)), strategy) for day in days}
    return earlier | {"2024Q1": read_observations("2024Q1", strategy=strategy, folder=RAW), "": every}


@pytest.fixture(scope="module")
def every(known):
    return known[""]


@pytest.fixture(scope="module")
def sources():
    return read_sources(RAW)


@pytest.fixture(scope="module")
def issues(strategy):
    return read_known_issues(RAW, strategy=strategy)


def series_of(frame: pd.DataFrame, measure: str, breakdown: str = "") -> pd.DataFrame:
    return frame[(frame["measure"] == measure) & (frame["breakdown"] == breakdown)]


def figure(frame: pd.DataFrame, measure: str, period: str, breakdown: str = "") -> pd.Series:
    (label,) = series_of(frame, measure, breakdown).query("period == @period").index
    return frame.loc[label]


def values(frame: pd.DataFrame, measure: str, breakdown: str = "") -> dict[str, float]:
    return series_of(current(frame), measure, breakdown).set_index("period")["value"].to_dict()


def respondents(frame: pd.DataFrame, period: str) -> pd.Series:
    rows = current(frame)
    rows = rows[(rows["measure"] == "helsepersonellundersokelsen-respondenter") & (rows["period"] == period)]
    groups = rows[rows["breakdown"].str.startswith("malgruppe=")]
    return groups.set_index(groups["breakdown"].str.removeprefix("malgruppe="))["value"]


def tuples(frame: pd.DataFrame) -> set[tuple]:
    return set(frame.itertuples(index=False, name=None))


# What was promised ------------------------------------------------------------------------------------------------


def test_the_promise_has_the_shape_of_the_report(strategy):
    items = "strategy goal-1 1.1 1.2 1.3 1.4 1.5 1.6 1A 1B 1C 1D goal-2 2.1 2.2 2.3 2A 2B 2C goal-3 3.1 3A 3B 3C"
    items += " goal-4 4.1 4A 4B 4C goal-5 5.1 5.2 5.3 5.4 5A 5B 5C"
    assert list(strategy.items.index) == items.split()
    assert (len(strategy.indicators), len(strategy.subgoals), len(strategy.goals)) == (15, 16, 5)
    candidates = strategy.candidates.groupby(["kind", "goal"]).size()
    assert candidates["indicator"].to_dict() == {1: 3, 2: 3, 3: 4, 4: 1, 5: 2}
    assert candidates["subgoal"].to_dict() == {1: 1, 2: 2, 4: 3}
    assert set(strategy.measures["unit"]) <= set(words.read_table("numbers.units.many"))


@pytest.mark.parametrize("frame", ["points", "breaks"])
def test_targets_and_breaks_are_the_public_ones(strategy, frame):
    rows = rows_of(__file__, f"{frame}.csv")
    assert tuples(getattr(strategy, frame)[list(rows[0])].astype(str)) == {tuple(row.values()) for row in rows}


def test_the_assessed_measures_are_those_the_indicators_promise(strategy, every):
    """Lower is better for delays and waiting time only; a measure without a figure says why."""
    measures = strategy.measures
    assessed = measures[measures["role"] == "assessed"].reset_index(names="measure")
    rows = rows_of(__file__, "assessed.csv")
    promised = [(row["indicator"], row["measure"], int(row["direction"])) for row in rows]
    assert list(assessed[["indicator", "measure", "direction"]].itertuples(index=False, name=None)) == promised
    counted = set(current(every).query("breakdown == ''")["measure"])
    silent = [row["measure"] for row in rows if row["figures"] == "no"]
    assert [measure for measure in assessed["measure"] if measure not in counted] == silent
    assert (measures.loc[silent, ["unmeasured_nb", "unmeasured_en"]] != "").all(axis=None)
    assert set(assessed["kind"]) == {"reach"}
    assert list(assessed.loc[assessed["target_status"] != "none", "measure"]) == ["dho-helsefellesskap"]
    without_rows = measures.index.difference(every["measure"])
    assert {"pll-andel-aktorer", "kjernejournal-kommuner-andel", "eu-journaltilgang-innbyggere"} <= set(without_rows)
    assert (measures.loc[without_rows, "unmeasured_nb"] != "").all()


# What was measured: the report's own figures, those found later, bounds and approximations --------------------------


@pytest.mark.parametrize("stated", FIGURES, ids=lambda row: f"{row['measure']} {row['period']} {row['breakdown']}")
def test_a_figure_is_as_its_source_prints_it(known, stated):
    row = figure(current(known[stated["as_of"]]), stated["measure"], stated["period"], stated["breakdown"])
    assert (row["value"], row["qualifier"]) == (float(stated["value"]), stated["qualifier"])
    numbers = {name: stated[name] for name in ("numerator", "denominator", "n") if stated[name]}
    assert {name: row[name] for name in numbers} == {name: float(text) for name, text in numbers.items()}
    assert stated["source"] in ("", row["source"])
    assert stated["published"] in ("", f"{row['published']:%Y-%m-%d}")


def test_the_file_of_the_report_holds_nothing_but_its_figures(every, known):
    rows = every[every["source"] == "status-2024q1"]
    printed = [(row["measure"], row["period"], row["breakdown"]) for row in FIGURES if row["source"]]
    assert tuples(rows[["measure", "period", "breakdown"]]) == set(printed)
    assert not (known["2023Q1"]["source"] == "status-2024q1").any()


@listed(__file__, "raw_data.toml", "series")
def test_a_series_is_what_was_known_that_day(known, as_of, measure, breakdown, values):
    rows = series_of(current(known[as_of]), measure, breakdown or "")
    assert dict(zip(rows["period"], rows["value"], strict=True)) == values


def test_the_report_quarter_does_not_know_what_came_later(known):
    frame = known["2024Q1"]  # but for the sizes of the report's waves
    assert set(frame.loc[frame["published"] > "2024-03-31", "measure"]) == {"helsepersonellundersokelsen-respondenter"}
    assert known["2024-04-11"].query("measure == 'kommunikasjon-pasient'")["n"].isna().all()


# What was measured: arithmetic ------------------------------------------------------------------------------------


@listed(__file__, "raw_data.toml", "shares")
def test_a_share_follows_from_its_counts(every, measure, period, share, within):
    row = figure(every, measure, period)
    assert 100 * row["numerator"] / row["denominator"] == pytest.approx(share, abs=within)


@pytest.mark.parametrize(("measure", "causes"), [("forsinkelser-utvikling", 3), ("forsinkelser-innforing", 1)])
def test_causes_of_delay_add_up_to_the_delays(every, measure, causes):
    rows = every[(every["measure"] == measure) & every["breakdown"].str.startswith("aarsak=")]
    assert len(rows) == causes
    assert rows["numerator"].sum() == figure(every, measure, "2024Q1")["numerator"]


def test_answers_on_benefits_fit_five_numbers_of_initiatives(every, strategy):
    answers = ("ja", "nei", "ikke-svart")
    yes, no, silent = (figure(every, "nytteoppfolging", "2024Q1", f"svar={a}")["value"] for a in answers)
    assert yes + no + silent == 100
    assert figure(every, "nytteoppfolging-av-svarte", "2024Q1")["value"] == 100 * yes / (yes + no)

    def fits(whole: int) -> bool:
        def counts(share: float) -> list[int]:
            return [part for part in range(whole + 1) if share - 0.5 <= 100 * part / whole < share + 0.5]

        return any(a + b + c == whole for a in counts(yes) for b in counts(no) for c in counts(silent))

    fitting = [whole for whole in range(1, 61) if fits(whole)]
    assert fitting == [19, 38, 43, 56, 57]
    assert all(str(whole) in strategy.measure("nytteoppfolging")["note_en"] for whole in fitting)


def test_welfare_technology_2021_follows_from_35_per_cent(every):
    before = figure(every, "velferdsteknologi-uten-alarm", "2021")
    after = figure(every, "velferdsteknologi-uten-alarm", "2022")["value"]
    assert before["value"] == round(after / 1.35)
    assert round((after - 50) / 1.355) == 16_347  # 22 200 is rounded to hundreds, 35 per cent to whole ones
    assert round((after + 50) / 1.345) == 16_543
    assert "16 347 to 16 543" in before["note"]


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
    # the filtered number of answers is itself approximate
    assert float(filtered.z) == pytest.approx(2.18, abs=0.005)
    assert float(filtered.p_value) == pytest.approx(0.030, abs=0.001)


@listed(__file__, "raw_data.toml", "waves")
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


# of the method page of 2023, table 2.1; hospital staff are the remainder until 2022, when nobody left the group out
@pytest.mark.parametrize("year, silent", [("2019", 0), ("2020", 0), ("2021", 0), ("2022", 0), ("2023", 4)])
def test_groups_of_respondents_add_up_to_the_wave(every, year, silent):
    total = figure(every, "helsepersonellundersokelsen-respondenter", year)["value"]
    assert respondents(every, year).sum() + silent == total


def test_parts_add_up_to_their_wholes(every):
    groups = every[(every["measure"] == "innbyggerundersokelsen-respondenter") & (every["breakdown"] != "")]
    sums = groups.groupby(groups["breakdown"].str.split("=").str[0])["value"].sum()
    assert sums.to_dict() == {"alder": 1608, "helseregion": 1608, "kjonn": 1608}  # citizens asked in 2023
    active = figure(every, "dho-kommuner-aktive", "2024-12-31")
    assert (active["numerator"], active["denominator"]) == (73, figure(every, "dho-kommuner", "2024-12-31")["value"])
    assert figure(every, "dho-pasienter", "2024-12-31")["value"] / 73 == pytest.approx(16.5, abs=0.05)
    sectors = ("helseregionene", "nasjonale-virksomheter", "kommuner")
    parts = [figure(every, "ikt-utgifter", "2020", f"sektor={sector}")["value"] for sector in sectors]
    assert sum(parts) == pytest.approx(14.95)  # the source: almost 15


def test_recipients_of_technology_are_those_of_its_types(every):
    def recipients(breakdown: str = "") -> dict[str, float]:
        return values(every, "velferdsteknologi-mottakere", f"type={breakdown}" if breakdown else "")

    whole, alarm = recipients(), recipients("trygghetsalarm")
    only = values(every, "velferdsteknologi-kun-annen")
    assert only == {year: whole[year] - alarm[year] for year in ("2021", "2022")}
    assert [len(alarm), len(values(every, "tjenestemottakere"))] == [9, 11]  # 2013 to 2022 without 2019, 2014 to 2024
    types = ("digitalt-tilsyn", "lokaliseringsteknologi", "medisineringsstoette")
    assert sum(recipients(name)["2020"] for name in types) == values(every, "velferdsteknologi-tre-typer")["2020"]
    rows = every[every["measure"] == "velferdsteknologi-andel"]
    assert list(rows["value"]) == [27.3, 22.6, 29.6, 30.5, 32.1]
    assert np.allclose(rows["value"], 100 * rows["numerator"] / rows["denominator"], atol=0.05)
    assert list(rows["period"].map(values(every, "tjenestemottakere"))) == list(rows["denominator"])


# What was measured: editions, conflicts, exclusions ---------------------------------------------------------------


@listed(__file__, "raw_data.toml", "editions")
def test_a_revision_is_a_later_edition_of_the_same_figure(every, measure, breakdown, period, values):
    rows = series_of(every, measure, breakdown or "").query("period == @period").sort_values("published")
    assert list(rows["value"]) == values
    assert rows["published"].is_unique
    assert figure(current(every), measure, period, breakdown or "")["value"] == values[-1]


def test_what_another_source_states_is_a_known_issue(every, issues):
    conflicts = read_list(__file__, "raw_data.toml", "conflicts")
    rows = every[every["standing"] == "conflict"]
    stated = {(row["measure"], row["period"], row["value"]) for row in conflicts}
    assert tuples(rows[["measure", "period", "value"]]) == stated
    assert (rows["note"] != "").all()
    assert all(row["measure"] in issues.loc[row["issue"], "measures"] for row in conflicts)


def test_under_reported_year_and_types_are_excluded(every):
    rows = every[(every["standing"] == "excluded") & ~every["note"].str.startswith("Medium")]
    technology = {f"velferdsteknologi-{name}" for name in ("mottakere", "tre-typer", "andel")}
    assert set(rows["measure"]) == technology
    assert {*rows.loc[rows["value"] > 0, "period"]} == {"2019"}
    assert {*rows.loc[rows["value"] == 0, "period"]} == {"2017", "2018"}
    assert "2019" not in values(every, "velferdsteknologi-mottakere")
    assert "2019" not in values(every, "velferdsteknologi-mottakere", "type=trygghetsalarm")


def test_what_is_of_medium_certainty_says_so_and_decides_nothing(strategy, every):
    rows = every[every["note"].str.contains("[Mm]edium")]
    assert set(rows["measure"].map(strategy.measures["role"])) == {"context"}
    assert rows["note_nb"].str.contains("iddels sikker").all()
    assert tuples(rows.loc[rows["standing"] == "excluded", ["measure", "value"]]) == {
        ("helsenorge-besok", 18.7),
        ("hto-prosjekter", 100.0),
        ("hto-tilskudd", 90.0),
    }


def test_shares_of_satisfaction_that_add_up_to_108_are_told(every, issues):
    text = issues.loc["shares-that-add-up-to-108", "text_en"]
    shares = [int(number) for number in re.search(r"has ([\d, and]+) per cent", text)[1].replace("and", ",").split(",")]
    assert (len(shares), sum(shares)) == (6, 108)
    assert figure(every, "helsepersonell-fornoyd", "2023")["value"] == sum(shares[:2])
    assert figure(every, "helsepersonell-misfornoyd", "2023")["value"] == 11 + 3


def test_neighbours_stand_beside_norway(every):
    neighbours = {f"land={land}" for land in ("DK", "SE", "FI", "EU27")}
    for measure in ("eurostat-time-paa-nett", "eurostat-egne-helseopplysninger", "eurostat-helseinformasjon"):
        rows = every[every["measure"] == measure]
        assert set(rows["breakdown"]) == neighbours | {"land=NO"}
        assert {"2020", "2022", "2024"} <= set(rows["period"])
    assert set(every.loc[every["measure"] == "desi-ehelsejournal", "breakdown"]) == neighbours


# Where it comes from ----------------------------------------------------------------------------------------------


def test_every_source_carries_a_figure_a_target_or_a_design(strategy, every, sources):
    assert len(sources) == 71
    used = {*every["source"], *strategy.points["source"]}
    assert used <= set(sources.index)
    # the level of significance, in the survey's design; a backlog in words only, in the known issues
    assert set(sources.index) - used == {"innbygger-2023-analyser", "regjeringen-helsedata-2024"}


def test_publication_days_are_stated_or_marked_as_assumed(every, sources):
    stated = every["source"].map(sources["published"])
    assert (every.loc[stated.notna(), "published"] == stated[stated.notna()]).all()
    assumed = every.loc[stated.isna(), "note"].str.lower()
    assert assumed.str.contains("publication day not stated|entered with the day of the copy").all()
    ends = pd.to_datetime([pd.Period(period).end_time.normalize() for period in every["period"]])
    early = every[every["published"].to_numpy() < ends.to_numpy()]
    assert set(early["measure"]) <= {"velferdsteknologi-anbefalt-kommuner"}  # an article of November 2021


def test_the_text_of_the_data_holds_no_path_of_a_machine():
    for file in [*RAW.glob("*.toml"), *(RAW / "observations").glob("*.csv")]:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"(?:^|[\s=])/[a-z]+/", text), file.name


# What does not add up ---------------------------------------------------------------------------------------------


def test_known_issues_name_listed_sources_and_the_same_numbers(issues, sources):
    def numbers(text: str, thousands: str) -> list[str]:
        joined = re.sub(rf"(?<=\d){thousands}(?=\d{{3}}(?!\d))", "", text)
        return sorted(number.replace(",", ".") for number in re.findall(r"\d+(?:[.,]\d+)?", joined))

    assert issues["kind"].value_counts().to_dict() == {"report": 12, "public-source": 11}
    assert {source for named in issues["sources"] for source in named} <= set(sources.index)
    for row in issues.itertuples():
        assert numbers(row.text_nb, " ") == numbers(row.text_en, "[ ,]"), row.title_en  # one quotes "25 000"
        assert numbers(row.title_nb, " ") == numbers(row.title_en, ",")
