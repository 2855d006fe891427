"""Frames that tell of few persons are not handed on, wherever they came from."""

from analysis.core import paths
from analysis.records.disclosure import find_disclosive, read_limits
from analysis.views.status import Status


class FewPersonsError(ValueError):
    """Figures about too few people; the message names measure, period and raw row, and does not repeat the figure."""


def refuse_few_persons(status: Status) -> None:
    """Refuse figures that tell of few persons, or would give such a figure away, by each owner's limits.

    What `read_observations` returned is withheld where it must be; a frame of another making may not be.

    Raises:
        FewPersonsError: listing every such row by measure, period, file and line.
        SettingsError: when the limits cannot be read.

    """
    rows, limits = status.observations, read_limits(paths.raw_folder())
    found = rows[find_disclosive(rows, status.strategy.measures, status.sources["publisher"], limits)]
    if len(found):
        places = (f"{r.measure}, {r.period} ({r.file}:{r.line})" for r in found.itertuples())
        raise FewPersonsError("too few people to be told about: " + "; ".join(places))
