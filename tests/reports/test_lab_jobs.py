"""Jobs of JupyterLab: created over the server's own interface, run by its own scheduler, read from its files."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from jupyter_scheduler.executors import DefaultExecutionManager
from nbformat.v4 import new_code_cell, new_notebook, new_output

from analysis.reports.lab_jobs import Jobs, read_parameters
from projects import make_project, template, write_template
from typed_cases import cases, read_cases

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "jobs"
SECRET = "planted-9fK2xQ7mZ"
DECLARED = 'quarter: str = "2024Q1"  # which\ngoal: int = 1\nshare: float = 0.5\nopen: bool = False'


@pytest.mark.parametrize("case", read_cases(Path(__file__).with_name("job_parameters.toml")), ids=str)
def test_texts_of_a_form_are_read_as_the_declared_type(case):
    defaults = {"quarter": "2024Q1", "goal": 1, "share": 0.5, "open": False}
    assert read_parameters(template([DECLARED]), case["typed"]) == defaults | case["wanted"]


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (new_output("stream", text="kari.nordmann@example.no"), "an e-mail address"),
        (new_output("stream", text=SECRET), "the value of DB_PASSWORD in the environment"),
        (new_output("execute_result", data={"text/html": "<script>alert(1)</script>"}), "<script>"),
        (new_output("stream", text="26 per cent"), ""),
    ],
)
def test_a_job_without_parameters_is_searched_too(tmp_path, monkeypatch, output, message):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    monkeypatch.setenv("DB_PASSWORD", SECRET)
    written = []
    monkeypatch.setattr(DefaultExecutionManager, "create_output_files", lambda _, *job: written.append(job))
    jobs = Jobs("1", str(tmp_path), "", {"input": str(tmp_path / "a.ipynb")})
    notebook = new_notebook(cells=[new_code_cell(outputs=[output])])
    for job in (SimpleNamespace(parameters={}), SimpleNamespace(parameters=None)):
        with pytest.raises(RuntimeError, match=message) if message else nullcontext():
            jobs.create_output_files(job, notebook)
        assert written[-1:] == ([] if message else [(job, notebook)])


class Server:
    """A Jupyter server of its own, with jupyter-scheduler, on a small project."""

    def __init__(self, root, *options):
        self.root = root
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        places = {f"JUPYTER_{name}_DIR": str(root / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
        here = [f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}"]
        plain = ["--no-browser", "--allow-root", f"--IdentityProvider.token={TOKEN}"]
        self.log = (root / "server.log").open("w")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *here, *plain, *options],
            env={**os.environ, **places, "EHELSE_ROOT": str(root), "HOME": str(root), "DB_PASSWORD": SECRET},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def ask(self, place, **body):
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{place}", data)
        request.add_header("Authorization", f"token {TOKEN}")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def wait(self, ready, seconds=120):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if answer := ready():
                    return answer
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.2)
        raise AssertionError((self.root / "server.log").read_text(encoding="utf-8")[-3000:])

    def run(self, notebook, **parameters):
        """Return how a job of a notebook ended, and what was written of it."""
        body = {
            "name": "a job",
            "input_uri": f"notebooks/{notebook}.ipynb",
            "runtime_environment_name": "python",
            "output_formats": ["ipynb", "html"],
            "parameters": parameters,
        }
        number = self.ask("scheduler/jobs", **body)["job_id"]
        place = f"scheduler/jobs/{number}"
        job = self.wait(lambda: (job := self.ask(place))["status"] in ("COMPLETED", "FAILED") and job)
        written = sorted((self.root / "data" / "scheduler_staging_area" / number).glob(f"{notebook}-*.ipynb"))
        return job, nbformat.read(written[0], as_version=4) if written else None


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Return a server on a small project, started with the options that ``make lab`` gives JupyterLab."""
    options = re.findall(r"--Scheduler\.\S+", (ROOT / "Makefile").read_text(encoding="utf-8"))
    assert options
    root = make_project(tmp_path_factory.mktemp("jobs"))
    cell = "from analysis import read_status\nstatus = read_status(quarter, language)\nprint(status.quarter, {})"
    write_template(root, "maal", [cell.format("goal + 1")])
    write_template(root, "indikator", [cell.format("status.strategy.item(indicator)")])
    server = Server(root, *options)
    server.wait(lambda: server.ask("scheduler/runtime_environments"))
    yield server
    server.process.terminate()
    server.process.wait(30)
    server.log.close()


def printed(notebook):
    return [output.text for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output]


@pytest.mark.slow
def test_a_job_takes_unquoted_parameters(server):
    job, notebook = server.run("indikator", quarter="2024Q2", indicator="tredje", language="en")
    assert (job["status"], job["status_message"]) == ("COMPLETED", None)
    assert printed(notebook) == ["2024Q2 2.1\n"]
    job, notebook = server.run("maal", quarter='"2024Q2"', goal="2")
    assert job["status"] == "COMPLETED"
    assert printed(notebook) == ["2024Q2 3\n"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"quartre": "2024Q2"}, "has no parameter 'quartre'; did you mean 'quarter'?"),
        ({"goal": "two"}, "parameter 'goal' should be a whole number (found 'two')"),
        ({"quarter": "2024Q9"}, "'2024Q9' is no quarter"),
    ],
)
def test_a_job_with_wrong_parameters_fails_and_says_why(server, parameters, message):
    job, _ = server.run("maal", **parameters)
    assert job["status"] == "FAILED"
    assert message in job["status_message"]


@pytest.mark.slow
@cases(__file__, "job_cells.csv")
def test_a_job_that_must_not_be_published_fails(server, cell, message):
    write_template(server.root, "maal", [cell])
    job, notebook = server.run("maal", quarter="2024Q2")
    assert job["status"] == "FAILED"
    assert message in job["status_message"] and SECRET not in job["status_message"]
    assert (notebook is not None) == ("careful" in message)  # of the others nothing is written


@pytest.mark.slow
def test_a_job_lists_no_link(server):
    write_template(server.root, "maal", ["import os; os.symlink('/etc/hostname', 'evil.txt'); open('own.txt', 'w')"])
    job, _ = server.run("maal", quarter="2024Q2")
    assert (job["status"], set(job["packaged_files"])) == ("COMPLETED", {"own.txt", "maal.ipynb"})
