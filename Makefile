# Everything a user types. `make help` lists it.
PYTHON ?= python3
QUARTER ?= 2024Q1
CASES ?= ../shared/cases
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help report lab check test test-all test-faults lint conformance lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

report: $(READY) ## write the status report, QUARTER=2024Q1 unless another is named
	@$(BIN)/python -m analysis report $(QUARTER)

lab: $(READY) ## open JupyterLab at the start page
	@$(BIN)/jupyter lab --notebook-dir=. --LabApp.news_url=None notebooks/start.ipynb

check: $(READY) ## validate every raw file, say every fault
	@$(BIN)/python -m analysis check

test: $(READY) ## the default tests, a few minutes
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow"

test-all: $(READY) ## every test, the long fault and browser suites too
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

test-faults: $(READY) ## kills, full disks, hanging cells, many runs at once
	@$(BIN)/python -m pytest -q tests/faults

lint: $(READY) ## style of code and notebooks
	@$(BIN)/ruff check && $(BIN)/ruff format --check

conformance: $(READY) ## hold the method against published verdicts, CASES=folder
	@$(BIN)/python -m analysis.conformance $(CASES)

lock: $(READY) ## resolve the dependencies anew (needs uv)
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --group build --group docs --group notebooks --group test pyproject.toml -o requirements.lock

clean: ## remove the environment and everything written, published lights excepted
	@rm -rf $(VENV) data/processed/releases data/processed/failed build
	@find data/processed -maxdepth 1 -type l -delete

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; name one with: make PYTHON=python3.12 …"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "This Python cannot make environments. On Debian: apt-get install python3-venv"; exit 2; }
	@echo "Setting up the environment in $(VENV) (once, about two minutes) …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
