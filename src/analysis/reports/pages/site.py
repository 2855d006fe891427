"""The reports of all quarters side by side, in one folder that is read, searched and shared as it is.

No report is made again: each published release is copied, and every page is given links to the same page of the other
quarters. What a release's manifest says of its bytes holds for the release, not for these copies.
"""

import base64
import hashlib
import posixpath
import re
from itertools import takewhile
from pathlib import Path
from typing import Final

from analysis.core import paths
from analysis.core.writing import clear_leftovers, whole_folder
from analysis.records.strategy import Strategy, read_strategy
from analysis.reports.pages.render import FOLDER, STYLE, TEMPLATES, parse, tidy
from analysis.reports.releases import ReportFolder, copy_published, read_manifest
from analysis.text import LANGUAGES

_QUARTER: Final = re.compile(r"\d{4}Q[1-4]", re.ASCII)
_OTHER_PAGE: Final = re.compile(r'data-quarter-page="(\d{4}Q[1-4])/([a-z0-9-]+\.html)"')
_IN_SITE: Final = re.compile(r"^(?!https?:|#)")
_PLACE: Final = "<!-- quarters -->"
_MARK: Final = '<meta name="generator" content="ehelse-status site">'


class SiteError(ValueError):
    """The folder cannot be written: nothing is published yet, or it holds what is not ours to replace."""


def write_site(target: Path) -> list[str]:
    """Write every quarter's current whole report and a front page over them into a folder.

    Parameters
    ----------
    target
        The folder; an earlier site there is replaced whole.

    Returns
    -------
    list of str
        The quarters, the latest first.

    Raises
    ------
    SiteError
        When no quarter is published, a release is damaged, or `target` holds something else.
    """
    clear_leftovers(target)
    # a folder of somebody's own is never replaced
    index = target / "index.html"
    earlier_site = index.is_file() and _MARK in index.read_text(encoding="utf-8")
    if target.exists() and not (target.is_dir() and (earlier_site or not any(target.iterdir()))):
        raise SiteError(f"{target} holds something else than an earlier site; name a new folder")
    processed = paths.processed_folder()
    quarters = sorted((link.name for link in processed.glob("*Q*") if _QUARTER.fullmatch(link.name)), reverse=True)
    if not quarters:
        raise SiteError("no quarter has its whole report yet; make one: ehelse-status report 2024Q1")
    folders = {quarter: ReportFolder(processed, quarter) for quarter in quarters}
    releases = {quarter: folder.releases / (folder.current_id() or "none") for quarter, folder in folders.items()}
    manifests = {quarter: read_manifest(release) for quarter, release in releases.items()}
    if damaged := [quarter for quarter, manifest in manifests.items() if manifest is None]:
        raise SiteError(f"the release of {', '.join(damaged)} is damaged; make the report again with --force")
    with whole_folder(target, replace=True) as made:
        for quarter, release in releases.items():
            for name, expected in manifests[quarter]["outputs"].items():
                if not copy_published(release, name, made / quarter, expected):
                    raise SiteError(f"the release of {quarter} was changed while it was copied: {name}")
        pages = {
            quarter: sorted(file.relative_to(made / quarter).as_posix() for file in (made / quarter).rglob("*.html"))
            for quarter in quarters
        }
        for quarter, names in pages.items():
            for name in names:
                # in the place each page keeps for them, links to all quarters and to the same page of each
                file, language = made / quarter / name, name.split("/")[0] if "/" in name else "nb"
                navigation = TEMPLATES.get_template("quarters.html.j2").render(
                    name=name, quarter=quarter, up="../" * (name.count("/") + 1), language=language, pages=pages
                )
                # a page of another generation may have no place for them, and is copied as it is
                text = file.read_text("utf-8").replace(_PLACE, navigation, 1)
                file.write_text(lead_to_quarters(text, language, pages), encoding="utf-8")
        (made / "index.html").write_text(_front(pages, read_strategy(), made), encoding="utf-8")
    return quarters


def lead_to_quarters(text: str, language: str, pages: dict[str, list[str]]) -> str:
    """Return a page whose fields of other quarters lead to these quarters' pages, where there are such pages.

    Parameters
    ----------
    text : str
        HTML of a page in the folder of its language.
    language : str
        Name of that folder.
    pages : dict
        Names of the pages of each quarter, as ``nb/maal-1.html``.

    Returns
    -------
    str

    """

    def lead(field: re.Match) -> str:
        quarter, name = field[1], f"{language}/{field[2]}"
        return f'href="../../{quarter}/{name}"' if name in pages.get(quarter, ()) else field[0]

    return _OTHER_PAGE.sub(lead, text)


def development_of(page: str, folder: str) -> tuple[str, str]:
    """Return the development over quarters that a strategy's page shows, for a page elsewhere, and its styles.

    Parameters
    ----------
    page : str
        HTML of the strategy's page of the newest report.
    folder : str
        The folder that page is in, as seen from the other page.

    Returns
    -------
    tuple of str
        The picture and the table as HTML, and the rules of the classes they name; empty where the page shows none.

    """
    tree = parse(page)
    heading = tree.find(id="development-heading")
    if heading is None:
        return "", ""
    parts = list(takewhile(lambda part: part.name != "h2", heading.find_next_siblings()))
    for files in [files for part in parts for files in part.find_all(class_="figure-files")]:
        files.decompose()  # they are beside the other page
    for link in [link for part in parts for link in part.find_all("a", href=_IN_SITE)]:
        link["href"] = posixpath.normpath(f"{folder}/{link['href']}")
    html = "".join(map(str, parts))
    classes = set(re.findall(r'class="(s[0-9a-f]{8})"', html))
    rules = re.findall(r"^\.(s[0-9a-f]{8})(\{[^}]*\})", page, flags=re.MULTILINE)
    return html, "\n".join(f".{name}{rule}" for name, rule in rules if name in classes)


def _front(pages: dict[str, list[str]], strategy: Strategy, made: Path) -> str:
    """Return the page over all quarters: which there are, what moved, and every indicator with its page in each."""
    newest = next(iter(pages))
    developments = {
        language: development_of((made / newest / page).read_text("utf-8"), f"{newest}/{language}")
        for language in LANGUAGES
        if (page := f"{language}/strategi.html") in pages[newest]
    }
    script = (FOLDER / "search.js").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    html = TEMPLATES.get_template("site.html.j2").render(
        names=strategy.name,
        pages=pages,
        quarters=list(pages),
        languages=LANGUAGES,
        indicators=strategy.indicators.to_dict("records"),
        developments=developments,
        style="\n".join([STYLE, *(rules for _, rules in developments.values())]),
        script=script,
        allowed=f"'sha256-{digest}'",  # no other script runs on the page
        mark=_MARK,
    )
    return tidy(html)
