"""The templates of the files that authors' commands write: HTML, and what an author goes on to fill in."""

from jinja2 import Environment, PackageLoader, StrictUndefined

_ENVIRONMENT = Environment(
    loader=PackageLoader("analysis.quarter", ""),
    autoescape=lambda name: name.endswith(".html.j2"),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)


def fill(name: str, **places: object) -> str:
    """Return a template of this package with its places filled; in HTML what is no `Markup` is escaped."""
    return _ENVIRONMENT.get_template(name).render(places)
