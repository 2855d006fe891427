"""The limits below which persons are protected: each owner's own where one is stated, else the house's."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

FILE: Final = "disclosure.toml"


class SettingsError(ValueError):
    """The limits cannot be read as they stand; the message says what is wrong in the file."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class _House(_Strict):
    threshold: int = Field(default=5, ge=2)
    base: int = Field(default=10, ge=2)
    rule: str = Field(default="the house's own caution", min_length=1)
    persons: tuple[str, ...] = ("personer",)


class _Owner(_Strict):
    name: str = Field(min_length=1)
    threshold: int | None = Field(default=None, ge=2)
    base: int | None = Field(default=None, ge=2)
    rule: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        given = [self.threshold is not None, self.base is not None, bool(self.rule)]
        if any(given) and not all(given):
            raise ValueError("an owner's rule has threshold, base and rule (where it is stated); give all, or none")
        return self


class _Document(_Strict):
    house: _House = _House()
    owner: tuple[_Owner, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What protects whom.

    ``owners``: index owner; threshold (smallest count shown), base (smallest group a share may be of), rule (where it
    is stated) and own (whether the owner stated it; else the house's holds). ``house``: the same for everyone else.
    ``persons``: the words of a measure's `counts` that are persons.
    """

    owners: pd.DataFrame
    house: pd.Series
    persons: tuple[str, ...]

    def of(self, publishers: pd.Series) -> pd.DataFrame:
        """Return threshold and base for each of `publishers`, as whole numbers, the house's where none is stated."""
        found = self.owners[["threshold", "base"]].reindex(publishers)
        return found.fillna(self.house[["threshold", "base"]]).astype(int).set_axis(publishers.index)

    def counts_persons(self, measures: pd.DataFrame) -> pd.Series:
        """Return of each measure whether it counts persons; what a survey asks is asked of persons, if not said."""
        counts = measures["counts"]
        return counts.isin(self.persons) | (counts.isna() & measures["basis"].str.startswith("survey"))


def read_limits(folder: Path) -> Limits:
    """Return the limits of ``disclosure.toml`` in `folder` (``data/raw``); the house's alone where there is no file.

    Raises:
        SettingsError: naming what is wrong.

    """
    file = folder / FILE
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
        document = _Document.model_validate(written)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{FILE}: cannot be read: {error}") from error
    except ValidationError as error:
        told = [f"{FILE}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise SettingsError("\n".join(told)) from error
    names = [owner.name for owner in document.owner]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SettingsError(f"{FILE}: stands twice: {', '.join(twice)}")
    house = pd.Series({"threshold": document.house.threshold, "base": document.house.base, "rule": document.house.rule})
    rows = [_held(owner, house) for owner in document.owner]
    owners = pd.DataFrame(rows, columns=["owner", "threshold", "base", "rule", "own"]).set_index("owner")
    return Limits(owners, house, document.house.persons)


def _held(owner: _Owner, house: pd.Series) -> tuple:
    if owner.threshold is None:
        return owner.name, house["threshold"], house["base"], house["rule"], False
    return owner.name, owner.threshold, owner.base, owner.rule, True
