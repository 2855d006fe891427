"""A file that no step could read is named before anything reads or hashes it, whatever it is called."""

import os

import pytest
from click.testing import CliRunner

from analysis.__main__ import main
from analysis.reports.input_hashes import LARGEST
from projects import make_project


@pytest.mark.parametrize(
    "name", ["observations/stor.csv", "stor.bin", "strategy.toml", "judgements/2024Q1/maal-1.nb.md"]
)
def test_a_file_of_ten_gigabytes_is_named_at_once(tmp_path, monkeypatch, name):
    root = make_project(tmp_path)
    monkeypatch.setenv("EHELSE_ROOT", str(root))
    file = root / "data" / "raw" / name
    file.parent.mkdir(exist_ok=True)
    file.touch()
    os.truncate(file, 10 * LARGEST)  # nothing of it is on disk
    for command, code in (("check", 1), ("report", 2)):
        done = CliRunner().invoke(main, [command, "2024Q1"])
        assert done.exit_code == code
        assert f"{name}: is larger than 1,000,000,000 bytes" in done.output
    assert list((root / "data" / "processed").iterdir()) == []
