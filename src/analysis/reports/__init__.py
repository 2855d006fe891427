"""The runner: it turns the notebooks into a published report, whole or not at all.

``plan`` says what is run, ``server`` and ``kernels`` where, ``execute`` runs and verifies, ``render`` makes the pages,
``publish`` puts them in place. ``run`` is the whole of it: it checks and claims, and hands over to ``work`` when there
is something to do. No other room knows papermill or nbconvert.
"""
