"""A colour for every row of the report: where it is heading, how sure and well founded it is, and why.

The figures propose and the experts decide. `trends.find_trends` follows each measure; `proposals.assess_measures`
compares it with its promise and proposes a colour; `lights.assess` gathers measures into indicators, indicators and
sub-goals into goals, goals into the strategy, and puts the experts' judgement beside every proposal. `direction` says
what a change means where no target is known. No limit for these indicators could be obtained: all are conventions,
gathered with their reasons in `limits`, and `proposals.sensitivity` shows what moving them would change. docs/method.md
explains the same to a reader.
"""
