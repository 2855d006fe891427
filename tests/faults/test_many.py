"""Several runs at once, and readers during a run."""

import threading
import time

import pytest
from commands import COMMAND, change, finish, folder_of, left_behind, none_lives, start

from analysis.reports import releases
from analysis.reports.releases import ReportFolder

pytestmark = pytest.mark.slow


def test_of_runs_of_one_report_one_publishes_beside_another_report(project):
    change(project, 40)
    other = start(project, command=[*COMMAND[:-1], "en"])
    ended = [finish(process) for process in [start(project) for _ in range(3)]]
    codes = sorted(code for code, _, _ in ended)
    assert set(codes) <= {0, 75}, ended
    assert 0 in codes
    assert all("another run is writing" in err for code, _, err in ended if code == 75)
    assert finish(other)[0] == 0
    assert releases.read_manifest(folder_of(project).current) is not None
    assert none_lives(project)
    assert left_behind(project) == []


def test_a_reader_during_publishing_sees_whole_reports(tmp_path):
    (tmp_path / "processed").mkdir()
    folder = ReportFolder(tmp_path / "processed", "2024Q1")
    seen, done = [], threading.Event()

    def publish_one(number):
        run = releases.new_id()
        work_folder = releases.work_folder_of(folder, run)
        with releases.lock_report(folder):
            releases.make_work_folder(work_folder)
            for page in range(20):
                (work_folder / f"{page}.html").write_text(f"{number} " * 20_000, encoding="utf-8")
            releases.publish(folder, work_folder, {"number": number}, [f"{page}.html" for page in range(20)], {})
            releases.remove_work_folder(work_folder)

    def read():
        while not done.is_set():
            manifest = releases.read_manifest(folder.current.resolve())
            seen.append(None if manifest is None else manifest["number"])

    publish_one(0)
    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 21):
        publish_one(number)
        time.sleep(0.05)
    done.set()
    reader.join()
    assert None not in seen
    assert seen == sorted(seen)
    assert len(set(seen)) > 5
