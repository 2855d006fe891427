"""Jobs created in JupyterLab: the same templates, with the parameters of the job's form taken as they are typed.

jupyter-scheduler writes what is typed into the notebook unquoted, as ``quarter = 2024Q1``, which is no Python. `Jobs`
reads each text as the type the template declares, refuses what is none or has no such name, and lets no executed
notebook pass that did not run whole. ``make lab`` starts JupyterLab with it. Nothing else knows jupyter-scheduler.
"""

import ast
from collections.abc import Mapping
from typing import Any

import nbformat
import papermill
from jupyter_scheduler.executors import DefaultExecutionManager

from analysis.reports.execute import find_fault
from analysis.reports.plan import check_parameters


class Jobs(DefaultExecutionManager):
    """Runs a job's notebook; a fault in its parameters or its execution makes the job a failed one that says why."""

    def execute(self) -> None:
        """Run the notebook with its parameters quoted as Python, then verify it.

        Raises:
            PlanError: naming a parameter the template has not, or whose text is not of its type.
            RuntimeError: naming the cell that did not run, and why.

        """
        notebook = nbformat.read(self.staging_paths["input"], as_version=4)
        values = typed(notebook, self.model.parameters or {})
        check_parameters(self.model.input_filename.removesuffix(".ipynb"), notebook, values)
        self.model.parameters = {name: repr(value) for name, value in values.items()}
        super().execute()

    def create_output_files(self, job: Any, notebook_node: nbformat.NotebookNode) -> None:
        """Write the pages a job asks for, then refuse what did not run whole, so that the page is there to look at."""
        super().create_output_files(job, notebook_node)
        asked = {name: ast.literal_eval(text) for name, text in job.parameters.items()}
        if asked and (fault := find_fault(notebook_node, asked)):
            raise RuntimeError(": ".join(fault))


def typed(notebook: nbformat.NotebookNode, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return every parameter a notebook declares: its default, or the text of a job's form as a value of its type.

    A text in quotes is taken without them: who knows the scheduler puts them there. What is no value of the type stays
    a text, and a name the notebook does not declare stays too, for `analysis.reports.plan.check_parameters` to refuse.
    """
    declared = papermill.inspect_notebook(notebook)
    defaults = {name: ast.literal_eval(entry["default"]) for name, entry in declared.items()}
    kinds = {name: entry["inferred_type_name"] for name, entry in declared.items()}
    return defaults | {name: _value(text, kinds.get(name, "")) for name, text in texts.items()}


def _value(text: str, kind: str) -> Any:
    try:
        value = ast.literal_eval(text.strip())
    except (ValueError, SyntaxError):
        return text
    return value if type(value).__name__ == kind else text
