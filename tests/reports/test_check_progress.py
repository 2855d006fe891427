"""`check` says on a terminal how far it has come, and nothing in a pipe."""

from click.testing import CliRunner

from analysis.__main__ import main
from analysis.reports import compose
from projects import make_project


def test_each_report_is_counted_before_it_is_composed(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    monkeypatch.setattr(compose, "compose_report", lambda *_, **__: [])
    seen = []
    compose.check_report("2024Q1", progress=lambda *each: seen.append(each))
    assert seen == [(0, 2, "Composing every page of 2024Q1"), (1, 2, "Composing every page of 2024Q2")]
    done = CliRunner().invoke(main, ["check", "2024Q1"])
    assert done.output == "Every raw file is as it should be.\nEvery page of 2024Q1 and 2024Q2 can be made.\n"
