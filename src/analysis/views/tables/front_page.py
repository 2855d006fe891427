"""The front page at one look: what moved, what did not, what nobody can know and what is in doubt."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.records.strategy import Strategy
from analysis.text import label
from analysis.text.phrases import front_text
from analysis.views.tables import markup
from analysis.views.tables.light_tables import ambitions_note, chances, correction, figures, judged, movement, why
from analysis.views.tables.markup import Block, Cell, Column, item_link, link_to, page_of, records, value_link
from analysis.views.tables.measured import cadence, overdue, why_missing

_KINDS: Final = {"goals": "goal", "indicators": "indicator", "subgoals": "subgoal"}
ANSWERS: Final = ("moved", "still", "unknown")


def key_figures(lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return of how many indicators the figures say that they moved, that they did not, or nothing; and the targets.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        Figures beside each other, each with what it counts.

    """
    own = lights[lights["kind"] == "indicator"]
    answers = answered(own)
    with_target = own["figures_state"] == "filled"
    one_figure = (answers == "unknown") & own["figures_state"].isin(["one_figure", "filled"])
    counts = {"one_figure": one_figure, "none": (answers == "unknown") & ~one_figure, "without": ~with_target}
    for change in ("better", "worse", "unchanged", "cannot_tell"):
        counts[change] = (answers != "unknown") & (own["direction_answer"] == change)
    numbers = {name: words.number(int(counted.sum()), language) for name, counted in counts.items()}
    cards = {f"key_{answer}": answers == answer for answer in ANSWERS}
    cards["key_target_all" if with_target.all() else "key_target"] = with_target
    shares = (front_text("share", language, part=int(counted.sum()), whole=len(own)) for counted in cards.values())
    captions = (front_text(key, language, **numbers) for key in cards)
    return markup.keys(zip(shares, captions, strict=True), width=10)


def answered(indicators: pd.DataFrame) -> pd.Series:
    """Return what the figures say of each indicator.

    Parameters
    ----------
    indicators : DataFrame
        Rows of `assess`.

    Returns
    -------
    Series
        ``moved``, ``still`` where no change is established, or ``unknown``.

    """
    # a level that is held against its target may be measured once: coloured, and nobody knows how it changes
    coloured = indicators["figures_state"].isin(["filled", "outlined"])
    changes = (["better", "worse"], ["unchanged", "cannot_tell"])
    conditions = [coloured & indicators["direction_answer"].isin(answers) for answers in changes]
    return pd.Series(np.select(conditions, ANSWERS[:2], ANSWERS[2]), index=indicators.index)


def overview(
    strategy: Strategy, trends: pd.DataFrame, lights: pd.DataFrame, quarter: str, language: str = "nb"
) -> Block:
    """Return the board: the goals as rows, each indicator a tile below what its figures say.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    lights : DataFrame
        One row an item, as `assess` returns them.
    quarter : str
        The quarter reported, as ``2024Q1``.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    # the whole last, as a sum is
    chosen = lights[lights["kind"].isin(["strategy", "goal"])].sort_values("kind", kind="stable")
    rows = []
    for row in records(chosen):
        own = lights[(lights["kind"] == "indicator") & ((lights["goal"] == row["goal"]) | (row["kind"] != "goal"))]
        answers = answered(own)
        if row["kind"] == "goal":
            tiles = [_tiles(strategy, trends, own[answers == answer], language) for answer in ANSWERS]
        else:
            sums = (int((answers == answer).sum()) for answer in ANSWERS)
            tiles = [markup.figure(front_text("share", language, part=n, whole=len(own))) for n in sums]
        rows.append((item_link(row, language, numbered=True), _whole(lights, row, language), *tiles))
    heads = [Column(label("goal", language), width=14), Column(front_text("whole", language), width=20)]
    heads += [Column(front_text(answer, language), width=22) for answer in ANSWERS]
    caption = front_text("caption", language, quarter=words.period(quarter, language))
    block = markup.table(caption, heads, rows, slim=True) + ambitions_note(lights, language)
    if (chosen["figures_state"] == "outlined").any():
        block += markup.paragraph(label("goal_by_direction", language), "note")
    # once for the whole board
    parts = lights[lights["kind"].isin(["indicator", "subgoal"])]
    if lost := int((parts["judgement_state"] == "colour_lost").sum()):
        text = front_text("lost", language, lost=words.number(lost, language), parts=len(parts))
        block += markup.paragraph(text, "note")
    return block


def _tiles(strategy: Strategy, trends: pd.DataFrame, own: pd.DataFrame, language: str) -> Cell:
    """Return indicators as fields that show kind, answer, name and figures; with the experts' colour where known."""
    tiles = []
    for row in records(own):
        kind, colour, what = row["figures_state"], "", why(row, language)
        if kind == "filled":
            colour = row["proposed"]
            target = strategy.measures.at[row["measure"], "target_value"]
            what = front_text("against_target", language, target=words.number(target, language))
        elif kind == "outlined":
            colour, what = row["direction_colour"], words.state("outlined", language)
        values, trend = "", trends.loc[row["measure"]]
        if not trend["missing"]:
            write = words.short if trend["unit"] == "prosent" else words.quantity
            values = write(trend["latest_value"], trend["unit"], language, trend["latest_qualifier"])
            if pd.notna(row["direction_first_value"]):
                values = f"{words.number(row['direction_first_value'], language)} → {values}"
        expert = ""
        if row["judgement_state"] == "judged":
            expert = markup.spaced(f"{label('experts', language)}:", markup.chip(row["judged"], language))
        lines = (
            markup.spaced(row["item"], _sign_and_word(row, language)),
            row[f"name_{language}"],
            " · ".join(filter(None, (values, what))),
            expert,
        )
        tiles.append(markup.tile(page_of("indicator", row["goal"], row["slug"]), lines, kind, colour))
    return markup.Markup().join(tiles)


def _sign_and_word(row: pd.Series | dict, language: str, named: bool = False) -> Cell:
    """Return what an indicator's figures say as a sign and its word; a direction may be `named` before its word."""
    kind = row["figures_state"]
    if kind == "filled":
        return markup.signed(words.SYMBOL[row["proposed"]], words.colour(row["proposed"], language))
    if kind == "outlined":
        name = f"{words.state('outlined', language)}: " if named else ""
        change = words.answer(row["direction_answer"], row["direction_fragile"], language)
        return markup.signed(words.HOLLOW[row["direction_colour"]], name + change)
    return markup.signed(words.STATE_SYMBOL[kind], words.state(kind, language))


def _whole(lights: pd.DataFrame, row: dict, language: str) -> Cell:
    """Return a goal's two places: what its figures say together, and what the experts judged, with its sub-goals."""
    counted = ""
    if row["figures_state"] == "thin_basis":
        coloured = words.number(int(row["base_target"] + row["base_direction"]), language)
        parts = words.number(int(row["base_parts"]), language)
        key = "coloured_one" if row["base_parts"] == 1 else "coloured"
        counted = markup.small(front_text(key, language, coloured=coloured, parts=parts))
    cells = [judged(row, language), movement(row["movement"], language) if row["movement"] else ""]
    if row["previous_correction"]:
        then = words.period(row["previous_quarter"], language)
        cells += [markup.small(f"{then}:"), *correction(row, language)]
    subgoals = lights[(lights["kind"] == "subgoal") & (lights["judgement_state"] == "judged")]
    subgoals = subgoals[(subgoals["goal"] == row["goal"]) & (row["kind"] == "goal")]
    cells += [markup.spaced(part["item"], judged(part, language)) for part in records(subgoals)]
    places = {"figures": [figures(row, language), counted], "experts": cells}
    return markup.parts(
        markup.lines([markup.spaced(markup.small(f"{label(name, language)}:"), first), *rest])
        for name, (first, *rest) in places.items()
    )


def quarters(lights: pd.DataFrame, states: pd.DataFrame, language: str = "nb") -> Block:
    """Return what the figures said of every indicator at the end of each quarter.

    Each field leads to the indicator's page in that quarter's report, where reports of several quarters are one site.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    states : DataFrame
        As `analysis.assessment.lights.development` returns it.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    names = states.index.unique("quarter")
    rows = []
    for row in records(lights[lights["kind"] == "indicator"]):
        page = page_of("indicator", row["goal"], row["slug"])
        cells = []
        for quarter in names:
            then = states.loc[(quarter, row["item"])]
            short = markup.small(_sign_and_word(then, language, named=True))
            if then["figures_state"] == "filled":
                short = markup.chip(then["proposed"], language)
            cells.append(markup.in_quarter(quarter, page, short))
        rows.append((item_link(row, language, numbered=True), *cells))
    heads = [Column(label("indicator", language), width=30)]
    heads += [label("quarter_short", language, year=name[:4], number=name[-1]) for name in names]
    return markup.table(label("development_table", language), heads, rows)


def distribution(lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return what the figures of every goal rest on, which colours the experts gave, and which movements they state.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        Three tables, or one where nobody has judged; each count has its base beside it.

    """
    goals = lights[lights["kind"].isin(["goal", "strategy"])].sort_values("kind", kind="stable")
    parts = ("parts", "target", "direction", "one_figure", "none")
    rows = [
        (item_link(row, language, numbered=True), *(words.number(int(row[f"base_{part}"]), language) for part in parts))
        for row in records(goals)
    ]
    heads = [Column(label("goal", language))]
    states = (words.sentence(words.state(kind, language)).rstrip(".") for kind in ("filled", "outlined", "one_figure"))
    names = (front_text("base_parts", language), *states, front_text("base_none", language))
    heads += [Column(name, numeric=True) for name in names]
    block = markup.table(front_text("base_caption", language), heads, rows, slim=True)
    if not (lights["colour_source"] == "judgement").any():
        return block
    experts = lights["judged"].where(lights["judgement_state"] == "judged", lights["judgement_state"])
    colours = {code: f"{words.SYMBOL[code]} {words.colour(code, language)}" for code in words.SYMBOL}
    states = [code for code in ("colour_lost", "not_judged") if (experts == code).any()]
    colours |= {code: f"{words.STATE_SYMBOL[code]} {words.state(code, language)}".strip() for code in states}
    # the word before the colon is the movement, the rest explains it: too long for the head of a narrow column
    arrows = {
        code: f"{words.MOVEMENT_SYMBOL[code]} {words.movement(code, language).partition(':')[0]}".strip()
        for code in ("up", "unchanged", "down", "split", "")
    }
    block += _counts("colours_caption", colours, experts, lights["kind"], language)
    return block + _counts("movements_caption", arrows, lights["movement"], lights["kind"], language)


def _counts(caption: str, heads: dict[str, str], codes: pd.Series, kinds: pd.Series, language: str) -> Block:
    rows = []
    for name, kind in _KINDS.items():
        own = codes[kinds == kind]
        group = front_text("group_of", language, name=front_text(name, language), whole=len(own))
        rows.append((group, *(words.number(int((own == code).sum()), language) for code in heads)))
    columns = [Column(front_text("rows", language)), *(Column(head, numeric=True) for head in heads.values())]
    return markup.table(front_text(caption, language), columns, rows, slim=True)


def doubts(
    strategy: Strategy, observations: pd.DataFrame, trends: pd.DataFrame, lights: pd.DataFrame, language: str = "nb"
) -> Block:
    """Return four lists beside each other, each with its heading; an empty one says that there is nothing in it.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    lights : DataFrame
        One row an item, as `assess` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    assessed = trends[trends["role"] == "assessed"]
    lists = {
        "uncertain": _uncertain(lights, strategy, language),
        "overdue": _overdue(strategy, assessed, language),
        "unmeasured": _unmeasured(strategy, assessed, language),
        "conflict": _conflicts(strategy, observations, assessed, language),
    }
    blocks = (
        markup.heading(front_text(name, language), 3)
        + (markup.bullets(cells) or markup.paragraph(front_text(f"none_{name}", language)))
        for name, cells in lists.items()
    )
    return markup.beside(blocks, width=22)


def _uncertain(lights: pd.DataFrame, strategy: Strategy, language: str) -> Iterator[Cell]:
    chosen = lights[(lights["kind"] == "indicator") & lights["certainty"].isin(["uncertain", "borderline"])]
    for row in records(chosen):
        certainty = f"{words.certainty(row['certainty'], language)} ({', '.join(chances(row, language).values())})"
        proposed = markup.spaced(markup.chip(row["proposed"], language), certainty)
        yield markup.lines([link_to(strategy, row["item"], language), proposed])


def _overdue(strategy: Strategy, assessed: pd.DataFrame, language: str) -> Iterator[Cell]:
    for measure in overdue(strategy, assessed):  # the longest overdue first
        row = assessed.loc[measure]
        sentence = front_text(
            "overdue_by",
            language,
            period=words.period(row["latest_period"], language),
            age=words.number(row["age"], language, 1),
            cadence=cadence(strategy.measures.at[measure, "cadence"], language),
        )
        yield markup.lines([link_to(strategy, row["indicator"], language), sentence])


def _unmeasured(strategy: Strategy, assessed: pd.DataFrame, language: str) -> Iterator[Cell]:
    """Return one entry a reason: the indicators it holds for, and which of their measures where others have figures."""
    missing = assessed[assessed["missing"] != ""]
    reasons = [why_missing(strategy.measure(slug), code, language) for slug, code in missing["missing"].items()]
    measured = set(assessed.loc[assessed["missing"] == "", "indicator"])
    for reason, alike in missing.groupby(pd.Series(reasons, missing.index, dtype=object), sort=False):
        cells = []
        for item, own in alike.groupby("indicator", sort=False):
            # named only where the indicator has another measure with a figure: else all of it is missing
            names = "; ".join(strategy.measure(slug)[f"name_{language}"] for slug in own.index)
            cells.append(markup.spaced(link_to(strategy, item, language), f"({names})" if item in measured else ""))
        yield markup.lines([*cells, reason])


def _conflicts(strategy: Strategy, observations: pd.DataFrame, assessed: pd.DataFrame, language: str) -> Iterator[Cell]:
    # figures withheld are not in doubt, so they are not here
    contradicted = observations["standing"].isin(["conflict", "excluded"])
    chosen = observations[contradicted & observations["measure"].isin(assessed.index)]
    for row in chosen.to_dict("records"):
        used, key = assessed.loc[row["measure"]], f"said_{row['standing']}"
        places = {
            "value": words.quantity(row["value"], row["unit"], language, row["qualifier"]),
            "period": words.period(row["period"], language),
        }
        if not used["missing"]:
            places["used"] = words.quantity(used["latest_value"], row["unit"], language)
            places["latest"] = words.period(used["latest_period"], language)
        sentence = front_text(f"{key}_alone" if used["missing"] else key, language, **places)
        with_row = markup.spaced(sentence, value_link(row["file"], row["line"], label("row", language)))
        yield markup.lines([link_to(strategy, used["indicator"], language), with_row])
