import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.intake.numerals import NumeralError, is_missing, read_figure, written

NBSP, NARROW, THIN = "\u00a0", "\u202f", "\u2009"


CASES = tomllib.loads(Path(__file__).with_name("numerals.toml").read_text(encoding="utf-8"))
READ, REFUSED = (
    [(text, says) for says, texts in CASES[kind].items() for text in texts] for kind in ("read", "refused")
)


@pytest.mark.parametrize(("text", "number"), READ)
def test_a_figure_with_one_reading_is_that_number(text, number):
    assert read_figure(text).value == float(number)


@pytest.mark.parametrize("text", ["22.200", "22,200", "1.125", "-9,999", "22.200 %"])
def test_a_figure_with_two_readings_is_refused_with_both(text):
    with pytest.raises(NumeralError) as caught:
        read_figure(text)
    small, large = caught.value.readings
    assert caught.value.faults[0].rule == "number_ambiguous"
    assert large.value == pytest.approx(1000 * small.value)
    assert f"{small.value:g} and {large.value:.0f}" in caught.value.faults[0].problem
    if text == "22.200":  # as it is published
        assert "22.2 and 22200; write 22200 without a mark, or 22.2000" in str(caught.value)


@pytest.mark.parametrize(("text", "rule"), REFUSED)
def test_what_is_no_figure_is_refused_by_name(text, rule):
    with pytest.raises(NumeralError) as caught:
        read_figure(text)
    assert caught.value.faults[0].rule == rule


def test_a_figure_keeps_its_step_per_cent_sign_and_power():
    assert read_figure("28").step == 1.0
    assert read_figure("28,40").step == pytest.approx(0.01)
    assert read_figure("28 %").percent and not read_figure("28").percent
    assert read_figure("2.29E+04").scientific and read_figure("2.29E+04").step == pytest.approx(100.0)


def test_words_for_missing_are_told_from_zero():
    assert all(is_missing(text) for text in ("", "NA", " null "))
    assert not any(is_missing(text) for text in ("0", "-", "ingen"))


values = st.decimals(min_value=-(10**12), max_value=10**12, places=4, allow_nan=False).map(lambda d: d.normalize())


def forms(value) -> list[str]:
    """A number as people write it: decimal comma or point, thousands parted in six ways or not at all."""
    sign, digits = ("-" if value < 0 else ""), f"{abs(value):f}"
    whole, _, part = digits.partition(".")
    groups = f"{int(whole):,}".split(",")
    marks = [(parting, mark) for parting in ("", " ", NBSP, NARROW, THIN, ".", ",") for mark in ",." if mark != parting]
    return [f"{sign}{parting.join(groups)}{f'{mark}{part}' if part else ''}" for parting, mark in marks]


@settings(max_examples=150)
@given(values)
def test_a_number_in_any_form_is_read_as_itself_or_refused(value):
    for text in forms(value):
        try:
            read = {read_figure(text).value}
        except NumeralError as error:
            read = {figure.value for figure in error.readings} or {float(value)}
        assert float(value) in read, text


@settings(max_examples=150)
@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-(2**52), max_value=2**52))
def test_a_number_from_a_workbook_comes_back_to_the_last_bit(value):
    assert read_figure(written(value)).value == value


@settings(max_examples=150)
@given(st.text(alphabet="0123456789.,- %\u00a0eE+", max_size=12))
def test_no_text_is_read_as_a_number_that_its_digits_do_not_say(text):
    try:
        figure = read_figure(text)
    except NumeralError:
        return
    if not figure.scientific:
        said = "".join(c for c in text if c.isdigit()).strip("0")
        assert f"{Decimal(repr(abs(figure.value))):f}".replace(".", "").strip("0") == said


@pytest.mark.parametrize("text", ["04/10/2026", "2026-10-04", "10.04.26", "4. okt", "apr.10", "10.apr", "des. 2024"])
def test_a_date_that_a_spreadsheet_made_of_a_figure_is_named(text):
    with pytest.raises(NumeralError, match="is a date: a Norwegian spreadsheet makes one"):
        read_figure(text)


@pytest.mark.parametrize("text", ["1.2.3", "mange", "ca. 10", "12 personer", "10-12", "2024Q1"])
def test_what_is_no_date_is_not_called_one(text):
    with pytest.raises(NumeralError, match="no figure with one reading") as caught:
        read_figure(text)
    assert "date" not in str(caught.value)
