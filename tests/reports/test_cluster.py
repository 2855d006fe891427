"""Dask's workers: what is refused before any work starts. Real clusters stand in ``tests/faults/test_workers.py``."""

import sys
from pathlib import Path

import pytest

from analysis.reports.kernels.cluster import describe_differences, read_environment
from analysis.reports.request import ClusterOptions, RefusedError, Request, check_cluster
from analysis.reports.run import report
from projects import make_project
from typed_cases import read_cases


def test_a_worker_may_have_more_packages_than_this_machine():
    assert describe_differences(read_environment() | {"something": "1.0"}, read_environment()) == ""


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("other_workers.toml")), ids=str)
def test_differences_of_a_worker_are_named(case):
    required = {"Python": "3.12.0 (main)", "numpy": "2.3.0", "pandas": "3.0.1", "analysis": "1"}
    environment = {name: version for name, version in (required | case["changed"]).items() if version}
    assert describe_differences(environment, required).endswith(case["message"])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cluster", "message"),
    [
        (ClusterOptions("tcp://127.0.0.1:8786", 2), "not both"),
        (ClusterOptions("tcp://127.0.0.1:1"), "no scheduler with a worker answers at tcp://127.0.0.1:1"),
        (ClusterOptions("tls://127.0.0.1:1"), "no scheduler with a worker answers at tls://127.0.0.1:1"),
    ],
)
def test_a_scheduler_that_is_none_is_refused(tmp_path, monkeypatch, cluster, message):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    monkeypatch.setattr("analysis.reports.kernels.cluster.ARRIVAL", 1)
    with pytest.raises(RefusedError, match=message):
        report(Request("2024Q1"), cluster=cluster)
    assert list((tmp_path / "data" / "processed").iterdir()) == []


@pytest.mark.parametrize("address", ["tcp://10.0.0.7:8786", "scheduler:8786", "tcp://[2001:db8::7]:8786", "ws://a:1"])
def test_another_machine_needs_encryption(address):
    with pytest.raises(RefusedError, match="not encrypted; use tls://"):
        check_cluster(ClusterOptions(address))
    for allowed in ("tls://10.0.0.7:8786", "tcp://127.0.0.1:8786", "localhost:8786", "tcp://[::1]:1"):
        check_cluster(ClusterOptions(allowed))


def test_without_the_extra_the_refusal_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RefusedError, match=r"ehelse-status\[cluster\]"):
        report(Request("2024Q1"), cluster=ClusterOptions(workers=2))
