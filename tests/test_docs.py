"""The pages of docs/ build without a warning, name what exists, and their examples work."""

import ast
import re
import subprocess
import sys
import tomllib

import matplotlib as mpl
import nbformat
import pytest
from click.testing import CliRunner
from matplotlib.axes import Axes
from nbclient import NotebookClient

import analysis
from analysis import read_status
from analysis.__main__ import main
from real_project import ROOT, called, copy_project

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(
    r"`((?:[\w.@-]+/)*[\w.@-]+(?:/|\.(?:py|md|toml|lock|yml|cff|ipynb|json|timer))"
    r"|\.gitattributes|\.gitconfig|LICENSE|deploy/crontab|\.ci/run)(?:::(\w+))?`"
)
OF_A_RELEASE = {"manifest.json", "runs.jsonl", "datapackage.json", "lights.toml", "tables/"}


def blocks(page: str, kind: str, section: str = "") -> list[str]:
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")
    text = text.partition(f"\n## {section}\n")[2].partition("\n## ")[0] if section else text
    assert text, f"{page}.md has no section '{section}'"
    return [code for language, code in BLOCK.findall(text) if language == kind]


@pytest.mark.slow
def test_pages_build_without_warning_and_load_nothing(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", str(DOCS), str(tmp_path)]
    built = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert built.returncode == 0, built.stderr
    loaded = re.compile(r'<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)="(?:https?:)?//[^"]*"')
    pages = sorted(tmp_path.rglob("*.html"))
    assert len(pages) > 15
    assert {tag for page in pages for tag in loaded.findall(page.read_text(encoding="utf-8"))} == set()
    reference = "".join(page.read_text(encoding="utf-8") for page in (tmp_path / "reference").glob("*.html"))
    functions = [getattr(analysis, name) for name in analysis.__all__]
    functions = [function for function in functions if hasattr(function, "__qualname__")]
    assert {f.__name__ for f in functions if f'.{f.__name__}">' not in reference} == set()


def test_pages_name_only_commands_that_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    options = {name: {opt for p in c.params for opt in p.opts} | {"--help"} for name, c in main.commands.items()}
    count = 0
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.MULTILINE)) <= targets, page.name
        for command, rest in re.findall(r"(?:^|`)ehelse-status ([a-z-]+)([^`\n#]*)", text, flags=re.MULTILINE):
            count += 1
            assert set(re.findall(r"(?<!\S)--[a-z-]+", rest)) <= options.get(command, set()), f"{command}{rest}"
            assert command in options, f"{page.name}: {command}"
    assert count > 30
    for name in main.commands:
        assert CliRunner().invoke(main, [name, "--help"]).exit_code == 0


def test_index_and_reference_are_complete():
    front = (DOCS / "index.md").read_text(encoding="utf-8").splitlines()
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in DOCS.rglob("*.md")}
    assert pages - {"index"} - set(front) == set()
    packages = {file.parent.name for file in (ROOT / "src" / "analysis").glob("*/__init__.py")}
    assert {page.stem for page in (DOCS / "reference").glob("*.md")} == packages - {"conformance"} | {"public-names"}


def test_files_named_in_rap_exist():
    """Thirty requirements, each with what answers it and what checks that."""
    text = (DOCS / "rap.md").read_text(encoding="utf-8")
    named = [(place, test) for place, test in FILE.findall(text) if place not in OF_A_RELEASE]
    assert len(named) > 50
    for place, test in named:
        assert (ROOT / place).exists(), place
        assert not test or f"def {test}(" in (ROOT / place).read_text(encoding="utf-8"), f"{place}::{test}"
    lines = re.findall(r"^\| (\d+) \|(.*)\|$", text, flags=re.MULTILINE)
    assert [int(number) for number, _ in lines] == list(range(1, 31))
    for number, line in lines:
        requirement, source, where, check = (cell.strip() for cell in line.split("|"))
        assert requirement and source and where, number
        assert "`" in check or check.startswith("none"), number


def test_changelog_has_the_installed_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert f"\n## {version}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.slow
class TestTutorial:
    def test_questions_in_jupyterlab_are_answered(self, capsys):
        names = {}
        cells = nbformat.read(ROOT / "notebooks" / "start.ipynb", as_version=4).cells
        code = [cell.source for cell in cells if cell.cell_type == "code"]
        exec("\n".join(source.rstrip(";") for source in code), names)
        answers = [eval(question, names) for question in blocks("tutorial", "python")]
        assert answers[0]["unit"] == "prosent"
        assert answers[1]["value"].tolist() == [26, 28]
        assert round(answers[2]["p_value"], 2) == 0.03
        assert "anything from under 0.001 to 0.27" in " ".join(answers[3].text.split()).replace("\xa0", " ")
        assert isinstance(answers[4], Axes)

    def test_a_changed_judgement_is_in_the_report(self, tmp_path):
        root = copy_project(tmp_path / "clone")
        assert called(root, "new-quarter", "2024Q2").exit_code == 0
        judged = root / "data" / "raw" / "judgements" / "2024Q2" / "lights.toml"
        (new,) = blocks("tutorial", "toml")
        open_row = new.replace('"yellow"', '""')
        text = judged.read_text(encoding="utf-8")
        assert text.count(open_row) == 1
        judged.write_text(text.replace(open_row, new.replace("yellow", "yelow")), encoding="utf-8")
        refused = called(root, "check")
        assert refused.exit_code == 1
        assert "yelow" in refused.stderr and "4.1" in refused.stderr
        judged.write_text(text.replace(open_row, new), encoding="utf-8")
        commands = [line.split()[1:] for line in blocks("tutorial", "sh", "4. Judge (five minutes)")[0].splitlines()]
        assert [called(root, *command).exit_code for command in commands] == [0, 0]
        page = root / "data" / "processed" / "2024Q2-maal-4-en" / "en" / "maal-4.html"
        assert "chip-yellow" in page.read_text(encoding="utf-8")


@pytest.mark.slow
class TestExtend:
    @pytest.fixture
    def extended(self, tmp_path, monkeypatch):
        """Return a copy of the project with the measure and the indicator of the page in it."""
        root = copy_project(tmp_path / "clone")
        promise = root / "data" / "raw" / "strategy.toml"
        indicator, ending = blocks("extend", "toml", "An indicator")
        typed = promise.read_text(encoding="utf-8").replace('id = "5.i1"', f'id = "5.i1"\n{ending}')
        promise.write_text("\n".join([typed, *blocks("extend", "toml", "A measure"), indicator]), encoding="utf-8")
        (rows,) = blocks("extend", "text", "A measure")
        head, _, table = rows.partition("\n")
        (root / head.removeprefix("# ")).write_text(table, encoding="utf-8")
        monkeypatch.setenv("EHELSE_ROOT", str(root))
        return root

    def test_a_measure_and_an_indicator_are_shown(self, extended):
        assert called(extended, "check").exit_code == 0
        status = read_status("2024Q1", "en")
        assert status.trends.at["dho-helsefellesskap-andel", "latest_value"] == 94.7
        assert status.lights.loc["5.5", ["colour", "reason"]].tolist() == ["grey", "unmeasured"]
        assert "5.i1" not in status.strategy.candidates["candidate"].tolist()
        assert "5.i1" in read_status("2023Q4", "en").strategy.candidates["candidate"].tolist()
        command = [line.split()[1:] for line in blocks("extend", "sh", "A measure")[0].splitlines()][1]
        assert called(extended, *command).exit_code == 0
        folder = extended / "data/processed/2024Q1-indikator-digital-hjemmeoppfolging/en"
        page = (folder / "indikator-digital-hjemmeoppfolging.html").read_text(encoding="utf-8")
        assert "Share of health communities covered by home follow-up" in page

    def test_a_drawing_returns_axes_and_changes_no_setting(self):
        (code,) = blocks("extend", "python", "A figure")
        names, before, status = {}, dict(mpl.rcParams), read_status("2024Q1")
        exec(code, names)
        drawn = names["ages"](status.strategy, status.trends)
        assert isinstance(drawn, Axes)
        assert len(drawn.patches) == int(re.search(r">>> .*\n    (\d+)", code)[1])
        assert dict(mpl.rcParams) == before

    def test_a_notebook_runs_and_has_calls_only(self):
        words, code = blocks("extend", "markdown", "A notebook"), blocks("extend", "python", "A notebook")
        cells = [nbformat.v4.new_markdown_cell(*words), *(nbformat.v4.new_code_cell(source) for source in code)]
        notebook = nbformat.v4.new_notebook(cells=cells)
        place = {"metadata": {"path": ROOT / "notebooks" / "utforsk"}}
        NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place).execute()
        assert "<table" in notebook.cells[-1].outputs[0]["data"]["text/html"]
        logic = ast.FunctionDef | ast.If | ast.For | ast.Lambda
        assert not [n for source in code for n in ast.walk(ast.parse(source)) if isinstance(n, logic)]
