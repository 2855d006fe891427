"""What is withheld so that nobody can be known from a figure: few persons, and what would give them away.

Figures are taken in the order in which they became known. What is shown once stays shown and what is withheld once
stays withheld, in every edition; so no release, laid beside any earlier one, tells more than the latest alone. Between
measures nothing is looked for: that one is the sum of others is not known here.
"""

from analysis.records.disclosure.suppression import REVEALING, WITHHELD, find_revealing, withhold
from analysis.records.disclosure.settings import FILE, Limits, SettingsError, read_limits

__all__ = [
    "FILE",
    "REVEALING",
    "WITHHELD",
    "Limits",
    "SettingsError",
    "find_revealing",
    "read_limits",
    "withhold",
]
