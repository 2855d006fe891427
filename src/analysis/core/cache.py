"""Results of a reader that a process may keep, once it has said so."""

import copy
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Final, TypeVar

T = TypeVar("T")


class Cache:
    """What a reader has returned, by its arguments; nothing is kept until `keep` is called.

    A notebook or a shell must see a raw file that has just been edited. Only a process that lives for one run, whose
    inputs must not change meanwhile, may keep what it has read.

    Examples
    --------
    >>> cache = Cache()
    >>> cache.read("2024Q1", lambda: "read"), cache.read("2024Q1", lambda: "read again")
    ('read', 'read again')
    >>> cache.keep()
    >>> cache.read("2024Q1", lambda: "read"), cache.read("2024Q1", lambda: "read again")
    ('read', 'read')

    """

    def __init__(self) -> None:
        self._results: dict[Hashable, object] | None = None

    def keep(self) -> None:
        """Keep results from now on."""
        if self._results is None:
            self._results = {}

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Keep results until the block ends, and none of before it; a shell or a test then reads anew.

        Examples
        --------
        >>> cache = Cache()
        >>> with cache.keeping():
        ...     cache.read("2024Q1", lambda: "read"), cache.read("2024Q1", lambda: "read again")
        ('read', 'read')
        >>> cache.read("2024Q1", lambda: "read anew")
        'read anew'

        """
        before, self._results = self._results, {}
        try:
            yield
        finally:
            self._results = before

    def change(self, change: Callable[[T], T]) -> None:
        """Replace every result that is kept by what `change` makes of it."""
        self._results = {key: change(result) for key, result in (self._results or {}).items()}

    def read(self, key: Hashable, read: Callable[[], T]) -> T:
        """Return what `read` returns, or what it returned for the same `key` before.

        Parameters
        ----------
        key : hashable
            The reader's arguments.
        read : callable
            Called without arguments.

        Returns
        -------
        object
            The same object each time when results are kept: callers must not change it.

        """
        if self._results is None:
            return read()
        if key not in self._results:
            self._results[key] = read()
        return self._results[key]

    def shared(self, function: Callable[..., T]) -> Callable[..., T]:
        """Have a function of frames and texts compute once for the same objects, while results are kept.

        Each call returns a copy of its own. The arguments are kept as well, for what is no text is known by its place
        in memory, which no other object may take.

        Examples
        --------
        >>> cache, computed = Cache(), []
        >>> count = cache.shared(lambda rows, name: computed.append(name) or [len(rows)])
        >>> rows = [1, 2]
        >>> with cache.keeping():
        ...     count(rows, "a"), count(rows, "a"), count([1, 2], "a")
        ([2], [2], [2])
        >>> computed
        ['a', 'a']

        """

        @wraps(function)
        def call(*arguments: object, **named: object) -> T:
            key = function, *(each if isinstance(each, str) else id(each) for each in (*arguments, *named.values()))
            return copy.copy(self.read((key, *named), lambda: (function(*arguments, **named), arguments, named))[0])

        return call


between_pages: Final = Cache()  # of functions that several pages call with the same frames; a check keeps their results
