"""How far a colour depends on the method: the same series under other limits and other offices' rules."""

import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.text import label
from analysis.views.tables import markup
from analysis.views.tables.markup import Block, Cell


def by_office(strategy: Strategy, sensitivity: pd.DataFrame, language: str = "nb") -> Block:
    """Return each measure's colour under every office's rule, and how many agree with the proposal.

    `sensitivity` is the frame of `analysis.assessment.published.sensitivity`. Measures for which no rule can answer are
    named below the table.
    """
    answered = sensitivity[sensitivity["answering"] > 0]
    offices = [name for name in sensitivity.columns if " " in name]
    heads = [label("measure", language), label("proposal", language), _said("direction", language)]
    heads += [words.office(*name.split(" "), language) for name in offices] + [_said("agreeing", language)]
    shown = markup.table(
        _said("by-office", language),
        heads,
        [
            (
                _name(strategy, row["measure"], language),
                *(markup.chip(row[name], language) for name in ("proposed", "direction", *offices)),
                markup.text(_said("of", language, **row)),
            )
            for row in answered.rename_axis("measure").reset_index().to_dict("records")
        ],
        empty=_said("nobody", language),
        note=_said("note", language),
    )
    silent = sensitivity.index.difference(answered.index, sort=False)
    names = "; ".join(strategy.measure(measure)[f"name_{language}"] for measure in silent)
    return shown + markup.paragraph(_said("silent", language, names=names) if names else "")


def by_limit(strategy: Strategy, moved: pd.DataFrame, language: str = "nb") -> Block:
    """Return each proposed colour with the limits moved down and up; `moved` is `analysis.sensitivity`."""
    chosen = moved[moved["proposed"] != "grey"]
    heads = [label("measure", language), *(_said(name, language) for name in ("lower", "higher"))]
    heads = [heads[0], heads[1], label("proposal", language), heads[2], _said("stable", language)]
    return markup.table(
        _said("by-limit", language),
        heads,
        [
            (
                _name(strategy, row["measure"], language),
                *(markup.chip(row[name], language) for name in ("lower", "proposed", "higher")),
                markup.text(_said("yes" if row["stable"] else "no", language)),
            )
            for row in chosen.rename_axis("measure").reset_index().to_dict("records")
        ],
        empty=_said("nobody", language),
    )


def answers(verdicts: pd.DataFrame, measures: pd.Index, language: str = "nb") -> Block:
    """Return, for each office's rule, how many of `measures` it answers for and why it is silent about the others."""
    chosen = verdicts[verdicts["measure"].isin(measures)]
    rows = []
    for (office, method), group in chosen.groupby(["office", "method"], sort=False):
        reasons = group.loc[group["reason"] != "", "reason"].value_counts(sort=True)
        why = [markup.text(f"{words.hindrance(code, language)}: {count}") for code, count in reasons.items()]
        answered = markup.text(words.number((group["reason"] == "").sum(), language))
        rows.append((markup.text(words.office(office, method, language)), answered, markup.lines(why)))
    heads = [label("method", language), _said("answered", language), _said("unanswered", language)]
    return markup.table(_said("answers", language), heads, rows, empty=_said("nobody", language))


def _name(strategy: Strategy, measure: str, language: str) -> Cell:
    return markup.text(strategy.measure(measure)[f"name_{language}"])


def _said(key: str, language: str, **places: object) -> str:
    return words.look_up("exploring.sensitivity", key, language, **places)
