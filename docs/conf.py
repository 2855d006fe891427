"""Sphinx builds these pages with `make docs`: every warning is an error, nothing is fetched from anywhere."""

import tomllib
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "analysis"
metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

project = "Status reports for the e-health strategy"
author = "The ehelse-status maintainers"
release = metadata["version"]
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

default_role = "literal"  # `name` in a docstring is code
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_default_options = {"members": True, "ignore-module-all": True}  # each name once, where it is defined
napoleon_numpy_docstring = True
napoleon_use_rtype = False
nitpicky = False
suppress_warnings = ["ref.python"]  # several modules have a class `Limits`: a bare name in a signature may mean any

html_theme = "furo"
html_title = project
html_static_path = ["pages.css"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_theme_options = {"top_of_page_buttons": []}


def setup(app: Sphinx) -> None:
    """Connect what this file adds. Napoleon's own choice of members is removed: it fails on classes of pydantic."""
    app.events.listeners["autodoc-skip-member"].clear()
    app.connect("autodoc-skip-member", skip_tuple_field)
    app.connect("source-read", add_modules)


def skip_tuple_field(app: Sphinx, what: str, name: str, member: object, skip: bool, options: object) -> bool | None:
    """Leave out the fields of a named tuple, whose only docstring is Python's own."""
    return True if (getattr(member, "__doc__", None) or "").startswith("Alias for field number") else None


def add_modules(app: Sphinx, page: str, source: list[str]) -> None:
    """Add every module of a package to the page of the reference that has its name."""
    folder, _, package = page.rpartition("/")
    if folder != "reference" or not (SOURCE / package).is_dir():
        return
    # A module that is added, moved or renamed is in the reference without anybody listing it.
    for file in sorted((SOURCE / package).rglob("*.py")):
        module = ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
        source[0] += f"\n## {module}\n\n```{{eval-rst}}\n.. automodule:: {module}\n```\n"
