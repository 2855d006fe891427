"""A drawing as a scalable picture in an address, in as few bytes as show the same.

Most of what matplotlib writes is outlines of letters, far finer than an eye can see, and twice where they have a halo.
Here a path is written as steps from point to point, and letters on a grid.
"""

import io
import re
from itertools import chain, pairwise
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_PLAIN: Final = " '=:;/,()-+*!?@$~|[]{}^"  # characters that may be in an attribute and in an address as they are
_GRID: Final = 6.4  # steps in a hundredth of a letter's size: at 13 points a step is 0.02 points
_OUTLINE: Final = "scale(0.015625)"  # with which matplotlib brings an outline to a size of a hundred
_COMMAND: Final = re.compile(r"([MLQCz])([^MLQCz]*)")
# not of a scale. A pattern, because numbers are parts of values of attributes, which no XML reader divides
_DECIMALS: Final = re.compile(r"(scale\([^)]*\))|\d+\.\d{2,}")


def address(figure: Figure, inks: dict[str, str]) -> str:
    """Return a drawing as an address that holds it, its inks following the reader's scheme.

    Parameters
    ----------
    figure : Figure
        Drawn with letters as outlines.
    inks : dict of str to str
        Colours on light, and which take their places on dark. Other colours stay.

    Returns
    -------
    str
        ``data:image/svg+xml,…``, without double quotes and ampersands.

    """
    with io.BytesIO() as file:
        # not savefig, which draws everything twice, once to find out how large it gets; here the size is given
        FigureCanvasSVG(figure).print_svg(file, metadata={"Date": None, "Creator": None})
        root = ElementTree.fromstring(file.getvalue())
    for element in root.iter():
        # nothing but space for the eye: type is outlines, so there is no text between elements
        element.text, element.tail, element.tag = (element.text or "").strip(), "", element.tag.removeprefix(_SVG)
    root.remove(root.find("metadata"))
    _place_letters(root)
    for path in root.iter("path"):
        letter = path.get("transform") == _OUTLINE
        if letter:
            del path.attrib["transform"]
        path.set("d", shorten_path(path.get("d", ""), _GRID / 64 if letter else 100, 1 if letter else 100))
    # the outline of a text with a halo is written once, the halo below it
    for parent in root.iter("g"):
        for halo, text in list(pairwise(parent)):
            own, around = (element.get("style", "") for element in (text, halo))
            if halo.get("d") and halo.get("d") == text.get("d") and around.startswith(f"{own}; stroke:"):
                halo.set("style", f"{around}; paint-order: stroke")
                parent.remove(text)
    style = Element("style")
    style.text = _share_styles(root, inks)
    _shorten_names(root)
    _lift(root)
    root.insert(0, style)
    root.attrib = {"xmlns": _SVG[1:-1]} | {name: root.attrib[name] for name in ("width", "height", "viewBox")}
    text = ElementTree.tostring(root, encoding="unicode").replace('"', "'").replace(" />", "/>")
    text = _DECIMALS.sub(lambda match: match[1] or f"{round(float(match[0]), 2):g}", text)
    # a third shorter than as base64
    return f"data:image/svg+xml,{quote(text, safe=_PLAIN)}"


def _place_letters(root: Element) -> None:
    """Have the letters of every text stand on the grid on which their outlines are written."""
    for text in root.iter("g"):
        before, scale, size = text.get("transform", "").partition(" scale(")
        if not scale:
            continue
        step = f"{float(size.split()[0]) / _GRID:.4g}".removeprefix("0")
        text.set("transform", f"{before}{scale}{step} -{step})")
        for letter in text.iter("use"):
            moved = letter.attrib.pop("transform", "translate(0 0)").removeprefix("translate(").removesuffix(")")
            for axis, places in zip("xy", moved.split(), strict=True):
                if place := round(float(places) * _GRID):
                    letter.set(axis, str(place))


def shorten_path(path: str, scale: float = 100, divisor: int = 100) -> str:
    """Return a path as steps from point to point of a grid, on which roundings do not add up.

    Parameters
    ----------
    path : str
        As matplotlib writes it: commands M, L, Q, C and z, with places.
    scale : float, optional
        Steps of the grid in a unit of `path`.
    divisor : int, optional
        Steps of the grid in a unit of the result.

    Returns
    -------
    str

    Examples
    --------
    >>> shorten_path("M 10 20 L 10.25 20 L 10.25 25 Q 0 25 0 20 z")
    'm10 20h.25v5q-10.25 0-10.25-5z'

    """
    text, start, here, before = "", (0, 0), (0, 0), ""
    for command, places in _COMMAND.findall(path):
        numbers = [round(float(number) * scale) for number in places.split()]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        steps = [point - origin for xy in points for point, origin in zip(xy, here, strict=True)]
        here = start if command == "z" else points[-1]
        start = here if command == "M" else start
        step = command.lower()
        if command == "L" and 0 in steps:
            step, steps = ("v", steps[1:]) if steps[0] == 0 else ("h", steps[:1])
        if step != before or step in "mz":
            text += step
        for number in steps:
            written = f"{number / divisor:g}"
            written = written.replace("0.", ".") if abs(number) < divisor else written
            text += f" {written}" if text[-1].isdigit() and written[0] != "-" else written
        before = step
    return text


def _share_styles(root: Element, inks: dict[str, str]) -> str:
    """Give each style a class, and return their rules: half the length where dots are many."""
    shared = root.find("defs/style")
    classes: dict[str, str] = {}
    for element in root.iter():
        if style := element.attrib.pop("style", ""):
            element.set("class", classes.setdefault(style, f"m{len(classes)}"))
    rules = shared.text + "".join(f".{name}{{{style}}}" for style, name in classes.items())
    schemes = {"light": "", "dark": ""}
    for name, (light, dark) in zip("abcdef", inks.items(), strict=True):
        rules = rules.replace(light.lower(), f"var(--{name})")
        schemes["light"] += f"--{name}:{light};"
        schemes["dark"] += f"--{name}:{dark};"
    rules = rules.replace("; ", ";").replace(": ", ":")
    shared.text = ""
    return f":root{{{schemes['light']}}}@media(prefers-color-scheme:dark){{:root{{{schemes['dark']}}}}}{rules}"


def _shorten_names(root: Element) -> None:
    """Keep the names that something refers to, as short ones."""
    names: dict[str, str] = {}
    for element in root.iter():
        if reference := element.attrib.pop(_HREF, ""):  # its namespace is no longer needed since 2018
            element.set("href", f"#{names.setdefault(reference[1:], f'a{len(names):x}')}")
        if clip := element.get("clip-path", ""):
            element.set("clip-path", f"url(#{names.setdefault(clip[5:-1], f'a{len(names):x}')})")
    for element in root.iter():
        if (name := element.attrib.pop("id", "")) in names:
            element.set("id", names[name])


def _lift(parent: Element) -> None:
    """Leave out groups that say nothing, and keep their members."""
    for child in parent:
        _lift(child)
    lifted = [child if child.tag == "g" and not child.attrib else [child] for child in parent]
    parent[:] = chain.from_iterable(lifted)
