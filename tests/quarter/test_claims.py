"""Numbers and words of change in texts, held against figures.

The surveys' figures are those the source report and the survey pages print: 26 % of 4 997 and 28 % of 4 505 (p = 0.03),
46 % of 1 524 and 49 % of 1 608 (p = 0.09), 46 % and 54 % of citizens (z = 4.4).
"""

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.__main__ import main
from analysis.quarter.claims import TextClaims, claims, describe, numbers, records, sentences, untraced, verdict
from analysis.text.claims import claims_of_change, numbers_in_words
from projects import make_project
from quarters import light, status, write
from small import observations, small_strategy

STRATEGY = small_strategy(
    [
        {"slug": "tilfredshet", "rounding": 1},
        {"slug": "tilgang", "rounding": 1},
        {"slug": "mottakere", "unit": "personer", "basis": "register"},
        {"slug": "forsinkelser", "basis": "register", "direction": -1},
        {"slug": "minst", "basis": "register"},
        {"slug": "uten-antall"},
        {"slug": "maalt-en-gang", "basis": "register"},
        {"slug": "kontakt"},
        {"slug": "ved-siden-av", "role": "context"},
    ],
    subgoals=("1A", "1B"),
)
ROWS = observations(
    [
        ("tilfredshet", "2022", 46, 1524),
        ("tilfredshet", "2023", 49, 1608),
        ("tilgang", "2022", 26, 4997),
        ("tilgang", "2023", 28, 4505),
        ("mottakere", "2021", 16444),
        ("mottakere", "2022", 22200),
        {"measure": "forsinkelser", "period": "2022", "value": 40, "numerator": 8, "denominator": 20},
        {"measure": "forsinkelser", "period": "2023", "value": 29, "numerator": 5, "denominator": 17},
        ("minst", "2022", 250),
        {"measure": "minst", "period": "2023", "value": 300, "qualifier": "over"},
        ("uten-antall", "2022", 50),
        ("uten-antall", "2023", 80),
        ("maalt-en-gang", "2023", 63),
        ("kontakt", "2021", 46, 1609),
        ("kontakt", "2022", 54, 1524),
        ("kontakt", "2023", 57, 1608),
    ],
    STRATEGY,
)


@pytest.fixture
def written(tmp_path):
    """Return a function that gives the status of 2024Q1 with these sections on the page of goal 1."""

    def make(sections: dict[str, str], language="nb", lights=""):
        text = "\n\n".join(f"## {key}\n\n{text}" for key, text in sections.items())
        rows = lights or light("1.1")
        return status("2024Q1", STRATEGY, ROWS, write(tmp_path, "2024Q1", rows, text), language)

    return make


def one_claim(status):
    (row,) = claims(status).to_dict("records")
    return row


# --- words of change --------------------------------------------------------------------


@pytest.mark.parametrize("language, text", [
    ("nb", "Tilfredsheten er høyere enn i 2022."),
    ("nb", "Tilfredsheten øker."),
    ("nb", "Det har vært en økning på {tilfredshet@2022..2023|change}."),
    ("nb", "Andelen er statistisk signifikant høyere."),
    ("en", "Satisfaction is higher than in 2022."),
    ("en", "Satisfaction rises from {tilfredshet@2022} to {tilfredshet@2023}."),
    ("en", "Satisfaction has fallen."),
])  # fmt: skip
def test_46_to_49_per_cent_is_no_rise(written, language, text):
    row = one_claim(written({"1.1": text}, language))
    assert row["verdict"] == "contradicted"
    assert row["p_value"] == pytest.approx(0.093, abs=0.001)
    assert (row["low"], row["high"]) == pytest.approx((-0.5, 6.5), abs=0.05)
    assert ("ikke" if language == "nb" else "not") in row["trend"]


@pytest.mark.parametrize("text", ["Ingen endring.", "Andelen er uendret.", "Den har ikke økt.", "Den er stabil."])
def test_a_change_within_sampling_error_may_be_called_none(written, text):
    assert one_claim(written({"1.1": text}))["verdict"] == "holds"


def test_26_to_28_per_cent_is_a_fragile_rise(written):
    found = claims(written({"1.2": "Økningen på {tilgang@2022..2023|change} er statistisk signifikant."}))
    assert found["claim"].tolist() == ["up", "significant"]
    assert found["verdict"].tolist() == ["fragile", "fragile"]
    assert found["p_value"].round(3).tolist() == [0.028, 0.028]
    rounding, design = found["fragile"].iloc[0]
    assert "0,27" in rounding
    assert "1,25" in design


def test_a_clear_change_is_not_called_fragile(written):
    row = one_claim(written({"1.8": "I 2022 var andelen høyere enn i 2021."}))
    assert (row["verdict"], row["fragile"]) == ("holds", ())
    assert row["change"] == pytest.approx(8)


def test_a_sentence_is_held_against_the_periods_it_names(written):
    assert one_claim(written({"1.8": "Andelen økte fra {kontakt@2021} til {kontakt@2022}."}))["verdict"] == "holds"
    assert one_claim(written({"1.8": "Andelen økte fra {kontakt@2022} til {kontakt@2023}."}))["verdict"] == (
        "contradicted"
    )
    assert one_claim(written({"1.8": "Andelen er høyere enn i 2021."}))["change"] == pytest.approx(11)


def test_a_mixed_sample_could_explain_the_whole_change(tmp_path):
    strategy = small_strategy([{"slug": "tilgang"}])
    strategy.surveys.loc["survey", "group"] = "malgruppe"
    # the staff survey's mix: 32 % municipal of 2022, 17 % of 2023; a gap of 13 points explains two points
    mix = {
        ("2022", "kommuner"): 1600,
        ("2022", "helseforetak"): 3400,
        ("2023", "kommuner"): 765,
        ("2023", "helseforetak"): 3735,
    }
    rows = [("tilgang", "2022", 26, 5000), ("tilgang", "2023", 28, 4500)]
    rows += [
        {
            "measure": "respondents",
            "period": year,
            "breakdown": f"malgruppe={group}",
            "value": n,
            "unit": "respondenter",
        }
        for (year, group), n in mix.items()
    ]
    write(tmp_path, "2024Q1", light("1.1"), "## 1.1\n\nAndelen øker.", "## 1.1\n\nThe share rises.")
    row = one_claim(status("2024Q1", strategy, observations(rows, strategy), tmp_path, "en"))
    assert any("13" in reason for reason in row["fragile"])


def test_what_is_counted_moves_when_it_differs(written):
    found = claims(written({"1.3": "Meldt som uendret, men antallet øker."}))
    assert found["verdict"].tolist() == ["contradicted", "holds"]


@pytest.mark.parametrize("text, expected", [("Bedre enn i 2022.", "holds"), ("Forverret.", "contradicted")])
def test_better_is_lower_where_lower_is_better(written, text, expected):
    assert one_claim(written({"1.4": text}))["verdict"] == expected


@pytest.mark.parametrize("item", ["1.5", "1.6", "1.7", "1A"])
def test_bounds_and_untested_shares_confirm_nothing(written, item):
    assert one_claim(written({item: "Det øker."}))["verdict"] == "unsupported"


def test_the_status_of_a_goal_is_compared_with_its_judgement(written):
    lights = light("goal-1", more='movement = "up"\nrecord = "change"\n')
    assert one_claim(written({"status": "Den er svakt bedre enn i 2023."}, lights=lights))["verdict"] == "holds"
    assert one_claim(written({"status": "Statusen er uendret."}, lights=lights))["verdict"] == "contradicted"
    assert one_claim(written({"status": "Statusen er uendret."}))["verdict"] == "unsupported"


@pytest.mark.parametrize("language, text, expected", [
    ("nb", "Andelen har ikke økt.", ["not-up"]),
    ("nb", "Endringen er ikke statistisk signifikant.", ["not-significant"]),
    ("nb", "Fremdriften er svakere enn ventet og lavere enn det som var planlagt.", []),
    ("nb", "Bruken bør øke, og kan vokse.", []),
    ("nb", "Den er høyere enn blant leger.", []),
    ("nb", "Bruken går ned, men nedgangen er liten.", ["down", "down"]),
    ("en", "The share has not increased.", ["not-up"]),
    ("en", "The rise is not significant.", ["up", "not-significant"]),
    ("en", "Progress is slower than expected; use should increase.", []),
    ("en", "It remains unchanged, and falls.", ["unchanged", "down"]),
])  # fmt: skip
def test_aims_and_comparisons_of_groups_are_no_change(language, text, expected):
    assert [passage.what for passage in claims_of_change(text, language)] == expected


@pytest.mark.parametrize("language, text, expected", [
    ("nb", "Andelen økte ikke fra 2022 til 2023.", ["not-up"]),
    ("nb", "I 2023 økte andelen ikke.", ["not-up"]),
    ("nb", "Heller ikke falt andelen.", ["not-down"]),
    ("nb", "Heller ikke i 2023 økte andelen.", ["not-up"]),
    ("nb", "Andelen falt heller ikke.", ["not-down"]),
    ("nb", "Kvaliteten har ikke blitt bedre.", ["not-better"]),
    ("nb", "Kvaliteten ble ikke bedre.", ["not-better"]),
    ("nb", "Kvaliteten er blitt litt bedre.", ["better"]),
    ("nb", "Bruken har ikke gått ned.", ["not-down"]),
    ("nb", "Bruken gikk ikke ned.", ["not-down"]),
    ("nb", "Bruken har gått noe ned.", ["down"]),
    ("nb", "Bruken har gått litt opp, men antallet falt ikke.", ["up", "not-down"]),
    ("nb", "Andelen økte noe, og antallet er doblet.", ["up", "doubled"]),
    ("nb", "Antallet er halvert.", ["halved"]),
    ("nb", "Antallet ble ikke doblet.", ["not-doubled"]),
    ("nb", "Andelen har verken økt eller falt.", ["not-up", "not-down"]),
    ("nb", "Andelen økte aldri.", ["not-up"]),
    ("nb", "Det har ikke vært noen økning.", ["not-up"]),
    ("nb", "Andelen øker ikke lenger.", ["not-up"]),
    ("nb", "Nivået er ikke lenger stabilt.", ["not-unchanged"]),
    ("nb", "Bruken har ikke vokst, men økte i 2023.", ["not-up", "up"]),
    ("nb", "Andelen økte ikke signifikant.", ["not-up", "not-significant"]),
    ("nb", "Ingen økning ble målt.", ["not-up"]),
    ("nb", "Det var ingen endring.", ["unchanged"]),
    ("nb", "Antallet økte, men ikke andelen.", ["up"]),
    ("nb", "Andelen har ikke, som mange tror, økt.", ["not-up"]),
    ("nb", "Andelen har – tross innsatsen – ikke falt.", ["not-down"]),
    ("nb", "I motsetning til i fjor økte ikke andelen.", ["not-up"]),
    ("nb", "Selv om andelen ikke økte, falt heller ikke bruken.", ["not-up", "not-down"]),
    ("nb", "Nå øker ikke bruken lenger.", ["not-up"]),
    ("nb", "Tilgangen er ikke bedret, men bruken har tatt seg opp.", ["not-better", "up"]),
    ("nb", "Bruken har gått tilbake.", ["down"]),
    ("nb", "Bruken har ikke gått tilbake.", ["not-down"]),
    ("nb", "Bruken står ikke stille.", ["not-unchanged"]),
    ("nb", "Kvaliteten ble ikke dårligere.", ["not-worse"]),
    ("nb", "Det ble ikke færre henvendelser.", ["not-down"]),
    ("nb", "Økningen er ikke signifikant.", ["up", "not-significant"]),
    ("en", "The share didn't increase.", ["not-up"]),
    ("en", "The share has neither risen nor fallen.", ["not-up", "not-down"]),
    ("en", "The number has doubled, and the share was halved.", ["doubled", "halved"]),
    ("en", "There was no change.", ["unchanged"]),
])  # fmt: skip
def test_denials_and_inversions_are_read(language, text, expected):
    assert [passage.what for passage in claims_of_change(text, language)] == expected


@pytest.mark.parametrize("language, text", [
    ("nb", "Ikke overraskende økte andelen."),
    ("nb", "Andelen økte ikke bare blant leger."),
    ("nb", "Vi vet ikke om andelen økte."),
    ("nb", "Det er ikke dokumentert at andelen økte."),
    ("nb", "Ikke alle andeler økte."),
    ("nb", "Andelen er knapt redusert."),
    ("nb", "Antallet er nesten doblet."),
    ("nb", "Hvis andelen øker."),
    ("nb", "Økningen fortsatte ikke."),
    ("nb", "Økningen uteble."),
    ("nb", "Ikke siden 2020 har andelen falt."),
    ("nb", "Aldri før har andelen økt."),
    ("nb", "Andelen økte ikke så mye som før."),
    ("nb", "Andelen økte aldri mer."),
    ("nb", "Andelen økte i alle grupper som ikke er leger."),
    ("nb", "Andelen økte ikke i noen gruppe som ikke er leger."),
    ("nb", "Andelen har ikke økt og falt."),
    ("nb", "Det er uklart om andelen i kommunene i hele landet har økt."),
    ("nb", "Hvis andelen av brukerne i kommunene har økt."),
    ("nb", "Lite tyder på at andelen har økt."),
    ("nb", "Det er lite som tyder på at bruken har gått ned."),
    ("nb", "Økte andelen?"),
    ("nb", "Det mangler bedring."),
    ("nb", "Året var preget av fravær av vekst."),
    ("nb", "Andelen har i svært liten grad økt."),
    ("nb", "Veksten har avtatt."),
    ("nb", "Nedgangen har økt."),
    ("nb", "Veksten har stagnert."),
    ("nb", "Bruken er nær doblet."),
    ("nb", "Bruken er tredoblet."),
    ("nb", "Bruken er ikke tredoblet."),
    ("en", "The growth has declined."),
    ("en", "Has the share increased?"),
    ("en", "Little suggests that the share of users has increased."),
    ("en", "Use has tripled."),
    ("en", "It is not known whether the share rose."),
    ("en", "The share has hardly increased."),
    ("en", "The share increased in no group."),
])  # fmt: skip
def test_what_is_not_sure_is_listed_as_unread(language, text):
    assert {passage.what for passage in claims_of_change(text, language)} & {"unread"}


@pytest.mark.parametrize("text, expected", [
    ("Andelen økte ikke fra 2022 til 2023.", "contradicted"),
    ("Andelen falt ikke.", "holds"),
    ("Andelen er doblet.", "contradicted"),
    ("Andelen ble ikke doblet.", "holds"),
    ("Det er ikke dokumentert at andelen økte.", "unsupported"),
])  # fmt: skip
def test_denials_are_compared_with_the_figures(written, text, expected):
    assert one_claim(written({"1.2": text}))["verdict"].replace("fragile", "holds") == expected


@pytest.mark.parametrize("claim, latest, expected", [
    ("doubled", 60, "holds"), ("doubled", 57, "holds"), ("doubled", 50, "contradicted"),
    ("doubled", 15, "contradicted"),
    ("halved", 15, "holds"), ("halved", 20, "contradicted"), ("halved", 60, "contradicted"),
    ("not-halved", 20, "holds"),
])  # fmt: skip
def test_twice_and_half_are_measured(claim, latest, expected):
    row = {"direction": 1, "previous_value": 30.0, "latest_value": float(latest), "change": latest - 30.0}
    row |= {"latest_qualifier": "", "previous_se": 0.0, "latest_se": 0.0, "p_value": float("nan")}
    assert verdict(claim, row) == expected


@settings(max_examples=50)
@given(st.sampled_from(["up", "down", "unchanged", "changed", "better", "worse", "significant"]), st.booleans(),
       st.floats(-20, 20), st.booleans(), st.sampled_from([1, -1]))  # fmt: skip
def test_a_claim_and_its_denial_never_both_hold(claim, significant, change, counted, direction):
    error = 0.0 if counted else 1.0
    row = {"change": change, "latest_qualifier": "", "previous_se": error, "latest_se": error, "direction": direction}
    row |= {"p_value": float("nan") if counted else 0.01, "significant": significant}
    both = verdict(claim, row), verdict(f"not-{claim}", row)
    assert set(both) in ({"holds", "contradicted"}, {"unsupported"})


# --- numbers ----------------------------------------------------------------------------


def test_a_reference_is_traced_to_its_row(written):
    (row,) = numbers(written({"1.2": "Det er {tilgang@2023}."})).to_dict("records")
    line = ROWS.query("measure == 'tilgang' and period == '2023'")["line"].item()
    assert (row["form"], row["value"], row["datum"]) == ("reference", 28.0, f"observations/small.csv:{line}")


def test_a_number_in_letters_is_traced_to_its_items_measures(written):
    found = numbers(written({"1.4": "Fem av sytten er forsinket.", "1.2": "Tjueåtte prosent.", "1.1": "Tjueåtte."}))
    assert found["form"].tolist() == ["words"] * 3
    assert dict(zip(found["item"], found["datum"] != "", strict=True)) == {"1.4": True, "1.2": True, "1.1": False}
    assert untraced(found)["text"].tolist() == ["Tjueåtte"]


def test_a_difference_is_a_datum_too(written):
    assert numbers(written({"1.1": "Tre prosentpoeng."}))["measure"].tolist() == ["tilfredshet"]


def test_the_strategys_own_parts_are_counted_from_the_strategy(written):
    found = numbers(written({"1.1": "De to første delmålene. De tre delmålene."}))
    assert found["datum"].tolist() == ["strategy.toml", ""]


def test_digits_in_a_reason_are_traced_like_any_others(written):
    reason = 'reason_code = "context"\nreason = { nb = "Fra 46 til 51 prosent i 2023", en = "From 46 to 51" }\n'
    found = numbers(written({}, lights=light("1.1", "yellow", reason)))
    assert found[["key", "text", "form"]].values.tolist() == [["reason", "46", "digits"], ["reason", "51", "digits"]]
    assert untraced(found)["text"].tolist() == ["51"]


@pytest.mark.parametrize("text", ["Ett år tidligere.", "Første kvartal 2023.", "En økning.", "Covid-19 og FHIR R4."])
def test_times_articles_and_names_are_no_numbers(written, text):
    assert numbers(written({"1.1": text})).empty


@pytest.mark.parametrize("language, text, values", [
    ("nb", "tjueåtte", [28]),
    ("nb", "to hundre og åttini", [289]),
    ("nb", "tjueto tusen to hundre", [22200]),
    ("nb", "halvparten, to tredjedeler og én av fire", [50, 200 / 3, 25]),
    ("en", "twenty-eight", [28]),
    ("en", "three hundred and twenty-eight", [328]),
    ("en", "half of them, two thirds of the rest, one in four", [50, 200 / 3, 25]),
    ("en", "no one, one another, the one that counts", []),
])  # fmt: skip
def test_numbers_in_letters_are_read(language, text, values):
    assert [said.value for said in numbers_in_words(text, language)] == pytest.approx(values)


def test_sentences_end_where_they_end():
    text = "Ett. To e-helse 2.0 her? Ja!\n- Punkt tre.\n\n**Tittel**"
    assert [said for *_, said in sentences(text)] == ["Ett.", "To e-helse 2.0 her?", "Ja!", "Punkt tre.", "Tittel"]


# --- what is shown -----------------------------------------------------------------------


def test_contradicted_claims_come_first(written):
    now = written({"1.2": "Den øker.", "1.1": "Den øker. Førtito."})
    found = TextClaims(claims(now), numbers(now), ("nb",))
    lines = describe(found, "2024Q1", "nb").splitlines()
    place = [number for number, line in enumerate(lines) if "2024Q1/maal-1.nb.md" in line]
    assert "motsies av tallene" in lines[place[0]] and lines[place[0]].strip().startswith("1.1")
    assert "holder så vidt" in lines[place[1]]
    assert "Førtito (skrevet med bokstaver)" in lines[place[2]]
    assert records(found)["counts"] == {
        "holds": 0, "fragile": 1, "contradicted": 1, "unsupported": 0, "untraced": 1,
    }  # fmt: skip


@pytest.mark.parametrize("text, code", [("Andelen er {andel-foerste@2023}, høyere enn i 2022.", 0), ("Førtito.", 1),
                                        ("Andelen faller.", 1), ("{andel-borte@2023}", 2)])  # fmt: skip
def test_the_exit_codes_of_claims(tmp_path, monkeypatch, text, code):
    root = make_project(tmp_path)
    write(root / "data" / "raw" / "judgements", "2024Q1", light("1.1"), f"## 1.1\n\n{text}\n")
    english = root / "data" / "raw" / "judgements" / "2024Q1" / "maal-1.en.md"
    english.write_text("## 1.1\n\nThe share is {andel-foerste@2023}.\n", encoding="utf-8")
    (root / "data" / "raw" / "known_issues.toml").write_text("issue = []\n", encoding="utf-8")
    monkeypatch.setenv("EHELSE_ROOT", str(root))
    assert CliRunner().invoke(main, ["claims", "2024Q1", "--json"]).exit_code == code


def test_no_text_claims_nothing(tmp_path):
    nothing = claims(status("2024Q1", STRATEGY, ROWS, tmp_path))
    assert isinstance(nothing, pd.DataFrame) and nothing.empty
