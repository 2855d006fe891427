"""The runner: it turns the notebooks into a published report, whole or not at all.

``run`` is one run from start to end, of what a ``request`` asks for. ``prepare`` validates the raw material, ``plan``
lists the notebooks and their parameters, ``kernels`` run them, ``execute`` verifies each, ``pages`` turns them into
HTML, ``printing`` and ``downloads`` write the other formats, ``leaks`` looks for what must not be published, and
``publish`` replaces the earlier release. ``preview`` shows the pages while they are written. No other package uses
papermill or nbconvert.
"""
