"""Executed notebooks as HTML pages, and the site of all quarters."""
