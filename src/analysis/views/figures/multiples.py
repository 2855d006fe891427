"""Small multiples: the measures of a goal beside each other, on one scale from the least possible to the most."""

import pandas as pd
import seaborn as sns
from seaborn import FacetGrid

from analysis import text as words
from analysis.core.units import SHARE_UNIT
from analysis.records.strategy import Strategy
from analysis.text.numbers import short
from analysis.views.figures import canvas
from analysis.views.figures.canvas import INK, LINE, TYPE, WIDTH, picture_text
from analysis.views.figures.series import points


def scaled(strategy: Strategy, observations: pd.DataFrame, goal: int) -> pd.DataFrame:
    """Return the values of a goal's assessed measures as shares of what is possible.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    goal : int
        Number of the goal.

    Returns
    -------
    DataFrame
        measure, time, period, value and qualifier, in the measure's unit; share, share_low and share_high, in per cent
        of the way from the least possible value to the greatest (the latter two the 95 % interval of survey shares);
        piece, as `points` returns it. Counts without a greatest value have no rows.

    """
    assessed = strategy.measures_of(goal, role="assessed")
    series = [points(strategy, observations, measure).assign(measure=measure) for measure in assessed.index]
    rows = pd.concat(series).join(assessed[["minimum", "maximum"]], on="measure")
    rows = rows.query("standing == '' and minimum.notna() and maximum.notna()")
    way = (rows["maximum"] - rows["minimum"]) / 100
    ends = {"share": "value", "share_low": "low", "share_high": "high"}
    rows = rows.assign(**{name: (rows[end] - rows["minimum"]) / way for name, end in ends.items()})
    return rows[["measure", "time", "period", "value", "qualifier", *ends, "piece"]].reset_index(drop=True)


@canvas.draws
def multiples(strategy: Strategy, observations: pd.DataFrame, goal: int, language: str = "nb") -> FacetGrid:
    """Draw the measures of a goal that have a greatest possible value as small pictures on one scale.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    goal : int
        Number of the goal.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    FacetGrid
        One small picture a measure that has a value.

    Raises
    ------
    UnknownNameError
        For a goal the strategy does not hold.
    ValueError
        Where there is nothing to draw.

    Examples
    --------
    >>> list(multiples(strategy, observations, 5, "en").axes_dict)[:2]
    ['raadsmodell-effekt', 'forsinkelser-utvikling']

    """
    rows = scaled(strategy, observations, goal)
    if rows.empty:
        raise ValueError(f"no measure of goal {goal} has both a value and a greatest possible one")
    with canvas.theme():
        grid = sns.relplot(
            rows, x="time", y="share", col="measure", col_wrap=2, kind="line", units="piece", estimator=None,
            color=LINE, marker="o", markersize=8, markeredgewidth=0, height=2.3, aspect=WIDTH / 4.6,
        )  # fmt: skip
        grid.figure.set_layout_engine(canvas.layout())
        grid.set(xlabel="", ylabel="", ylim=(0, 100)).set_titles("")
        for measure, ax in grid.axes_dict.items():
            own, promise = rows[rows["measure"] == measure], strategy.measure(measure)
            canvas.frame(ax, language)
            ax.set_yticks([0, 50, 100], labels=[words.percent_sign(share, language) for share in (0, 50, 100)])
            sides = [own["share"] - own["share_low"], own["share_high"] - own["share"]]
            ax.errorbar(own["time"], own["share"], yerr=sides, fmt="none", ecolor=LINE, elinewidth=1.4, capsize=4)
            latest = own.iloc[-1]
            text = short(latest["value"], promise["unit"], language, latest["qualifier"])
            if promise["unit"] != SHARE_UNIT:
                text = words.label("of", language, part=text, whole=words.number(promise["maximum"], language))
            canvas.write(ax, text, (latest["time"], latest["share"]), (9, 0), va="center", weight="bold", color=LINE)
            name = canvas.wrapped(_name(promise, language), 22)
            ax.set_title(name, loc="left", fontsize=TYPE - 1, color=INK, parse_math=False)
        canvas.years(ax, rows["time"], rows["period"], language, steps=1)
        canvas.widen(ax, rows["time"].min(), rows["time"].max(), right="18 of 19")
    return grid


def alt_multiples(strategy: Strategy, observations: pd.DataFrame, goal: int, language: str = "nb") -> str:
    """Return what `multiples` shows: every measure with its values.

    Parameters
    ----------
    strategy : Strategy
        What was promised.
    observations : DataFrame
        Checked rows, as `read_observations` returns them.
    goal : int
        Number of the goal.
    language : {"nb", "en"}, optional
        Language of the words and numbers.

    Returns
    -------
    str

    """
    rows = scaled(strategy, observations, goal)
    sentences = [picture_text("multiples", language, count=rows["measure"].nunique())]
    for measure, own in rows.groupby("measure", sort=False):
        shares = [words.percent_sign(share, language) for share in own["share"]]
        periods = [words.period(period, language) for period in own["period"]]
        series = ", ".join(map("{} ({})".format, shares, periods))
        name = _name(strategy.measure(measure), language)
        sentences.append(picture_text("country", language, country=name, series=series))
    return " ".join(sentences)


def _name(promise: pd.Series, language: str) -> str:
    name = promise[f"name_{language}"]
    return picture_text("lower-better", language, name=name) if promise["direction"] < 0 else name
