"""Lay the reports of all quarters side by side, in one folder that is read, searched and shared as it is.

No report is made again: each published release is copied, and every page is given links to the same page of the other
quarters. What a release's manifest says of its bytes holds for the release, not for these copies.
"""

import base64
import hashlib
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader

from analysis.core import paths
from analysis.records.strategy import Strategy, read_strategy
from analysis.reports.pages.render import SPEAKERS, tidy
from analysis.reports.publish import MANIFEST, Shelf, read_manifest
from analysis.text import LANGUAGES, period, site_text

_HOME: Final = Path(__file__).parent
_QUARTER: Final = re.compile(r"\d{4}Q[1-4]", re.ASCII)
_PLACE: Final = "<!-- quarters -->"
_MARK: Final = '<meta name="generator" content="ehelse-status site">'


class SiteError(ValueError):
    """The folder cannot be laid out: nothing is published yet, or what stands there is not ours to replace."""


def lay_out(target: Path) -> list[str]:
    """Write every quarter's current whole report and a front page over them into `target`; return the quarters.

    An earlier site there is replaced whole; the latest quarter comes first.

    Raises:
        SiteError: when no quarter is published, a release is damaged, or `target` holds something else.

    """
    if target.exists() and not _is_site(target):
        raise SiteError(f"{target} holds something else than an earlier site; name a new folder")
    releases = _releases(paths.processed_folder())
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".site-") as folder:
        made = Path(folder, "site")
        for quarter, release in releases.items():
            shutil.copytree(release, made / quarter, ignore=shutil.ignore_patterns(MANIFEST))
        pages = {quarter: _pages(made / quarter) for quarter in releases}
        for quarter, names in pages.items():
            for name in names:
                _link_quarters(made, quarter, name, pages)
        (made / "index.html").write_text(_front(pages, read_strategy()), encoding="utf-8")
        if target.exists():
            target.rename(Path(folder, "replaced"))
        made.rename(target)
    return list(releases)


def _is_site(folder: Path) -> bool:
    index = folder / "index.html"
    return folder.is_dir() and (not any(folder.iterdir()) or (index.is_file() and _MARK in index.read_text("utf-8")))


def _releases(processed: Path) -> dict[str, Path]:
    """Return the current release of every quarter that has a whole report, the latest first."""
    names = sorted((link.name for link in processed.glob("*Q*") if _QUARTER.fullmatch(link.name)), reverse=True)
    if not names:
        raise SiteError("no quarter is published yet; make a report first")
    found = {name: Shelf(processed, name).current.resolve() for name in names}
    if damaged := [name for name, release in found.items() if read_manifest(release) is None]:
        raise SiteError(f"the release of {', '.join(damaged)} is damaged; make the report again with --force")
    return found


def _pages(report: Path) -> list[str]:
    return sorted(file.relative_to(report).as_posix() for file in report.rglob("*.html"))


def _link_quarters(made: Path, quarter: str, name: str, pages: dict[str, list[str]]) -> None:
    """Write, in the place the page keeps for it, links to all quarters and to the same page of each."""
    file = made / quarter / name
    language = name.split("/")[0] if "/" in name else "nb"
    up = "../" * (name.count("/") + 1)
    links = [f'<li><a href="{up}index.html">{site_text("all_quarters", language)}</a></li>']
    for other in pages:
        here = ' aria-current="page"' if other == quarter else ""
        if name in pages[other]:
            links.append(f'<li><a href="{up}{other}/{name}"{here}>{period(other, language)}</a></li>')
    navigation = (
        f'<nav class="quarters" aria-label="{site_text("other_quarters", language)}"><ul>{"".join(links)}</ul></nav>'
    )
    file.write_text(file.read_text("utf-8").replace(_PLACE, navigation, 1), encoding="utf-8")


def _front(pages: dict[str, list[str]], strategy: Strategy) -> str:
    """Return the page over all quarters: which there are, and every indicator with its page in each."""
    script = (_HOME / "search.js").read_text(encoding="utf-8").strip()
    known = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    environment = Environment(loader=FileSystemLoader(_HOME), autoescape=False)
    environment.globals |= SPEAKERS | {"period": period}
    html = environment.get_template("site.html.j2").render(
        names=strategy.name,
        quarters=list(pages),
        languages=LANGUAGES,
        indicators=[_found(indicator, pages) for indicator in strategy.indicators.to_dict("records")],
        style=(_HOME / "page.css").read_text(encoding="utf-8"),
        script=script,
        allowed=f"'sha256-{known}'",
        mark=_MARK,
    )
    return tidy(html)


def _found(indicator: dict[str, Any], pages: dict[str, list[str]]) -> dict[str, Any]:
    """Return an indicator's number and names, and for each language the quarters that have a page of it."""
    page = f"indikator-{indicator['slug']}.html"
    held = {
        language: [quarter for quarter, names in pages.items() if f"{language}/{page}" in names]
        for language in LANGUAGES
    }
    return {"page": page, "number": indicator["indicator"], "held": held} | {
        f"name_{language}": indicator[f"name_{language}"] for language in LANGUAGES
    }
