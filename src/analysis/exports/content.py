"""What workbook, slides and document say of a status: each item in short words that fit a cell, bars, title, edition.

The experts' Markdown becomes paragraphs and runs, as office files know neither Markdown nor HTML.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from markdown_it import MarkdownIt

from analysis import text as words
from analysis.core.periods import as_of_date
from analysis.exports.look import LANGUAGE_TAG
from analysis.records.judgements import edition_of
from analysis.text.phrases import phrase
from analysis.views.figures.series import points
from analysis.views.status import Status
from analysis.views.tables.light_tables import figures_in_words, why

MOST_BARS: Final = 8  # more of them, and the labels of periods run into each other
# what XML 1.0, and so every office format, has no place for; and unseen marks that turn the order of letters round
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph: its runs as (text, strong), and whether it is an item of a list."""

    runs: tuple[tuple[str, bool], ...]
    bullet: bool = False

    @property
    def text(self) -> str:
        """The paragraph without emphasis."""
        return "".join(text for text, _ in self.runs)


# a cell of a table: a look and lines of which the first is bold, paragraphs as written, or that nothing was written
Cell = tuple[str, list[str]] | list[Paragraph] | str


@dataclass(frozen=True)
class Row:
    """A row of a frame, its columns by name, and the status it belongs to."""

    values: dict[str, Any]
    status: Status

    def __getitem__(self, column: str) -> Any:
        """Return a column of the row."""
        return self.values[column]

    @property
    def language(self) -> str:
        """The language of the status."""
        return self.status.language

    def say(self, key: str, **places: object) -> str:
        """Return a set phrase in the language of the status, its places filled."""
        return phrase(key, self.language, **places)


class Item(Row):
    """A row of ``lights``, ``item`` among its columns, with what may be said of it; ``item["judged"]`` is a column."""

    @property
    def name(self) -> str:
        """The item's number and name."""
        if self["kind"] == "strategy":
            return self.say("the_whole")
        own = self[f"name_{self.language}"]
        if self["kind"] == "goal":
            return self.say("goal_title", number=str(self["goal"]), name=own)
        return f"{self['item']} {own}"

    @property
    def experts(self) -> str:
        """What the experts judged: symbol, word, and where it points."""
        return words.experts_place(self.values, self.language)

    @property
    def experts_look(self) -> str:
        """How a file draws it: a colour, ``state``, or empty where nobody judged."""
        return {"judged": self["judged"], "colour_lost": "state"}.get(self["judgement_state"], "")

    @property
    def figures(self) -> str:
        """What the figures say: symbol and word of a colour, of a direction, or of the state they are in."""
        return words.figures_place(self.values, self.language)

    @property
    def figures_look(self) -> str:
        """How a file draws it: a colour, ``outlined_`` and a colour, ``state``, or empty where none are asked."""
        kind = self["figures_state"]
        drawn = {"filled": self["proposed"], "outlined": f"outlined_{self['direction_colour']}", "no_figures": ""}
        return drawn.get(kind, "state")

    @property
    def figures_why(self) -> str:
        """What explains the figures' place: rule, base or reason; empty where its own word says it."""
        return why(self.values, self.language)

    @property
    def explained(self) -> list[str]:
        """What an indicator's figures allow to be said: change and interval, ambitions that would be met, or level."""
        return figures_in_words(self.status.strategy, self.status.trends, pd.Series(self.values), self.language)

    @property
    def latest_values(self) -> list[str]:
        """The latest value of each measure of an indicator, and what its figures allow to be said beside it."""
        assessed = self.status.strategy.measures_of(self["item"], role="assessed")
        trends, names = self.status.trends, assessed[f"name_{self.language}"]
        values = {measure: latest_value(trends.loc[measure], self.language) for measure in assessed.index}
        # what the figures' place says beside it is not repeated
        more = [text for text in self.explained if text and text != words.sentence(self.figures_why)]
        if self["figures_state"] == "one_figure":
            values[self["measure"]], more = " ".join(more), []
        latest = [f"{name}: {values[measure]}" for measure, name in names.items()]
        return latest + (more if self["figures_state"] in ("filled", "outlined") else [])

    @property
    def movement(self) -> str:
        """How the light has moved, with its arrow."""
        arrow, word = words.MOVEMENT_SYMBOL[self["movement"]], words.movement(self["movement"], self.language)
        return f"{arrow} {word}".strip()

    @property
    def previous(self) -> str:
        """The light of the previous report as published; that there was none or that it is unknown is stated."""
        if not self["previous_quarter"] or not self["previous_colour"]:
            return self.say("not_stated" if self["previous_quarter"] else "no_earlier")
        lost = self["previous_colour"] == "grey"
        then = {"judgement_state": "colour_lost" if lost else "judged", "judged": self["previous_colour"]}
        then |= {"towards": self["previous_towards"], "weak": bool(self["previous_weak"])}
        return words.experts_place(then, self.language)

    @property
    def previous_look(self) -> str:
        """How a file draws it: a colour, ``state`` where it is lost, or empty where there was none."""
        return "state" if self["previous_colour"] == "grey" else self["previous_colour"] or ""

    @property
    def corrections(self) -> list[str]:
        """What is corrected of it and of what is below it, each as a sentence; nothing where nothing is."""
        texts = []
        if self["previous_correction"]:
            corrected, seen = self.say(f"corrected_{self['previous_correction']}"), self["previous_corrected"]
            corrected += f" ({words.SYMBOL[seen]} {words.colour(seen, self.language)})" if seen else ""
            texts.append(self.say("corrected_is", correction=corrected))
        items, goal = self.status.strategy.items, self["item"].startswith("goal-")
        for row in self.status.corrections.to_dict("records"):
            own = row["item"] == self["item"] or (goal and items.at[row["item"], "goal"] == self["goal"])
            of_light = row["item"] == self["item"] and row["field"] == "colour"
            if own and not (texts and of_light and row["made_in"] == self.status.quarter):
                places = {name: words.period(row[name], self.language) for name in ("quarter", "made_in")}
                places |= {"item": row["item"], "correction": words.correction(row, self.language)}
                texts.append(self.say("corrected_of", **places, reason=row[f"note_{self.language}"]))
        return texts

    @property
    def override(self) -> str:
        """Why the experts differ from the figures: the kind of reason, and the reason; empty where they do not."""
        if not self["reason_code"]:
            return ""
        kind, reason = words.override(self["reason_code"], self.language), self[f"reason_{self.language}"]
        return f"{kind}: {reason}" if reason else kind

    @property
    def experts_say(self) -> str:
        """What the experts judged, as a sentence."""
        return self.say("experts_say", place=self.experts)

    @property
    def figures_say(self) -> str:
        """What the figures say and of how many indicators, as a sentence."""
        return self.say("figures_say", place=self.figures, base=words.base(self.values, self.language))

    @property
    def head(self) -> Cell:
        """The item's name, as a cell."""
        return "", [self.name]

    @property
    def places(self) -> list[Cell]:
        """What the experts judged and how it moved, and what the figures say and why, as two cells."""
        experts, figures = [self.experts, self["movement"] and self.movement], [self.figures, self.figures_why]
        looks = (self.experts_look, experts), (self.figures_look, figures)
        return [(look, [text for text in texts if text]) for look, texts in looks]

    @property
    def written(self) -> Cell:
        """What was written about its status or as its comment, or that nothing was, as a cell."""
        if self["kind"] in ("goal", "strategy"):
            return self.paragraphs("status") or self.say("no_goal_status")
        return self.paragraphs() or self.say("no_comment")

    def text(self, key: str = "comment") -> str:
        """Return what was written for the item under a key, as Markdown; empty where nothing was."""
        prose, place = self.status.prose, (self["item"], key)
        return prose.at[place, "text"] if place in prose.index else ""

    def paragraphs(self, key: str = "comment") -> list[Paragraph]:
        """Return what was written for the item under a key, as paragraphs."""
        return parse(self.text(key))

    def texts(self, start: str) -> list[str]:
        """Return what was written under the keys that start so (``theme-1``, ``theme-2`` …), in the order written."""
        keys = [key for owner, key in self.status.prose.index if owner == self["item"] and key.startswith(start)]
        return [self.text(key) for key in keys]


def items_of(status: Status, *kinds: str, goal: int | None = None) -> list[Item]:
    """Return the items of these kinds (strategy, goal, indicator, subgoal), of one goal if named, in report order."""
    lights = status.lights
    chosen = lights[lights["kind"].isin(kinds) & ((goal is None) | (lights["goal"] == goal))]
    return [Item(row, status) for row in chosen.reset_index().to_dict("records")]


def then_and_now(status: Status, *kinds: str) -> tuple[list[str], list[list[Cell]]]:
    """Return heads and rows of a table: previous light, both places of the quarter, and what was written."""
    quarters = earlier_quarter(status), quarter(status)
    experts = [phrase("experts_in", status.language, quarter=each) for each in quarters]
    goal, by_figures, comment = (phrase(key, status.language) for key in ("goal", "by_figures", "comment"))
    rows = [
        [item.head, (item.previous_look, [item.previous, *item.corrections]), *item.places, item.written]
        for kind in kinds
        for item in items_of(status, kind)
    ]
    return [goal, *experts, by_figures, comment], rows


def rows_of_goal(status: Status, goal: int, kind: str) -> tuple[str, list[str], list[list[Cell]]]:
    """Return title, heads and rows of a goal's indicators, or of its sub-goals, which are judged without figures."""
    title, places = ("indicators_of", 2) if kind == "indicator" else ("subgoals_of", 1)
    heads = [phrase(key, status.language) for key in (kind, *("experts", "by_figures")[:places], "comment")]
    rows = [[item.head, *item.places[:places], item.written] for item in items_of(status, kind, goal=goal)]
    return phrase(title, status.language, goal=str(goal)), heads, rows


def assessment(status: Status) -> list[tuple[str, str]]:
    """Return heads of the assessment of the whole, and what was written under each, as Markdown."""
    (strategy,) = items_of(status, "strategy")
    keys = ("status", "movements", "follow-up", "insight")
    return [(strategy.say(f"part_{key}"), strategy.text(key)) for key in keys]


def reading(status: Status) -> list[tuple[str, str]]:
    """Return heads and texts of what a reader must know before the colours mean anything."""
    keys = ("colours", "colours_text"), ("states_head", "states_text"), ("method", "method_text")
    texts = [(phrase(head, status.language), phrase(text, status.language)) for head, text in keys]
    if absent := absent_text(status):
        head = "ambition_head" if _lacks_ambitions(status) else "lost_head"
        texts.insert(2, (phrase(head, status.language), absent))
    return [*texts, (phrase("licence_head", status.language), phrase("licence_text", status.language))]


def absent_text(status: Status) -> str:
    """Return that ambitions were not obtained, and that the experts' colours are lost, of those that are so now."""
    lost = (status.lights["judgement_state"] == "colour_lost").any()
    keys = {"ambition_text": _lacks_ambitions(status), "lost_text": lost}
    return " ".join(phrase(key, status.language) for key, holds in keys.items() if holds)


def _lacks_ambitions(status: Status) -> bool:
    """Return whether there is an indicator none of whose measures has a target."""
    measures = status.strategy.measures
    assessed = measures[(measures["role"] == "assessed") & (measures["kind"] != "direction")]
    return not assessed.groupby("indicator")["target_value"].count().all()


def used_sources(status: Status) -> pd.DataFrame:
    """Return the sources of the status's figures, by their names."""
    return status.sources.loc[sorted(set(status.observations["source"]))]


def latest_value(trend: pd.Series, language: str) -> str:
    """Return a measure's latest value with its period and, where known, its sample; or why there is none."""
    if trend["missing"]:
        return words.sentence(words.reason(trend["missing"], language))
    value = words.quantity(trend["latest_value"], trend["unit"], language, trend["latest_qualifier"])
    size = f", {words.sample(trend['latest_n'], language)}" if pd.notna(trend["latest_n"]) else ""
    return f"{value} ({words.period(trend['latest_period'], language)}{size})"


def sources_of(status: Status, measure: str) -> list[str]:
    """Return publisher and title of the sources of a measure's comparable points, oldest first, each once."""
    rows = status.observations
    chosen = rows[(rows["measure"] == measure) & (rows["standing"] == "") & (rows["breakdown"] == "")]
    sources = status.sources.loc[list(dict.fromkeys(chosen["source"]))]
    return [f"{publisher}: {title}" for publisher, title in zip(sources["publisher"], sources["title"], strict=True)]


def sources_line(titles: Iterable[str], language: str) -> str:
    """Return the line that names one source or several."""
    first, *others = titles
    return phrase("sources_are" if others else "source_is", language, source=first, sources="; ".join([first, *others]))


def edition(status: Status) -> pd.Timestamp:
    """Return the day the youngest figure of a status was published; without figures the quarter's last.

    Sample sizes may be printed later than the figures they belong to, and do not make an edition.
    """
    published = status.observations.loc[status.observations["unit"] != "respondenter", "published"]
    return published.max() if len(published) else as_of_date(status.quarter, None)


def title(status: Status) -> str:
    """Return what a file is called: the strategy's name and the quarter, and what `marks` says of it."""
    own = phrase("title", status.language, name=strategy_name(status), quarter=quarter(status))
    return " – ".join([own, *marks(status, status.language)])


def marks(status: Status, language: str) -> list[str]:
    """Return the number of a corrected quarter's edition with the day of the correction, and what marks a scenario."""
    number, day = edition_of(status.quarter, status.corrections)
    later = words.label("later_edition", language, number=number, day=words.date(day, language)) if day else ""
    scenario = words.scenario_text(status.strategy, language, short=True)
    return [mark for mark in (later.removesuffix("."), scenario) if mark]


def strategy_name(status: Status) -> str:
    """Return the strategy's name, as the properties of a file can hold it."""
    return readable(status.lights.at["strategy", f"name_{status.language}"])


def set_properties(properties: Any, status: Status) -> None:
    """Set the properties of slides or a document: title, names, language, and the edition as its day."""
    properties.title, properties.language = title(status), LANGUAGE_TAG[status.language]
    properties.author = properties.last_modified_by = strategy_name(status)
    properties.created = properties.modified = edition(status).to_pydatetime()
    properties.revision = 1


def quarter(status: Status) -> str:
    """Return the quarter in words."""
    return words.period(status.quarter, status.language)


def earlier_quarter(status: Status) -> str:
    """Return the quarter of the previous report in words, or a word for it where there is none."""
    quarters = [quarter for quarter in status.lights["previous_quarter"] if quarter]
    return words.period(quarters[0], status.language) if quarters else phrase("previous_quarter", status.language)


def published_by(status: Status) -> str:
    """Return until when figures are counted in."""
    day = words.date(as_of_date(status.quarter, status.as_of or None), status.language)
    closing = words.label("closing_day", status.language, day=day)
    return closing[:1].upper() + closing[1:]


@dataclass(frozen=True)
class Bars:
    """A bar chart: title, unit, what each bar is, its value and half its 95 % interval (NaN where none), notes, words.

    ``alike`` bars are of one kind, none of them the latest.
    """

    title: str
    unit: str
    categories: tuple[str, ...]
    values: tuple[float, ...]
    halves: tuple[float, ...]
    notes: tuple[str, ...]
    alt: str
    alike: bool = False


def charts_of(status: Status, goal: int) -> list[Bars]:
    """Return a goal's series of at least two comparable values, then the shares measured once as one group of bars."""
    measures, groups, once = status.strategy.measures, [], []
    for slug in measures.index[(measures["goal"] == goal) & (measures["role"] == "assessed")]:
        rows = points(status.strategy, status.observations, slug).assign(measure=slug)
        # a bound is no value, so that a bar of it would mislead
        rows = rows[(rows["standing"] == "") & ~rows["qualifier"].isin(["over", "under"])]
        # no bar is shown beside one from before a break in the series
        rows = rows[rows["piece"] == rows["piece"].max()].tail(MOST_BARS)
        if len(rows) >= 2:
            groups.append(rows)
        # a share measured once has no course, but can be compared with the others
        elif measures.at[slug, "unit"] == "prosent":
            once.append(rows)
    if sum(map(len, once)) >= 2:
        groups.append(pd.concat(once))
    return [_bars(status, rows) for rows in groups]


def _bars(status: Status, rows: pd.DataFrame) -> Bars:
    """Return the bars of one measure over time, or of the latest values of several."""
    language, promises = status.language, status.strategy.measures.loc[rows["measure"].unique()]
    ids, lower = list(promises["indicator"]), list(promises.loc[promises["direction"] < 0, "indicator"])
    names, alike = [words.period(period, language) for period in rows["period"]], len(ids) > 1
    derived = [name for name, how in zip(names, rows["qualifier"], strict=True) if how == "derived" and not alike]
    key = "lower_better_of" if alike else "lower_better"
    notes = [phrase(key, language, items=_listed(lower, language))] if lower else []
    notes += [phrase("derived_note", language, periods=", ".join(derived))] if derived else []
    if rows["n"].notna().any():
        sizes = [words.number(n, language, 0) if pd.notna(n) else phrase("not_stated", language) for n in rows["n"]]
        notes.append(phrase("n_is", language, n=_listed(sizes, language)))
    elif promises["basis"].str.startswith("survey").any():
        notes.append(phrase("n_missing", language))
    if alike:
        title = phrase("latest_bars", language, items=_listed(ids, language))
        names = list(map("{}\n{}".format, ids, names))
    else:
        title = f"{ids[0]} {promises[f'name_{language}'].iat[0]}"
        notes += [phrase("interval_note", language)] if rows["half"].notna().any() else []
    unit, described = promises["unit"].iat[0], []
    for name, value, half, how in zip(names, rows["value"], rows["half"], rows["qualifier"], strict=True):
        quantity = words.quantity(value, unit, language, how)
        bar = phrase("bar", language, period=name.replace("\n", ", "), value=quantity)
        if pd.notna(half):
            low, high = (words.number(end, language, 1) for end in (value - half, value + half))
            bar += phrase("bar_interval", language, low=low, high=high)
        described.append(bar)
    unit = words.unit(unit, language)
    return Bars(
        title=title,
        unit=unit,
        categories=tuple(names),
        values=tuple(rows["value"]),
        halves=tuple(rows["half"]),
        notes=(*notes, sources_line(dict.fromkeys(status.sources.loc[rows["source"], "title"]), language)),
        alt=phrase("bars", language, name=title, unit=unit, values="; ".join(described)),
        alike=alike,
    )


def _listed(names: list[str], language: str) -> str:
    """Return names with commas and an ``and`` before the last."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {phrase('and', language)} {names[-1]}"


def readable(text: object) -> str:
    """Return a text without the characters that no office file can or should hold."""
    return _FORBIDDEN.sub("", str(text))


def parse(markdown: str) -> list[Paragraph]:
    """Return the paragraphs of a Markdown text; links become their words, HTML stays the text it is.

    Examples
    --------
    >>> parse("**Fet** tekst")
    [Paragraph(runs=(('Fet', True), (' tekst', False)), bullet=False)]
    """
    parsed, lists = [], 0
    # without HTML: what looks like a tag is the text that somebody wrote
    for token in MarkdownIt("commonmark", {"html": False}).parse(readable(markdown)):
        lists += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type not in ("inline", "fence", "code_block"):
            continue
        runs, strong = [], 0
        for child in token.children or [token]:
            strong += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
            text = " " if child.type in ("softbreak", "hardbreak") else child.content
            runs += [(text, strong > 0)] if text else []
        parsed.append(Paragraph(tuple(runs), bullet=lists > 0))
    return parsed


def plain(markdown: str) -> str:
    """Return a Markdown text as lines of plain text, list items marked by a dot."""
    return "\n".join(("• " if each.bullet else "") + each.text for each in parse(markdown))
