# Every check has one command, the same by hand and in CI.
# `make install` needs git, make and either Python >= 3.12 or just pip: see scripts/bootstrap.

SHELL := /bin/sh
PYTHON := .venv/bin/python
# One more than the two cores that the times are for: a node or a browser is often waited for.
WORKERS ?= 3

# Compiled once for the many processes of the tests, also where a container sets otherwise.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install install-dev bundle demo test test-all test-long test-lowest times lint types mutants bench pictures vendored reference lock clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST)

install: ## make .venv with .venv/bin/comity and every optional part
	@scripts/bootstrap full

install-dev: ## add what the checks need, and the hook that reads subjects of commits
	@scripts/bootstrap dev
	@git config core.hooksPath scripts/hooks 2>/dev/null || true

demo: ## play a whole case between three nodes; ARGS="--exit" stops after the story
	@scripts/bootstrap runtime
	.venv/bin/comity demo $(ARGS)

RUN := -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# what the tests take is written into this folder, for `make times`
TIMES := COMITY_TEST_TIMES=build/times

test: install-dev ## run what each change must show, in at most twelve minutes; ALL=1 adds `make test-all`
	$(TIMES)/$(if $(ALL),both,fast) $(PYTHON) $(RUN) $(if $(ALL),-m "not long") $(ARGS)

test-all: install-dev ## run the rest: whole ways of nodes and browsers, and all of what has many cases
	$(TIMES)/full $(PYTHON) $(RUN) -m "full and not long" $(ARGS)

test-long: install-dev ## run what a release must show besides: every language and hand, the offline installer
	COMITY_TEST_BROWSER=chromium $(TIMES)/long $(PYTHON) $(RUN) -m long $(ARGS)

times: install-dev ## write what the last runs of tests took into tests/times.tsv
	$(PYTHON) -m scripts.lanes --keep build/times

test-lowest: ## the core tests with the lowest versions that pyproject.toml allows (needs uv); ARGS="-k ledger" selects
	scripts/lowest $(ARGS)

lint: install-dev ## style, format, contracts of who may import whom, how long a test may take, words
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports --no-logo
	$(PYTHON) -m scripts.lanes
	$(PYTHON) -m scripts.words

types: install-dev ## mypy, strict, over sources and tests
	.venv/bin/mypy

mutants: install-dev ## spoil the law's interpreter bit by bit; tests must notice 95 in 100
	$(PYTHON) -m scripts.mutants

bench: install-dev ## measure; ONLY=name runs one
	$(PYTHON) -m benchmarks $(ONLY:%=--only %)

pictures: install-dev ## take pictures of every page for docs/pictures; ARGS="--all" takes eight of each into build
	DJANGO_SETTINGS_MODULE=comity.node.site.settings $(PYTHON) -m tests.desk.pictures $(ARGS)

vendored: ## compress what is vendored for the pages, once, for thin lines
	gzip -9nkf src/comity/node/static/vendor/*.js

reference: install-dev ## rewrite what is generated: errors, commands, rules, docket, terms, severity, spec, schemas, snapshot
	$(PYTHON) -m scripts.actions
	$(PYTHON) -m scripts.errors
	$(PYTHON) -m comity.spec
	$(PYTHON) -m scripts.commands
	$(PYTHON) -m scripts.rules
	$(PYTHON) -m scripts.docket
	$(PYTHON) -m scripts.terms
	$(PYTHON) -m scripts.severity
	$(PYTHON) -m scripts.snapshot

bundle: install-dev ## make dist/comity-*.tar, to install without a network; KEY=file signs it
	$(PYTHON) -m scripts.bundle dist $(if $(KEY),--key "$(KEY)")

lock: ## resolve pyproject.toml anew into the locks (needs uv)
	scripts/lock

clean: ## remove what make made
	rm -rf .venv .lowest .bootstrap build src/*.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
