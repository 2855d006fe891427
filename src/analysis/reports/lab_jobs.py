"""Jobs created in JupyterLab: the same templates, with the parameters of the job's form taken as they are typed.

jupyter-scheduler writes what is typed into the notebook unquoted, as ``quarter = 2024Q1``, which is no Python. `Jobs`
reads each text as the type the template declares, refuses what is none or has no such name, and fails a job whose
executed notebook did not run whole. ``make lab`` starts JupyterLab with it. Nothing else uses jupyter-scheduler.
"""

import ast
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import papermill
from jupyter_scheduler.executors import DefaultExecutionManager

from analysis.reports.execute import find_fault
from analysis.reports.leaks import find_leaks, find_live, own_secrets
from analysis.reports.plan import check_parameters
from analysis.reports.run import private_folders


class Jobs(DefaultExecutionManager):
    """Runs a job's notebook; a fault in its parameters or its execution makes the job a failed one that says why."""

    def execute(self) -> None:
        """Run the notebook with its parameters quoted as Python, then verify it.

        Raises
        ------
        PlanError
            Naming a parameter the template does not have, or whose text is not of its type.
        RuntimeError
            Naming the cell that did not run, and why.

        """
        notebook = nbformat.read(self.staging_paths["input"], as_version=4)
        values = read_parameters(notebook, self.model.parameters or {})
        check_parameters(self.model.input_filename.removesuffix(".ipynb"), notebook, values)
        self.model.parameters = {name: repr(value) for name, value in values.items()}
        super().execute()

    def add_side_effects_files(self, staging_dir: str) -> None:
        """List the files that the notebook has written, without links: they would lead to files of others."""
        for entry in Path(staging_dir).rglob("*"):
            if entry.is_symlink():
                entry.unlink()
        super().add_side_effects_files(staging_dir)

    def create_output_files(self, job: Any, notebook_node: nbformat.NotebookNode) -> None:
        """Write the pages of a job, and fail it when the notebook did not run whole: the page shows where.

        Of a notebook with parameters, what must not be published (live outputs, secrets, ids) is not written at all.
        """
        parameters = {name: ast.literal_eval(text) for name, text in job.parameters.items()}
        fault = None
        if parameters:
            outputs = (output for cell in notebook_node.cells for output in cell.get("outputs", []))
            parts = [live for output in outputs if (live := find_live(output.get("data", {})))]
            with TemporaryDirectory() as folder:
                nbformat.write(notebook_node, Path(folder, "notebook.ipynb"))
                parts += find_leaks(Path(folder), secrets=own_secrets(os.environ))
            if parts:
                raise RuntimeError(f"not written, for what it shows: {', '.join(parts)}")
            fault = find_fault(notebook_node, parameters, private_folders(Path(self.staging_paths["input"]).parent))
        super().create_output_files(job, notebook_node)
        if fault:
            raise RuntimeError(": ".join(fault))


def read_parameters(notebook: nbformat.NotebookNode, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return every parameter a notebook declares: its default, or the text of a job's form as a value of its type.

    Parameters
    ----------
    notebook : NotebookNode
    texts : mapping of str to str
        What is typed in the form. Text in quotes is taken without them: who knows the scheduler types them.

    Returns
    -------
    dict
        What is no value of the type stays a text, and a name the notebook does not declare stays too, for
        `analysis.reports.plan.check_parameters` to refuse.

    """
    declared = papermill.inspect_notebook(notebook)
    values = {name: ast.literal_eval(entry["default"]) for name, entry in declared.items()} | dict(texts)
    for name in declared.keys() & texts.keys():
        with suppress(ValueError, SyntaxError):
            value = ast.literal_eval(texts[name].strip())
            # `0301` typed for a code is no number, and `None` for a name no missing value
            if type(value).__name__ == declared[name]["inferred_type_name"]:
                values[name] = value
    return values
