"""The limits below which counts of persons are withheld: each owner's own where one is stated, else the default."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import pandas as pd
from pydantic import Field, model_validator

from analysis.core.faults import Fault, RawDataError
from analysis.core.names import suggest
from analysis.core.small_counts import BASE, THRESHOLD
from analysis.records.documents import Typed, misfit, read_document, twice_faults
from analysis.records.sources import read_sources

FILE: Final = "disclosure.toml"


class SettingsError(RawDataError):
    """The limits cannot be read."""


class _Default(Typed):
    threshold: int = Field(default=THRESHOLD, ge=2)
    base: int = Field(default=BASE, ge=2)
    rule: str = Field(default="the project's own caution", min_length=1)
    persons: tuple[str, ...] = ("personer",)


class _Owner(Typed):
    name: str = Field(min_length=1)
    threshold: int | None = Field(default=None, ge=2)
    base: int | None = Field(default=None, ge=2)
    rule: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if len({part is None for part in (self.threshold, self.base, self.rule)}) > 1:
            problem = "an owner's rule has threshold, base and rule (where it is stated)"
            raise misfit(problem, "give all, or none", "name")
        return self


class _Document(Typed):
    default: _Default = _Default()
    owner: tuple[_Owner, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What protects whom.

    Parameters
    ----------
    owners : DataFrame
        Index owner; threshold (the smallest count shown), base (the smallest group a share may be of), rule (where it
        is stated). An owner who has stated none has the default.
    default : Series
        The same three, for everyone else.
    persons : tuple of str
        The words of a measure's ``counts`` that are persons.

    """

    owners: pd.DataFrame
    default: pd.Series
    persons: tuple[str, ...]

    def of(self, publishers: pd.Series) -> pd.DataFrame:
        """Return the limits that hold for each of some publishers.

        Parameters
        ----------
        publishers : Series of str
            Owners of figures, by source or by row.

        Returns
        -------
        DataFrame
            Index as `publishers`; threshold and base as whole numbers.

        """
        limits = self.owners[["threshold", "base"]].reindex(publishers)
        return limits.fillna(self.default[["threshold", "base"]]).astype(int).set_axis(publishers.index)

    def counts_persons(self, measures: pd.DataFrame) -> pd.Series:
        """Return of each measure whether it counts persons; a survey asks persons unless its measure says otherwise.

        Parameters
        ----------
        measures : DataFrame
            ``Strategy.measures``: counts and basis.

        Returns
        -------
        Series of bool

        """
        counts = measures["counts"]
        return counts.isin(self.persons) | (counts.isna() & measures["basis"].str.startswith("survey"))


def read_limits(folder: Path) -> Limits:
    """Return the limits of ``disclosure.toml`` in `folder` (``data/raw``); the default alone where there is no file.

    Raises
    ------
    SettingsError
        Listing every fault of the file.

    """
    document, faults = _Document(), []
    if (folder / FILE).exists():
        document, faults = read_document(folder / FILE, _Document, "disclosure")
    if faults:
        tables = "the limits that hold by default belong in [default], an owner's own in [[owner]]"
        raise SettingsError(f.at(remedy=tables) if f.column and " > " not in f.column else f for f in faults)
    names = [owner.name for owner in document.owner]
    faults = twice_faults(folder / FILE, "disclosure", "owner", "name", names)
    publishers = read_sources(folder)["publisher"].tolist() if names and not faults else names
    absent = Fault("disclosure", "is no publisher in sources.toml", file=FILE, column="owner > name")
    faults += [absent.at(value=name, **suggest(name, publishers)) for name in names if name not in publishers]
    if faults:
        raise SettingsError(faults)
    default = pd.Series(document.default.model_dump(exclude={"persons"}))
    owners = pd.DataFrame([owner.model_dump() for owner in document.owner], columns=["name", *default.index])
    owners = owners.set_index("name").rename_axis("owner").fillna(default)
    return Limits(owners.astype({"threshold": int, "base": int}), default, document.default.persons)
