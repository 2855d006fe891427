"""Numbers and words of change in texts, held against figures.

The surveys' figures are those the source report and the survey pages print: 26 % of 4 997 and 28 % of 4 505 (p = 0.03),
46 % of 1 524 and 49 % of 1 608 (p = 0.09), 46 % and 54 % of citizens (z = 4.4).
"""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.__main__ import main
from analysis.quarter.claims import TextClaims, claims, describe, numbers, records, sentences, untraced, verdict
from analysis.text.claims import claims_of_change, numbers_in_words
from analysis.text.prose import read_prose
from analysis.views.status import cache
from projects import make_project
from quarters import light, status, write
from small import observations, read_small, small_strategy
from typed_cases import cases, listed

STRATEGY, ROWS = read_small(__file__, "claimed_figures.toml")


@pytest.fixture(scope="module")
def quarter(tmp_path_factory):
    """Return the first quarter of 2024 without texts."""
    return status("2024Q1", STRATEGY, ROWS, write(tmp_path_factory.mktemp("judgements"), "2024Q1", light("1.1")))


@pytest.fixture
def written(tmp_path, quarter):
    """Return a function that gives the status of 2024Q1 with these sections on the page of goal 1."""

    def make(sections: dict[str, str], language="nb", lights=""):
        text = "\n\n".join(f"## {key}\n\n{text}" for key, text in sections.items())
        folder = write(tmp_path, "2024Q1", lights or light("1.1"), text)
        if lights:
            return status("2024Q1", STRATEGY, ROWS, folder, language)
        prose = read_prose("2024Q1", language, quarter.observations, STRATEGY, folder)
        return SimpleNamespace(**vars(quarter) | {"language": language, "prose": prose})

    return make


def one_claim(status):
    (row,) = claims(status).to_dict("records")
    return row


# --- words of change --------------------------------------------------------------------


@listed(__file__, "claimed_figures.toml", "no_rise")
def test_46_to_49_per_cent_is_no_rise(written, language, text):
    row = one_claim(written({"1.1": text}, language))
    assert row["verdict"] == "contradicted"
    assert row["p_value"] == pytest.approx(0.093, abs=0.001)
    assert (row["low"], row["high"]) == pytest.approx((-0.5, 6.5), abs=0.05)
    assert ("ikke" if language == "nb" else "not") in row["trend"]


def test_26_to_28_per_cent_is_a_fragile_rise(written):
    found = claims(written({"1.2": "Økningen på {tilgang@2022..2023|change} er statistisk signifikant."}))
    assert found["claim"].tolist() == ["up", "significant"]
    assert found["verdict"].tolist() == ["fragile", "fragile"]
    assert found["p_value"].round(3).tolist() == [0.028, 0.028]
    rounding, design = found["fragile"].iloc[0]
    assert "0,27" in rounding
    assert "1,25" in design


@cases(__file__, "claimed_items.csv")
def test_a_claim_is_compared_with_the_figures_it_names(written, item, expected, text):
    """1.1 rose within its error, 1.2 fragilely, 1.4 fell, where lower is better, and 1.8 rose until 2022.

    1.5 is a bound, 1.6 has no number of answers, 1.7 one figure, and 1A no measure.
    """
    assert one_claim(written({item: text}))["verdict"] == expected


def test_a_clear_change_of_the_named_years_is_not_fragile(written):
    row = one_claim(written({"1.8": "I 2022 var andelen høyere enn i 2021."}))
    assert (row["verdict"], row["fragile"], row["change"]) == ("holds", (), pytest.approx(8))
    assert one_claim(written({"1.8": "Andelen er høyere enn i 2021."}))["change"] == pytest.approx(11)
    found = claims(written({"1.3": "Meldt som uendret, men antallet øker."}))
    assert found["verdict"].tolist() == ["contradicted", "holds"]


def test_a_mixed_sample_could_explain_the_whole_change(tmp_path):
    """As of the staff survey, 32 % municipal of 2022, and 17 % of 2023: a gap of 13 points explains two points."""
    strategy = small_strategy([{"slug": "tilgang"}])
    strategy.surveys.loc["survey", "group"] = "malgruppe"
    rows = [("tilgang", "2022", 26, 5000), ("tilgang", "2023", 28, 4500)]
    for year, sizes in (
        ("2022", {"kommuner": 1600, "helseforetak": 3400}),
        ("2023", {"kommuner": 765, "helseforetak": 3735}),
    ):
        groups = {"measure": "respondents", "unit": "respondenter", "period": year}
        rows += [groups | {"breakdown": f"malgruppe={group}", "value": n} for group, n in sizes.items()]
    write(tmp_path, "2024Q1", light("1.1"), "## 1.1\n\nAndelen øker.", "## 1.1\n\nThe share rises.")
    row = one_claim(status("2024Q1", strategy, observations(rows, strategy), tmp_path, "en"))
    assert any("13" in reason for reason in row["fragile"])


def test_the_status_of_a_goal_is_compared_with_its_judgement(written):
    lights = light("goal-1", more='movement = "up"\nrecord = "change"\n')
    both = claims(written({"status": "Den er svakt bedre enn i 2023. Statusen er uendret."}, lights=lights))
    assert both["verdict"].tolist() == ["holds", "contradicted"]
    assert one_claim(written({"status": "Statusen er uendret."}))["verdict"] == "unsupported"


@cases(__file__, "words_of_change.csv")
def test_words_of_change_are_read_as_they_are_meant(language, claimed, text):
    """Aims and comparisons of groups claim nothing; where a denial is not sure, at least that passage is unread."""
    found = [passage.what for passage in claims_of_change(text, language)]
    assert "unread" in found if claimed == "unread" else found == claimed.split()


@listed(__file__, "claimed_figures.toml", "twice_and_half")
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
    assert verdict(claim, row | {"latest_qualifier": "over"}) == "unsupported"  # of a bound nothing is known


# --- numbers ----------------------------------------------------------------------------


def test_a_reference_is_traced_to_its_row(written):
    (row,) = numbers(written({"1.2": "Det er {tilgang@2023}."})).to_dict("records")
    line = ROWS.query("measure == 'tilgang' and period == '2023'")["line"].item()
    assert (row["form"], row["value"], row["datum"]) == ("reference", 28.0, f"observations/small.csv:{line}")


def test_numbers_in_words_and_reasons_are_traced(written):
    """In letters to the measures of their item, their differences, and the strategy's own parts; digits of reasons."""
    found = numbers(written({"1.4": "Fem av sytten er forsinket.", "1.2": "Tjueåtte prosent.", "1.1": "Tjueåtte."}))
    assert found["form"].tolist() == ["words"] * 3
    assert dict(zip(found["item"], found["datum"] != "", strict=True)) == {"1.4": True, "1.2": True, "1.1": False}
    assert untraced(found)["text"].tolist() == ["Tjueåtte"]
    assert numbers(written({"1.1": "Tre prosentpoeng."}))["measure"].tolist() == ["tilfredshet"]
    found = numbers(written({"1.1": "De to første delmålene. De tre delmålene."}))
    assert found["datum"].tolist() == ["strategy.toml", ""]
    reason = 'reason_code = "context"\nreason = { nb = "Fra 46 til 51 prosent i 2023", en = "From 46 to 51" }\n'
    found = numbers(written({"1.1": "Ett år tidligere. Første kvartal 2023. En økning. Covid-19 og FHIR R4."},
                            lights=light("1.1", "yellow", reason)))  # fmt: skip
    assert found[["key", "text", "form"]].values.tolist() == [["reason", "46", "digits"], ["reason", "51", "digits"]]
    assert untraced(found)["text"].tolist() == ["51"]


@cases(__file__, "numbers_in_letters.csv")
def test_numbers_in_letters_are_read(language, values, text):
    read = [number.value for number in numbers_in_words(text, language)]
    assert read == pytest.approx([float(value) for value in values.split()], abs=0.001)


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


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a function that runs the command for claims on these texts of 1.1, whose two figures have sizes."""
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    figures = tmp_path / "data" / "raw" / "observations" / "maalt.csv"
    sized = figures.read_text(encoding="utf-8")
    for year, value, n in ((2022, 26, 4997), (2023, 28, 4505)):
        sized = sized.replace(f"foerste,{year},,{value},prosent,,,,", f"foerste,{year},,{value},prosent,,,{n},")
    figures.write_text(sized, encoding="utf-8")

    def run(nb, en, *options):
        texts = (f"## 1.1\n\n{text}\n" for text in (nb, en))
        write(tmp_path / "data" / "raw" / "judgements", "2024Q1", light("1.1"), *texts)
        return CliRunner().invoke(main, ["claims", "2024Q1", *options])

    return run


def test_claims_of_one_language_are_asked_for_and_counted(project):
    texts = "Andelen er {andel-foerste@2023}, høyere enn i 2022.", "The share has fallen."
    with cache.keeping():
        english, norwegian = (project(*texts, "--language", language) for language in ("en", "nb"))
    assert (english.exit_code, norwegian.exit_code) == (1, 0)
    assert "maal-1.en.md" in english.output
    assert "hold; --all" not in english.output
    assert "maal-1.nb.md" not in english.output
    lines = norwegian.output.splitlines()[:2]
    assert lines == ["Utsagn om endring mot tallene, 2024Q1", "  1 holder; --all viser dem."]
    # as a contradicted claim, an untraced number ends with 1, a fault with 2
    texts = ("Andelen er {andel-foerste@2023}. Førtito.", 1), ("{andel-borte@2023}", 2)
    for text, code in texts:
        assert project(text, "The share is {andel-foerste@2023}.", "--json").exit_code == code


def test_no_text_claims_nothing(quarter):
    assert claims(quarter).empty
