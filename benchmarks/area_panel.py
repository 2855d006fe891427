"""A synthetic country: real municipality codes, invented figures with known truths, in a project of its own.

No open figures of municipalities come with the project, and none are invented in ``data/raw``: this writes them into a
folder of their own, named SYNTHETIC on every page. What is planted is written beside them, to be held against what the
reports claim.

    python benchmarks/area_panel.py FOLDER [--areas 357] [--quarters 20] [--indicators 15] [--seed 1]
    EHELSE_ROOT=FOLDER ehelse-status report 2024Q4 --areas kommune --language nb
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.records.areas import Areas, read_areas

REPOSITORY = Path(__file__).resolve().parents[1]
LAST = "2024Q4"
PUBLISHED = {1: "04-20", 2: "07-20", 3: "10-20", 4: "12-31"}
SHARES = {"trend": 0.02, "step": 0.02, "level": 0.02, "gap": 0.03}  # of all series: what is planted in how many
LEAST = 400  # persons a quarter that a series has in which something is to be found
SOURCE = """\
[[source]]
slug = "syntetisk"
title = "SYNTHETIC figures, drawn at random; no real municipality is described"
publisher = "benchmarks/area_panel.py"
address = "https://example.org/synthetic"
accessed = 2026-11-25
licence = "none"
"""
STRATEGY = """\
name = { nb = "SYNTETISK strategi (ingen virkelige tall)", en = "SYNTHETIC strategy (no real figures)" }
slug = "syntetisk"
year = 2030
"""
INDICATOR = """
[[goal.indicator]]
id = "{goal}.{number}"
slug = "indikator-{slug}"
name = {{ nb = "Syntetisk indikator {slug}", en = "Synthetic indicator {slug}" }}

[[goal.indicator.measure]]
slug = "andel-{slug}"
name = {{ nb = "Syntetisk andel {slug}", en = "Synthetic share {slug}" }}
unit = "prosent"
direction = 1
timing = "average"
cadence = 0.25
epsilon = 1.0
basis = "register"
counts = "personer"
"""


def make_country(root: Path, areas: int = 357, quarters: int = 20, indicators: int = 15, seed: int = 1) -> pd.DataFrame:
    """Write a synthetic project into `root`; return the truths: area (the last quarter's code), measure, kind, way, at.

    Kinds: trend, step (`at` its first quarter), level (apart from the country in the last quarter), gap (`at` the
    quarter not reported), small (a share that rests on few persons in the last quarter). A series has one at most.
    """
    raw = root / "data" / "raw"
    (raw / "observations").mkdir(parents=True)
    (raw / "judgements").mkdir()
    (root / "data" / "processed").mkdir()
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns("utforsk", ".*"))
    shutil.copytree(REPOSITORY / "data" / "raw" / "areas", raw / "areas")
    _invent(raw, areas)
    (raw / "strategy.toml").write_text(_strategy(indicators), encoding="utf-8")
    (raw / "sources.toml").write_text(SOURCE, encoding="utf-8")
    (raw / "known_issues.toml").write_text("issue = []\n", encoding="utf-8")
    figures, truths = draw(read_areas(raw), areas, quarters, indicators, seed)
    for measure, rows in figures.groupby("measure"):
        rows.to_csv(raw / "observations" / f"SYNTHETIC-{measure}.csv", index=False)
    truths.to_csv(root / "truths.csv", index=False)
    return truths


def _strategy(indicators: int) -> str:
    lines = [STRATEGY]
    for goal in range(1, 6):
        lines.append(f'\n[[goal]]\nnumber = {goal}\nslug = "maal-{goal}"\n')
        lines.append(f'name = {{ nb = "Syntetisk mål {goal}", en = "Synthetic goal {goal}" }}\n')
        own = [n for n in range(indicators) if n % 5 == goal - 1]
        lines += [INDICATOR.format(goal=goal, number=place, slug=n + 1) for place, n in enumerate(own, start=1)]
        lines.append(f'\n[[goal.subgoal]]\nid = "{goal}A"\nslug = "delmaal-{goal}a"\n')
        lines.append(f'name = {{ nb = "Syntetisk delmål {goal}A", en = "Synthetic sub-goal {goal}A" }}\n')
    return "".join(lines)


def _invent(raw: Path, areas: int) -> None:
    """Add municipalities that do not exist to the register where more are asked for than there are."""
    held = read_areas(raw)
    real = held.in_force("kommune", pd.Timestamp("2024-12-31"))
    around = held.register.index[held.register["kind"] == "helsefellesskap"]
    with (raw / "areas" / "areas.csv").open("a", encoding="utf-8") as file:
        for number in range(areas - len(real)):
            code, within = f"S{number:03}", around[number % len(around)]
            file.write(f"{code},kommune,SYNTETISK {number + 1},{within},,,syntetisk\n")


def draw(register: Areas, areas: int, quarters: int, indicators: int, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return figures as raw rows, under the codes in force in each quarter, and the truths planted in them."""
    draws = np.random.default_rng(seed)
    spans = [str(span) for span in pd.period_range(end=pd.Period(LAST, "Q"), periods=quarters)]
    codes = register.in_force("kommune", pd.Timestamp("2024-12-31")).index[:areas]
    size = np.sort(np.exp(draws.normal(6.2, 1.3, len(codes))).clip(15, 60000))[draws.permutation(len(codes))]
    planted, rows = [], []
    for number in range(1, indicators + 1):
        centre = draws.uniform(0.1, 0.6)
        people = np.maximum(12, (size * draws.uniform(0.4, 1.0)).astype(int))
        chance, truths = _chances(centre, codes, people, spans, draws)
        counts = draws.binomial(people[:, None], chance)
        planted.append(truths.assign(measure=f"andel-{number}"))
        rows.append(_rows(f"andel-{number}", codes, spans, counts, people, truths, register))
    return pd.concat(rows, ignore_index=True), pd.concat(planted, ignore_index=True)


def _chances(centre, codes, people, spans, draws) -> tuple[np.ndarray, pd.DataFrame]:
    """Return the chance behind every figure (areas by quarters), and what was planted in which area."""
    chance = np.full((len(codes), len(spans)), centre)
    kinds = draws.choice(["", *SHARES], len(codes), p=[1 - sum(SHARES.values()), *SHARES.values()])
    truths = []
    for place, kind in enumerate(kinds):
        way, at = int(draws.choice([-1, 1])), int(draws.integers(5, len(spans) - 4)) if len(spans) > 10 else 2
        if kind == "" or (kind != "gap" and people[place] < LEAST):
            continue
        far = min(0.9, centre + 0.25) if way > 0 else max(0.02, centre - 0.25)
        if kind == "trend":
            chance[place] = np.linspace(centre, far, len(spans))
        elif kind == "step":
            chance[place, at:] = far
        elif kind == "level":
            chance[place] = far
        else:
            way = 0
        truths.append((codes[place], kind, way, spans[at] if kind in ("step", "gap") else ""))
    return chance, pd.DataFrame(truths, columns=["area", "kind", "way", "at"])


def _rows(measure, codes, spans, counts, people, truths, register) -> pd.DataFrame:
    """Return raw rows; a split area's figures stand under its old code before, a renumbered one's under its old."""
    gaps = set(zip(truths["area"], truths["at"], strict=True)) & set(
        truths.loc[truths["kind"] == "gap", ["area", "at"]].itertuples(index=False, name=None)
    )
    old = dict(zip(register.changes["new"], register.changes["old"], strict=True))
    before = {
        code: old[code] if register.register.at[code, "since"] == pd.Timestamp("2024-01-01") else code for code in codes
    }
    rows: dict[tuple[str, str], list[int]] = {}
    for place, code in enumerate(codes):
        for when, span in enumerate(spans):
            if (code, span) in gaps:
                continue
            key = (span, code if span >= "2024Q1" else before[code])
            held = rows.setdefault(key, [0, 0])
            held[0] += int(counts[place, when])
            held[1] += int(people[place])
    return pd.DataFrame(
        [
            {
                "measure": measure,
                "area": code,
                "period": span,
                "breakdown": "",
                "value": round(100 * part / whole, 2),
                "unit": "prosent",
                "numerator": part,
                "denominator": whole,
                "n": "",
                "qualifier": "",
                "standing": "",
                "published": _published(span),
                "source": "syntetisk",
                "note": "",
            }
            for (span, code), (part, whole) in rows.items()
        ]
    )


def _published(span: str) -> str:
    year, quarter = int(span[:4]), int(span[-1])
    return f"{year}-{PUBLISHED[quarter]}"


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    for name, default in (("areas", 357), ("quarters", 20), ("indicators", 15), ("seed", 1)):
        asked.add_argument(f"--{name}", type=int, default=default)
    given = asked.parse_args()
    made = make_country(given.folder, given.areas, given.quarters, given.indicators, given.seed)
    print(json.dumps({"folder": str(given.folder), "planted": made["kind"].value_counts().to_dict()}))
