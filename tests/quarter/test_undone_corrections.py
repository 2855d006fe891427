"""As of a day, a page shows the figures and colours known then; what was corrected later is marked from its day on."""

import pytest

from analysis import tables
from analysis.quarter.changes import since_previous
from analysis.quarter.published_lights import publish_quarter, vintage_of
from analysis.records.judgements import JudgementError, read_judgements
from analysis.reports.prepare import refuse_unpublishable
from analysis.views.status import read_status
from projects import make_project
from quarters import light, write

ITEMS = ["strategy", "goal-1", "goal-2", "1.1", "1.2", "2.1", "1A", "2A"]
ROW = "andel-foerste,2023,,28,prosent,1261,4505,4505,,,2024-02-01,kilde,"
NOTE = 'note = { nb = "Feil", en = "Wrong" }\n'


def correction(name, old, new, quarter="2024Q1"):
    place = f'item = "{name}"' if name != "andel" else 'measure = "andel-foerste"\nperiod = "2023"'
    return f'[[correction]]\nquarter = "{quarter}"\n{place}\n{old}\n{new}\n{NOTE}'


def typed(root, row, quarters):
    """Write the figure of 2023 and the lights of quarters, with what each corrects."""
    file = root / "data" / "raw" / "observations" / "maalt.csv"
    others = [line for line in file.read_text(encoding="utf-8").splitlines() if "andel-foerste,2023" not in line]
    file.write_text("\n".join([*others, row, ""]), encoding="utf-8")
    for quarter, (colour, more) in quarters.items():
        lights = "".join(light(item, colour if item == "1A" else "grey") for item in ITEMS)
        write(root / "data" / "raw" / "judgements", quarter, lights + more)


def publish(status):
    corrections = status.corrections.drop(columns=["name_nb", "name_en"])
    publish_quarter(status.quarter, vintage_of(status.strategy, status.observations, status.lights, corrections))


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("EHELSE_ROOT", str(make_project(tmp_path)))
    typed(tmp_path, ROW, {"2024Q1": ("green", "")})
    return tmp_path


def test_every_field_is_as_it_was_until_it_is_corrected(root):
    fields = ("value", "numerator", "denominator", "n", "qualifier")
    old, new = (28, 1261, 4505, 4505, ""), (27.99, 1260, 4500, 450, "circa")
    publish(read_status("2024Q1"))
    more = ""
    for field, *ends in zip(fields, old, new, strict=True):
        first, last = (f'{end} = "{value}"' for end, value in zip(("old", "new"), ends, strict=True))
        more += correction("andel", f'field = "{field}"\n{first}', last)
    typed(
        root,
        ROW.replace("28,prosent,1261,4505,4505,", "27.99,prosent,1260,4500,450,circa"),
        {"2024Q2": ("green", more)},
    )
    publish(read_status("2024Q1"))  # its second edition

    for as_of, values in (("2024-04-01", old), ("2024-06-29", old), ("2024-06-30", new), ("", new)):
        status = read_status("2024Q1", "en", as_of)
        rows = status.observations.query("measure == 'andel-foerste' and period == '2023'")
        assert tuple(rows.iloc[0][list(fields)]) == values, as_of
        marked = tables.corrected_since(status.strategy, status.corrections, "foerste", "en").text
        title = tables.title("A", "2024Q1", as_of, "en", status.corrections).text
        assert (bool(marked), "Edition 2" in title) == (values == new, values == new), as_of
        refuse_unpublishable(status)  # each is what was published by then


def test_what_is_not_known_yet_is_no_news(root):
    corrections = "".join(correction("andel", 'field = "n"\nold = 4505', "new = 450", q) for q in ("2024Q1", "2024Q2"))
    lights = {"2024Q2": ("green", ""), "2024Q3": ("green", corrections)}
    typed(root, ROW.replace("1261,4505,4505", "1261,4505,450"), lights)
    for day in ("2024-06-30", ""):  # before it, and as all is known now
        assert "450" not in since_previous(read_status("2024Q2", "en", day)).text, day


def test_the_first_of_several_corrections_states_what_was_known(root):
    n = 'field = "n"\nold = {}'
    first, second = (correction("andel", n.format(old), f"new = {new}") for old, new in ((4505, 450), (450, 455)))
    typed(
        root, ROW.replace("1261,4505,4505", "1261,4505,455"), {"2024Q2": ("green", first), "2024Q3": ("green", second)}
    )
    sizes = [read_status("2024Q1", "en", day).observations.query("n > 0")["n"].tolist()
             for day in ("2024-06-29", "2024-06-30", "2024-09-30")]  # fmt: skip
    assert sizes == [[4505], [450], [455]]


def test_a_colour_is_as_it_was_until_it_is_corrected(root):
    more = correction("1A", 'old = "green"', 'new = "yellow"')
    typed(root, ROW, {"2024Q1": ("yellow", ""), "2024Q2": ("green", more)})
    colours = {day: read_status("2024Q1", "en", day).lights.at["1A", "colour"] for day in ("2024-06-29", "2024-06-30")}
    assert colours == {"2024-06-29": "green", "2024-06-30": "yellow"}
    assert read_status("2024Q2", "en", "2024-06-01").lights.at["1A", "colour"] == "green"  # its own, not corrected


def test_a_corrected_figure_is_a_figure(root):
    typed(root, ROW, {"2024Q2": ("green", correction("andel", 'field = "n"\nold = "4 505"', "new = 450"))})
    with pytest.raises(JudgementError, match=r"old: is no figure; write it as 28.4 or 22900"):
        read_judgements("2024Q2")
