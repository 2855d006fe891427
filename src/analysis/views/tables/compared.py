"""How far a colour depends on the method: the same series under other limits and other offices' rules."""

from functools import partial

import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.text.phrases import label
from analysis.views.tables import markup
from analysis.views.tables.markup import Block

_text = partial(words.look_up, "exploring.sensitivity")


def by_office(strategy: Strategy, sensitivity: pd.DataFrame, language: str = "nb") -> Block:
    """Return each measure's colour under every office's rule, and how many agree with the proposal.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    sensitivity : DataFrame
        As `published_methods.sensitivity` returns it.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a measure; those for which no rule can answer are named below.

    """
    answered = sensitivity[sensitivity["answering"] > 0]
    # columns of rules are named "office method"
    offices = [name for name in sensitivity.columns if " " in name]
    heads = [label("measure", language), label("proposal", language), _text("direction", language)]
    heads += [words.office(*name.split(" "), language) for name in offices] + [_text("agreeing", language)]
    rows = [
        (
            strategy.measure(measure)[f"name_{language}"],
            markup.chip(row["proposed"], language),
            markup.hollow(row["direction"], language) if row["direction"] in words.HOLLOW else "",
            *(markup.chip(row[name], language) for name in offices),
            _text("of", language, **row),
        )
        for measure, row in answered.iterrows()
    ]
    note, empty = _text("note", language), _text("nobody", language)
    table = markup.table(_text("by-office", language), heads, rows, empty=empty, note=note)
    silent = sensitivity.index.difference(answered.index, sort=False)
    names = "; ".join(strategy.measure(measure)[f"name_{language}"] for measure in silent)
    return table + markup.paragraph(_text("silent", language, names=names) if names else "")


def by_limit(strategy: Strategy, moved: pd.DataFrame, language: str = "nb") -> Block:
    """Return each proposed colour with the limits moved down and up.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    moved : DataFrame
        As `analysis.sensitivity` returns it.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a measure that has a proposal.

    """
    # a grey proposal has no limits that could be moved
    chosen = moved[moved["proposed"] != "grey"]
    heads = [label("measure", language), _text("lower", language), label("proposal", language)]
    heads += [_text("higher", language), _text("stable", language)]
    rows = [
        (
            strategy.measure(measure)[f"name_{language}"],
            *(markup.chip(row[name], language) for name in ("lower", "proposed", "higher")),
            _text("yes" if row["stable"] else "no", language),
        )
        for measure, row in chosen.iterrows()
    ]
    return markup.table(_text("by-limit", language), heads, rows, empty=_text("nobody", language))


def answers(verdicts: pd.DataFrame, measures: pd.Index, language: str = "nb") -> Block:
    """Return for how many measures each office's rule answers, and why not for the others.

    Parameters
    ----------
    verdicts : DataFrame
        As `published_methods.verdicts` returns them.
    measures : Index
        Slugs of the measures to count.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row an office's rule.

    """
    chosen = verdicts[verdicts["measure"].isin(measures)]
    rows = []
    for (office, method), group in chosen.groupby(["office", "method"], sort=False):
        reasons = group.loc[group["reason"] != "", "reason"].value_counts(sort=True)
        why = [f"{words.hindrance(code, language)}: {count}" for code, count in reasons.items()]
        answered = words.number((group["reason"] == "").sum(), language)
        rows.append((words.office(office, method, language), answered, markup.lines(why)))
    heads = [label("method", language), _text("answered", language), _text("unanswered", language)]
    return markup.table(_text("answers", language), heads, rows, empty=_text("nobody", language))
