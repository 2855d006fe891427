"""The command line: messages, exit codes, and that a refusal leaves nothing behind."""

import json
import os
import subprocess
import sys

import pytest

from projects import make_project
from real_project import called
from typed_cases import cases


def imports(modules, heavy, root=".", then="") -> str:
    """Return which of the heavy packages a process has imported with these modules, and what it printed before."""
    code = f"import sys, atexit\natexit.register(lambda: print(sorted({heavy} & set(sys.modules))))"
    command = [sys.executable, "-c", f"{code}\nimport {modules}\n{then}"]
    environment = {**os.environ, "EHELSE_ROOT": str(root)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def project(tmp_path):
    return make_project(tmp_path)


@cases(__file__, "refused_options.csv")
def test_a_wrong_option_is_refused_with_one_message(project, options, message):
    ended = called(project, "report", *options.split())
    assert (ended.exit_code, message in ended.stderr) == (2, True), ended.stderr
    assert list((project / "data" / "processed").iterdir()) == []


def test_report_and_check_refuse_a_faulty_raw_file(project):
    """Before any notebook is run."""
    assert "as it should be" in called(project, "check", "--quick").stdout
    file = project / "data" / "raw" / "observations" / "maalt.csv"
    file.write_text(file.read_text().replace("andel-andre,2023,,40", "andel-andr,2023,,4O"), encoding="utf-8")
    ended = called(project, "report", "2024Q1")
    assert ended.exit_code == 2
    assert all(part in ended.stderr for part in ("observations/maalt.csv", "4", "4O", "andel-andre")), ended.stderr
    assert list((project / "data" / "processed").iterdir()) == []
    ended = called(project, "check", "--json")
    assert ended.exit_code == 1
    assert {fault["line"] for fault in json.loads(ended.stdout)["faults"]} == {4}


def test_help_states_the_exit_codes(project):
    text = called(project, "--help").stdout
    assert all(part in text for part in ("75 another run", "report", "check"))
    lines = called(project, "check", "--help").stdout.splitlines()
    assert [line.split()[0] for line in lines if line.strip()[:2] in ("0 ", "1 ", "2 ")] == ["0", "1", "2"]


def test_importing_for_a_run_with_nothing_to_do_is_light(project):
    heavy = {"pandas", "numpy", "matplotlib", "papermill", "nbconvert", "scipy"}
    assert imports("analysis.__main__, analysis.reports.run", heavy) == "[]\n"
    heavy = {"matplotlib", "nbconvert", "openpyxl", "papermill", "scipy.optimize", "scipy.stats", "statsmodels"}
    check = "analysis.__main__.main(['check', '--quick'])"
    assert imports("analysis.__main__", heavy, project, check) == "Every raw file is as it should be.\n[]\n"


@pytest.mark.slow
def test_the_run_imports_nothing_only_its_notebooks_need():
    names = ("execute", "leaks", "plan", "run", "pages.render", "printing")
    modules = ", ".join(f"analysis.reports.{name}" for name in names)
    assert imports(modules, {"matplotlib", "seaborn", "scipy", "statsmodels"}) == "[]\n"


def test_check_ends_with_0_when_it_only_warns(project):
    file = project / "data" / "raw" / "observations" / "maalt.csv"
    row = "andel-tredje,2022,,49,prosent,,,,,,2023-02-01,kilde,på nytt\n"
    file.write_bytes(file.read_bytes() + row.encode("cp1252"))
    ended = called(project, "check", "--quick")
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert ended.stderr.startswith("observations/maalt.csv: warning: is cp1252, not UTF-8")


def test_check_ends_with_2_when_there_is_nothing_to_check(tmp_path, project):
    (tmp_path / "elsewhere").mkdir()
    ended = called(tmp_path / "elsewhere", "check")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "set EHELSE_ROOT to it" in ended.stderr
    assert json.loads(called(tmp_path / "elsewhere", "check", "--json").stdout)["exit_code"] == 2
    for arguments in (["--jsno"], ["2024Q5"], ["2024Q1", "--quick"]):
        assert called(project, "check", *arguments).exit_code == 2


def test_a_user_without_a_home_folder_reads_no_note_of_matplotlib():
    code = (
        "from analysis.__main__ import main; main(['check', '--help'], standalone_mode=False)\n"
        "import matplotlib; print(matplotlib.get_cachedir())"
    )
    environment = {**os.environ, "HOME": "/dev/null/none"}
    environment = {name: value for name, value in environment.items() if name not in ("MPLCONFIGDIR", "XDG_CACHE_HOME")}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert "matplotlib-" in done.stdout
    assert done.stderr == ""
