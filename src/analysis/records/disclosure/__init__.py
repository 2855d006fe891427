"""Statistical disclosure control: what is withheld so that no figure tells of an identifiable person.

Small counts are suppressed (primary suppression), and so is what would give them away (complementary suppression).
Figures are taken in the order in which they became known. What is shown once stays shown and what is withheld once
stays withheld, in every edition; so no release, beside any earlier one, tells more than the latest alone. Sums between
measures are not looked for: that one measure is the sum of others is declared nowhere.
"""

from analysis.records.disclosure.settings import FILE, Limits, SettingsError, read_limits
from analysis.records.disclosure.suppression import WITHHELD, find_disclosive, withhold

__all__ = ["FILE", "WITHHELD", "Limits", "SettingsError", "find_disclosive", "read_limits", "withhold"]
