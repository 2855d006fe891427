# All commands; `make help` lists them.
PYTHON ?= python3
QUARTER ?= 2024Q1
CASES ?= tests/cases/data
DELIVERIES ?= tests/deliveries/files
# What is typed after `make` is text: make expands nothing in it, and recipes read it from their environment.
override PYTHON := $(value PYTHON)
override QUARTER := $(value QUARTER)
override CASES := $(value CASES)
override DELIVERIES := $(value DELIVERIES)
export PYTHON QUARTER CASES DELIVERIES
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PEERS := build/peers
AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root )# as in a container

.DEFAULT_GOAL := help
.PHONY: help report lab check test test-all test-slow test-browser test-faults test-random schedule-dry-run benchmark benchmark-areas lint docs conformance lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: $(READY) ## write the status report, QUARTER=2024Q1 by default
	@$(BIN)/python -P -m analysis report -- "$$QUARTER"

lab: $(READY) ## open JupyterLab at the start page
	@$(BIN)/jupyter lab $(AS_ROOT)--notebook-dir=. --LabApp.app_settings_dir=deploy/jupyterlab \
	  --Scheduler.execution_manager_class=analysis.reports.lab_jobs.Jobs notebooks/start.ipynb

check: $(READY) ## validate every raw file, list every fault
	@$(BIN)/python -P -m analysis check

test: $(READY) ## the default tests, a few minutes
	@$(BIN)/python -m pytest -q -n 2 -m "not slow"

test-all: test test-slow ## every test

test-slow: $(READY) ## the long suites: faults, browser, servers, attacks; mostly waiting, so four at once
	@KILLS=30 $(BIN)/python -m pytest -q -n 4 --no-loadscope-reorder -m slow

test-browser: $(READY) ## the whole report: its files, and every page in Chromium, on a telephone and in both schemes
	@$(BIN)/python -m pytest -q -n 2 tests/reports/test_pages.py tests/reports/test_paper.py tests/reports/test_report.py -m slow

test-faults: $(READY) ## kills, full disks, hanging cells, many runs at once
	@$(BIN)/python -m pytest -q -n 4 --no-loadscope-reorder tests/faults

test-random: $(READY) ## reports of random strategies and deliveries, two at once, for RANDOM_SECONDS=240
	@RANDOM_SECONDS="$${RANDOM_SECONDS:-240}" $(BIN)/python -m pytest -q -n 2 -rP tests/audit/test_small_reports.py -m slow

schedule-dry-run: $(READY) ## list when the files of deploy/ would run the report next, and how
	@$(BIN)/python deploy/next_times.py

benchmark: $(READY) ## compare the report with other ways of running its notebooks; a quarter of an hour
	@$(PEERS)/bin/python -c 'import nbmake, jupyter_cache, ploomber_engine' 2>/dev/null || { \
	  "$$PYTHON" -m venv --clear $(PEERS) && \
	  $(BIN)/python -c 'import sysconfig; print("import site; site.addsitedir(%r)" % sysconfig.get_path("purelib"))' > \
	    "$$($(PEERS)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/locked.pth" && \
	  $(PEERS)/bin/python -m pip install -qq --disable-pip-version-check --only-binary :all: --requirement benchmarks/peers.txt; }
	@$(BIN)/python benchmarks/run_quarter.py --peers $(PEERS)/bin/python

benchmark-areas: $(READY) ## time reports of 10 to 1 000 municipalities of a synthetic country; half an hour
	@$(BIN)/python benchmarks/area_reports.py

lint: $(READY) ## style of code and notebooks
	@$(BIN)/ruff check && $(BIN)/ruff format --check

docs: $(READY) ## build the pages of docs/; a warning is an error
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs build/docs && echo "Open build/docs/index.html"

conformance: $(READY) ## hold method and intake against known verdicts, CASES=folder DELIVERIES=folder
	@$(BIN)/python tests/cases/verdicts.py "$$CASES"
	@$(BIN)/python -m pytest -q tests/deliveries

lock: $(READY) ## resolve the dependencies again (needs uv)
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --group build --group docs --group notebooks --group test pyproject.toml -o requirements.lock

clean: ## remove the environment and everything written, published lights excepted
	@chmod -R u+w data/processed/releases 2>/dev/null || true
	@rm -rf $(VENV) data/processed/releases data/processed/failed build
	@find data/processed -maxdepth 1 -type l -delete

$(READY): requirements.lock pyproject.toml
	@"$$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 …"; exit 2; }
	@"$$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make environments. On Debian: apt-get install python3-venv"; exit 2; }
	@echo "Setting up the environment in $(VENV) (once, about two minutes) …"
	@"$$PYTHON" -m venv --clear $(VENV)
	@# the lock is whole: pip adds nothing to it, nor what pyproject.toml leaves out of it
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --only-binary :all: --no-deps --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@# git compares a fresh clone with its commit once; with the filter of notebooks that takes seconds for each of them
	@git status >/dev/null 2>&1 && git config include.path ../.gitconfig || true
	@touch $@
