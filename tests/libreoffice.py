"""LibreOffice in Norwegian, used as a person at a desk uses it: cells are typed into, files saved from it.

>>> type_into(folder / "tall.xlsx", {"A1": "measure", "D2": "26,4"}, profile=tmp_path / "profile")
"""

import subprocess
from collections.abc import Mapping
from html import escape
from pathlib import Path

_NORWEGIAN = """\
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>nb-NO</value></prop>
</item>
</oor:items>"""
_MODULE = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
{}
</script:module>
"""
# What LibreOffice's own recorder writes down when somebody clicks on a cell, types and presses Enter.
_DESK = """\
Dim frame As Object

Sub Main
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden" : hidden(0).Value = False
  book = StarDesktop.loadComponentFromURL("{opened}", "_blank", 0, hidden())
  frame = book.CurrentController.Frame
{typing}
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName" : kind(0).Value = "Calc MS Excel 2007 XML"
  book.storeToURL("{saved}", kind())
  book.close(True)
  StarDesktop.terminate()
End Sub

Sub Enter(cell As String, text As String)
  dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
  Dim place(0) As New com.sun.star.beans.PropertyValue
  place(0).Name = "ToPoint" : place(0).Value = cell
  dispatcher.executeDispatch(frame, ".uno:GoToCell", "", 0, place())
  Dim typed(0) As New com.sun.star.beans.PropertyValue
  typed(0).Name = "StringName" : typed(0).Value = text
  dispatcher.executeDispatch(frame, ".uno:EnterString", "", 0, typed())
End Sub
"""


def type_into(book: Path, texts: Mapping[str, str], profile: Path) -> None:
    """Open the workbook `book` (a new one where there is none), type each text into its cell, and save it as .xlsx.

    `profile` is LibreOffice's own folder for one user, made where there is none; its locale is Norwegian bokmål.
    """
    lines = ['  Enter("{}", "{}")'.format(cell, text.replace('"', '""')) for cell, text in texts.items()]
    opened = book.as_uri() if book.exists() else "private:factory/scalc"
    desk = _DESK.format(opened=opened, typing="\n".join(lines), saved=book.as_uri())
    if not profile.exists():
        _run(profile, "--terminate_after_init")
        settings = profile / "user" / "registrymodifications.xcu"
        settings.write_text(settings.read_text(encoding="utf-8").replace("</oor:items>", _NORWEGIAN), encoding="utf-8")
    module = profile / "user" / "basic" / "Standard" / "Module1.xba"
    module.write_text(_MODULE.format(escape(desk, quote=False)), encoding="utf-8")
    _run(profile, "macro:///Standard.Module1.Main")


def _run(profile: Path, what: str) -> None:
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", what]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
