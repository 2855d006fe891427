"""What the catalogues have no words for is shown as typed, and named by the check."""

import pytest

from analysis import words
from analysis.core.faults import WARN
from analysis.reports.check import check, wordless
from projects import make_project
from small import observations, small_strategy


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_new_words_are_shown_as_typed(language):
    assert words.unit("årsverk", language) == words.unit("årsverk", language, 1) == "årsverk"
    assert words.breakdown_value("malgruppe=leger", language) == "leger"
    assert words.breakdown("skonummer=38", language) == "skonummer: 38"
    assert words.quantity(3, "årsverk", language) == "3\u00a0årsverk"


def test_each_missing_word_is_named_once_with_its_place():
    strategy = small_strategy([{"slug": "andel"}, {"slug": "arbeid", "unit": "årsverk", "basis": "register"}])
    rows = [dict(measure="andel", period=year, value=31, breakdown="malgruppe=leger") for year in ("2022", "2023")]
    rows.append(dict(measure="andel", period="2023", value=31, breakdown="skonummer=38"))
    faults = wordless(strategy, observations(rows, strategy))
    assert [(fault.value, fault.severity) for fault in faults] == [
        *((value, WARN) for value in ("malgruppe=leger", "skonummer", "skonummer=38", "årsverk", "årsverk"))
    ]
    assert (faults[0].file, faults[0].line, faults[0].column) == ("observations/small.csv", 2, "breakdown")
    assert '"malgruppe=leger" = { nb = …, en = … } under [breakdown_values]' in faults[0].remedy
    assert "catalogues/codes.toml" in faults[0].remedy
    assert "[units.one]" in faults[-2].remedy and "[units.many]" in faults[-1].remedy


def test_the_check_warns_of_a_word_that_is_missing(tmp_path):
    raw = make_project(tmp_path) / "data" / "raw"
    figures = raw / "observations" / "maalt.csv"
    figures.write_text(figures.read_text() + "andel-tredje,2023,malgruppe=leger,50,prosent,,,,,,2024-02-01,kilde,\n")
    assert [(fault.value, fault.line) for fault in check(raw)] == [("malgruppe=leger", 6)]
