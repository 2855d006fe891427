"""Where figures, targets and areas come from: the publications of ``sources.toml``."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd
from pydantic import ConfigDict, Field

from analysis.core import paths
from analysis.core.faults import Fault, RawDataError
from analysis.core.names import suggest
from analysis.records.documents import Slug, Typed, read_document, twice_faults, validated

FILE: Final = "sources.toml"


class SourceError(RawDataError):
    """The list of sources cannot be read."""


class _Source(Typed):
    slug: Slug
    title: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    address: str = Field(min_length=1)
    accessed: date
    licence: str = Field(min_length=1)
    published: date | None = None
    note: str = ""
    note_nb: str = ""
    licence_nb: str = ""


class _Document(Typed):
    model_config = ConfigDict(extra="ignore")  # a list of sources may carry notes of its own

    source: tuple[dict, ...] = ()


def read_sources(folder: Path | None = None) -> pd.DataFrame:
    """Return the sources of ``sources.toml``, in file order.

    Parameters
    ----------
    folder : Path, optional
        The folder of the file; ``data/raw`` unless given.

    Returns
    -------
    DataFrame
        Index source (a slug); title, publisher, address, accessed, licence, published, note, note_nb, licence_nb (empty
        where the English name of a licence is used in Norwegian, too). Dates are datetime64, NaT where unknown.

    Raises
    ------
    SourceError
        Listing every fault of the file.

    Examples
    --------
    >>> read_sources().loc["eurostat-iuapr", ["publisher", "licence"]].tolist()
    ['Eurostat', 'CC BY 4.0']

    """
    sources, faults = inspect_sources(folder or paths.raw_folder())
    if faults:
        raise SourceError(faults)
    return sources


def inspect_sources(folder: Path) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the sources in `folder` that can be read, as `read_sources` does, and every fault of the file."""
    document, faults = read_document(folder / FILE, _Document, "sources")
    tables = document.source if document else ()
    names = [f"source '{table.get('slug', number)}'" for number, table in enumerate(tables, start=1)]
    place = Fault("sources", "", file=FILE)
    entries, source_faults = validated(_Source, "source", tables, names, folder / FILE, place)
    slugs = [source and source.slug for source in entries]
    # a figure that names it would have two publishers, and two limits of disclosure
    faults += [*source_faults, *twice_faults(folder / FILE, "sources", "source", "slug", slugs)]
    sources = [source.model_dump() for source in entries if source]
    frame = pd.DataFrame(sources, columns=list(_Source.model_fields)).drop_duplicates("slug")
    days = {name: pd.to_datetime(frame[name]) for name in ("accessed", "published")}
    return frame.assign(**days).set_index("slug").rename_axis("source"), faults


def suggest_source(slug: str, sources: Iterable[str]) -> dict[str, str]:
    """Return what helps whoever wrote a source that is not listed, as `analysis.core.names.suggest` does."""
    near = suggest(slug, sources)
    return near if near["nearest"] else near | {"remedy": f"write a [[source]] with slug = '{slug}' there"}
