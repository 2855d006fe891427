"""An edit of what is published is named, whatever it is of; what has no hashes is read as it is."""

import pytest

from analysis.quarter.published_lights import VintageError, publish_quarter, read_published, vintage_of
from analysis.reports.check import check
from analysis.reports.prepare import refuse_unpublishable
from analysis.views.status import read_status
from projects import make_project
from quarters import light, write

ITEMS = ["strategy", "goal-1", "goal-2", "1.1", "1.2", "2.1", "1A", "2A"]
CORRECTION = """\
[[correction]]
quarter = "2024Q1"
item = "1A"
old = "green"
new = "yellow"
note = { nb = "Feil", en = "Wrong" }
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Return the folder of what is published: two editions of 2024Q1, the second with a correction."""
    root = make_project(tmp_path_factory.mktemp("project"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EHELSE_ROOT", str(root))
        for colour, more in (("green", ""), ("yellow", CORRECTION)):
            others = "".join(light(item) for item in ITEMS if item != "1A")
            write(root / "data" / "raw" / "judgements", "2024Q1", others + light("1A", colour))
            write(root / "data" / "raw" / "judgements", "2024Q2", others + light("1A", "green") + more)
            status = read_status("2024Q1")
            corrections = status.corrections.drop(columns=["name_nb", "name_en"])
            publish_quarter("2024Q1", vintage_of(status.strategy, status.observations, status.lights, corrections))
        yield root / "data" / "processed" / "published"


def faults():
    return [fault.problem for fault in check() if fault.rule == "published"]


def test_what_is_as_it_was_published_has_no_fault(published):
    names = ["corrections.csv", "figures.csv", "hashes.csv", "lights.csv", "method.csv"]
    for edition in ("2024Q1", "2024Q1-2"):
        assert sorted(file.name for file in (published / edition).iterdir()) == names
    assert faults() == []


@pytest.fixture
def edit(published):
    """Return a function that replaces a text in a published file until the test ends."""
    before = {}

    def change(name, old, new):
        file = published / name
        before[file] = file.read_bytes()
        assert old.encode() in before[file]
        file.write_bytes(before[file].replace(old.encode(), new.encode()))

    yield change
    for file, typed in before.items():
        file.write_bytes(typed)


@pytest.mark.parametrize("name, old, new", [
    ("2024Q1-2/method.csv", "epsilon,1", "epsilon,2"),
    ("2024Q1-2/corrections.csv", "Wrong", "Right"),
    ("2024Q1-2/figures.csv", "2024-02-01", "2024-02-02"),
    ("2024Q1-2/figures.csv", "kilde", "kilden"),
    ("2024Q1/lights.csv", "green", "red"),  # not the edition that a recomputation is compared with
    ("2024Q1-2/hashes.csv", "lights.csv,", "lights.csv,0"),
])  # fmt: skip
def test_an_edit_is_named(edit, name, old, new):
    edit(name, old, new)
    edited = name.replace("hashes", "lights")
    with pytest.raises(VintageError, match=rf"^published/{edited} is not as it was published; type git restore"):
        read_published("2024Q1")


def test_check_report_and_publish_end_so(edit):
    for name in ("2024Q1/method.csv", "2024Q1-2/method.csv"):
        edit(name, "epsilon,1", "epsilon,2")
    found = faults()
    for line, edition in zip(found, ("2024Q1", "2024Q1-2"), strict=True):
        name = f"published/{edition}/method.csv"
        remedy = "and record what is wrong in it as a [[correction]] in a later quarter's lights.toml"
        assert line == f"{name} is not as it was published; type git restore data/processed/{name}, {remedy}"
    with pytest.raises(VintageError, match="is not as it was published"):
        refuse_unpublishable(read_status("2024Q1"))
    with pytest.raises(VintageError, match="is not as it was published"):
        publish_quarter("2024Q1", read_published("2024Q1"))


def test_a_list_that_cannot_be_read_is_named(edit):
    edit("2024Q1/hashes.csv", "sha256", "")
    with pytest.raises(VintageError, match=r"cannot be read .*; restore it from version control"):
        read_published("2024Q1")


def test_what_was_published_without_hashes_is_read_as_it_is(published):
    lists = {file: file.read_bytes() for file in published.glob("*/hashes.csv")}
    for file in lists:
        file.unlink()
    assert len(lists) == 2
    assert faults() == []
    for file, typed in lists.items():
        file.write_bytes(typed)
