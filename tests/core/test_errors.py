"""What a notebook shows of a parameter that is wrong: one sentence, and not the way through the library."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

CALLS = {
    "read_status('2024Q9')": "PeriodError: '2024Q9' is no quarter; write the year, Q and 1-4, as in 2024Q1",
    "read_status('2024Q1', as_of='31.3.2024')": "PeriodError: '31.3.2024' is no period; write 2023, ",
    "read_status('2024Q1', 'sv')": "WordError: 'sv' is no language of the report; write nb or en",
    "status.measures('helseregistr')": "UnknownNameError: ",
}


@pytest.fixture
def shell(quarter):
    yield InteractiveShell(user_ns={"status": quarter})
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(("call", "message"), CALLS.items())
def test_a_wrong_parameter_is_one_sentence(shell, capsys, call, message):
    shell.run_cell(f"from analysis import read_status\n{call}")
    printed = capsys.readouterr().out.strip()
    assert printed.startswith(message)
    assert len(printed.splitlines()) == 1
