# A machine needs Python 3.11 or newer and make; everything else comes with the first command.
#
#   make run      open Willow in the browser (FILE=path opens a file at once)
#   make test     all tests: Python, dcs with pandas 3, web app, and the whole in Chromium
#   make check    formatting, lint, types, generated files
#   make chaos    an hour of work while processes are killed (MINUTES=5 for less)
#   make bench    the benchmarks (benchmarks/README.md)
#   make format   put code and generated files in their standard form
#   make clean    remove everything that was made

PYTHON ?= python3
VENV ?= .venv
FILE ?=
MINUTES ?= 60
SEED ?= $(shell date +%s)

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
INSTALL := $(PIP) install --constraint constraints.txt
WEB := $(BIN)/python hatch_build.py
PANDAS3 := $(VENV)-pandas3
CODE := dcs willow_ray tests benchmarks docs hatch_build.py

.PHONY: run test chaos test-python test-pandas3 test-web test-e2e check check-python check-web generate format bench clean constraints
.DELETE_ON_ERROR:

run: $(VENV)/installed
	@$(WEB) build >&2
	@$(BIN)/willow up $(FILE)

test: test-python test-pandas3 test-web test-e2e

test-python: $(VENV)/installed-dev
	$(BIN)/pytest

# dcs with pandas 3, which Modin does not allow, and with nothing installed that dcs does not need.
test-pandas3: $(PANDAS3)/installed
	PYTHONPATH="$(CURDIR)" $(PANDAS3)/bin/python -m pytest --hypothesis-profile=few tests/dcs

test-web: $(VENV)/installed-dev
	$(WEB) npm run test

test-e2e: $(VENV)/installed-dev
	sh tests/e2e/chromium.sh
	$(WEB) build
	$(WEB) npm exec -- playwright test --config ../tests/e2e/playwright.config.ts

# Ends as soon as anything is wrong, with the seed from which it can be done again.
chaos: $(VENV)/installed-dev
	WILLOW_CHAOS_MINUTES=$(MINUTES) WILLOW_CHAOS_SEED=$(SEED) $(BIN)/pytest --exitfirst -s tests/willow_ray/cluster/chaos

check: check-python check-web

check-python: $(VENV)/installed-dev
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy $(CODE)
	$(BIN)/python -m willow_ray.protocol.typescript --check
	$(BIN)/python -m docs.generate --check

check-web: $(VENV)/installed-dev
	$(WEB) npm run format:check
	$(WEB) npm run lint
	$(WEB) npm exec -- prettier --check --config .prettierrc.json ../tests/e2e ../benchmarks/browser
	$(WEB) npm exec -- tsc --project ../tests/e2e
	$(WEB) npm exec -- tsc --project ../benchmarks/browser

generate: $(VENV)/installed-dev
	$(BIN)/python -m willow_ray.protocol.typescript
	$(BIN)/python -m docs.generate

format: generate
	$(BIN)/ruff check --fix-only $(CODE)
	$(BIN)/ruff format $(CODE)
	$(WEB) npm run format
	$(WEB) npm exec -- prettier --write --config .prettierrc.json ../tests/e2e ../benchmarks/browser

bench: $(VENV)/installed-dev
	$(WEB) build
	sh tests/e2e/chromium.sh
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) $(PANDAS3) build dist frontend/dist frontend/node_modules frontend/.angular willow_ray/static \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage htmlcov test-results
	find dcs willow_ray tests benchmarks docs -name __pycache__ -type d -prune -exec rm -rf {} +

# What the package needs and itself, editable, but nothing of the tests.
$(VENV)/installed: pyproject.toml constraints.txt
	@echo 'Setting up Willow in $(VENV), which takes a minute or two.'
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --upgrade pip
	$(INSTALL) --group build
	$(INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(INSTALL) --group check --group test
	@touch $@

$(PANDAS3)/installed: pyproject.toml constraints.txt constraints-pandas3.txt
	@echo 'Setting up dcs with pandas 3 in $(PANDAS3), which takes a minute.'
	$(PYTHON) -m venv $(PANDAS3)
	{ grep -v '^pandas==' constraints.txt; cat constraints-pandas3.txt; } >$(PANDAS3)/constraints.txt
	$(PANDAS3)/bin/python -m pip install --quiet --disable-pip-version-check \
		--constraint $(PANDAS3)/constraints.txt --upgrade pip
	$(PANDAS3)/bin/python -m pip install --quiet --constraint $(PANDAS3)/constraints.txt --group dcs
	@touch $@

# Take the newest versions that pyproject.toml allows.
constraints:
	$(PYTHON) -m venv $(VENV)-new
	$(VENV)-new/bin/python -m pip install --quiet --upgrade pip
	$(VENV)-new/bin/python -m pip install --quiet --group build
	$(VENV)-new/bin/python -m pip install --quiet --no-build-isolation --group check --group test --editable .
	{ sed -n '/^#/p' constraints.txt; $(VENV)-new/bin/python -m pip freeze --all --exclude-editable \
		| grep -v -e '^setuptools=='; } > constraints.new
	mv constraints.new constraints.txt
	$(VENV)-new/bin/python -m pip install --quiet --no-deps --upgrade 'pandas>=3,<4'
	{ sed -n '/^#/p' constraints-pandas3.txt; $(VENV)-new/bin/python -m pip freeze | grep '^pandas=='; } >constraints.new
	mv constraints.new constraints-pandas3.txt
	rm -rf $(VENV)-new
