"""Tables of lights: what the experts judged, what the figures propose, and what the previous report had."""

import pandas as pd

from analysis import text as words
from analysis.assessment.lights import better_than_figures, override_rate
from analysis.records.strategy import Strategy
from analysis.text import label
from analysis.views.tables import markup
from analysis.views.tables.board import COLOURS, correction, movement, unjudged
from analysis.views.tables.links import item_link, link_to, records
from analysis.views.tables.markup import Block, Cell
from analysis.views.tables.measured import figure_cell
from analysis.views.tables.written import comment


def goal_status(lights: pd.DataFrame, goal: int, quarter: str, language: str = "nb") -> Block:
    """Return the light of one goal at the previous report and now, and what the figures propose.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    goal : int
        Number of the goal.
    quarter : str
        The quarter reported, as ``2024Q1``.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    row = lights.loc[f"goal-{goal}"]
    return markup.facts(
        [
            _previous(row, lights, language),
            (words.period(quarter, language), status(row, language)),
            (label("movement", language), movement(row["movement"], language)),
            (label("proposal", language), proposal(row, language)),
        ]
    )


def indicator_status(lights: pd.DataFrame, indicator: str, quarter: str, language: str = "nb") -> Block:
    """Return one indicator's colour, proposal, certainty, evidence grade and chance of its target.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    indicator : str
        Id or slug of the indicator.
    quarter : str
        The quarter reported, as ``2024Q1``.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    # indicators are named by id in the frames, by slug in addresses of pages
    row = lights.loc[indicator] if indicator in lights.index else lights[lights["slug"] == indicator].iloc[0]
    chance = ""
    if row["p_target_band"]:
        indicative = label("indicative", language) if row["p_target_indicative"] else ""
        chance = markup.within(words.band(row["p_target_band"], language), indicative)
    return markup.facts(
        [
            (words.period(quarter, language), status(row, language)),
            (label("record", language), words.sentence(words.record(row["record"], language))),
            _previous(row, lights, language),
            (label("movement", language), movement(row["movement"], language)),
            (label("proposal", language), proposal(row, language)),
            (label("certainty", language), certainty(row, language)),
            (label("grade", language), grade(row, language)),
            (label("p_target", language), chance),
            (label("override", language), _override(row, language)),
        ]
    )


def lights(lights: pd.DataFrame, goal: int | None = None, language: str = "nb") -> Block:
    """Return every light of a goal, or of the whole strategy.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    goal : int, optional
        Number of the goal; the whole strategy where it is left out.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row an item: light as decided, proposal, movement, certainty and evidence grade.

    """
    chosen = lights if goal is None else lights[lights["goal"] == goal]
    rows = (
        {
            "item": item_link(row, language, numbered=True),
            "light": status(row, language),
            "proposal": proposal(row, language),
            "movement": movement(row["movement"], language),
            "certainty": certainty(row, language),
            "grade": grade(row, language),
        }
        for row in records(chosen)
    )
    return markup.labelled(label("lights_caption", language), rows, language)


def indicators(
    strategy: Strategy,
    trends: pd.DataFrame,
    lights: pd.DataFrame,
    prose: pd.DataFrame,
    goal: int,
    language: str = "nb",
) -> Block:
    """Return a goal's indicators.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    lights : DataFrame
        One row an item, as `assess` returns them.
    prose : DataFrame
        The quarter's texts, as `read_prose` returns them.
    goal : int
        Number of the goal.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row an indicator: light, what the figures propose, latest value, change with interval, comment.

    """
    chosen = lights[(lights["goal"] == goal) & (lights["kind"] == "indicator")]
    rows = []
    for row in records(chosen):
        measures = strategy.measures_of(row["item"], role="assessed")
        certainty_note = ""
        # the experts may name colours of single measures beside that of the indicator
        components = [
            markup.spaced(
                markup.small(f"{strategy.measure(measure)[f'name_{language}']}:"), markup.chip(colour, language)
            )
            for measure, colour in (row["components"] if row["judged"] not in ("", "grey") else ())
        ]
        # without sampling error there is no chance to speak of
        if row["certainty"]:
            certainty_note = label("certainty_note", language, certainty=words.certainty(row["certainty"], language))
        rows.append(
            {
                "indicator": item_link(row, language, numbered=True),
                "light": markup.lines([_decided(row, language), *components]),
                "proposal": markup.within(proposal(row, language), certainty_note),
                "latest_and_change": markup.parts(
                    figure_cell(promise, trends.loc[slug], language, named=len(measures) > 1)
                    for slug, promise in measures.iterrows()
                ),
                "comment": comment(prose, row["item"], language),
            }
        )
    caption = label("indicators_caption", language, goal=str(goal))
    return markup.labelled(caption, rows, language, widths=(18, 14, 14, 26, 28))


def subgoals(strategy: Strategy, lights: pd.DataFrame, prose: pd.DataFrame, goal: int, language: str = "nb") -> Block:
    """Return a goal's sub-goals.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    lights : DataFrame
        One row an item, as `assess` returns them.
    prose : DataFrame
        The quarter's texts, as `read_prose` returns them.
    goal : int
        Number of the goal.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a sub-goal: light and movement, comment.

    """
    chosen = lights[(lights["goal"] == goal) & (lights["kind"] == "subgoal")]
    rows = (
        {
            "subgoal": f"{row['item']} {row[f'name_{language}']}",
            "light": _decided(row, language),
            "comment": comment(prose, row["item"], language),
        }
        for row in records(chosen)
    )
    return markup.labelled(label("subgoals_caption", language, goal=str(goal)), rows, language)


def judgement_against_figures(lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return where judgement and figures differ, in colours and in movements.

    Of the colours, every row judged better than its figures with its reason; of the movements, wherever both are
    stated.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    return _colours_against(lights, language) + _movements_against(lights, language)


def _colours_against(lights: pd.DataFrame, language: str) -> Block:
    # the direction that matters: judging better than the figures hides red (a watermelon: green outside, red inside)
    rate, better = override_rate(lights), better_than_figures(lights)
    if not rate["comparable"]:
        return markup.paragraph(label("no_comparable", language))
    counts = {name: words.number(int(rate[name]), language) for name in ("comparable", "overrides", "better", "worse")}
    rows = (
        {
            "item": item_link(row, language, numbered=True),
            "judged": markup.chip(row["judged"], language),
            "proposal": markup.chip(row["proposed"], language),
            "reason": _override(row, language),
        }
        for row in records(lights.loc[better.index])
    )
    listed = markup.labelled(label("watermelon_caption", language), rows, language, empty=label("none", language))
    return markup.paragraph(label("override_rate", language, **counts)) + listed


def _movements_against(lights: pd.DataFrame, language: str) -> Block:
    """Return the movements that experts state beside those of the figures; nothing where none has both."""
    both = lights[(lights["kind"] == "indicator") & (lights["colour_source"] == "judgement")]
    # a movement nobody stated cannot differ from another
    both = both[(both["movement"] != "") & (both["proposed_movement"] != "")]
    rows = (
        {
            "indicator": item_link(row, language, numbered=True),
            "experts_say": movement(row["movement"], language),
            "figures_say": movement(row["proposed_movement"], language),
            "comparison": label("alike" if row["movement"] == row["proposed_movement"] else "unlike", language),
        }
        for row in records(both)
    )
    caption, note = label("movements_against_caption", language), label("movements_against_note", language)
    return markup.labelled(caption, rows, language, note=note)


def corrected_since(strategy: Strategy, corrections: pd.DataFrame, item: str | int, language: str = "nb") -> Block:
    """Return what later reports correct in a quarter's lights of an item and those below it.

    The lights themselves stay as published.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    corrections : DataFrame
        As `later_corrections` returns them.
    item : str or int
        Id, a goal's number or a slug.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a correction; nothing without any.

    """
    item, items = strategy.item(item), strategy.items
    below = [item]
    if item == "strategy":
        below = items.index
    elif item.startswith("goal-"):
        below = items.index[items["goal"] == items.at[item, "goal"]]
    rows = []
    for row in corrections[corrections["item"].isin(below)].to_dict("records"):
        direction = words.sentence(label(f"judged_{row['direction']}", language))
        colour = markup.chip(row["colour"], language) if row["colour"] else ""
        rows.append(
            {
                "item": link_to(strategy, row["item"], language),
                "corrected_in": words.period(row["made_in"], language),
                "as_seen_now": markup.lines([direction, colour]),
                "reason": row[f"note_{language}"],
            }
        )
    caption, note = label("corrections_caption", language), label("corrections_note", language)
    return markup.labelled(caption, rows, language, note=note)


def candidates(strategy: Strategy, goal: int, language: str = "nb") -> Block:
    """Return what is proposed as future indicators and sub-goals of a goal.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    goal : int
        Number of the goal.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    chosen = strategy.candidates[strategy.candidates["goal"] == goal]
    rows = (
        {
            "candidate": row[f"name_{language}"],
            "kind": label(f"candidate_{row['kind']}", language),
            "note": row[f"note_{language}"],
        }
        for row in chosen.to_dict("records")
    )
    block = markup.labelled(label("candidates_caption", language, goal=str(goal)), rows, language)
    # that nothing is proposed is said, as an empty list could be one that was forgotten
    for kind in ("indicator", "subgoal"):
        if kind not in set(chosen["kind"]):
            block += markup.paragraph(label(f"no_candidate_{kind}", language))
    return block


def basis(lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return a warning where nobody has judged the quarter, so that every colour is a proposal; else nothing.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    judged = (lights["colour_source"] == "judgement").any()
    return markup.EMPTY if judged else markup.card(markup.paragraph(label("proposals_only", language)))


def legend(language: str = "nb") -> Block:
    """Return how to read the lights: each colour, a tendency, and that the limits are the project's own.

    Parameters
    ----------
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    entries = [(markup.chip(colour, language), label(f"legend_{colour}", language)) for colour in COLOURS]
    entries.append((markup.light("yellow", language, "green"), label("legend_towards", language)))
    blocks = (markup.paragraph(markup.within(cell, meaning)) for cell, meaning in entries)
    return markup.beside(blocks, width=7.5) + markup.paragraph(label("own_limits", language), "note")


# --- cells --------------------------------------------------------------------------


def status(row: dict | pd.Series, language: str) -> Cell:
    """Return a light as decided: chip, tendency, and below why it is grey or that it is a proposal only."""
    why = words.reason(row["reason"], language) if row["colour"] == "grey" else ""
    notes = [markup.small(words.sentence(text)) for text in (why, unjudged(row, language)) if text]
    return markup.lines([markup.light(row["colour"], language, row["towards"], row["weak"]), *notes])


def proposal(row: dict | pd.Series, language: str) -> Cell:
    """Return what the figures propose and why; without a target what the direction alone would say, in small print."""
    cells = [markup.light(row["proposed"], language, row["proposed_towards"], row["proposed_weak"])]
    if why := row["proposed_reason"] or row["rule"]:
        cells.append(markup.small(words.sentence(words.reason(why, language))))
    # docs/method.md: direction without a target is information, never a proposal
    if row["proposed_reason"] == "no_target" and row["direction_colour"] not in ("", "grey"):
        alone = words.light(row["direction_colour"], language, row["direction_towards"])
        cells.append(markup.small(label("direction_alone", language, colour=alone)))
    return markup.lines(cells)


def _previous(row: pd.Series, lights: pd.DataFrame, language: str) -> tuple[str, Cell]:
    """Return the name of the previous report, and a row's light in it as published and as corrected since."""
    quarter = lights["previous_quarter"].max()
    name = words.period(quarter, language) if quarter else label("previous_report", language)
    then = label("then", language, quarter=name)
    # no earlier report, or one that did not have the item: two different sentences
    if not row["previous_quarter"]:
        return then, label("no_previous", language)
    if not row["previous_colour"]:
        return then, label("missing_value", language)
    light = markup.light(row["previous_colour"], language, row["previous_towards"])
    grey = row["previous_colour"] == "grey"
    why = markup.small(words.sentence(words.reason("not_on_record", language))) if grey else ""
    return then, markup.lines([light, why, *correction(row, language)])


def certainty(row: dict | pd.Series, language: str) -> Cell:
    """Return how sure the proposed colour is, with the chance of each colour, or why none is known, in small print."""
    word = words.certainty(row["certainty"], language)
    if not row["certainty"]:
        return markup.within(word, label("no_chance_grey" if row["proposed"] == "grey" else "no_chance", language))
    chances = (
        f"{words.SYMBOL[c]} {words.colour(c, language)} {words.probability(row[f'p_{c}'], language)}"
        for c in COLOURS
        if c != "grey"
    )
    return markup.within(word, ", ".join(chances))


def grade(row: dict | pd.Series, language: str) -> Cell:
    """Return the evidence grade and the lines of the evidence that decide it."""
    reasons = ", ".join(words.grade_reason(code, language) for code in row["grade_reasons"])
    return markup.within(words.grade(row["grade"], language), words.sentence(reasons))


def _decided(row: dict | pd.Series, language: str) -> Cell:
    """Return a light as decided and its movement, where one is stated."""
    return markup.lines([status(row, language), movement(row["movement"], language) if row["movement"] else ""])


def _override(row: dict | pd.Series, language: str) -> Cell:
    """Return why a judgement differs from its figures; nothing where it does not."""
    if not row["reason_code"]:
        return ""
    return f"{words.sentence(words.override(row['reason_code'], language))} {row[f'reason_{language}']}".strip()
