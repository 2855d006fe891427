"""The closing day is written in the same words on pages and in files."""

from dataclasses import replace

import pytest

from analysis import read_status
from analysis.exports import content


@pytest.mark.parametrize(("as_of", "day"), [("", "31\u00a0March 2024"), ("2024-02-15", "15\u00a0February 2024")])
def test_files_and_pages_have_one_wording_of_the_closing_day(as_of, day):
    status = replace(read_status("2024Q1", "en"), as_of=as_of)
    assert content.published_by(status) == f"Figures published up to and including {day}"
    assert f"with figures published up to and including {day}." in status.page_title("data_title").html
