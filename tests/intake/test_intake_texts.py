import pytest

from analysis.core.faults import WITHHELD
from analysis.intake.forbidden_text import is_national_id, personal, text_faults

# Made up for tests: control digits by the published weights, month + 80 as in the health sector's synthetic population.
SYNTHETIC = "01859010071"


def test_control_digits_of_a_national_id_are_as_published():
    digits = [int(digit) for digit in SYNTHETIC]
    first = sum(w * d for w, d in zip((3, 7, 6, 1, 8, 9, 4, 5, 2), digits, strict=False)) % 11
    assert (11 - first) % 11 == digits[9]
    assert is_national_id(SYNTHETIC)
    assert not is_national_id("01859010072")
    assert not is_national_id("99999999999")


@pytest.mark.parametrize("kind, texts", [
    ("a national id number", [f"Pasient {SYNTHETIC}", f"{SYNTHETIC[:6]} {SYNTHETIC[6:]}"]),
    ("an e-mail address", ["ola.nordmann@example.no"]),
    ("a telephone number", ["+47 912 34 567", "tlf. 22123456", "912 34 567", "ring 912 34 567 i dag", "22 12 34 56"]),
    # a longer number in groups; control digits that do not hold
    ("", ["1 912 34 567", "12345678901", "2023 og 2024", "1 022 900 personer", "n = 4 997", ""]),
])  # fmt: skip
def test_personal_data_are_known_by_their_form(kind, texts):
    assert {text: personal(text) for text in texts} == dict.fromkeys(texts, kind)


@pytest.mark.parametrize(
    "text", [f"Pasient {SYNTHETIC}", "kari@example.no", "postgres://u:hemmelig@db/x", "passord=hei"]
)
def test_personal_data_and_secrets_are_refused_not_repeated(text):
    (fault,) = text_faults(text)
    assert fault.severity == "reject" and fault.value == WITHHELD
    assert not any(word in str(fault) for word in (SYNTHETIC, "kari", "hemmelig", "hei"))


@pytest.mark.parametrize("text", [
    "<img src=x onerror=alert(1)>", "<script>x</script>", "![x](http://203.0.113.9/spor.png)",
    "[x](javascript:alert(1))",
    r"Kilde $\frac{$", '=HYPERLINK("http://x")', "@SUM(1)", "-2+3", "+cmd|' /C calc'!A0", "a\u202eb", "a\u00adb",
    "undersÃ¸kelsen", "/home/ola/tall.csv", r"C:\Users\ola", "a" * 32_768,
])  # fmt: skip
def test_text_that_could_run_break_or_deceive_is_warned_of(text):
    faults = text_faults(text)
    assert faults and {fault.severity for fault in faults} == {"warn"}


@pytest.mark.parametrize(
    "text", ["Fra $100 til $200 mill", "Helsenorge 🟢", "{kilde}", "NA", "-28,4 %", "Helse & omsorg", "https://ssb.no"]
)
def test_ordinary_text_passes(text):
    assert text_faults(text) == []


@pytest.mark.parametrize("piece", ["@", "[", "$", "<", "a.", "1 ", "://a", "password ", "tlf ", "- ", "12345 "])
def test_hostile_repetition_is_read_to_its_end(at_most_a_minute, piece):
    text_faults(piece * (100_000 // len(piece)))
