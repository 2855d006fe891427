"""Invariants are searched anew on every desk and in the same order every time in CI, where a failure must be repeatable."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
