"""Tables of lights: what the experts judged, what the figures propose, and what was said at the last report."""

from collections.abc import Iterable

import pandas as pd

from analysis import text as words
from analysis.assessment.lights import better_than_figures, override_rate
from analysis.records.strategy import Strategy
from analysis.text import label
from analysis.views.tables import markup
from analysis.views.tables.board import COLOURS, movement, unjudged
from analysis.views.tables.links import item_link, link_to, records
from analysis.views.tables.markup import Block, Cell, Column
from analysis.views.tables.measured import figure_cell
from analysis.views.tables.written import comment


def goal_status(lights: pd.DataFrame, goal: int, quarter: str, language: str = "nb") -> Block:
    """Return how one goal stood at the previous report, how it stands now and what the figures propose."""
    row = lights.loc[f"goal-{goal}"]
    then = label("then", language, quarter=_then(lights, language))
    pairs = [
        (then, previous(row, language)),
        (words.period(quarter, language), status(row, language)),
        (label("movement", language), movement(row, language)),
        (label("proposal", language), proposal(row, language)),
    ]
    return markup.facts(pairs, across=True)


def indicator_status(lights: pd.DataFrame, indicator: str, quarter: str, language: str = "nb") -> Block:
    """Return one indicator's colour, proposal, certainty, evidence grade and chance of its target."""
    row = _row_of(lights, indicator)
    then = label("then", language, quarter=_then(lights, language))
    pairs = [
        (words.period(quarter, language), status(row, language)),
        (label("record", language), markup.text(words.sentence(words.record(row["record"], language)))),
        (then, previous(row, language)),
        (label("movement", language), movement(row, language)),
        (label("proposal", language), proposal(row, language)),
        (label("certainty", language), certainty(row, language)),
        (label("grade", language), grade(row, language)),
        (label("p_target", language), _chance(row, language)),
        (label("override", language), _override(row, language)),
    ]
    return markup.facts(pairs, across=True)


def lights(lights: pd.DataFrame, goal: int | None = None, language: str = "nb") -> Block:
    """Return every light of a goal, or of the whole strategy: judged, proposed, movement, certainty, grade, reason."""
    chosen = lights if goal is None else lights[lights["goal"] == goal]
    names = ("item", "light", "proposal", "movement", "certainty", "grade")
    rows = [
        (
            item_link(row, language, numbered=True),
            status(row, language),
            proposal(row, language),
            movement(row, language),
            certainty(row, language),
            grade(row, language),
        )
        for row in records(chosen)
    ]
    return markup.table(label("lights_caption", language), [label(n, language) for n in names], rows)


def indicators(
    strategy: Strategy,
    trends: pd.DataFrame,
    lights: pd.DataFrame,
    prose: pd.DataFrame,
    goal: int,
    language: str = "nb",
) -> Block:
    """Return a goal's indicators: light, what the figures propose, latest value, change with interval, comment."""
    widths = {"indicator": 18, "light": 14, "proposal": 14, "latest_and_change": 26, "comment": 28}
    chosen = lights[(lights["goal"] == goal) & (lights["kind"] == "indicator")]
    rows = []
    for row in records(chosen):
        measures = strategy.measures_of(row["item"], role="assessed")
        named = len(measures) > 1
        rows.append(
            (
                item_link(row, language, numbered=True),
                markup.lines([status(row, language), _moved(row, language), *_components(row, strategy, language)]),
                markup.lines([proposal(row, language), _certainty_note(row, language)]),
                markup.parts(figure_cell(m, trends.loc[m.name], language, named) for m in _each(measures)),
                comment(prose, row["item"], language),
            )
        )
    caption = label("indicators_caption", language, goal=str(goal))
    return markup.table(caption, [Column(label(n, language), width=w) for n, w in widths.items()], rows)


def subgoals(strategy: Strategy, lights: pd.DataFrame, prose: pd.DataFrame, goal: int, language: str = "nb") -> Block:
    """Return a goal's sub-goals: light, movement, comment."""
    chosen = lights[(lights["goal"] == goal) & (lights["kind"] == "subgoal")]
    rows = [
        (
            markup.text(f"{row['item']} {row[f'name_{language}']}"),
            markup.lines([status(row, language), _moved(row, language)]),
            comment(prose, row["item"], language),
        )
        for row in records(chosen)
    ]
    names = ("subgoal", "light", "comment")
    return markup.table(label("subgoals_caption", language, goal=str(goal)), [label(n, language) for n in names], rows)


def judgement_against_figures(lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return where judgement and figures part: in colours, with every row judged better than its figures and why, and
    in movements, wherever both are known.
    """
    return _colours_against(lights, language) + _movements_against(lights, language)


def _colours_against(lights: pd.DataFrame, language: str) -> Block:
    rate, better = override_rate(lights), better_than_figures(lights)
    if not rate["comparable"]:
        return markup.paragraph(label("no_comparable", language))
    counts = {name: words.number(int(rate[name]), language) for name in ("comparable", "overrides", "better", "worse")}
    rows = [
        (
            item_link(row, language, numbered=True),
            markup.chip(row["judged"], language),
            markup.chip(row["proposed"], language),
            _override(row, language),
        )
        for row in records(lights.loc[better.index])
    ]
    heads = [label(n, language) for n in ("item", "judged", "proposal", "reason")]
    listed = markup.table(label("watermelon_caption", language), heads, rows, empty=label("none", language))
    return markup.paragraph(label("override_rate", language, **counts)) + listed


def _movements_against(lights: pd.DataFrame, language: str) -> Block:
    """Return the movements that experts state beside those of the figures; nothing where none has both."""
    both = lights[(lights["kind"] == "indicator") & (lights["colour_source"] == "judgement")]
    both = both[(both["movement"] != "") & (both["proposed_movement"] != "")]
    rows = [
        (
            item_link(row, language, numbered=True),
            movement(row, language),
            movement({"movement": row["proposed_movement"]}, language),
            markup.text(label("alike" if row["movement"] == row["proposed_movement"] else "unlike", language)),
        )
        for row in records(both)
    ]
    heads = [label(n, language) for n in ("indicator", "experts_say", "figures_say", "comparison")]
    return markup.table(
        label("movements_against_caption", language), heads, rows, note=label("movements_against_note", language)
    )


def corrected_since(strategy: Strategy, corrections: pd.DataFrame, item: str | int, language: str = "nb") -> Block:
    """Return what later reports correct in a quarter's lights of an item and those below it; nothing without any.

    `corrections` is as `later_corrections` gives it: the lights themselves stay as published.
    """
    chosen = corrections[corrections["item"].isin(_with_parts(strategy, strategy.item(item)))]
    rows = [
        (
            link_to(strategy, row["item"], language),
            markup.text(words.period(row["made_in"], language)),
            _corrected(row, language),
            markup.text(row[f"note_{language}"]),
        )
        for row in chosen.to_dict("records")
    ]
    names = ("item", "corrected_in", "as_seen_now", "reason")
    return markup.table(
        label("corrections_caption", language),
        [label(n, language) for n in names],
        rows,
        note=label("corrections_note", language),
    )


def _with_parts(strategy: Strategy, item: str) -> list[str]:
    items = strategy.items
    if item == "strategy":
        return list(items.index)
    return list(items.index[items["goal"] == items.at[item, "goal"]]) if item.startswith("goal-") else [item]


def _corrected(row: dict, language: str) -> Cell:
    """Return how a light is seen now: too positive or too negative, and its colour where the correction names one."""
    said = markup.text(words.sentence(label(f"judged_{row['direction']}", language)))
    return markup.lines([said, markup.chip(row["colour"], language)] if row["colour"] else [said])


def candidates(strategy: Strategy, goal: int, language: str = "nb") -> Block:
    """Return what is proposed as future indicators and sub-goals of a goal."""
    chosen = strategy.candidates[strategy.candidates["goal"] == goal]
    rows = [
        (
            markup.text(row[f"name_{language}"]),
            markup.text(label(f"candidate_{row['kind']}", language)),
            markup.text(row[f"note_{language}"]),
        )
        for row in chosen.to_dict("records")
    ]
    names = ("candidate", "kind", "note")
    absent = [kind for kind in ("indicator", "subgoal") if kind not in set(chosen["kind"])]
    filled = markup.table(
        label("candidates_caption", language, goal=str(goal)), [label(n, language) for n in names], rows
    )
    return filled + markup.together(markup.paragraph(label(f"no_candidate_{kind}", language)) for kind in absent)


def basis(lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return a warning where nobody has judged the quarter, so that every colour is a proposal; else nothing."""
    judged = (lights["colour_source"] == "judgement").any()
    return markup.EMPTY if judged else markup.card(markup.paragraph(label("proposals_only", language)))


def legend(language: str = "nb") -> Block:
    """Return how to read the lights: each colour, a tendency, and that the limits are the project's own."""
    shown = [(markup.chip(colour, language), label(f"legend_{colour}", language)) for colour in COLOURS]
    shown.append((markup.light("yellow", language, "green"), label("legend_towards", language)))
    entries = (markup.cell_block(markup.lines([cell, markup.small(said)])) for cell, said in shown)
    return markup.beside(entries, width=7.5) + markup.paragraph(label("own_limits", language), "note")


# --- cells --------------------------------------------------------------------------


def status(row: dict | pd.Series, language: str) -> Cell:
    """Return a light as decided: chip, tendency, and below why it is grey or that it is a proposal only."""
    shown = markup.light(row["colour"], language, row["towards"], row["weak"])
    why = words.reason(row["reason"], language) if row["colour"] == "grey" else ""
    return markup.lines(
        [shown, *(markup.small(words.sentence(text)) for text in (why, unjudged(row, language)) if text)]
    )


def proposal(row: dict | pd.Series, language: str) -> Cell:
    """Return what the figures propose and why; without a target what the direction alone would say, in small print."""
    shown = markup.light(row["proposed"], language, row["proposed_towards"], row["proposed_weak"])
    why = row["proposed_reason"] or row["rule"]
    notes = [words.sentence(words.reason(why, language))] if why else []
    if row["proposed_reason"] == "no_target" and row["direction_colour"] not in ("", "grey"):
        alone = words.light(row["direction_colour"], language, row["direction_towards"])
        notes.append(label("direction_alone", language, colour=alone))
    return markup.lines([shown, *map(markup.small, notes)])


def previous(row: dict | pd.Series, language: str) -> Cell:
    """Return the light of the previous report as published, and how it has been corrected since."""
    if not row["previous_quarter"]:
        return markup.text(label("no_previous", language))
    if not row["previous_colour"]:
        return markup.text(label("missing_value", language))
    cells = [markup.light(row["previous_colour"], language, row["previous_towards"])]
    if row["previous_colour"] == "grey":
        cells.append(markup.small(words.sentence(words.reason("not_on_record", language))))
    if row["previous_correction"]:
        cells.append(markup.small(label(f"corrected_{row['previous_correction']}", language)))
        if row["previous_corrected"]:
            cells.append(markup.chip(row["previous_corrected"], language))
    return markup.lines(cells)


def certainty(row: dict | pd.Series, language: str) -> Cell:
    """Return how sure the proposed colour is, with the chance of each colour, or why none is known, in small print."""
    word = markup.text(words.certainty(row["certainty"], language))
    if not row["certainty"]:
        return markup.within(word, label("no_chance_grey" if row["proposed"] == "grey" else "no_chance", language))
    chances = (
        f"{words.SYMBOL[c]} {words.colour(c, language)} {words.probability(row[f'p_{c}'], language)}"
        for c in COLOURS[:3]
    )
    return markup.lines([word, markup.small(", ".join(chances))])


def grade(row: dict | pd.Series, language: str) -> Cell:
    """Return the evidence grade and the lines of the evidence that decide it."""
    reasons = ", ".join(words.grade_reason(code, language) for code in row["grade_reasons"])
    return markup.within(markup.text(words.grade(row["grade"], language)), words.sentence(reasons))


def _moved(row: dict | pd.Series, language: str) -> Cell:
    """Return the movement for a cell that holds the light too; nothing where none is stated."""
    return markup.NOTHING if not row["movement"] else movement(row, language)


def _components(row: dict | pd.Series, strategy: Strategy, language: str) -> Iterable[Cell]:
    """Return the colours named for single measures, where the experts named them."""
    named = row["components"] if row["judged"] not in ("", "grey") else ()
    for measure, colour in named:
        yield markup.small(f"{strategy.measure(measure)[f'name_{language}']}:") + markup.chip(colour, language)


def _certainty_note(row: dict | pd.Series, language: str) -> Cell:
    if not row["certainty"]:
        return markup.NOTHING
    return markup.small(label("certainty_note", language, certainty=words.certainty(row["certainty"], language)))


def _chance(row: dict | pd.Series, language: str) -> Cell:
    if not row["p_target_band"]:
        return markup.NOTHING
    said = words.band(row["p_target_band"], language)
    return markup.within(markup.text(said), label("indicative", language) if row["p_target_indicative"] else "")


def _override(row: dict | pd.Series, language: str) -> Cell:
    if not row["reason_code"]:
        return markup.NOTHING
    return markup.text(words.sentence(words.override(row["reason_code"], language))) + markup.text(
        row[f"reason_{language}"]
    )


def _then(lights: pd.DataFrame, language: str) -> str:
    quarter = lights["previous_quarter"].max()
    return words.period(quarter, language) if quarter else label("previous_report", language)


def _row_of(lights: pd.DataFrame, item: str) -> pd.Series:
    return lights.loc[item] if item in lights.index else lights[lights["slug"] == item].iloc[0]


def _each(measures: pd.DataFrame) -> Iterable[pd.Series]:
    return (row for _, row in measures.iterrows())
