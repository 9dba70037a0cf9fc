# platform-lint: every target sets up what it needs, on a machine with Python 3.10+ and make.
#
#   make demo    what it does, in a minute          make lint    our own code, held to our own rules
#   make test    the tests                          make bench   the budgets, beside the peers
#   make mutants how much of the engine can break unnoticed
#   make faults  kills, full disks and rivals while files are fixed, in many rounds
#   make corpus  every fix over real code, held to its laws
#   make migrations  real programs before and after, and released packages moved
#   make packs   what the built-in rules find in real code, and how much of it is right
#   make docs    the pages of our rules, and the schemas for editors

# The interpreters here, one of each version: on the path, or under pyenv.
PYTHONS := $(shell for v in 3.13 3.12 3.11 3.14 3.10; do \
	for p in python$$v $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$$v.*/bin/python; do \
		if $$p -c 'import venv, ensurepip' 2>/dev/null; then echo $$p; break; fi; \
	done; done)
PYTHON ?= $(firstword $(shell python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo python3) $(PYTHONS) python3)
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: demo test test-others migrations lint docs bench packs parity fuzz mutants corpus faults clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint,completion]'
	touch $@

demo: $(VENV)/.installed
	@PATH="$(abspath $(BIN)):$$PATH" PYTHON="$(abspath $(BIN))/python" examples/acme/demo.sh

# Files of tests side by side, on all processors.
PARALLEL := --numprocesses auto --dist loadfile --durations 15

test: $(VENV)/.installed
	$(BIN)/python -m pytest $(PARALLEL)

# What depends on the interpreter's own parser and tokenizer, on every other Python there is.
OTHER_TESTS := $(addprefix tests/unit/test_,$(addsuffix .py,source index checking suppressions)) \
	tests/unit/fixes/test_renaming.py tests/unit/kinds/test_python.py tests/rules/test_conventions.py

test-others: $(VENV)/.installed
	@this=$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	for python in $(PYTHONS); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		test $$version = $$this && continue; \
		echo "--- Python $$version"; \
		$$python -m venv $(VENV)-$$version && \
		$(VENV)-$$version/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]' && \
		$(VENV)-$$version/bin/python -m pytest $(PARALLEL) $(OTHER_TESTS) || exit 1; \
	done

lint: $(VENV)/.installed
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/platform-lint check src tests benchmarks
	$(BIN)/platform-lint prove

docs: $(VENV)/.installed
	$(BIN)/platform-lint docs --isolated
	$(BIN)/platform-lint config --schema rules > src/platform_lint/schemas/rules.json
	$(BIN)/platform-lint config --schema settings > src/platform_lint/schemas/settings.json

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks

# The generated tests again and again with new examples, for that many minutes; SEED repeats a round.
MINUTES ?= 10
fuzz: $(VENV)/.installed
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

# Programs that run with the old and the new version of what is migrated, and what migrations do to released packages.
migrations: $(VENV)/.installed
	$(BIN)/python -m pytest -m migrations tests/migrations
	$(BIN)/python -m benchmarks.migrations

packs: $(VENV)/.installed
	$(BIN)/python -m benchmarks.packs

parity: $(VENV)/.installed
	$(BIN)/python -m benchmarks.parity
	$(BIN)/python -m benchmarks.shape_parity

# How many ways to break the engine the tests notice: a sample, each against the first tests that come to it, for so many
# seconds. All ways and all tests, which takes hours: `make mutants SAMPLE=0 TEST_SECONDS=0`.
SAMPLE ?= 300
TEST_SECONDS ?= 10
MODULES ?=

mutants: $(VENV)/.installed
	nice -n 15 $(BIN)/python -m tests.reliability.mutants $(MODULES) --sample $(SAMPLE) --seconds $(TEST_SECONDS)

# Every fix over real code, held to its laws, and the tests of packages before and after. It takes long; a sample does not:
# python -m tests.reliability.corpus --every 40
corpus: $(VENV)/.installed
	$(BIN)/python -m tests.reliability.corpus
	$(BIN)/python -m tests.reliability.suites

faults: $(VENV)/.installed
	$(BIN)/python -m tests.reliability.faults

clean:
	rm -rf $(VENV) $(VENV)-* .bench .mutants build dist *.egg-info src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
