"""Tables of lights: what the experts judged, what the figures propose, and what the previous report had.

Below them the cells they are made of: a light's places for figures and experts, and the sum behind it.
"""

import math
from typing import Final

import numpy as np
import pandas as pd

from analysis import text as words
from analysis.assessment.lights import better_than_figures, override_rate
from analysis.assessment.limits import LIMITS
from analysis.core.units import SHARE_UNIT
from analysis.records.strategy import Strategy
from analysis.text import label, look_up
from analysis.views.tables import markup
from analysis.views.tables.expert_text import comments
from analysis.views.tables.markup import Block, Cell, below, item_link, link_to, records
from analysis.views.tables.measured import figure_cell, why_missing

# where the ambitions are published that could not be obtained
AMBITIONS: Final = "https://www.ehelse.no/publikasjoner/strategiske-e-helseindikatorer"


def goal_status(lights: pd.DataFrame, goal: int, quarter: str, language: str = "nb") -> Block:
    """Return what the experts judged of one goal then and now, and what its indicators' figures say together.

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
    base = words.sentence(words.base(row, language))
    by_direction = label("goal_by_direction", language) if row["figures_state"] == "outlined" else ""
    facts = markup.facts(
        [
            _then(row, lights, language),
            (f"{label('experts', language)}, {words.period(quarter, language)}", judged(row, language)),
            (label("movement", language), movement(row["movement"], language)),
            (label("figures", language), markup.within(figures(row, language), f"{base} {by_direction}".strip())),
        ]
    )
    is_lost = (lights.loc[lights["goal"] == goal, "judgement_state"] == "colour_lost").any()
    return facts + markup.paragraph(label("lost_note", language) if is_lost else "", "note")


def _then(row: pd.Series, lights: pd.DataFrame, language: str) -> tuple[str, Cell]:
    """Return the name of the previous report, which an item may be missing from, and the light in it."""
    quarter = lights["previous_quarter"].max()
    name = words.period(quarter, language) if quarter else label("previous_report", language)
    light = markup.lines([previous(row, language), *correction(row, language)])
    return label("then", language, quarter=name), light


def _of_indicator(lights: pd.DataFrame, indicator: str) -> pd.Series:
    # indicators are named by id in the frames, by slug in addresses of pages
    return lights.loc[indicator] if indicator in lights.index else lights[lights["slug"] == indicator].iloc[0]


def standing(
    strategy: Strategy, trends: pd.DataFrame, lights: pd.DataFrame, indicator: str, language: str = "nb"
) -> Block:
    """Return where an indicator stands: what its figures say, how sure that is, and what the experts judged.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    lights : DataFrame
        One row an item, as `assess` returns them.
    indicator : str
        Id or slug of the indicator.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        The two places. Beside a direction its interval and the ambitions that would be met; beside a single figure its
        level; beside none why.

    """
    row = _of_indicator(lights, indicator)
    sentences = figures_in_words(strategy, trends, row, language)
    line = sum_line(strategy.measure(row["measure"]), trends.loc[row["measure"]], row, language)
    # the sum of a direction is its change in full
    sentences = [line, *sentences[1:]] if line and row["figures_state"] == "outlined" else [*sentences, line]
    record = words.sentence(words.record(row["record"], language)) if row["record"] else ""
    places = {
        "figures": markup.lines([markup.large(figures(row, language)), *sentences]),
        "experts": markup.lines([markup.large(judged(row, language)), record]),
    }
    both = markup.facts((label(name, language), cell) for name, cell in places.items())
    return both + ambitions_note(lights.loc[[row.name]], language)


def figures_in_words(strategy: Strategy, trends: pd.DataFrame, row: pd.Series, language: str) -> list[str]:
    """Return the sentences that explain an indicator's figures: change, ambitions, level, or why there is none.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    trends : DataFrame
        One row a measure, as `find_trends` returns them.
    row : Series
        The indicator's row of `assess`.
    language : {"nb", "en"}
        Language of the words and numbers.

    Returns
    -------
    list of str

    """
    promise, trend = strategy.measure(row["measure"]), trends.loc[row["measure"]]
    row = pd.concat([row[row.index.difference(trend.index)], trend])
    if row["figures_state"] == "one_figure":
        return [words.level(row, promise, language)]
    if row["figures_state"] not in ("filled", "outlined"):
        reason = why_missing(promise, row["missing"], language) if row["missing"] else why(row, language)
        return [words.sentence(reason)]
    sentences = [words.sentence(words.change_since_first(row, promise["unit"], language))]
    sentences += [words.break_even(row, promise, strategy.year, language), words.sentence(why(row, language))]
    if row["direction_fragile"]:
        sentences.append(label(f"fragile_{'events' if row['direction_basis'] == 'events' else 'survey'}", language))
    return sentences


def indicator_status(lights: pd.DataFrame, indicator: str, language: str = "nb") -> Block:
    """Return what stands beside an indicator's two places: its movement, certainty, evidence grade and target's chance.

    Parameters
    ----------
    lights : DataFrame
        One row an item, as `assess` returns them.
    indicator : str
        Id or slug of the indicator.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    row = _of_indicator(lights, indicator)
    chance = ""
    if row["p_target_band"]:
        indicative = label("indicative", language) if row["p_target_indicative"] else ""
        chance = markup.within(words.band(row["p_target_band"], language), indicative)
    return markup.facts(
        [
            _then(row, lights, language),
            (label("movement", language), movement(row["movement"], language)),
            (label("certainty", language), certainty(row, language)),
            (label("grade", language), grade(row, language)),
            (label("p_target", language), chance),
            (label("without_colour" if row["judged"] == "grey" else "override", language), _override(row, language)),
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
        A row an item: both places, movement, certainty and evidence grade.

    """
    chosen = lights if goal is None else lights[lights["goal"] == goal]
    rows = (
        {
            "item": item_link(row, language, numbered=True),
            "experts": judged(row, language),
            "figures": figures_and_why(row, language),
            "movement": movement(row["movement"], language),
            "certainty": certainty(row, language),
            "grade": grade(row, language),
        }
        for row in records(chosen)
    )
    return markup.labelled("lights_caption", rows, language) + ambitions_note(chosen, language)


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
        A row an indicator: both places, latest value, change with interval, comment.

    """
    chosen = lights[(lights["goal"] == goal) & (lights["kind"] == "indicator")]
    rows, commented = [], comments(prose, chosen.index, language)
    for row in records(chosen):
        measures = strategy.measures_of(row["item"], role="assessed")
        # the experts may name colours of single measures beside that of the indicator
        components = [
            markup.spaced(
                markup.small(f"{strategy.measure(measure)[f'name_{language}']}:"), markup.chip(colour, language)
            )
            for measure, colour in (row["components"] if row["judgement_state"] == "judged" else ())
            if colour in words.SYMBOL
        ]
        # without sampling error there is no chance to speak of
        how_sure = words.certainty(row["certainty"], language)
        certainty_note = label("certainty_note", language, certainty=how_sure) if row["certainty"] else ""
        rows.append(
            {
                "indicator": item_link(row, language, numbered=True),
                "experts": markup.lines([_decided(row, language), *components]),
                "figures": markup.within(figures_and_why(row, language), certainty_note),
                "latest_and_change": markup.parts(
                    figure_cell(promise, trends.loc[slug], language, named=len(measures) > 1)
                    for slug, promise in measures.iterrows()
                ),
            }
            | commented[row["item"]]
        )
    table = markup.labelled("indicators_caption", rows, language, widths=(16, 14, 16, 26, 28), goal=str(goal))
    return table + ambitions_note(chosen, language)


def subgoals(lights: pd.DataFrame, prose: pd.DataFrame, goal: int, language: str = "nb") -> Block:
    """Return a goal's sub-goals.

    Parameters
    ----------
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
        A row a sub-goal: the experts' place and movement, comment.

    """
    chosen = lights[(lights["goal"] == goal) & (lights["kind"] == "subgoal")]
    commented = comments(prose, chosen.index, language)
    rows = (
        {"subgoal": f"{row['item']} {row[f'name_{language}']}", "experts": _decided(row, language)}
        | commented[row["item"]]
        for row in records(chosen)
    )
    return markup.labelled("subgoals_caption", rows, language, widths=(26, 18, 56), goal=str(goal))


def judgement_against_figures(lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return where judgement and figures differ, in colours and in movements.

    Of the colours, every row judged better than its figures with its reason; of the movements, wherever both are
    stated. Nothing where nobody has judged.

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
    if not (lights["colour_source"] == "judgement").any():
        return markup.EMPTY
    # the direction that matters: judging better than the figures hides red (a watermelon: green outside, red inside)
    rate, better = override_rate(lights), better_than_figures(lights)
    if not rate["comparable"]:
        return markup.paragraph(label("no_comparable", language)) + _movements_against(lights, language)
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
    listed = markup.labelled("watermelon_caption", rows, language, empty="none")
    rate = markup.paragraph(label("override_rate", language, **counts))
    return rate + listed + _movements_against(lights, language)


def _movements_against(lights: pd.DataFrame, language: str) -> Block:
    """Return the movements that experts state beside those of the figures; nothing where none has both."""
    both = lights[(lights["kind"] == "indicator") & (lights["colour_source"] == "judgement")]
    # a movement nobody stated cannot differ from another
    both = both[(both["movement"] != "") & (both["proposed_movement"] != "")]
    rows = []
    for row in records(both):
        judged, measured = row["movement"], row["proposed_movement"]
        # that the figures stay as they were is not established, only that nothing else is
        still = measured == "unchanged"
        word = label("no_established", language) if still else words.movement(measured, language)
        comparison = "alike" if judged == measured else "not_shown" if still else "unlike"
        rows.append(
            {
                "indicator": item_link(row, language, numbered=True),
                "experts_say": movement(judged, language),
                "figures_say": markup.signed(words.MOVEMENT_SYMBOL[measured], word),
                "comparison": label(comparison, language),
            }
        )
    return markup.labelled("movements_against_caption", rows, language, note="movements_against_note")


def corrected_since(strategy: Strategy, corrections: pd.DataFrame, item: str | int, language: str = "nb") -> Block:
    """Return what is corrected of an item and those below it, in a quarter and by it.

    The judgements themselves stay as published.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    corrections : DataFrame
        As `read_corrections` returns them.
    item : str or int
        Id, a goal's number or a slug.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block
        A row a correction; nothing without any.

    """
    rows = []
    for row in corrections[corrections["item"].isin(below(strategy, item))].to_dict("records"):
        changed = words.sentence(words.correction(row, language))
        colour = markup.chip(row["new"], language) if row["field"] == "colour" and row["new"] else ""
        day = words.date(row["date"], language) if row["date"] else ""
        by = markup.small(", ".join(filter(None, [row["by"], day]))) if row["by"] or day else ""
        rows.append(
            {
                "item": link_to(strategy, row["item"], language),
                "corrected_in": words.period(row["made_in"], language),
                "as_seen_now": markup.lines([changed, colour]),
                "judgement_of": words.period(row["quarter"], language),
                "reason": markup.lines([row[f"note_{language}"], by]),
            }
        )
    return markup.labelled("corrections_caption", rows, language, note="corrections_note")


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
    block = markup.labelled("candidates_caption", rows, language, goal=str(goal))
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
    """Return how to read the report: colours, a tendency, a direction, each state, and whose the limits are.

    Parameters
    ----------
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    Block

    """
    entries = [(markup.chip(colour, language), f"legend_{colour}") for colour in words.SYMBOL]
    entries += [
        (markup.light("yellow", language, "green"), "legend_towards"),
        (markup.hollow("yellow", language, "cannot_tell"), "legend_outlined"),
    ]
    states = ("colour_lost", "ambition_not_obtained", "one_figure", "not_measured", "thin_basis")
    entries += [(markup.state(code, language), f"legend_{code}") for code in states]
    blocks = (markup.paragraph(markup.within(cell, label(key, language))) for cell, key in entries)
    return markup.beside(blocks, width=11) + markup.paragraph(label("own_limits", language), "note")


def scenario_words(strategy: Strategy, lights: pd.DataFrame, language: str = "nb") -> Block:
    """Return where the report's words point, and what the set of ambitions gives; nothing outside a scenario.

    Parameters
    ----------
    strategy : Strategy
        What was promised, perhaps with a set of ambitions.
    lights : DataFrame
        One row an item, as `assess` returns them.
    language : {"nb", "en"}, optional
        Language of the words.

    Returns
    -------
    Block
        A table, a row an item whose colour the report's words point to.

    """
    pointed = lights[(lights["colour_source"] == "judgement") & (lights["towards"] != "")]
    if not strategy.ambitions.scenario or pointed.empty:
        return markup.EMPTY
    columns = [
        markup.Column(look_up("pages.scenario", head, language), width=width)
        for head, width in (("item", 40), ("words", 30), ("gives", 30))
    ]
    rows = []
    for item, row in pointed.iterrows():
        gives = markup.within(figures(row, language), why(row, language))
        rows.append((link_to(strategy, item, language), judged(row, language), gives))
    name = strategy.ambitions.name[language]
    return markup.table(look_up("pages.scenario", "caption", language, name=name), columns, rows)


# --- cells --------------------------------------------------------------------------


def figures_and_why(row: dict | pd.Series, language: str) -> Cell:
    """Return the figures' place with what explains it in small print."""
    return markup.lines([figures(row, language), markup.small(words.sentence(why(row, language)))])


def certainty(row: dict | pd.Series, language: str) -> Cell:
    """Return how sure a colour against a target is, with the chance of each colour or why none is known."""
    # a direction's certainty is its interval, and what has no colour has none to be sure of
    if row["figures_state"] != "filled":
        return ""
    word = words.certainty(row["certainty"], language)
    if not row["certainty"]:
        return markup.within(word, label("no_chance", language))
    signed = (f"{words.SYMBOL[colour]} {chance}" for colour, chance in chances(row, language).items())
    return markup.within(word, ", ".join(signed))


def chances(row: dict | pd.Series, language: str) -> dict[str, str]:
    """Return each colour with its word and its chance: ``grønn 30 %``."""
    return {c: f"{words.colour(c, language)} {words.probability(row[f'p_{c}'], language)}" for c in words.SYMBOL}


def grade(row: dict | pd.Series, language: str) -> Cell:
    """Return the evidence grade and the lines of the evidence that decide it."""
    reasons = ", ".join(words.grade_reason(code, language) for code in row["grade_reasons"])
    return markup.within(words.grade(row["grade"], language), words.sentence(reasons))


def _decided(row: dict | pd.Series, language: str) -> Cell:
    """Return the experts' place and their movement, where one is stated."""
    return markup.lines([judged(row, language), movement(row["movement"], language) if row["movement"] else ""])


def _override(row: dict | pd.Series, language: str) -> Cell:
    """Return why a judgement differs from its figures; nothing where it does not."""
    if not row["reason_code"]:
        return ""
    return f"{words.sentence(words.override(row['reason_code'], language))} {row[f'reason_{language}']}".strip()


def judged(row: dict | pd.Series, language: str) -> Cell:
    """Return the experts' place: a filled colour with its tendency, that the colour is lost, or that none was given."""
    if row["judgement_state"] == "not_judged":
        return markup.state("not_judged", language)
    colour = row["judged"] if row["judgement_state"] == "judged" else row["judgement_state"]
    return markup.light(colour, language, row["towards"], row["weak"])


def figures(row: dict | pd.Series, language: str) -> Cell:
    """Return the figures' place: a colour against a target, a direction in its frame, or the state that it is in.

    Where a direction points is said in words; the sign of a colour would be taken for a judgement's.
    """
    kind = row["figures_state"]
    if kind == "filled":
        return markup.light(row["proposed"], language, row["proposed_towards"], row["proposed_weak"])
    if kind == "outlined":
        change = row["direction_answer"], row["direction_fragile"]
        hollow = markup.hollow(row["direction_colour"], language, *change)
        if not row["direction_towards"]:
            return hollow
        pointing = words.pointing(row["direction_towards"], False, language)
        return markup.spaced(hollow, markup.tag("span", pointing, class_="towards"))
    return markup.state(kind, language)


def why(row: dict | pd.Series, language: str) -> str:
    """Return what explains the figures' place of a row: its rule, its base, or a reason.

    What a state's own word says already is left out, as is what holds for a whole table.
    """
    kind = row["figures_state"]
    if kind == "filled":
        return words.reason(row["proposed_reason"] or row["rule"], language)
    if kind == "outlined":
        return ""
    if kind == "thin_basis":
        return words.base(row, language)
    # that it is not measured is the state; that it is too old, broken or withheld is not
    stated = ("", "unmeasured", "no_observation", "no_target", "one_point", "no_figures", "direction_only")
    return "" if row["proposed_reason"] in stated else words.reason(row["proposed_reason"], language)


def movement(code: str, language: str) -> Cell:
    """Return a movement since the previous report as arrow and word; without one, that none is stated."""
    return markup.signed(words.MOVEMENT_SYMBOL[code], words.movement(code, language))


def previous(row: dict | pd.Series, language: str) -> Cell:
    """Return the experts' place in the previous report as published; that there was none is stated."""
    if not row["previous_quarter"] or not row["previous_colour"]:
        return label("no_previous" if not row["previous_quarter"] else "missing_value", language)
    colour = "colour_lost" if row["previous_colour"] == "grey" else row["previous_colour"]
    return markup.light(colour, language, row["previous_towards"], bool(row["previous_weak"]))


def correction(row: dict | pd.Series, language: str) -> list[Cell]:
    """Return how the light of the previous report has been corrected since; nothing where it has not."""
    if not row["previous_correction"]:
        return []
    corrected = row["previous_corrected"]
    direction = markup.small(label(f"corrected_{row['previous_correction']}", language))
    return [direction, markup.chip(corrected, language) if corrected else ""]


def ambitions_note(lights: pd.DataFrame, language: str) -> Block:
    """Return once for all rows of a table that ambitions were not obtained, and where they are; else nothing."""
    without = lights["figures_state"].isin(["outlined", "one_figure", "ambition_not_obtained"])
    if not (without & (lights["kind"] == "indicator")).any():
        return markup.EMPTY
    text = markup.escape(label("ambitions_not_obtained", language, document="{}"))
    return markup.paragraph(text.format(markup.link(AMBITIONS, label("ambitions_document", language))), "note")


def sum_line(promise: pd.Series, trend: pd.Series, light: pd.Series, language: str) -> str:
    """Return how an indicator's figures come to their colour or direction.

    Parameters
    ----------
    promise : Series
        The deciding measure's row of ``strategy.measures``.
    trend : Series
        Its row of the trends.
    light : Series
        The indicator's row of the lights.
    language : {"nb", "en"}
        Language of the words and numbers.

    Returns
    -------
    str
        Against a path the share of the planned way that is covered, and from where it is yellow and green; the distance
        to a level that is to hold; without a target the change with its interval, and what rounding allows. Empty for
        a bound, for a value reached or a path that asks for nothing yet, and where there is no change.

    """
    if light["figures_state"] == "filled":
        return _sum_of_target(promise, trend, light["R"], language)
    figures = light[["latest_value", "direction_first_value", "direction_change"]].astype(float)
    bounds = np.isinf(light[["direction_low", "direction_high"]].astype(float)).any()
    if light["figures_state"] != "outlined" or bounds or not np.isfinite(figures).all():
        return ""
    change, step = light["direction_change"], promise["rounding"]
    # each rounded figure may be half a step to either side; one between two steps was not rounded
    rounded = [end for end in figures[:2] if step and math.isclose(end, step * round(end / step), abs_tol=1e-9)]
    margin = len(rounded) * step / 2
    # a whole count has no tenths
    tenths = 1 if promise["unit"] == SHARE_UNIT else None
    cells = {
        "value": words.number(light["latest_value"], language),
        "first": words.number(light["direction_first_value"], language),
        "start": words.period(light["direction_first_period"], language),
        "end": words.period(trend["latest_period"], language),
        "change": words.quantity(change, words.difference_unit(promise["unit"]), language, decimals=tenths),
        "answer": words.answer(light["direction_answer"], light["direction_fragile"], language),
    }
    # without sampling error there is no interval
    if light["direction_low"] < light["direction_high"]:
        interval = words.interval(light["direction_low"], light["direction_high"], language)
        cells["answer"] = f"{interval}: {cells['answer']}"
    ends = {name: words.number(change + sign * margin, language, tenths) for name, sign in (("low", -1), ("high", 1))}
    return label("sum_of_change", language, **cells) + (label("sum_rounded", language, **ends) if rounded else "")


def _sum_of_target(promise: pd.Series, trend: pd.Series, ratio: float, language: str) -> str:
    """Return the sum behind a colour against a target; empty where there is no ratio and no level to hold."""
    value, first, log = trend["latest_value"], trend["baseline_value"], promise["scale"] == "log"
    cells = {name: words.number(getattr(LIMITS, name), language, 2) for name in ("yellow", "green")}
    cells |= {"value": words.number(value, language), "latest": words.period(trend["latest_period"], language)}
    if pd.isna(ratio):
        if promise["kind"] != "hold":
            return ""
        ends = {"difference": value - promise["target_value"], "least": promise["epsilon"]}
        unit = words.difference_unit(promise["unit"])
        cells |= {name: words.quantity(round(end, 9), unit, language) for name, end in ends.items()}
        return label("sum_of_level", language, **cells, level=words.number(promise["target_value"], language))
    cells |= {"baseline": words.number(first, language), "first": words.period(trend["baseline_period"], language)}
    cells |= {"ratio": words.number(ratio, language, 2)}
    if not ratio:
        return label("sum_of_nothing", language, **cells)
    done = math.log(value / first) if log else value - first
    path = first * math.exp(done / ratio) if log else first + done / ratio
    cells["path"] = words.number(round(path, 1), language)
    for name, part in (("done", done), ("planned", done / ratio)):
        cells[name] = words.number(part, language, 3) if log else words.number(round(part, 1), language)
    return label("sum_of_logarithms" if log else "sum_of_path", language, **cells)
