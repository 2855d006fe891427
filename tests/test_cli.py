"""The command line: messages, exit codes, and that a refusal leaves nothing behind."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import Result

from projects import make_project, write_template
from real_project import called, copy_project, run
from typed_cases import cases


def checked(root, *arguments) -> Result:
    return called(root, "check", *arguments)


def written(root):
    return sorted(path.name for path in (root / "data" / "processed").rglob("*"))


def spoil(root):
    """Misspell a measure and a number in one row of the raw figures."""
    file = root / "data" / "raw" / "observations" / "maalt.csv"
    file.write_text(file.read_text().replace("andel-andre,2023,,40", "andel-andr,2023,,4O"), encoding="utf-8")


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
    assert written(project) == []


def test_a_faulty_raw_file_is_refused_before_any_notebook(project):
    spoil(project)
    ended = called(project, "report", "2024Q1")
    assert ended.exit_code == 2
    assert all(part in ended.stderr for part in ("observations/maalt.csv", "4", "4O", "andel-andre")), ended.stderr
    assert written(project) == []


def test_a_report_is_published_then_found_unchanged(project):
    ended = called(project, "report", "2024Q1", "--indicator", "foerste", "--json")
    outcome = json.loads(ended.stdout)
    assert (ended.exit_code, ended.stderr) == (0, "")
    assert (outcome["state"], outcome["made"], outcome["reused"]) == ("COMPLETE", 2, 0)
    assert outcome["folder"] == str(project / "data" / "processed" / "2024Q1-indikator-foerste")
    assert Path(outcome["folder"], "index.html").is_file()
    again = called(project, "report", "2024Q1", "--indicator", "foerste")
    assert again.exit_code == 0
    assert "Nothing has changed" in again.stdout
    assert again.stdout.endswith("Open data/processed/2024Q1-indikator-foerste/index.html\n")


@pytest.mark.slow
def test_a_failing_notebook_is_named_in_three_lines(project):
    write_template(project, "indikator", ["print('before')", "1 / 0"])
    options = ("--on-failure", f"cat > '{project}/summary.txt'")
    ended = run(project, "report", "2024Q1", "--indicator", "foerste", "--language", "nb", *options)
    assert ended.returncode == 1
    assert (project / "summary.txt").read_text(encoding="utf-8") == ended.stderr
    *lines, kept = ended.stderr.splitlines()
    error = "error: ZeroDivisionError: division by zero"
    assert lines == ["notebook: nb-indikator-foerste", "cell: 5: 1 / 0", error]
    folder = project / kept.removeprefix("kept in ")
    assert sorted(file.name for file in folder.iterdir()) == ["nb-indikator-foerste.ipynb", "summary.txt"]
    assert not (project / "data" / "processed" / "2024Q1-indikator-foerste-nb").exists()


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


def test_check_lists_every_fault_and_ends_with_1(project):
    assert "as it should be" in checked(project, "--quick").stdout
    judged = project / "data" / "raw" / "judgements" / "2024Q1"
    judged.mkdir()
    (judged / "lights.toml").write_text('quarter = "2024Q1"\n[[light]]\nitem = "1.7"\n', encoding="utf-8")
    ended = checked(project)
    assert (ended.exit_code, "1.7" in ended.stderr) == (1, True)
    spoil(project)
    ended = checked(project, "--json")
    assert ended.exit_code == 1
    assert {fault["line"] for fault in json.loads(ended.stdout)["faults"]} == {4}


def test_check_ends_with_0_when_it_only_warns(project):
    file = project / "data" / "raw" / "observations" / "maalt.csv"
    row = "andel-tredje,2022,,49,prosent,,,,,,2023-02-01,kilde,på nytt\n"
    file.write_bytes(file.read_bytes() + row.encode("cp1252"))
    ended = checked(project)
    assert (ended.exit_code, ended.stdout) == (0, "")
    assert ended.stderr.startswith("observations/maalt.csv: warning: is cp1252, not UTF-8")
    assert ended.stderr.endswith("Every page of 2024Q1 and 2024Q2 can be made.\n")


def test_check_names_a_page_that_cannot_be_made(project):
    write_template(project, "maal", ["quarter", "1 / (goal - 2)"])
    assert checked(project, "--quick").exit_code == 0
    ended = checked(project, "2024Q2")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert len(ended.stderr.splitlines()) == 4  # two languages, two quarters
    error = "1 / (goal - 2): ZeroDivisionError: division by zero"
    assert ended.stderr.startswith(f"'2024Q2, nb/maal-2': cannot be made: cell 5: {error}; ")


def test_check_ends_with_2_when_there_is_nothing_to_check(tmp_path, project):
    (tmp_path / "elsewhere").mkdir()
    ended = checked(tmp_path / "elsewhere")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert "set EHELSE_ROOT to it" in ended.stderr
    assert json.loads(checked(tmp_path / "elsewhere", "--json").stdout)["exit_code"] == 2
    for arguments in (["--jsno"], ["2024Q5"], ["2024Q1", "--quick"]):
        assert checked(project, *arguments).exit_code == 2


@pytest.mark.slow
def test_contradicted_claims_are_shown_before_publishing(tmp_path):
    root = copy_project(tmp_path)
    shutil.rmtree(root / "data" / "processed", ignore_errors=True)
    ended = called(root, "publish", "2024Q1")
    assert ended.exit_code == 0, ended.stderr
    assert "0.093" in ended.stderr  # the published report calls 46 to 49 per cent a rise
    assert "Satisfaction is higher than in 2022." in ended.stderr
    assert (root / "data" / "processed" / "published" / "2024Q1").is_dir()


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
