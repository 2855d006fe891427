"""Disks that are full or cannot be written to: the published report stays as it was, and the message says so."""

import os
import resource
import shutil
import subprocess

import pytest
from commands import change, finish, folder_of, left_behind, none_lives, start, states

from analysis.reports import releases
from projects import make_project

pytestmark = pytest.mark.slow


def fails_on_a_full_disk(project, before, **options):
    """Run on a full disk, which must leave the report as it was and say why."""
    code, _, err = finish(start(project, **options))
    assert code == 1 and "Traceback" not in err, err
    assert any(part in err for part in ("written", "File too large", "No space left", "disk is full")), err
    assert releases.read_manifest(folder_of(project).current) is not None
    assert folder_of(project).current_id() == before
    assert none_lives(project)


def check_next_run(project):
    change(project, 99)
    assert finish(start(project))[0] == 0
    assert left_behind(project) == []
    assert states(project)[-1]["state"] == "COMPLETE"


def test_files_that_cannot_grow_leave_the_report_as_it_was(project):
    """A limit on the size of files cuts them short as a full disk does, and needs no rights."""
    before = folder_of(project).current_id()
    for size in (0, 4000):
        change(project, 30 + size % 7)

        def limit(size=size):
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        fails_on_a_full_disk(project, before, preexec_fn=limit)
    check_next_run(project)


def mount(*arguments):
    return subprocess.run(["mount", "-t", "tmpfs", *map(str, arguments)], capture_output=True, check=False).returncode


@pytest.fixture
def disk(project):
    """Put what is published on a small disk of its own; the value is a function that leaves so many bytes free."""
    place, aside = project / "data" / "processed", project / "aside"
    shutil.move(place, aside)
    place.mkdir()
    if mount("-o", "size=64m", "tmpfs", place) != 0:
        pytest.skip("this user may not mount a disk; the limit on files covers it")
    shutil.copytree(aside, place, symlinks=True, dirs_exist_ok=True)

    def leave(free):
        usage = os.statvfs(place)
        size = (usage.f_blocks - usage.f_bfree) * usage.f_frsize + free
        assert mount("-o", f"remount,size={size}", "tmpfs", place) == 0

    yield leave
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_disk_that_is_really_full_leaves_the_report_as_it_was(project, disk):
    before = folder_of(project).current_id()
    for free in (0, 16384):  # which is too few
        change(project, 30 + free % 11)
        disk(free)
        fails_on_a_full_disk(project, before)
    disk(1 << 24)
    check_next_run(project)


def test_a_folder_that_cannot_be_written_to_is_named_at_once(tmp_path):
    root = make_project(tmp_path)
    (root / "data" / "processed").rmdir()
    (root / "data" / "processed").symlink_to("/proc/sys")
    code, _, err = finish(start(root))
    assert code == 1
    assert "data/processed cannot be written to" in err
    assert "Traceback" not in err


def test_a_temporary_folder_too_deep_for_sockets_is_fine(project, tmp_path, monkeypatch):
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    monkeypatch.setenv("TMPDIR", str(deep))
    change(project, 31)
    code, _, err = finish(start(project))
    assert code == 0, err
    assert list(deep.iterdir()) == []
