"""Pages opened in a real Chromium, and what axe-core has to say of them."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

VIOLATIONS = {"resultTypes": ["violations"]}  # a selector for each thing in order takes axe three times as long
# contrast takes longer than everything else: it is measured apart, in tables in the first rows; the others look alike
STRUCTURE = (None, VIOLATIONS | {"rules": {"color-contrast": {"enabled": False}}})
CONTRAST = ({"exclude": ["tbody tr:nth-child(n + 20)"]}, VIOLATIONS | {"runOnly": ["color-contrast"]})

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


# no style is for a scheme and a width together: both schemes and both widths are seen in two
SETTINGS = (("light", 320), ("dark", 1280))


def violations(browser, file: Path, settings=SETTINGS, checks=(STRUCTURE, CONTRAST)) -> list[str]:
    """Return what axe-core finds on a page in each setting, scheme and width, and whether it scrolls sideways."""
    context, page = opened(browser, file)
    found = []
    for scheme, width in settings:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        where = f"{file.parent.name}/{file.name}, {scheme}, {width}"
        if (reaches := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            found.append(f"{where}: it reaches to {reaches}")
        for part, options in checks:
            for fault in Axe().run(page, part, options).response["violations"]:
                found += [f"{where}: {fault['id']}: {node['html'][:160]}" for node in fault["nodes"]]
    context.close()
    return found
