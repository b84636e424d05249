# `make run` and `make test` create .venv, install what the lock files name, and need nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
TORCH := torch==2.13.0
export HF_HUB_OFFLINE ?= 1

.PHONY: run serve test check eval gate bench train-models lock clean

run: $(VENV)/installed
	$(BIN)/casebook ingest --bundled
	$(BIN)/casebook ask "which therapies failed for anti-Mi2 calcinosis?"
	$(BIN)/casebook serve

serve: $(VENV)/installed
	$(BIN)/casebook serve

test: $(VENV)/installed-dev
	@sh scripts/tesseract.sh
	@CHROMIUM_PATH="$$(sh scripts/browser.sh)" $(BIN)/python -m pytest

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

eval: $(VENV)/installed
	$(BIN)/casebook eval run evals/data/bundled --out runs

gate: $(VENV)/installed
	$(BIN)/casebook eval run evals/data/bundled --part dev --out runs --gate evals/data/bundled/floors.json

bench: $(VENV)/installed
	$(BIN)/casebook bench

# Reads the development sets (DATA) by path; about an hour and a half on two cores. See assistant/scorer/CARD.md.
DATA ?= ../shared/data
train-models: $(VENV)/installed-dev
	$(BIN)/python -m evals.training --data $(DATA) gather
	$(BIN)/python -m evals.training --data $(DATA) train
	$(BIN)/python -m evals.training --data $(DATA) train-second

# torch comes first and alone: pip then takes a CPU build where one is at hand, and the lock file adds nothing for GPUs.
$(VENV)/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
		|| { echo "Casebook needs Python 3.11 to 3.13; $(PYTHON) is $$($(PYTHON) --version). Name another: make PYTHON=python3.12 run"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3 cannot make a virtual environment; on Debian or Ubuntu: apt install python3-venv"; exit 2; }
	@echo "Installing into $(VENV); the first time takes about two minutes ..."
	@$(PIP) $(TORCH)
	@$(PIP) --no-deps -r requirements.lock
	@$(PIP) --no-deps --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	@$(PIP) --no-deps -r requirements-dev.lock
	@touch $@

# Needs uv. GPU-only parts of torch stay out (tool.uv in pyproject.toml).
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --no-header --no-emit-index-url --no-annotate -q -o requirements.lock
	uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 --no-header \
		--no-emit-index-url --no-annotate -q -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache
