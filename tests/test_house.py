"""The house itself: which way the arrows point, and that packaging, lock and documents are in step."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "analysis"

# From the ground up: a room imports only rooms that stand before it here.
ROOMS = [
    "paths",
    "periods",
    "strategy",
    "known_issues",
    "intake",
    "areas",
    "disclosure",
    "observations",
    "judgements",
    "surveys",
    "deliveries",
    "trends",
    "comparisons",
    "funnels",
    "panels",
    "large",
    "lights",
    "published_methods",
    "words",
    "prose",
    "checks",
    "tables",
    "figures",
    "status",
    "area_status",
    "vintages",
    "changes",
    "claims",
    "what_if",
    "desk",
    "new_quarter",
    "exports",
    "reports",
    "conformance_inputs",
    "conformance",
    "__main__",
]


def imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "analysis":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("analysis.")}
    return found


def room_of(file: Path) -> str:
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


def files_of_rooms() -> list[Path]:
    return [file for file in sorted(SOURCE.rglob("*.py")) if file != SOURCE / "__init__.py"]


def test_every_room_stands_in_the_order_of_the_house():
    assert {room_of(file) for file in files_of_rooms()} == set(ROOMS)


@pytest.mark.parametrize("file", files_of_rooms(), ids=lambda file: str(file.relative_to(SOURCE)))
def test_a_room_imports_only_rooms_below_it(file):
    room = room_of(file)
    allowed = {*ROOMS[: ROOMS.index(room)], room}
    assert imports(file) <= allowed, f"{file.name} reaches up to {sorted(imports(file) - allowed)}"


def test_only_the_runner_knows_papermill_and_nbconvert():
    for file in files_of_rooms():
        names = {
            alias.name.split(".")[0]
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in (node.names if isinstance(node, ast.Import) else [ast.alias(node.module or "")])
        }
        if room_of(file) != "reports":
            assert not names & {"papermill", "nbconvert", "distributed"}, file


def test_no_room_is_a_drawer_for_odds_and_ends():
    names = {part.removesuffix(".py") for file in files_of_rooms() for part in file.relative_to(SOURCE).parts}
    assert not names & {"utils", "util", "helpers", "common", "misc", "tools", "shared"}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def requirements() -> set[str]:
    groups = project()["dependency-groups"].values()
    return {*project()["project"]["dependencies"], *(requirement for group in groups for requirement in group)}


def test_what_is_optional_for_users_is_tested_in_the_same_version():
    extras = project()["project"]["optional-dependencies"].values()
    assert {requirement for extra in extras for requirement in extra} <= requirements()


def test_environment_yml_asks_for_what_pyproject_asks_for():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    python, pip, *names = [entry for entry in listed if isinstance(entry, str)]
    assert python == f"python{project()['project']['requires-python']}"
    assert pip == "pip"
    assert set(names) == requirements()
    assert listed[-1] == {"pip": ["--editable ."]}


def test_the_lock_pins_every_dependency_with_hashes_and_names_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([a-z0-9._-]+)==", lock, flags=re.MULTILINE))
    wanted = {re.match(r"[A-Za-z0-9._-]+", requirement)[0].lower() for requirement in requirements()}
    assert wanted <= pinned
    assert "://" not in lock
    entries = re.split(r"^(?=[a-z0-9._-]+==)", lock, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)


def test_every_dependency_is_bounded_from_both_sides():
    assert all(re.search(r">=[\d.]+,<[\d.]+$", requirement) for requirement in requirements())


def test_the_readme_names_only_commands_that_exist_and_ci_calls_its_test_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", readme, flags=re.MULTILINE))
    assert {"report", "test"} <= named <= targets
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").split("\n")
    assert "make test" in ci
