"""LibreOffice without a window, with a profile of its own."""

import subprocess
from pathlib import Path

# what a .csv file is read as: marks of cells and texts, UTF-8, from the first row, no formats, in Norwegian, with
# numbers told from texts, dates found as where cells are typed, and formulas evaluated
TYPED = "Text - txt - csv (StarCalc):{},34,76,1,,1044,false,true,false,false,false,0,true"


def convert(file: Path, form: str, folder: Path, separator: str = "") -> Path:
    """Save `file` in `folder` in another form; a .csv file with `separator` as if its cells had been typed."""
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    command += [f"--infilter={TYPED.format(ord(separator))}"] if separator else []
    command += ["--convert-to", form, "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder / f"{file.stem}.{form}"
