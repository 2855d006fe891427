"""Figures: what is drawn, what is written on it, what the alternative text says, and that nothing else is changed."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import matplotlib as mpl

mpl.use("agg")

import lxml.etree
import lxml.html
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex

from analysis import figures, find_trends, words
from analysis.assessment.lights import assess
from analysis.core.names import UnknownNameError
from analysis.municipal.figures import distances
from analysis.views.figures import canvas, vector
from analysis.views.figures.bars import changes_data, counted_data
from analysis.views.status import Status
from analysis.views.tables.markup import EMPTY
from blocks import contrast, plain
from small import judgements, observations, read_small, small_strategy
from typed_cases import read_cases

FOLDER = Path(__file__).parent
MEASURES = tomllib.loads((FOLDER / "figures.toml").read_text(encoding="utf-8"))["measures"]
CHANCES = pd.Series({"p_green": 0.13, "p_yellow": 0.46, "p_red": 0.41})  # method, section 7: n = 1 000
TARGETS = pd.DataFrame({"target": [28.0, 30, 32, 34, 36, 38], "colour": ["green"] * 3 + ["yellow"] + ["red"] * 2})
LIKELY = TARGETS.assign(p_green=[0.9, 0.8, 0.5, 0.3, 0.2, 0.1], p_yellow=0.1, p_red=[0.0, 0.1, 0.4, 0.6, 0.7, 0.8])


@pytest.fixture(scope="module")
def strategy():
    return small_strategy(MEASURES)


@pytest.fixture(scope="module")
def rows(strategy):
    """Return typed series; those of `land` are Eurostat's I_IUAPR of 2020 and 2022."""
    return observations(read_cases(FOLDER / "figures.csv"), strategy)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(ax) -> list[str]:
    return [text.get_text().replace("\u00a0", " ") for text in ax.texts if text.get_text()]


def labels(axis) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


def line_data(ax) -> list[list[float]]:
    return [list(line.get_ydata()) for line in ax.lines if line.get_linestyle() == "-" and len(line.get_ydata()) > 1]


def test_two_waves_are_a_slope_with_an_error_bar_a_wave(strategy, rows):
    _, axes = plt.subplots(2)
    ax = figures.trend(strategy, rows, "tilgang", ax=axes[1])
    assert ax is axes[1] and not axes[0].lines
    assert line_data(ax) == [[26, 28]]
    assert texts(ax) == ["28 %", "26 %"]
    (bars,) = (c for c in ax.collections if hasattr(c, "get_segments"))
    # by hand: 1.96 * sqrt(0.26 * 0.74 / 4996 + 0.01**2 / 12) = 0.01341, and with 0.28 and 4504 0.01428
    halves = [(segment[1, 1] - segment[0, 1]) / 2 for segment in bars.get_segments()]
    assert halves == pytest.approx([1.341, 1.428], abs=0.001)
    # from 26 - 1.341 to 28 + 1.428 is 4.769, and as much below and above
    assert ax.get_ylim() == pytest.approx((19.89, 34.197), abs=0.01)
    assert (labels(ax.xaxis), list(ax.get_xticks())) == (["2022", "2023"], [2022.5, 2023.5])
    assert plain(ax.get_title(loc="left")) == "prosent, med 95 % konfidensintervall"


def test_value_axis_runs_from_zero_to_the_scales_maximum(strategy, rows):
    for measure in ("dekning", "soknader", "lang"):
        low, high = figures.trend(strategy, rows, measure).get_ylim()
        assert low == 0
        assert high <= 104 or measure == "soknader"


def test_the_end_of_a_year_is_written_as_that_year():
    times, periods = pd.Series([2018.0, 2022.0, 2023.0]), pd.Series(["2017-12-31", "2021-12-31", "2022-12-31"])
    _, ax = plt.subplots()
    canvas.years(ax, times, periods, "nb", steps=5)
    assert labels(ax.xaxis) == ["2017", "2018", "2019", "2020", "2021", "2022"]
    assert list(ax.get_xticks(minor=True)) == [2017, 2018, 2019, 2020, 2021, 2022, 2023]  # where years meet


def test_no_line_crosses_a_break_or_joins_doubtful_values(strategy, rows):
    """And a value with an earlier edition is drawn once, as it stands."""
    ax = figures.trend(strategy, rows, "soknader")
    assert line_data(ax) == [[100, 120], [289, 328]]
    (dotted,) = (line for line in ax.lines if line.get_linestyle() == ":")
    assert list(dotted.get_xdata()) == [2021.0, 2021.0]  # midway between mid-2020 and mid-2021
    marks = {line.get_marker(): list(line.get_ydata()) for line in ax.lines if line.get_color() == canvas.QUIET}
    assert marks == {"x": [235], "o": [50]}
    assert {"brudd", "annen kilde: 235", "holdt utenfor: 50"} <= set(texts(ax))
    (excluded,) = (text for text in ax.texts if text.get_text() == "holdt utenfor: 50")
    assert excluded.get_va() == "top"  # below its value, as the line is above it


def test_a_promise_is_a_dashed_path_to_its_target(strategy, rows):
    ax = figures.trend(strategy, rows, "dekning")
    (path,) = (line for line in ax.lines if line.get_linestyle() == "--")
    assert list(path.get_ydata()) == [17, 18, 19]
    assert {"mål: 19", "delmål: 18"} <= set(texts(ax))
    assert ax.get_xlim()[1] > 2025.0


def test_a_lower_bound_has_a_mark_and_a_sign_of_its_own(strategy, rows):
    ax = figures.trend(strategy, rows, "kommuner", "en")
    assert [line.get_marker() for line in ax.lines if line.get_marker() != "None"] == ["^"]
    assert (texts(ax), labels(ax.xaxis)) == (["> 300"], ["Q1 2024"])


def test_many_waves_have_a_ribbon_instead_of_bars(strategy, rows):
    ax = figures.trend(strategy, rows, "lang")
    assert [type(c).__name__ for c in ax.collections] == ["FillBetweenPolyCollection"]


def test_a_measure_without_figures_says_so(strategy, rows):
    assert texts(figures.trend(strategy, rows, "tomt", "en")) == ["no public figure"]
    assert figures.alt_trend(strategy, rows, "tomt") == "Tomt diagram: Tomt har ingen offentlig verdi."
    for draw, measure in ((figures.trend, "tomt"), (figures.breakdown, "tilgang"), (figures.neighbours, "tilgang")):
        assert texts(draw(strategy, rows, measure)) == ["ingen offentlig verdi"]
        with pytest.raises(UnknownNameError, match="tilgang"):
            draw(strategy, rows, "tilgan")


def test_groups_are_bars_from_the_largest_with_no_answer_last(strategy, rows):
    ax = figures.breakdown(strategy, rows, "svar")
    assert [patch.get_width() for patch in ax.patches] == [63, 21, 16]
    assert [to_hex(patch.get_facecolor()).upper() for patch in ax.patches] == [canvas.LINE, canvas.LINE, canvas.QUIET]
    assert (labels(ax.yaxis), texts(ax)) == (["ja", "nei", "ikke svart"], ["63 %", "21 %", "16 %"])
    assert ax.get_xlim()[0] == 0
    text = "Svar $_x$, 1. kvartal 2024, i prosent. Ja 63; nei 21; ikke svart 16."
    assert plain(figures.alt_breakdown(strategy, rows, "svar")).endswith(text)


@pytest.mark.parametrize(("everybody", "drawn"), [(53, True), (55, False), (49, False)])
def test_the_whole_is_a_line_only_between_its_groups(strategy, everybody, drawn):
    cells = {"": everybody, "kjonn=kvinner": 55, "kjonn=menn": 49}
    typed = [{"measure": "svar", "period": "2023", "value": v, "breakdown": group} for group, v in cells.items()]
    ax = figures.breakdown(strategy, observations(typed, strategy), "svar", "en")
    assert (f"all: {everybody}%" in texts(ax)) is drawn


def test_every_country_is_named_and_norway_is_bold(strategy, rows):
    ax = figures.neighbours(strategy, rows, "land", "en")
    assert sorted(texts(ax)) == ["Denmark 66", "EU (27 countries) 24", "Norway 78"]
    weights = {text.get_text().split()[0]: text.get_weight() for text in ax.texts}
    assert weights == {"EU": "normal", "Denmark": "normal", "Norway": "bold"}
    styles = {(line.get_linestyle(), line.get_marker()) for line in ax.lines}
    assert len(styles) == 3  # distinguished without colour
    assert "Norway: 41.8 in 2020, 77.7 in 2022." in figures.alt_neighbours(strategy, rows, "land", "en")


def test_a_country_without_a_figure_in_use_is_left_out(strategy):
    typed = [{"measure": "land", "period": "2022", "value": 72, "breakdown": "land=NO", "standing": "conflict"}]
    assert texts(figures.neighbours(strategy, observations(typed, strategy), "land", "en")) == ["no public figure"]
    typed += [{"measure": "land", "period": "2022", "value": 66, "breakdown": "land=DK"}]
    ax = figures.neighbours(strategy, observations(typed, strategy), "land", "en")
    assert [text for text in texts(ax) if text[0].isupper()] == ["Denmark 66"]


def test_names_of_lines_do_not_lie_on_each_other():
    placed = figures.series.apart(np.array([27.0, 28.0, 28.5]), 8.0)
    assert (np.diff(placed) >= 8.0 - 1e-6).all()
    assert figures.series.apart(np.array([10.0, 50.0]), 8.0).tolist() == [10.0, 50.0]


def test_ambitions_are_bands_of_colour_symbol_and_word():
    none = TARGETS.assign(p_green=np.nan, p_yellow=np.nan, p_red=np.nan)
    ax = figures.ambition_curve(none, "2025", "prosent", 28.0)
    assert texts(ax) == ["● grønn", "▲ gul", "■ rød", "siste verdi: 28 %"]
    limits = [np.unique(band.get_paths()[0].vertices[:, 0]).tolist() for band in ax.collections]
    assert limits == [[28.0, 33.0], [33.0, 35.0], [35.0, 38.0]]  # a colour changes halfway between two targets
    assert ax.get_xlabel() == "ambisjon for 2025 (prosent)"
    narrow = none.assign(target=[20.0, 39, 41, 57, 59, 120], colour=["green"] * 2 + ["yellow"] * 2 + ["red"] * 2)
    # yellow has 18 of 100: space for six letters
    for language, named in (("nb", "▲ gul"), ("en", "▲")):
        assert texts(figures.ambition_curve(narrow, "2025", "prosent", 28.0, language))[1] == named


def test_ambitions_of_a_survey_show_how_likely_each_colour_is():
    ax = figures.ambition_curve(LIKELY, "2025", "prosent", 28.0, "en")
    assert len(ax.collections) == 6
    assert labels(ax.yaxis) == ["0%", "50%", "100%"]
    corners = [{tuple(corner) for corner in area.get_paths()[0].vertices.round(9)} for area in ax.collections[:3]]
    tops = LIKELY[["p_green", "p_yellow", "p_red"]].cumsum(axis=1).round(9)
    for drawn, top in zip(corners, tops, strict=True):
        assert set(zip(LIKELY["target"], tops[top], strict=True)) <= drawn


def test_probabilities_are_one_bar_with_every_colour_in_words():
    ax = figures.probability(CHANCES)
    assert [patch.get_width() for patch in ax.patches] == pytest.approx([0.13, 0.46, 0.41])
    assert {"● grønn 13 %", "▲ gul 46 %", "■ rød 41 %"} <= set(texts(ax))
    assert "green 13%, yellow 46%, red 41%" in figures.alt_probability(CHANCES, "en")
    with pytest.raises(ValueError, match="no probability"):
        figures.probability(CHANCES.mask(CHANCES < 0.2))


@pytest.mark.parametrize("case", read_cases(FOLDER / "alternative_texts.toml"), ids=lambda case: case["measure"])
def test_alternative_texts_say_what_is_drawn(strategy, rows, case):
    text = plain(figures.alt_trend(strategy, rows, case["measure"], case["language"]))
    parts = [plain(part) for part in case["parts"]]
    assert all(part in text for part in parts)
    assert len(parts) > 1 or text == parts[0]


def test_the_limits_of_an_ambition_are_said_in_words():
    limits = [("green", 0.0, 32.34), ("yellow", 32.34, 36.0), ("red", 36.0, np.inf)]
    bands = pd.DataFrame(limits, columns=["colour", "easiest", "hardest"])
    assert plain(figures.alt_ambition(bands, "Tilgang", "2025", "prosent", "en")).endswith(
        "for 2025. Green from 0 per cent to 32.3 per cent; yellow from 32.3 per cent to 36 per cent; "
        "red from 36 per cent upwards."
    )


@pytest.fixture(scope="module")
def trends(strategy, rows):
    return find_trends(strategy, rows, "2024Q1")


def dots_of(ax):
    """Return across, down and fill of each dot, from the top."""
    return [
        [*place, to_hex(fill).upper()]
        for each in ax.collections
        if isinstance(each, PathCollection) and len(each.get_offsets())
        for place, fill in zip(each.get_offsets().tolist(), each.get_facecolors(), strict=True)
    ]


def test_changes_are_dots_filled_where_zero_is_left_out(strategy, trends):
    ax = figures.changes(strategy, trends, "en")
    assert texts(ax) == ["+2", "+1"]  # 26 to 28, and 90 to 91 of a thousand
    assert dots_of(ax) == [[2, 0, canvas.LINE], [1, 1, canvas.PAPER]]
    assert changes_data(strategy, trends)["change"].tolist() == [2, 1]
    (bars,) = (each for each in ax.collections if isinstance(each, LineCollection))
    # 4.1 in the method: Newcombe's interval of 28 % of 4 505 less 26 % of 4 997, with rounding
    assert bars.get_segments()[0][:, 0] == pytest.approx([0.21, 3.79], abs=0.01)
    assert [(patch.get_x(), patch.get_width()) for patch in ax.patches] == [(-1, 2), (-1, 2)]  # epsilon
    text = plain(figures.alt_changes(strategy, trends, "en"))
    assert text.startswith("Dots with 95% intervals: 2 changes in percentage points, largest first. For 1 of them ")
    assert "Tilgang, 2022 to 2023: +2 (95% CI 0.2 to 3.8)." in text


def test_measures_of_a_goal_are_drawn_on_one_scale():
    strategy, rows = read_small(__file__, "multiples.toml")
    grid = figures.multiples(strategy, rows, 1, "en")
    shares = {measure: list(ax.lines[0].get_ydata()) for measure, ax in grid.axes_dict.items()}
    assert shares == {"andel": [26, 28], "fellesskap": pytest.approx([89.47, 94.74], abs=0.01), "forsinket": [12]}
    assert {ax.get_ylim() for ax in grid.axes.flat} == {(0, 100)}
    assert [texts(ax) for ax in grid.axes_dict.values()] == [["28%"], ["18 of 19"], ["12%"]]
    assert grid.axes_dict["forsinket"].get_title(loc="left") == "Forsinket (lower is\nbetter)"
    text = figures.alt_multiples(strategy, rows, 1, "en")
    assert text.startswith("3 small line charts on one scale, in per cent of what is possible. Andel: 26% (2022), 28%")


def drawn_values(ax):
    """Return the values of the marks of a chart over time."""
    return sorted({value for line in ax.lines if line.get_marker() in list("o^vxDsP") for value in line.get_ydata()})


def test_the_data_of_a_picture_are_what_is_drawn(strategy, rows):
    for measure in ("tilgang", "dekning", "soknader", "kommuner", "lang"):
        data = figures.series.trend_data(strategy, rows, measure)
        assert sorted(set(data["value"])) == drawn_values(figures.trend(strategy, rows, measure)), measure
        assert data["low"].notna().sum() == {"tilgang": 2, "lang": 8}.get(measure, 0), measure
    bars = figures.breakdown(strategy, rows, "svar").patches
    assert figures.bars.groups_data(strategy, rows, "svar")["value"].tolist() == [bar.get_width() for bar in bars]
    lines = figures.neighbours(strategy, rows, "land")
    assert sorted(figures.series.countries(strategy, rows, "land")["value"]) == drawn_values(lines)


WHOLE = {"measure": "svar", "period": "2024Q1", "value": 29, "numerator": 5, "denominator": 17}
CAUSES = {"regelverk": 2, "finansiering": 2, "leverandoer": 1}
PARTS = [WHOLE | {"value": 6 * n, "numerator": n, "breakdown": f"aarsak={cause}"} for cause, n in CAUSES.items()]


def test_counts_are_parts_of_the_whole_or_are_not_drawn(strategy):
    counted = observations([WHOLE, *PARTS], strategy)
    ax = figures.counted(strategy, counted, "svar", "en")
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(0, 17), (0, 2), (2, 2), (4, 1)]
    assert counted_data(strategy, counted, "svar")[["count", "of"]].to_numpy().tolist() == [[2, 17], [2, 17], [1, 17]]
    names = "2 funding, 2 need for new regulation, 1\nsupplier problems"
    assert texts(ax) == ["2", "2", "1", "5 of 17", names]
    assert figures.alt_counted(strategy, counted, "svar", "en") == (
        "Stacked bar: Svar $_x$, Q1 2024, 5 of 17. 2 funding; 2 need for new regulation; 1 supplier problems."
    )
    overlapping = observations([WHOLE | {"numerator": 4}, *PARTS], strategy)
    assert counted_data(strategy, overlapping, "svar").empty
    assert texts(figures.counted(strategy, overlapping, "svar", "en")) == ["no public figure"]
    assert figures.alt_counted(strategy, overlapping, "svar", "en").startswith("Empty chart: ")


def test_the_data_beside_a_picture_are_what_is_drawn_on_it(monkeypatch):
    """The drawing and the data of the pictures of a quarter."""
    pairs = []
    monkeypatch.setattr(figures, "picture", lambda ax, *_, data, **__: pairs.append((ax, data)) or EMPTY)
    shares = [{"slug": slug, "minimum": 0, "maximum": 100} for slug in ("maal", "uten")]
    shares[0]["target"] = {"period": "2025", "value": 35}
    strategy = small_strategy([*shares, {"slug": "svar", "basis": "register"}])
    waves = [(slug, year, value, 1000) for slug in ("maal", "uten") for year, value in (("2022", 26), ("2023", 28))]
    rows = observations([*waves, WHOLE, *PARTS], strategy)
    trends, sources = find_trends(strategy, rows, "2024Q1"), pd.DataFrame({"title": "Kilde"}, index=["source"])
    lights = assess(strategy, trends, judgements(strategy))
    status = Status("2024Q1", "", "nb", strategy, rows, trends, None, lights, None, None, sources, None, None, None)
    status.certainty("1.1")
    status.development()
    status.tested_changes()
    status.multiples(1)
    status.pictures("1.3")
    (chances, p), (quarters, states), (changes, tested), (grid, shares), _, (counted, counts) = pairs
    assert [bar.get_width() for bar in chances.patches] == p[["p_green", "p_yellow", "p_red"]].iloc[0].tolist()
    signs = {tuple(int(place) for place in text.get_position()): text.get_text() for text in quarters.texts}
    places = zip(pd.factorize(states["quarter"])[0], pd.factorize(states["indicator"])[0], strict=True)
    for place, row in zip(places, states.itertuples(), strict=True):
        own = {"filled": words.SYMBOL.get(row.proposed), "outlined": words.HOLLOW.get(row.direction_colour)}
        assert signs[place] == own.get(row.figures_state, words.STATE_SYMBOL.get(row.figures_state))
    assert [change for change, _, _ in dots_of(changes)] == tested["change"].tolist()
    values = [sorted(own["share"]) for _, own in shares.groupby("measure", sort=False)]
    assert [drawn_values(ax) for ax in grid.axes] == values
    assert [bar.get_width() for bar in counted.patches[1:]] == counts["count"].tolist() == [2, 2, 1]


def drawing(ax) -> str:
    """Return the SVG of the picture of some axes."""
    return unquote(re.search(r'src="data:image/svg\+xml,([^"]+)"', figures.picture(ax, "alt", "caption").html)[1])


def test_a_picture_has_its_words_and_stable_bytes(strategy, rows):
    texts = ('alt "a" <b>', "up <i>\ncaption & more", "nb")
    block, again = (
        figures.picture(figures.trend(strategy, rows, "soknader"), *texts, source="Kilde: A & B.") for _ in "ab"
    )
    assert block.html == again.html
    assert plt.get_fignums() == []
    assert lxml.html.fromstring(block.html).find("img").get("alt") == 'alt "a" <b>'
    parts = re.sub(r"<[^>]+>", "|", re.sub(r"<img[^>]+>", "picture", block.html)).split("|")
    assert [part for part in parts if part] == [*("up &lt;i&gt;", "caption &amp; more", "picture", "Kilde: A &amp; B.")]
    assert '<figure role="group" lang="nb"' in block.html
    assert repr(block) == 'up <i>\ncaption & more\nalt "a" <b>\nKilde: A & B.'
    data = pd.DataFrame({"group": ["=1+1", "nei"], "value": [63.0, 21.0]})
    block = figures.picture(figures.breakdown(strategy, rows, "svar"), "alt", "caption", data=data)
    assert lxml.html.fromstring(block.html).get("data-csv") == "group,value\n'=1+1,63.0\nnei,21.0\n"
    for alt, caption in (("", "caption"), ("alt", " ")):
        with pytest.raises(ValueError, match="alternative text and a caption"):
            figures.picture(figures.trend(strategy, rows, "tilgang"), alt, caption)


def test_a_drawing_is_small_and_needs_no_font(strategy, rows):
    drawn = drawing(figures.trend(strategy, rows, "soknader"))
    assert "<dc:date>" not in drawn and "Matplotlib v" not in drawn
    assert "<text" not in drawn  # type as outlines: no font to miss
    assert max(len(number) for number in re.findall(r"\.(\d+)", re.sub(r"scale\([^)]*\)", "", drawn))) == 2
    root = lxml.etree.fromstring(drawn)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    # a text with a halo is written once
    paths = root.xpath("//*[local-name()='path' and string-length(@d) > 60]/@d")
    assert paths and len(paths) == len(set(paths))
    assert "paint-order:stroke" in drawn


def test_drawing_changes_neither_settings_nor_frames(strategy, rows):
    mpl.rcdefaults()  # what an earlier test may have left behind must not hide here
    settings, frame, curve = dict(mpl.rcParams), rows.copy(deep=True), LIKELY.copy(deep=True)
    for measure in ("tilgang", "dekning", "soknader", "svar"):
        figures.picture(figures.trend(strategy, rows, measure), "alt", "caption")
    figures.breakdown(strategy, rows, "svar")
    figures.neighbours(strategy, rows, "land")
    figures.ambition_curve(curve, "2025", "prosent", 28.0)
    assert dict(mpl.rcParams) == settings
    pd.testing.assert_frame_equal(rows, frame)
    pd.testing.assert_frame_equal(curve, LIKELY)
    # nor do an analyst's settings reach the picture
    before = drawing(figures.trend(strategy, rows, "tilgang"))
    with mpl.rc_context({"font.size": 30, "font.family": "serif", "axes.facecolor": "pink", "svg.fonttype": "none"}):
        assert drawing(figures.trend(strategy, rows, "tilgang")) == before


def test_what_is_written_can_be_read_on_a_telephone():
    column = 320 - 2 * 20  # pixels of a narrow screen less the page's margins
    assert (canvas.TYPE - 1) / 72 / canvas.WIDTH * column >= 9.5
    with canvas.theme():  # its settings reach seaborn
        assert sns.axes_style()["axes.edgecolor"] == canvas.QUIET
        assert sns.plotting_context()["font.size"] == canvas.TYPE


@pytest.mark.parametrize("colour", [canvas.INK, canvas.QUIET, canvas.LINE])
def test_writing_has_contrast_in_both_schemes(colour):
    assert contrast(colour, "#FFFFFF") >= 4.5  # WCAG 2.2, level AA
    assert contrast(canvas.DARK[colour], canvas.DARK[canvas.PAPER]) >= 4.5


def test_paper_and_ink_follow_the_scheme_but_not_lights(strategy, rows):
    drawn = drawing(figures.trend(strategy, rows, "tilgang"))
    schemes, rules = re.match(r".*?<style>(.*?\}\})(.*)", drawn).groups()
    light, dark = re.fullmatch(r":root\{(.*);\}@media\(prefers-color-scheme:dark\)\{:root\{(.*);\}\}", schemes).groups()
    names = [dict(pair.split(":") for pair in scheme.split(";")) for scheme in (light, dark)]
    assert names[0].keys() == names[1].keys()
    assert [*names[0].values(), *names[1].values()] == [*canvas.DARK, *canvas.DARK.values()]
    assert not [colour for colour in canvas.DARK if colour.lower() in rules]  # none is left as it is
    coloured = drawing(figures.probability(CHANCES))
    assert all(words.HEX[colour].lower() in coloured for colour in ("green", "yellow", "red"))


def test_a_picture_of_areas_has_no_colour_of_one_scheme():
    own = pd.DataFrame({"z": [0.5, 3.5], "zone": [0, 2]}, index=["a", "b"])
    peers = pd.DataFrame({"measure": ["a", "b"], "z": [-1.0, 7.0]})
    drawn = drawing(distances(own, peers, pd.Series({"a": "A", "b": "B"})))
    assert re.findall(r"#[0-9a-f]{6}\b", drawn.partition("}}")[2]) == []


def test_the_style_of_many_dots_is_written_once():
    with canvas.drawing(None) as ax:
        ax.plot(range(50), range(50), ".", color=canvas.QUIET, alpha=0.35)
    drawn = drawing(ax)
    (shared,) = re.findall(r"\.(m\d+)\{[^}]*fill-opacity:0\.35[^}]*\}", drawn)
    assert len(re.findall(f"<use[^>]* class='{shared}'", drawn)) == 50


def test_a_shortened_path_has_its_subpaths_and_its_end():
    assert vector.shorten_path("M 1 1 L 3 2 L 1 4 z M 2 2 C 2 3 4 3 5 2") == "m1 1l2 1-2 2zm1 1c0 1 2 1 3 0"
    path = "M 0 0" + "".join(f" L {n / 3} {n / 7}" for n in range(1, 301))
    steps = re.findall(r"-?[\d.]+", vector.shorten_path(path))[2:]
    ends = [sum(float(step) for step in steps[axis::2]) for axis in (0, 1)]
    assert ends == pytest.approx([100, 42.86], abs=0.001)


def upright(axes):
    """Return the lines drawn straight up from the time axis."""
    return [line for line in axes.get_lines() if len(set(line.get_xdata())) == 1 and len(line.get_xdata()) == 2]


def test_a_break_is_drawn_once_a_value_follows_it(rows):
    """And years do not overlap beside names of countries."""
    broken = {"slug": "land", "role": "context", "breaks": [{"period": "2024", "kind": "break"}]}
    strategy, earlier = small_strategy([broken]), rows[rows["measure"] == "land"]
    drawn = figures.neighbours(strategy, earlier, "land", "en")
    assert upright(drawn) == []
    assert figures.picture(drawn, "alt", "caption")
    year = {"measure": "land", "period": "2024"}
    latest = [year | {"breakdown": f"land={code}", "value": v} for code, v in (("NO", 33), ("DK", 62), ("EU27", 28))]
    ax = figures.neighbours(strategy, pd.concat([earlier, observations(latest, strategy)]), "land")
    assert len(upright(ax)) == 1
    ax.figure.canvas.draw()
    places = [name.get_window_extent() for name in ax.get_xticklabels()]
    assert all(left.x1 + 4 < right.x0 for left, right in pairwise(places))
    assert len(places) == 3


def test_no_name_beside_a_bar_is_broken_inside_a_word():
    assert canvas.wrapped("behov for regelverksutvikling", 18) == "behov for\nregelverksutvikling"
