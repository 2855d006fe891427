"""Pages opened in a real Chromium, and what axe-core has to say of them."""

from itertools import product
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

VIOLATIONS = {"resultTypes": ["violations"]}  # a selector for each thing in order takes axe three times as long

browser_only = [pytest.mark.browser, pytest.mark.slow]


def opened(browser, file: Path, **how):
    """Return a context and a page of its own, which has asked nothing of the net."""
    context = browser.new_context(bypass_csp=True, **how)
    asked = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.resolve().as_uri())
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []
    return context, page


SETTINGS = tuple(product(("light", "dark"), (320, 1280)))


def violations(browser, file: Path, settings=SETTINGS) -> list[str]:
    """Return what axe-core finds on a page in each setting, scheme and width, and whether it scrolls sideways."""
    context, page = opened(browser, file)
    found = []
    for scheme, width in settings:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        where = f"{file.parent.name}/{file.name}, {scheme}, {width}"
        if (reaches := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            found.append(f"{where}: it reaches to {reaches}")
        for fault in Axe().run(page, options=VIOLATIONS).response["violations"]:
            found += [f"{where}: {fault['id']}: {node['html'][:160]}" for node in fault["nodes"]]
    context.close()
    return found
