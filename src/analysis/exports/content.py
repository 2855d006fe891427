"""What workbook, slides and document say of a status: each item in short words that fit a cell, title and edition."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis import text as words
from analysis.core.periods import as_of_date
from analysis.exports.look import LANGUAGE_TAG
from analysis.exports.paragraphs import Paragraph, parse, readable
from analysis.records.judgements import edition_of
from analysis.text.phrases import phrase
from analysis.views.status import Status
from analysis.views.tables.light_tables import figures_in_words, why

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
        return words.experts_place(
            then | {"towards": self["previous_towards"], "weak": bool(self["previous_weak"])}, self.language
        )

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
    return [
        (strategy.say(f"part_{key}"), strategy.text(key)) for key in ("status", "movements", "follow-up", "insight")
    ]


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
    listed = list(titles)
    return phrase(
        "source_is" if len(listed) == 1 else "sources_are", language, source=listed[0], sources="; ".join(listed)
    )


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
