"""Whom an attacker at the door finds protected: the settings and the promise as typed, and what a row tells of persons.

Read anew, with none of the code that withholds, so that a fault in that is none in this.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_DEFAULT: Final = {"threshold": 5, "base": 10, "persons": ["personer"]}
Row = dict[str, str]


@dataclass(frozen=True)
class Rules:
    """Which measures count persons, and below what each source's counts must not be shown."""

    persons: frozenset[str]
    threshold: Mapping[str, int]
    base: Mapping[str, int]

    def least(self, row: Row) -> tuple[int, int]:
        """Return the smallest count and the smallest group that a row may show; of several sources the strictest."""
        sources = row["source"].split("+")
        return max(self.threshold[source] for source in sources), max(self.base[source] for source in sources)


def read_rules(raw: Path) -> Rules:
    """Return the rules of ``strategy.toml``, ``sources.toml`` and ``disclosure.toml`` in `raw`."""
    documents = {name: _toml(raw / f"{name}.toml") for name in ("strategy", "sources", "disclosure")}
    default = _DEFAULT | documents["disclosure"].get("default", {})
    owners = {owner["name"]: default | owner for owner in documents["disclosure"].get("owner", ())}
    sources = {s["slug"]: owners.get(s["publisher"], default) for s in documents["sources"].get("source", ())}
    measures = list(_measures(documents["strategy"]))
    persons = [m["slug"] for m in measures if m.get("counts") in default["persons"]]
    asked = [m["slug"] for m in measures if "counts" not in m and m["basis"].startswith("survey")]
    limits = {kind: {source: limit[kind] for source, limit in sources.items()} for kind in ("threshold", "base")}
    return Rules(frozenset([*persons, *asked]), **limits)


def _toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def _measures(node: Any) -> Iterator[dict[str, Any]]:
    """Yield everything in a document that has a slug and a basis: measures, wherever they stand."""
    if isinstance(node, dict):
        if "slug" in node and "basis" in node:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _measures(each)


def counts(row: Row) -> tuple[float | None, float | None, float]:
    """Return how many persons a row tells of and of how many, None where it does not, and how inexactly."""
    part, whole, value, n = (float(row[c]) if row[c] else None for c in ("numerator", "denominator", "value", "n"))
    if part is not None:
        return part, whole, 0.0
    if row["unit"] == "prosent":
        if value is None or n is None:
            return None, whole if n is None else n, 0.0
        return float(round(value * n / 100)), n, n * (1.0 if value.is_integer() else 0.1) / 200
    return (value, whole, 0.0) if value is not None and value.is_integer() else (None, n, 0.0)


def is_few(row: Row, rules: Rules) -> bool:
    """Return whether a row tells of few persons: those counted, the others, or all of them."""
    part, whole, _ = counts(row)
    least, base = rules.least(row)
    small = part is not None and 0 < part < least
    rest = part is not None and whole is not None and 0 < whole - part < least
    return small or rest or (whole is not None and 0 < whole < base)
