"""Public names of a package that are imported on first use, so that a quick command does not import all of it."""

import importlib
from collections.abc import Callable, Iterable, Mapping

from analysis.core.names import nearest


def import_lazily(
    package: str, modules: Mapping[str, str], whole: Mapping[str, str]
) -> tuple[list[str], Callable[[str], object], Callable[[], Iterable[str]]]:
    """Return ``__all__``, ``__getattr__`` and ``__dir__`` of a package.

    Parameters
    ----------
    package : str
        Its name.
    modules : mapping of str to str
        The names that each of its modules defines, parted by spaces.
    whole : mapping of str to str
        The modules that are public as a whole, by their public names.

    Returns
    -------
    tuple
        Public names in alphabetical order, alternative texts last; what imports one, and refuses any other with the
        nearest there is; and what lists them.

    """
    homes = {name: module for module, names in modules.items() for name in names.split()}
    # a picture is looked for before its alternative text
    public = sorted({*homes, *whole}, key=lambda name: (name.startswith("alt_"), name))

    def find(name: str) -> object:
        if name in whole:
            return importlib.import_module(f"{package}.{whole[name]}")
        if name in homes:
            return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)
        raise AttributeError(f"module '{package}' has no attribute '{name}'{nearest(name, public)}")

    return public, find, lambda: public
