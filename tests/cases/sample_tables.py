"""Tables of survey statistics: proportions and their differences, and weighted estimates of R's survey package."""

import re
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from cells import numbers
from outcomes import outcome
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from analysis.statistics import surveys
from analysis.statistics.surveys import Design

_STATSMODELS: Final = {"clopper_pearson": "beta", "wald": "normal"}


def proportions(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate intervals of shares and of their differences (both ends), and p-values of tests.

    The methods that the report uses come from its own functions, the others from statsmodels, which they check.
    """
    found = pd.DataFrame([_interval(row) for row in cases.itertuples()], cases.index, ["low", "high"], dtype=float)
    expected = cases[["exp_low", "exp_high"]].set_axis(["low", "high"], axis=1)
    apart = (found - expected).abs().where(expected.notna(), 0.0)
    return outcome(expected.agg(list, axis=1), found.agg(list, axis=1), apart.le(cases["tol"], axis=0).all(axis=1))


def _interval(row: tuple) -> tuple[float, float]:
    """Return low and high, or a p-value and nothing."""
    share, second = row.x1 / row.n1, (row.x2 / row.n2, row.n2)
    if row.kind == "newcombe_diff":
        return surveys.newcombe(*second, share, row.n1)
    if row.kind == "miettinen_nurminen_diff":
        return surveys.miettinen_nurminen(*second, share, row.n1)
    if row.kind.endswith("_diff"):
        method = row.kind.removesuffix("_diff").replace("_", "-")
        return confint_proportions_2indep(row.x1, row.n1, row.x2, row.n2, compare="diff", method=method)
    if row.kind == "two_proportion_z_pvalue":
        return float(surveys.change_between_waves(share, second[0], row.n1, row.n2).p_value), np.nan
    if row.kind == "one_proportion_score_pvalue":
        return float(proportions_ztest(row.x1, row.n1, value=row.x2, prop_var=row.x2)[1]), np.nan
    if row.kind == "wilson":
        return surveys.wilson(share, row.n1)
    return proportion_confint(row.x1, row.n1, method=_STATSMODELS.get(row.kind, row.kind))


def weighted_estimates(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate estimates, standard errors and design effects from respondent-level data."""
    stated = cases["design"].where(cases["design"] != "same").ffill()
    found = pd.Series(
        [_estimate(row, design, folder) for row, design in zip(cases.itertuples(), stated, strict=True)], cases.index
    )
    return outcome(cases["expected"], found, (found - cases["expected"]).abs() <= cases["tol"])


def _estimate(row: tuple, stated: str, folder: Path) -> float:
    sample = _inline(row.data) if row.data.startswith("inline") else pd.read_csv(folder / row.data)
    design = Design(weight="w") if row.data.startswith("inline") else _design(stated, sample)
    sample, value = _asked(sample, row.variable)
    if "total" in row.statistic:
        answer = surveys.weighted_total(sample, value, design).loc[""]
    elif value == "asked":
        answer = surveys.weighted_share(sample, value, design).loc[("", True)]
    else:
        answer = surveys.weighted_mean(sample, value, design).loc[""]
    without_replacement = answer["deff"] / (1 - answer["n"] / answer["population"])
    named = {"SE": answer["se"], "low": answer["low"], "high": answer["high"], "DEff(replace)": answer["deff"]}
    named |= {"DEff(wor)": without_replacement, "SE(mean)": answer["se"], "SE(total)": answer["se"]}
    named |= {"SE(proportion)": answer["se"]}
    return float(named.get(row.statistic.removeprefix("Korn-Graubard "), answer["estimate"]))


def _design(stated: str, sample: pd.DataFrame) -> Design:
    """Return the design that R was given: ``strata=stype,weights=pw,fpc`` or ``id=dnum+snum,fpc=fpc1+fpc2``."""
    parts = dict(part.partition("=")[::2] for part in stated.replace(" (with replacement)", "").split(","))
    drawn = tuple(name for name in parts.get("id", "1").split("+") if name != "1")
    sizes = tuple(filter(None, (parts["fpc"] or "fpc").split("+"))) if "fpc" in parts else ()
    return Design(weight="pw", strata=parts.get("strata"), clusters=drawn, populations=sizes)


def _asked(sample: pd.DataFrame, variable: str) -> tuple[pd.DataFrame, str]:
    """Return the sample and the column asked for; a condition becomes the column ``asked``."""
    match = re.fullmatch(r"(\w+)(==|>)(\w+)", variable)
    if not match:
        return sample, variable
    column = sample[match[1]]
    return sample.assign(asked=column == match[3] if match[2] == "==" else column > float(match[3])), "asked"


def _inline(text: str) -> pd.DataFrame:
    """Return the columns of ``inline uriage=15;143 w=100;100``."""
    return pd.DataFrame({name: numbers(values) for name, values in re.findall(r"(\w+)=([\d.;]+)", text)})
