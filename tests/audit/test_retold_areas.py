"""A withheld figure of an area planted in its finished page or notebook: found where it is told, and only there."""

import re
import shutil

import pytest
from test_area_report import ROOT

from analysis.reports import work
from analysis.reports.disclosed_areas import find_area_disclosures
from analysis.reports.run import Ask, FailedError, report
from countries import project

pytestmark = pytest.mark.slow
ASK = Ask("2024Q1", ("nb",), areas="kommune")
# A year ago few of area 3 were counted too; 40 of 100 now is what area 2 has, 30 of 100 what it had.
BEFORE = [("1", "2023Q1", 20, 100), ("2", "2023Q1", 30, 100), ("3", "2023Q1", 4, 50)]
WITHHELD = "holdt tilbake av hensyn til personvernet"
NAME = "Andelen"


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Return the small country with a release of the real pages in it."""
    folder = tmp_path_factory.mktemp("areas")
    with pytest.MonkeyPatch.context() as patch:
        project(folder, patch, more=BEFORE)
        shutil.copy(ROOT / "notebooks" / "omraade.ipynb", folder / "notebooks")
        assert report(ASK).state == "COMPLETE"
    return folder


@pytest.fixture
def release(root, tmp_path):
    return shutil.copytree(root / "data" / "processed" / ASK.name, tmp_path / "release")


def told(release, root):
    return find_area_disclosures(release, root / "data" / "raw")


def changed(file, old, new, row=0):
    """Write `new` in the place of `old` in the row of that number that holds it."""
    parts = file.read_text(encoding="utf-8").split(old)
    assert len(parts) > row + 1
    file.write_text(old.join(parts[: row + 1]) + new + old.join(parts[row + 1 :]), encoding="utf-8")


def test_real_pages_tell_nothing_that_is_withheld(release, root):
    page = (release / "nb" / "omraade-3.html").read_text(encoding="utf-8")
    assert len(re.findall(WITHHELD, page)) >= 3  # where it stands, a year before, and now
    assert told(release, root) == []


@pytest.mark.parametrize("row", [0, 1, 2])
@pytest.mark.parametrize("place", ["nb/omraade-3.html", "notebooks/nb/omraade-3.ipynb"])
def test_the_withheld_figure_is_found_in_each_place_where_it_would_stand(release, root, place, row):
    period, figure = ("2023Q1", "8,0 prosent") if row == 1 else ("2024Q1", "6,0 prosent")
    changed(release / place, WITHHELD, figure, row)
    assert told(release, root) == [
        f"andel-foerste {period} 3: {place} tells the figure that the tables withhold",
    ]


def test_counts_and_running_words_tell_as_well(release, root):
    for number, said in enumerate(("3 av 50", f"{NAME}: 6,0 prosent.", f"{NAME}: 3 of 50.")):
        file = release / "nb" / "omraade-3.html"
        before = file.read_text(encoding="utf-8")
        if number:
            file.write_text(before.replace("</main>", f"<p>{said}</p></main>"), encoding="utf-8")
        else:
            changed(file, WITHHELD, said)
        assert len(told(release, root)) == 1
        file.write_text(before, encoding="utf-8")


def test_what_others_have_in_common_and_the_same_figure_of_another_area_tell_nothing(release, root):
    changed(
        release / "nb" / "omraade-3.html", "</main>", f"<table><tr><th>{NAME}</th><td>6,0 prosent fra 5 områder</td>"
    )
    changed(release / "nb" / "omraade-2.html", "</main>", f"<table><tr><th>{NAME}</th><td>6,0 prosent 3 av 50</td>")
    assert told(release, root) == []


def test_a_run_that_plants_it_is_stopped_and_does_not_repeat_it(root, monkeypatch):
    look = work._refuse_disclosures

    def planted(run):
        changed(run.workplace / "nb" / "omraade-3.html", WITHHELD, "6,0 prosent")
        look(run)

    monkeypatch.setenv("EHELSE_ROOT", str(root))
    monkeypatch.setattr(work, "_refuse_disclosures", planted)
    before = (root / "data" / "processed" / ASK.name).readlink()
    with pytest.raises(FailedError, match=r"andel-foerste 2024Q1 3: nb/omraade-3\.html") as stopped:
        report(ASK, force=True)
    assert "6,0" not in str(stopped.value)
    assert (root / "data" / "processed" / ASK.name).readlink() == before
