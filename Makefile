# `make` alone lists what there is.
PYTHON ?= $(firstword $(shell command -v python3.11 python3) python3.11)
VENV := .venv
BIN := $(VENV)/bin
SOURCES := config workflows queues reviews examples
PORT ?= 8000
# What `check --deploy` needs to judge the settings as production would have them.
PRODUCTION := SECRET_KEY=checked-only-checked-only-checked-only-checked-only-0123456789 \
	DATABASE_URL=postgresql://127.0.0.1:1/none DATABASE_POOL=0 REDIS_URL=redis://127.0.0.1:1/0 \
	ALLOWED_HOSTS=countersign.example COUNTERSIGN_DEMO=0

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset example test check fix bench tck lock screenshots
.NOTPARALLEL:

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/demo.stamp  ## try it out: everything runs, data is kept in var/ (PORT=8000)
	@exec $(BIN)/python manage.py up --demo --port $(PORT)

demo-reset: $(VENV)/demo.stamp  ## forget what was tried out
	@$(BIN)/python manage.py demo_reset

example: $(VENV)/demo.stamp  ## play an example and tell its story (NAME=order_fulfilment SCENARIO=...)
	@$(BIN)/python manage.py example $(NAME) $(SCENARIO)

test: $(VENV)/development.stamp  ## all tests (ARGS="tests/queues -k claim")
	$(BIN)/python -m pytest -n 2 $(ARGS)

check: $(VENV)/development.stamp  ## format, lint, types, layers, migrations, deployment settings
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(PRODUCTION) $(BIN)/mypy $(SOURCES)
	$(BIN)/lint-imports
	$(PRODUCTION) $(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

fix: $(VENV)/development.stamp  ## format, and mend what the linter can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(VENV)/development.stamp  ## measure against pgbench; takes minutes
	$(BIN)/python -m bench $(ARGS)

tck: $(VENV)/development.stamp  ## run DMN's compatibility kit (ARGS="--failures FOLDER")
	$(BIN)/python -m bench.tck $(ARGS)

screenshots: $(VENV)/development.stamp  ## take the README's picture again
	$(BIN)/python -m bench.screenshots

lock: $(VENV)/development.stamp  ## compile requirements/*.in again, with hashes
	for name in runtime demo development; do \
		UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile -q --upgrade --no-emit-index-url \
			--generate-hashes --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt \
			|| exit 1; \
	done

# pip brings uv, uv brings the rest in seconds; where uv has no build, pip does it all.
$(VENV)/made.stamp:
	@$(PYTHON) -c 'import sys, ensurepip, venv; assert sys.version_info >= (3, 11)' 2>/dev/null || { \
		echo "Python 3.11 with venv is needed. On Debian or Ubuntu: apt install python3.11-venv"; \
		exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install -q --disable-pip-version-check uv 2>/dev/null || echo "Without uv this takes a minute."
	@touch $@

$(VENV)/demo.stamp $(VENV)/development.stamp: $(VENV)/%.stamp: requirements/%.txt $(VENV)/made.stamp
	@if [ $* = demo ] && [ -e $(VENV)/development.stamp ] && [ $(VENV)/development.stamp -nt $< ]; then \
		touch $@; exit 0; fi; \
	echo "Installing requirements/$*.txt …"; \
	if [ -x $(BIN)/uv ]; then $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $<; \
	else $(BIN)/pip install -q --disable-pip-version-check --require-hashes -r $<; fi
	@touch $@
