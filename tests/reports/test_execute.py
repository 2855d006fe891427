"""Real notebooks in real kernels: what runs whole comes out still, what does not is named and never comes out."""

import ast
import base64
import gc
import re
import struct
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import psutil
import pytest

import analysis
from analysis.reports.execute import NotebookFailed, execute, find_fault, remove_traces
from analysis.reports.kernels.pool import ForkedKernels, KernelServerError, OrdinaryKernels, start_kernels
from analysis.reports.kernels.server import set_dumpable
from analysis.reports.plan import Job
from analysis.reports.request import Limits, kernel_environment
from projects import template
from typed_cases import cases

COMMON = 'quarter: str = "2024Q1"\ngoal: int = 1'
JOB = Job("maal", "maal-2", "nb", {"quarter": "2024Q1", "goal": 2})
LIMITS = Limits(cell=3, run=60, memory=2 << 30)


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """Give kernels, where files are named as libraries in each folder that is not to be searched.

    They lie where the run is started, where notebooks run, and where PYTHONPATH leads.
    """
    places = [tmp_path_factory.mktemp(name) for name in ("started", "notebooks", "searched")]
    for place in places:
        for name in ("seaborn", "random", "sitecustomize", "usercustomize"):
            source = f"import pathlib; pathlib.Path({str(place)!r}, 'ran-{name}').touch()"
            (place / f"{name}.py").write_text(source, encoding="utf-8")
    before = set_dumpable(True)
    with tempfile.TemporaryDirectory(prefix="eh") as folder, pytest.MonkeyPatch.context() as patch:
        patch.chdir(places[0])
        patch.setenv("PYTHONPATH", str(places[2]))
        environment = kernel_environment(Path(folder), "2024Q1")
        with start_kernels(Path(folder), environment, places[1], LIMITS) as started:
            yield started
    assert started.swept and set_dumpable(before) is True


def run(kernels, *cells, private=()):
    return execute(JOB, template([COMMON, *cells]), kernels, private)


def texts(notebook):
    return [output.text for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output]


def test_a_notebook_runs_with_the_parameters_asked_for(kernels):
    quarter = 'Sør-Trøndelag "x" \\ \n\u202e'
    job = Job("maal", "maal-2", "nb", {"quarter": quarter, "goal": 2})
    notebook = execute(job, template([COMMON, "print(ascii(quarter), goal + 1)"]), kernels)
    assert texts(notebook) == [f"{quarter!a} 3\n"]


def test_two_runs_of_a_notebook_are_the_same_bytes(kernels):
    """And a figure is drawn once, at the size asked for."""
    cells = (
        "import matplotlib.pyplot as plt\nplt.figure(figsize=(3, 2), dpi=100).subplots().plot([1, 2]);",
        "print(set('abcdefgh'), hash('x'))",
        "object()",
        "from IPython import get_ipython\nprint(get_ipython().config.InlineBackend.print_figure_kwargs)",
    )
    first, second = (run(kernels, *cells) for _ in range(2))
    (picture,) = (
        o.data["image/png"] for c in first.cells for o in c.get("outputs", []) if "image/png" in o.get("data", ())
    )
    assert struct.unpack(">II", base64.b64decode(picture)[16:24]) == (300, 200)
    assert texts(first)[-1] == "{'bbox_inches': None}\n"
    assert nbformat.writes(first) == nbformat.writes(second)


def test_every_notebook_has_a_process_and_state_of_its_own(kernels):
    """Two runs: other processes, which end with all they have started, other random numbers, and nothing left over."""
    source = (
        "import analysis, builtins, numpy, os, random, subprocess, sys\n"
        "print(os.getpid(), subprocess.Popen(['sleep', '60']).pid, random.random(), numpy.random.random())\n"
        "print(sys.modules['__main__'].__name__, hasattr(builtins, 'left'), analysis.__file__)\n"
        "builtins.left = 1"
    )
    one, other = (texts(run(kernels, source))[0].split() for _ in range(2))
    assert not set(one[:4]) & set(other[:4])
    assert one[4:] == other[4:] == ["__main__", "False", analysis.__file__]
    pids = {int(pid) for pid in (*one[:2], *other[:2])}
    assert psutil.wait_procs([each for each in psutil.process_iter() if each.pid in pids], 5)[1] == []


def test_little_of_the_environment_reaches_a_notebook(kernels, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://user:secret@host/db")
    environment = kernel_environment(Path("/nowhere"), "2024Q1")
    assert "DATABASE_URL" not in environment
    assert environment["SOURCE_DATE_EPOCH"] == "1711627200"  # 2024-03-28 12:00 UTC


@cases(__file__, "failing_cells.csv")
def test_a_failing_cell_fails_the_notebook_and_is_named_once(kernels, caplog, source, error):
    with pytest.raises(NotebookFailed) as raised:
        run(kernels, "print('before')", source)
    failed = raised.value
    assert failed.page == "nb-maal-2"
    assert failed.cell.startswith("5: ")
    assert failed.cell.endswith(source.splitlines()[0][:100])
    assert re.search(error, failed.error), failed.error
    assert len(str(failed).splitlines()) == 3
    assert texts(failed.notebook)[0] == "before\n"  # what there is of it is kept
    gc.collect()  # what asyncio has to say of a task it says when the task is removed
    assert caplog.records == []


def test_a_folder_of_this_machine_in_an_output_is_refused(kernels):
    with pytest.raises(NotebookFailed) as raised:
        run(kernels, "print('/srv/secret/place/x.csv')", private=("/srv/secret/place",))
    assert "shows a folder of this machine" in raised.value.error
    assert "secret" not in raised.value.error


def test_what_starts_after_all_were_ended_is_ended_too(kernels):
    """The server is held back: it has been asked for a process, and starts it when nothing may run any more."""
    with kernels.fork_server() as late, ThreadPoolExecutor(1) as pool:
        late.fork("first", call="subprocess:run", arguments={"args": ["true"]}).wait(30)  # the server is ready
        server = psutil.Process(late._server.pid)
        server.suspend()
        process = pool.submit(late.fork, "late", call="subprocess:run", arguments={"args": ["sleep", "60"]})
        time.sleep(0.3)
        late.kill()
        server.resume()
        assert process.result(30).wait(30) == -9


def test_without_fork_ordinary_kernels_run_notebooks(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.reports.kernels.pool.sys.platform", "win32")
    environment = kernel_environment(tmp_path, "2024Q1")
    with start_kernels(tmp_path, environment, tmp_path, Limits()) as ordinary:
        monkeypatch.undo()
        assert isinstance(ordinary, OrdinaryKernels)
        assert "cannot fork" in ordinary.note
        source = "import os\nprint(goal, os.environ['TZ'], os.environ['PYTHONHASHSEED'])"
        assert texts(run(ordinary, source)) == ["2 Europe/Oslo 0\n"]


def test_a_server_that_cannot_import_says_why(tmp_path):
    environment = kernel_environment(tmp_path, "2024Q1") | {"PYTHONPATH": str(tmp_path)}
    (tmp_path / "seaborn.py").write_text("raise ImportError('no such thing')", encoding="utf-8")
    message = pytest.raises(KernelServerError, match="ImportError: no such thing")
    with ForkedKernels(tmp_path, environment, tmp_path, Limits()) as broken, message:
        broken.prepare(quarter="2024Q1")


def test_no_file_of_a_working_folder_or_path_outside_is_run(kernels):
    code = "import random, seaborn, subprocess, sys; subprocess.run([sys.executable, '-c', 'import random'])"
    run(kernels, f"{code};")
    assert list(kernels.folder.parent.glob("*/ran-*")) == []


def test_what_a_cell_leaves_running_ends_with_the_run(kernels):
    """In a session of its own, of a parent that has ended, with an environment of its own."""
    leave = "Popen(['sleep', '60'], env={}, start_new_session=True, stdout=DEVNULL)"
    between = f"from subprocess import *; print({leave}.pid)"
    source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {between!r}], stdout=-1).stdout"
    with kernels.fork_server() as started:
        assert set_dumpable(False) is False, "notebooks may read this process"
        (result,) = (o for c in run(started, source).cells for o in c.get("outputs", []))
        pid = int(ast.literal_eval(result.data["text/plain"]))
        assert psutil.Process(pid).name() == "sleep"
    assert started.swept and not psutil.pid_exists(pid)


@pytest.mark.slow
def test_raw_material_is_read_once_within_the_limit_of_the_run(tmp_path):
    environment = kernel_environment(tmp_path, "2024Q1")
    arguments = {"quarter": "2024Q1", "as_of": "", "languages": ["nb"], "areas": "", "folder": str(tmp_path)}
    message = pytest.raises(KernelServerError, match="did not answer within 0 seconds")
    with ForkedKernels(tmp_path, environment, tmp_path, Limits(run=0)) as hurried, message:
        hurried.prepare(**arguments)
    assert hurried.gone
    with ForkedKernels(tmp_path, environment, tmp_path, Limits(run=120)) as patient:
        assert patient.prepare(**arguments) == 0
        source = "from analysis import read_status\nprint(read_status('2024Q1') is read_status('2024Q1'))"
        assert texts(run(patient, source)) == ["True\n"]  # read by the server, once for all


def executed(*cells):
    """Return a notebook as if it had run: parameters, what was injected, the cells, the end mark."""
    notebook = template([COMMON, *cells])
    injected = nbformat.v4.new_code_cell('quarter = "2024Q1"\ngoal = 2')
    injected.metadata.tags = ["injected-parameters"]
    notebook.cells.insert(2, injected)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code, start=1):
        cell.execution_count = number
    notebook.metadata.papermill = {"parameters": dict(JOB.parameters)}
    return notebook


def show(notebook, kind, *data, **cells):
    """Add an output to the cell after the parameters."""
    notebook.cells[3].outputs.append(nbformat.v4.new_output(kind, *data, **cells))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda nb: nb.cells[3].update(execution_count=None), "did not run in its turn"),
        (lambda nb: nb.cells[3].update(execution_count=7), "did not run in its turn"),
        (lambda nb: nb.cells[-1].metadata.update(tags=[]), "the end mark was not reached"),
        (lambda nb: nb.cells[2].update(source='quarter = "2024Q2"\ngoal = 2'), "asked for"),
        (lambda nb: nb.cells[2].update(source='quarter = "2024Q1"\ngoal = "2"'), "asked for"),
        (lambda nb: nb.cells[2].metadata.update(tags=[]), "ran with defaults"),
        (lambda nb: show(nb, "error", ename="E", evalue="v"), "E: v"),
        (lambda nb: show(nb, "display_data", {"text/html": "<script>1</script>"}), "must not hold: <script>"),
        (lambda nb: show(nb, "stream", text="x" * 21_000_000), "more than 20 MB"),
    ],
)
def test_a_notebook_that_only_looks_finished_is_refused(spoil, message):
    notebook = executed("x = 1")
    assert find_fault(notebook, JOB.parameters) is None
    spoil(notebook)
    assert message in find_fault(notebook, JOB.parameters)[1]


def test_times_paths_ids_and_addresses_are_removed():
    notebook = executed("x = 1")
    notebook.metadata.papermill |= {"start_time": "2026-01-01", "input_path": "/srv/x.ipynb"}
    cell = notebook.cells[3]
    cell.metadata |= {"papermill": {"duration": 1.0}, "execution": {"iopub.status.busy": "2026"}}
    show(notebook, "display_data", {"text/plain": "<object at 0x7f12ab>"})
    show(notebook, "display_data", {"text/html": "<p>a table</p>", "text/plain": "a table"})
    remove_traces(notebook)
    text = nbformat.writes(notebook)
    assert [cell.id for cell in notebook.cells] == ["cell-000", "cell-001", "cell-002", "cell-003", "cell-004"]
    assert not any(trace in text for trace in ("2026", "/srv", "duration", "0x7f12ab"))
    assert cell.outputs[-2].data == {"text/plain": "<object>"}
    assert cell.outputs[-1].data == {"text/html": "<p>a table</p>"}
    assert notebook.metadata.papermill == {"parameters": {"quarter": "2024Q1", "goal": 2}}


@pytest.mark.slow
def test_a_hundred_notebooks_leave_no_memory_processes_or_files(tmp_path):
    """The first twenty warm caches up; from then on nothing may pile up."""
    me, usage = psutil.Process(), {}
    others = me.children()
    with tempfile.TemporaryDirectory(prefix="eh") as folder:
        scratch = Path(folder)
        with start_kernels(scratch, kernel_environment(scratch, "2024Q1"), tmp_path, LIMITS) as started:
            for number in range(1, 101):
                run(started, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
                if number in (20, 100):
                    (server,) = set(me.children()) - set(others)
                    usage[number] = {
                        "memory": [process.memory_info().rss for process in (me, server)],
                        "counts": [len(server.children()), me.num_fds(), server.num_fds(), me.num_threads()],
                        "files": len(list(scratch.rglob("*"))),
                    }
    assert usage[100]["counts"] == usage[20]["counts"]
    assert usage[100]["files"] == usage[20]["files"]
    for early, late in zip(usage[20]["memory"], usage[100]["memory"], strict=True):
        assert late < 1.1 * early, usage
