import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.core import periods
from typed_cases import cases

SPELLINGS = {
    "2024Q1": ["2024Q1", "2024q1", "2024K1", "Q1 2024", "2024-Q1", "1. kvartal 2024"],
    "2023": [" 2023\u00a0"],
    "2023-12": ["2023-12"],
    "2023-12-31": ["2023-12-31"],
}
NO_PERIOD = ["2024Q5", "24Q1", "2024QI", "45292", "1924Q1", "2024-13", "2023-02-30", "01.02.2024", "T1 2024"]


@pytest.mark.parametrize("normal", SPELLINGS)
def test_spellings_with_one_reading_have_one_normal_form(normal):
    assert [periods.normalise(written) for written in SPELLINGS[normal]] == [normal] * len(SPELLINGS[normal])


@pytest.mark.parametrize("written", [*NO_PERIOD, "", "2024Q1-Q2", "20244"])
def test_what_is_no_period_is_refused_with_the_text_found(written):
    with pytest.raises(periods.PeriodError, match=f"'{written}'"):
        periods.normalise(written)


@cases(__file__, "times.csv")
def test_a_year_sits_at_mid_year_or_for_a_stock_at_its_end(period, timing, time):
    """Shorter periods are at their end whatever they carry; a leap year has 366 days."""
    assert periods.decimal_year(period, timing) == float(time)


def test_a_quarter_is_as_of_its_last_day_unless_a_date_is_given():
    assert periods.as_of_date("2024Q1") == pd.Timestamp("2024-03-31")
    assert periods.as_of_date("2024Q1", "2024-02-15") == pd.Timestamp("2024-02-15")
    for as_of in ("2024Q1", "31.03.2024", "2024-02-31"):
        with pytest.raises(periods.PeriodError):
            periods.as_of_date("2024Q1", as_of)


@pytest.mark.parametrize("quarter", ["2024-Q1", "2024", "q1", "2024Q0", "1999Q1", "2024Q1 "])
def test_a_report_quarter_has_one_spelling_only(quarter):
    with pytest.raises(periods.PeriodError):
        periods.quarter_of(quarter)


@given(st.integers(2001, 2059), st.integers(1, 4))
def test_the_end_of_a_quarter_is_its_last_day_on_the_time_axis(year, quarter):
    period = f"{year}Q{quarter}"
    last_day = str(periods.last_day(period).date())
    assert periods.decimal_year(period, "stock") == pytest.approx(periods.decimal_year(last_day, "stock"), abs=0.006)
