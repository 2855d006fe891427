"""Tables of survey statistics: proportions and their differences, and weighted estimates of R's survey package."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
from cells import numbers, outcome, within
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from analysis.statistics import surveys
from analysis.statistics.surveys import Design


def proportions(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate intervals of shares and of their differences (both ends), and p-values of tests.

    The methods that the report uses come from its own functions, the others from statsmodels, which they check.
    """
    found = [_interval(row) for row in cases.itertuples()]
    return within(pd.DataFrame(found, cases.index, ["low", "high"], dtype=float), cases)


def _interval(row: tuple) -> tuple[float, float]:
    """Return low and high, or a p-value and nothing."""
    share, second = row.x1 / row.n1, row.x2 / row.n2
    if row.kind == "newcombe_diff":
        return surveys.newcombe(second, row.n2, share, row.n1)
    if row.kind.endswith("_diff"):
        method = row.kind.removesuffix("_diff").replace("_", "-")
        return confint_proportions_2indep(row.x1, row.n1, row.x2, row.n2, compare="diff", method=method)
    if row.kind == "two_proportion_z_pvalue":
        return float(surveys.change_between_waves(share, second, row.n1, row.n2).p_value), np.nan
    if row.kind == "one_proportion_score_pvalue":
        return float(proportions_ztest(row.x1, row.n1, value=row.x2, prop_var=row.x2)[1]), np.nan
    if row.kind == "wilson":
        return surveys.wilson(share, row.n1)
    method = {"wald": "normal", "clopper_pearson": "beta"}.get(row.kind, row.kind)
    return proportion_confint(row.x1, row.n1, method=method)


def weighted_estimates(cases: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Recalculate estimates, standard errors and design effects from respondent-level data."""
    designs = cases["design"].where(cases["design"] != "same").ffill()
    found = pd.Series(
        [_estimate(row, design, folder) for row, design in zip(cases.itertuples(), designs, strict=True)], cases.index
    )
    return outcome(cases["expected"], found, (found - cases["expected"]).abs() <= cases["tol"])


def _estimate(row: tuple, stated: str, folder: Path) -> float:
    if row.data.startswith("inline"):  # as in ``inline uriage=15;143 w=100;100``
        sample = pd.DataFrame({name: numbers(values) for name, values in re.findall(r"(\w+)=([\d.;]+)", row.data)})
        design = Design(weight="w")
    else:
        sample, design = pd.read_csv(folder / row.data), _design(stated)
    condition = re.fullmatch(r"(\w+)(==|>)(\w+)", row.variable)
    if condition:
        name, relation, limit = condition.groups()
        answer = sample[name] == limit if relation == "==" else sample[name] > float(limit)
        estimate = surveys.weighted_share(sample.assign(answer=answer), "answer", design).loc[("", True)]
    else:
        estimate = surveys.weighted_mean(sample, row.variable, design).loc[""]
    without_replacement = estimate["deff"] / (1 - estimate["n"] / estimate["population"])
    named = {"low": estimate["low"], "high": estimate["high"], "SE": estimate["se"]}
    named |= {"DEff(replace)": estimate["deff"], "DEff(wor)": without_replacement}
    statistic = re.sub(r"^Korn-Graubard |(?<=SE)\(\w+\)", "", row.statistic)
    return float(named.get(statistic, estimate["estimate"]))


def _design(stated: str) -> Design:
    """Return the design that R was given: ``strata=stype,weights=pw,fpc`` or ``id=dnum+snum,fpc=fpc1+fpc2``."""
    parts = dict(part.partition("=")[::2] for part in stated.replace(" (with replacement)", "").split(","))
    clusters = tuple(name for name in parts.get("id", "1").split("+") if name != "1")
    sizes = tuple(filter(None, (parts["fpc"] or "fpc").split("+"))) if "fpc" in parts else ()
    return Design(weight="pw", strata=parts.get("strata"), clusters=clusters, populations=sizes)
