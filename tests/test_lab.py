"""Notebooks as an analyst sees them: a real JupyterLab, started as `make lab` starts it, in a real Chromium."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_server.serverapp import list_running_servers
from nbclient import NotebookClient
from playwright.sync_api import Locator, Page, expect

from accessible import browser_only
from analysis.reports.execute import remove_traces
from real_project import ROOT, copy_project
from waiting import until

SECONDS = 120

pytestmark = browser_only


def recipe(*options: str) -> list[str]:
    """Return the command of `make lab`, with options for a machine that has no screen, as `make` itself expands it."""
    dry_run = ("make", "--no-print-directory", "--dry-run", "--assume-old=.venv/.ready", "lab")
    command = subprocess.run(dry_run, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    jupyter, *rest = shlex.split(command.replace("\\\n", " "))
    assert jupyter == ".venv/bin/jupyter"
    return [str(Path(sys.executable).with_name("jupyter")), *rest, *options]


@pytest.fixture(scope="module")
def lab(tmp_path_factory, reported):
    """Return address and token of a JupyterLab on a copy of the project, with its own folder of settings.

    The copy has the report of 2024Q1, made by another Jupyter: its notebooks are not trusted here.
    """
    folder = tmp_path_factory.mktemp("lab")
    root = copy_project(folder / "project")
    shutil.copytree(reported / "data" / "processed", root / "data" / "processed", symlinks=True)
    for part in ("docs", "deploy"):
        shutil.copytree(ROOT / part, root / part)
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    with (folder / "log").open("w") as log:
        command = recipe("--no-browser", "--port=0")
        server = subprocess.Popen(command, cwd=root, env=os.environ | own, stdout=log, stderr=log)
        try:
            (info,) = until(lambda: [*list_running_servers(folder / "runtime")], SECONDS)
            yield info["url"], info["token"]
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 1600})
    context.set_default_timeout(1000 * SECONDS)
    yield context.new_page()
    context.close()


def opened(page: Page, lab: tuple[str, str], place: str) -> Locator:
    """Open a notebook, run all its cells, and return it when the last one has its number."""
    url, token = lab
    page.goto(f"{url}lab/tree/{place}?token={token}&reset")
    notebook = page.locator(".jp-NotebookPanel")
    notebook.locator(".jp-CodeCell").first.wait_for()
    page.get_by_text(re.compile(r"Python 3.*\| Idle")).wait_for()
    page.wait_for_timeout(2000)
    assert page.locator(".Toastify__toast, .jp-Dialog").all_inner_texts() == []
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = notebook.locator(".jp-CodeCell .jp-InputArea-prompt").last
    expect(last).to_have_text(re.compile(r"\[\d+\]:"), timeout=1000 * SECONDS)
    assert notebook.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    return notebook


def test_the_start_page_shows_the_quarter_and_has_no_dead_link(page, lab):
    notebook = opened(page, lab, "notebooks/start.ipynb")
    expect(notebook.get_by_role("heading", name="Velkommen til skrivebordet")).to_be_visible()
    board = notebook.get_by_role("table", name=re.compile("^Hva som har endret seg"))
    expect(board).to_contain_text("46 → 49")
    expect(notebook.locator(".jp-RenderedImage img, figure img").first).to_be_visible()
    url, _ = lab
    links = notebook.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
    own = {link for link in links if link.startswith(url) and "#" not in link}
    assert len(own) >= 13  # eleven notebooks and two pages of docs
    assert {link: page.request.get(link).status for link in own} == dict.fromkeys(own, 200)


def test_moving_the_ambition_changes_the_colour_on_the_screen(page, lab):
    notebook = opened(page, lab, "notebooks/utforsk/ambisjon.ipynb")
    explorer = notebook.locator(".jp-OutputArea-output", has=page.locator(".widget-slider"))
    chip = explorer.locator(".chip")
    for place, text, colour in (
        (None, "▲ gul", "rgb(255, 193, 7)"),
        (0.95, "■ rød", "rgb(179, 38, 30)"),
        (0.05, "● grønn", "rgb(0, 105, 92)"),
    ):
        if place:
            dragged(page, explorer.locator(".widget-slider").first, to=place)
        expect(chip).to_have_text(text)
        expect(chip).to_have_css("background-color", colour)


def dragged(page: Page, slider: Locator, to: float) -> None:
    """Drag a slider's handle with the mouse to a share of its length."""
    handle, bar = slider.locator(".noUi-handle").bounding_box(), slider.locator(".noUi-base").bounding_box()
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(bar["x"] + to * bar["width"], bar["y"] + bar["height"] / 2, steps=10)
    page.mouse.up()


EXECUTED = ("nb/maal-4", "en/indikator-tilgang-pasientinformasjon")
LOOKS = """notebook => [...notebook.querySelectorAll('.jp-OutputArea-output')].map(output => ({
  // pandas writes a style block into its frames, which is text that nobody sees
  text: [...output.querySelectorAll('style')].reduce((text, style) => text.replace(style.textContent, ''),
    output.textContent).replace(/\\s+/g, ' ').trim(),
  pictures: [...output.querySelectorAll('img')].map(picture => picture.naturalWidth > 0 && picture.alt),
  colours: [...output.querySelectorAll('span')].map(cell => getComputedStyle(cell).backgroundColor),
}))"""

FREE = """notebook => [...notebook.querySelectorAll('dt, dd')].map(
  part => part.parentElement.clientWidth - part.offsetWidth)"""


def settled(notebook: Locator) -> list[dict]:
    """Return how outputs look once none has changed for some seconds: JupyterLab renders one after another."""
    seen, same = notebook.evaluate(LOOKS), 0
    while same < 5:
        notebook.page.wait_for_timeout(1000)
        before, seen = seen, notebook.evaluate(LOOKS)
        same = same + 1 if seen == before else 0
    return seen


@pytest.mark.parametrize("name", EXECUTED)
def test_an_untrusted_notebook_looks_right_and_reruns_the_same(page, lab, name):
    url, token = lab
    place = f"data/processed/2024Q1/notebooks/{name}.ipynb"
    page.goto(f"{url}lab/tree/{place}?token={token}&reset")
    notebook = page.locator(".jp-NotebookPanel")
    notebook.locator("img").first.wait_for()
    trusted = page.request.get(f"{url}api/contents/{place}?token={token}").json()["content"]["cells"]
    assert not any(cell["metadata"].get("trusted") for cell in trusted if cell["cell_type"] == "code")
    before = settled(notebook)
    pictures = [alt for output in before for alt in output["pictures"]]
    assert pictures and all(isinstance(alt, str) and re.search(r"\d", alt) for alt in pictures)
    # An untrusted notebook loses its style blocks: colours have to be inline.
    assert "rgb(255, 193, 7)" in {colour for output in before for colour in output["colours"]}
    assert set(notebook.evaluate(FREE)) == {0}  # a term is above its description, and both use the whole width
    assert settled(opened(page, lab, place)) == before


@pytest.mark.parametrize("name", EXECUTED)
def test_an_ordinary_kernel_gives_the_same_outputs(reported, name):
    file = reported / "data" / "processed" / "2024Q1" / "notebooks" / f"{name}.ipynb"
    stored, again = nbformat.read(file, 4), nbformat.read(file, 4)
    for cell in again.cells:
        cell.get("outputs", []).clear()
    NotebookClient(again, kernel_name="python3", resources={"metadata": {"path": str(file.parent)}}).execute()
    remove_traces(again)
    assert [cell.get("outputs") for cell in again.cells] == [cell.get("outputs") for cell in stored.cells]
