"""Invariants are searched anew on every desk, and the same way every time in CI: a failure there must be repeatable."""

import os

from hypothesis import settings

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")
