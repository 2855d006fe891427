"""Wait for what another process does."""

import time


def until(found, seconds=120):
    """Return what a function finds, as soon as that is something."""
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)
    return result
