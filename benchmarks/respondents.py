"""One million respondents from CSV to weighted shares by group with design-based errors, against plain pandas.

    python benchmarks/respondents.py [rows]

All read the same generated file and must give the same numbers. Plain pandas is what an analyst would write by hand:
``read_csv`` without any check, and the same linearised standard errors by ``groupby``; tuned, it is told which columns
are categories.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.core.faults import rejections
from analysis.intake.respondents import Questionnaire, read_respondents
from analysis.statistics.surveys import Design, weighted_share

ROUNDS = 7
GROUPS = ("kommuner", "helseforetak", "fastleger", "andre")
REGIONS = 20
QUESTIONNAIRE = Questionnaire(
    respondent="respondent",
    weight="vekt",
    groups=("malgruppe", "region"),
    answers={"enig": frozenset({1.0, 2.0, 3.0})},
)
DESIGN = Design(weight="vekt", strata="region")


def write_file(file: Path, rows: int) -> None:
    """Write respondents with ids, regions to draw from, groups, weights and one question of three answers."""
    random = np.random.default_rng(2024)
    pd.DataFrame(
        {
            "respondent": np.arange(rows),
            "region": np.char.add("r", random.integers(1, REGIONS + 1, rows).astype(str)),
            "malgruppe": random.choice(GROUPS, rows, p=(0.2, 0.6, 0.05, 0.15)),
            "vekt": random.uniform(0.3, 3.0, rows).round(4),
            "enig": random.choice(["1", "2", "3", ""], rows, p=(0.26, 0.4, 0.3, 0.04)),
        }
    ).to_csv(file, index=False)


def ours(file: Path) -> pd.DataFrame:
    """Return the shares by way of the library: strict reading, every check, then the estimates."""
    read = read_respondents(file, QUESTIONNAIRE, file.parent)
    if rejections(read.faults):
        raise SystemExit("\n".join(map(str, read.faults)))
    return weighted_share(read.rows, "enig", DESIGN, by="malgruppe")[["estimate", "se"]]


def plain(file: Path) -> pd.DataFrame:
    """Return the same by plain pandas, nothing checked."""
    return shares(pd.read_csv(file))


def tuned(file: Path) -> pd.DataFrame:
    """Return the same by pandas that is told which columns are categories."""
    return shares(pd.read_csv(file, dtype={"region": "category", "malgruppe": "category"}))


def shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Return share and linearised standard error of each answer in each group, index (group, answer)."""
    region, drawn = rows["region"], rows["region"].value_counts()
    found = {}
    for group in sorted(rows["malgruppe"].unique()):
        weight = rows["vekt"].where((rows["malgruppe"] == group) & rows["enig"].notna(), 0.0)
        for answer in sorted(rows["enig"].dropna().unique()):
            given = (rows["enig"] == answer).astype(float)
            share = (weight * given).sum() / weight.sum()
            scores = weight * (given - share) / weight.sum()
            variance = scores.groupby(region, observed=True).var()
            found[group, answer] = share, np.sqrt((drawn * variance).sum())
    return pd.DataFrame.from_dict(found, orient="index", columns=["estimate", "se"])


WAYS = {ours: "the library, everything checked", plain: "plain pandas", tuned: "plain pandas, tuned"}


def main(rows: int) -> None:
    """Time all ways, in turn, by the clock and by the processor, and print the medians and their ratios."""
    spent, results = {way: [] for way in WAYS}, {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "respondenter.csv")
        write_file(file, rows)
        for _ in range(ROUNDS):
            for way, rounds in spent.items():
                start = time.perf_counter(), time.process_time()
                results[way] = way(file)
                rounds.append((time.perf_counter() - start[0], time.process_time() - start[1]))
    for way in (plain, tuned):
        np.testing.assert_allclose(results[ours], results[way].sort_index(), rtol=1e-9)
    print(f"{rows:,} respondents, median (lowest to highest) of {ROUNDS} rounds, all ways in turn")
    median = {way: np.median(rounds, axis=0) for way, rounds in spent.items()}
    for way, rounds in spent.items():
        lowest, highest = np.min(rounds, axis=0), np.max(rounds, axis=0)
        told = [
            f"{name} {median[way][place]:5.2f} s ({lowest[place]:.2f} to {highest[place]:.2f})"
            for place, name in enumerate(("wall", "CPU"))
        ]
        ratios = " and ".join(f"{ratio:.2f}" for ratio in median[ours] / median[way])
        print(
            f"  {WAYS[way]:32} {'  '.join(told)}  {'' if way is ours else f'the library takes {ratios} times'}".rstrip()
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
