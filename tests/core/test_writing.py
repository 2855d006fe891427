import os
import subprocess
import sys

import pytest

from analysis.core.writing import clear_leftovers, whole_folder, write_file, write_folder

UNWRITABLE = "\ud800"  # no UTF-8 can hold it: the writing fails in the middle


def names(folder) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def killed(code: str, folder) -> None:
    """Run code in a process that ends without cleaning up, as a machine that loses its power."""
    head = "import os, pathlib\nfrom analysis.core.writing import *\nplace = pathlib.Path('sted')\n"
    done = subprocess.run([sys.executable, "-c", head + code], cwd=folder, check=False)
    assert done.returncode == 9


def test_a_file_is_whole_and_replaced_only_where_that_is_asked(tmp_path):
    file = tmp_path / "rader.csv"
    with pytest.raises(UnicodeEncodeError):
        write_file(file, f"measure\n{UNWRITABLE}")
    assert names(tmp_path) == []
    write_file(file, "measure\r\n")
    with pytest.raises(FileExistsError, match=r"rader\.csv exists already"):
        write_file(file, "to")
    with pytest.raises(UnicodeEncodeError):
        write_file(file, UNWRITABLE, replace=True)
    assert (file.read_bytes(), names(tmp_path)) == (b"measure\r\n", ["rader.csv"])
    write_file(file, "to", replace=True)
    assert (file.read_text(), names(tmp_path)) == ("to", ["rader.csv"])


def test_a_folder_is_whole_or_not_there(tmp_path):
    place = tmp_path / "judgements" / "2024Q2"
    with pytest.raises(UnicodeEncodeError):
        write_folder(place, {"a.md": "a", "b.md": UNWRITABLE})
    assert names(tmp_path / "judgements") == []
    assert write_folder(place, {"a.md": "a", "b.md": "b"}) == [place / "a.md", place / "b.md"]
    with pytest.raises(FileExistsError, match="2024Q2 exists already"):
        write_folder(place, {"c.md": "c"})
    assert (names(place), names(tmp_path / "judgements")) == (["a.md", "b.md"], ["2024Q2"])


def test_an_error_leaves_the_earlier_folder_as_it_was(tmp_path):
    place = tmp_path / "site"
    write_folder(place, {"index.html": "en"})
    with pytest.raises(ZeroDivisionError), whole_folder(place, replace=True) as made:
        (made / "index.html").write_text("to")
        1 / 0  # noqa: B018
    assert ((place / "index.html").read_text(), names(tmp_path)) == ("en", ["site"])
    with whole_folder(place, replace=True) as made:
        (made / "index.html").write_text("to")
    assert ((place / "index.html").read_text(), names(tmp_path)) == ("to", ["site"])


def test_what_a_dead_process_left_is_cleared_next_time(tmp_path):
    killed("with whole_folder(place) as made:\n (made / 'a').write_text('a')\n os._exit(9)", tmp_path)
    assert len(names(tmp_path)) == 1
    write_folder(tmp_path / "sted", {"b": "b"})
    assert (names(tmp_path), names(tmp_path / "sted")) == (["sted"], ["b"])
    killed("os.fsync = lambda number: os._exit(9)\nwrite_file(pathlib.Path('rad'), 'x')", tmp_path)
    assert len(names(tmp_path)) == 2
    write_file(tmp_path / "rad", "y")
    assert names(tmp_path) == ["rad", "sted"]


def test_a_folder_that_was_moved_away_comes_back(tmp_path):
    write_folder(tmp_path / "sted", {"index.html": "en"})
    code = "class P(type(place)):\n def rename(self, to):\n  super().rename(to)\n  os._exit(9)\n"
    killed(f"{code}with whole_folder(P(place), replace=True) as made:\n (made / 'a').write_text('a')", tmp_path)
    assert "sted" not in names(tmp_path)
    clear_leftovers(tmp_path / "sted")
    assert (names(tmp_path), names(tmp_path / "sted")) == (["sted"], ["index.html"])


def test_what_a_living_process_writes_is_left_alone(tmp_path):
    living = [f".sted.{os.getppid()}.new", ".sted.new"]
    for name in living:
        (tmp_path / name).mkdir()
    clear_leftovers(tmp_path / "sted")
    assert names(tmp_path) == sorted(living)


@pytest.mark.parametrize("kind", ["link", "another user's"])
def test_what_no_own_process_left_stays_and_takes_no_place(tmp_path, monkeypatch, kind):
    left = tmp_path / ".sted.999999999.old"
    if kind == "link":
        (tmp_path / "fremmed").mkdir()
        left.symlink_to(tmp_path / "fremmed")
    else:
        left.mkdir()
        monkeypatch.setattr(os, "geteuid", lambda: left.lstat().st_uid + 1)
    clear_leftovers(tmp_path / "sted")
    assert left.exists()
    assert not (tmp_path / "sted").exists()


def test_leftovers_of_a_name_with_marks_of_a_pattern_are_cleared(tmp_path):
    (tmp_path / ".r[1].csv.999999999.new").write_text("measu")
    write_file(tmp_path / "r[1].csv", "measure\n")
    assert names(tmp_path) == ["r[1].csv"]
