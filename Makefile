# make demo   everything from nothing: virtual environment, pinned packages, the built-in raid, the page
# make test   everything that CI checks
# make page   the viewer's page from viewer/, after a change there
# make pages  the generated pages and the output shown on the others, after numbers have moved
# make lock   new pins from pyproject.toml (needs uv); make clean removes what make has made
#
# PYTHON=python3.12 chooses the interpreter; any from 3.11 on will do.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PACKAGE := $(PIP) install --no-deps --no-build-isolation --editable .
COMPILE := uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links --quiet

.PHONY: demo test check lint types layers pytest page warmup pages lock clean help

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

demo: $(VENV)/.demo page
	@$(BIN)/skyreach warmup
	@$(BIN)/skyreach demo

# Compiled kernels of the checks lie in the checkout: no home folder is needed, `make clean` removes them.
test check: export SKYREACH_CACHE ?= $(CURDIR)/build/cache
test check: lint types layers pytest

lint: $(VENV)/.test
	@echo "make: ruff"
	@$(BIN)/ruff check .

types: $(VENV)/.test
	@echo "make: mypy"
	@$(BIN)/mypy

layers: $(VENV)/.test
	@echo "make: import-linter"
	@$(BIN)/lint-imports --no-logo

warmup: $(VENV)/.test
	@$(BIN)/skyreach warmup

pytest: warmup page
	@echo "make: pytest"
	@$(BIN)/python -m pytest -n 2 -rs $(ARGS)

# The page again after its sources have changed; with Node from a wheel.
page: $(VENV)/.demo
	@$(BIN)/python hatch_build.py

$(VENV)/.demo: requirements.lock pyproject.toml | $(BIN)/python
	@echo "make: installing the pinned packages (900 MB, a minute or two)..."
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PACKAGE)
	@touch $@

$(VENV)/.test: requirements-test.lock pyproject.toml | $(BIN)/python
	@echo "make: installing the pinned packages for the checks (1.3 GB, a minute or two)..."
	@$(PIP) install --require-hashes --requirement requirements-test.lock
	@$(PACKAGE)
	@touch $@ $(VENV)/.demo

$(BIN)/python:
	@sh scripts/make_venv.sh $(VENV) $(PYTHON)

pages: $(VENV)/.test
	@$(BIN)/python scripts/make_tables_page.py
	@$(BIN)/python scripts/run_pages.py --write

lock:
	$(COMPILE) --extra test --extra notebook --extra view --output-file requirements-test.lock $(UPGRADE)
	$(COMPILE) --extra view --constraint requirements-test.lock --output-file requirements.lock $(UPGRADE)

clean:
	rm -rf $(VENV) build dist viewer/node_modules viewer/dist src/skyreach/_viewer .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
