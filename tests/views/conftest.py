"""The quarter that tests of views read as it is: once, as reading takes longer than most of them."""

import pytest

from analysis import read_status


@pytest.fixture(scope="session")
def report():
    return read_status("2024Q1")


@pytest.fixture(scope="session")
def english(report):
    return report.in_language("en")
