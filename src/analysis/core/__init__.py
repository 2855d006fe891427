"""Paths, periods and names: what every other package needs."""
