"""The layers of the library, and that packaging, lock and documents are in step."""

import ast
import re
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "analysis"

# A package imports only from itself and from packages before it in this list.
ORDER = "core intake records statistics text assessment views exports quarter municipal reports __main__"
LAYERS = ORDER.split()


def module_of(file: Path) -> str:
    return ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports(file: Path) -> set[str]:
    """Return the modules of the library that a file imports, also inside its functions."""
    imported = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "analysis":
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            imported |= {name if name in MODULES else node.module for name in names}
        elif isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names if alias.name in MODULES}
    return imported


def package_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


FILES = [file for file in sorted(SOURCE.rglob("*.py")) if file != SOURCE / "__init__.py"]
MODULES = {module_of(file): file for file in FILES}


def test_every_package_has_its_layer():
    assert {package_of(module) for module in MODULES} == set(LAYERS)


def test_the_document_states_what_each_package_imports():
    """The table of docs/architecture.md; ``all but`` stands for a long list."""
    lines = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.count(" | ") == 2 and line.startswith("| `")]
    stated = {row[0].strip("`"): row[2] for row in rows if row[0].strip("`") in LAYERS}
    imported = {package: set() for package in LAYERS}
    for module, file in MODULES.items():
        imported[package_of(module)] |= {package_of(name) for name in imports(file)} - {package_of(module), ""}
    for package, text in stated.items():
        names = set(re.findall(r"[a-z_]+", text.removeprefix("all but")))
        before = set(LAYERS[: LAYERS.index(package)])
        assert imported[package] == (before - names if text.startswith("all but") else names), package
    assert list(stated) == LAYERS


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_to_earlier_layers(module):
    allowed = LAYERS[: LAYERS.index(package_of(module)) + 1]
    assert {package_of(name) for name in imports(MODULES[module]) - {"analysis"}} <= set(allowed)


def test_no_cycle_of_files():
    TopologicalSorter({module: imports(file) - {module} for module, file in MODULES.items()}).prepare()


def test_only_reports_imports_papermill_and_nbconvert():
    running = re.compile(r"^\s*(?:from|import) (?:papermill|nbconvert|distributed)\b", re.MULTILINE)
    users = {package_of(name) for name, file in MODULES.items() if running.search(file.read_text(encoding="utf-8"))}
    assert users == {"reports"}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirements() -> set[str]:
    groups = project()["dependency-groups"].values()
    return {*project()["project"]["dependencies"], *(requirement for group in groups for requirement in group)}


def test_environment_yml_agrees_with_pyproject():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    python, pip, *names = [entry for entry in listed if isinstance(entry, str)]
    assert python == f"python{project()['project']['requires-python']}"
    assert pip == "pip"
    pip = listed[-1]["pip"]
    assert {*names, *pip[:-1]} == requirements() and pip[-1] == "--editable ."


def test_lock_pins_every_dependency_with_hashes():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", lock, flags=re.MULTILINE))
    wanted = {re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower() for requirement in requirements()}
    assert wanted <= pinned
    assert "://" not in lock
    entries = re.split(r"^(?=[a-z0-9._-]+==)", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)


def test_every_dependency_is_bounded_and_tested_as_users_get_it():
    extras = project()["project"]["optional-dependencies"].values()
    assert {requirement for extra in extras for requirement in extra} <= requirements()
    assert all(re.search(r">=[\d.]+,<[\d.]+$", requirement) for requirement in requirements())


def test_readme_names_commands_that_exist():
    """It names both commands of the start and all packages, is short, and CI runs its test command."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", readme, flags=re.MULTILINE))
    assert {"report", "test"} <= named <= targets
    assert len(readme.split()) <= 900
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").split("\n")
    packages = re.findall(r"^\| `(\w+)` \|", readme, flags=re.MULTILINE)
    assert packages == LAYERS[:-1]
