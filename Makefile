# platform-lint: every target sets up what it needs, on a machine with Python 3.10+ and make.
#
#   make demo    what it does, in a minute          make lint    our own code, held to our own rules
#   make test    the tests                          make bench   the budgets, beside the peers

PYTHON ?= $(shell for v in 3.13 3.12 3.11 3.14 3.10; do command -v python$$v >/dev/null && python$$v -c 'import venv, ensurepip' 2>/dev/null && echo python$$v && break; done || true)
ifeq ($(strip $(PYTHON)),)
PYTHON := python3
endif
VENV ?= .venv
BIN := $(VENV)/bin
# The other interpreters here, for the part of the tests that depends on the interpreter.
OTHERS := $(shell for v in 3.10 3.11 3.12 3.13 3.14; do command -v python$$v >/dev/null && python$$v -c 'import venv, ensurepip' 2>/dev/null && echo $$v; done)

.PHONY: demo test test-others lint bench parity clean

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint,completion]'
	touch $@

demo: $(VENV)/.installed
	@echo "--- what platform-lint finds in examples/acme, a small service with its company's own rules"
	@cd examples/acme && $(CURDIR)/$(BIN)/platform-lint check --no-cache --exit-zero
	@echo
	@echo "--- and what check --fix would change (nothing is written)"
	@cd examples/acme && $(CURDIR)/$(BIN)/platform-lint check --no-cache --diff --exit-zero
	@echo
	@echo "--- the company's rules prove themselves by their own examples, re-spelled in every way Python knows"
	@cd examples/acme && $(CURDIR)/$(BIN)/platform-lint prove rules

test: $(VENV)/.installed
	$(BIN)/python -m pytest
	@$(MAKE) --no-print-directory test-others

# Unit tests and packs on every other Python there is; the doors are tried on the one above.
test-others:
	@this=$$($(BIN)/python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	for version in $(OTHERS); do \
		test $$version = $$this && continue; \
		echo "--- Python $$version"; \
		python$$version -m venv $(VENV)-$$version && \
		$(VENV)-$$version/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[test]' && \
		$(VENV)-$$version/bin/python -m pytest tests/unit tests/rules || exit 1; \
	done

lint: $(VENV)/.installed
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/platform-lint check src tests benchmarks
	$(BIN)/platform-lint prove

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks

parity: $(VENV)/.installed
	$(BIN)/python -m benchmarks.parity

clean:
	rm -rf $(VENV) $(VENV)-* .bench build dist *.egg-info src/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
