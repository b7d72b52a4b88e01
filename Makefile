# The commands of newsloom. `make demo` and `make test` set up what they need by themselves.

MAKEFLAGS += --no-print-directory
BIN := .venv/bin
NATIVE := $(BIN)/python -m newsloom_native
SOURCES := schemas services deploy bench

# The newest Python that newsloom is locked for; `make PYTHON=… install` names another one.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /	/' | awk -F'\t' '{printf "  make %-14s %s\n", $$1, $$2}'

install: $(BIN)/.installed ## set up .venv with the locked packages and .venv/bin/newsloom
	@true

engines: install ## fetch Kafka and Elasticsearch by Maven, once (1.1 GB to download, 0.2 GB to keep)
	@$(NATIVE) fetch

demo: install ## run everything without Docker and watch articles arrive with their themes; Ctrl-C ends it
	@$(NATIVE) demo

up: install ## run everything without Docker in the background
	@$(NATIVE) up --detach

down: install ## stop what `make up` started
	@$(NATIVE) down

status: install ## show the processes of `make up`
	@$(NATIVE) status

logs: install ## follow the logs of `make up`
	@$(NATIVE) logs

test: engines ## run all tests on the real engines, all but the Docker ones (ARGS='-k seed' for some of them)
	@WORKERS=$(WORKERS) tests/all $(ARGS)

test-unit: install ## run the tests that need no engine
	@$(BIN)/pytest -m "not stack and not engines" $(ARGS)

test-compose: install ## run `docker compose up` for real and test what comes up
	@$(BIN)/pytest -m stack tests/stack $(ARGS)

train: install ## learn the models of the tagger from the labelled articles again
	@$(BIN)/python -m newsloom_tagger.learn tests/quality/labelled

quality: install ## measure how well themes are found, by cross-validation, and write docs/quality.md
	@$(BIN)/python -m tests.quality.crossvalidation

stories: install ## measure how well reprints are found to be one story, and write docs/stories.md
	@$(BIN)/python -m tests.stories

relevance: engines ## measure how well search finds beside Elasticsearch's own analysers, and write docs/relevance.md
	@$(BIN)/python -m tests.relevance

dashboards: engines ## compile Kibana's dashboards, and draw each for docs/kibana.md as the sample stream fills it
	@$(BIN)/python -m newsloom_setup.saved_objects deploy/kibana
	@$(BIN)/python -m tests.kibana

bench: engines ## measure what tagging, polling, indexing and searching cost beside others; write docs/performance*.md
	@$(BIN)/python bench/tagger.py --worker-articles 5000 --write $(ARGS)
	@$(BIN)/python bench/ingestor.py --write
	@$(BIN)/python bench/week.py --write
	@$(BIN)/python -m bench.alerts --write
	@$(BIN)/python bench/searching.py --write
	@$(BIN)/python bench/indexing.py --write

fuzz: install ## look for input that breaks tagger, feed parser or codec, a minute each (SECONDS=600 for more, TARGET=analyse for one)
	@$(BIN)/python -m tests.fuzz --seconds $(or $(SECONDS),60) $(TARGET)

check: install ## lint, formatting, types, YAML, and generated files that must match the code
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy $(SOURCES)
	@$(BIN)/yamllint --strict .
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	@$(BIN)/python -m newsloom_schemas --check

faults: engines ## break the running stream in every way we know, look for what is lost, write docs/reliability.md; an hour (SEED=1 to make a run again)
	@$(if $(ARGS),,rm -rf var/faults/long;) FAULTS=long $(if $(SEED),SEED=$(SEED)) $(BIN)/pytest tests/faults $(ARGS); \
		code=$$?; $(BIN)/python -m tests.faults.page && exit $$code

password: ## print the login of the Docker stack
	@deploy/password

lock: install ## pin what pyproject.toml asks for, for Python 3.11 to 3.13 (UPGRADE=--upgrade: to the newest)
	@for f in requirements.txt requirements-dev.txt; do \
		case $$f in *dev*) extra="--extra dev";; *) extra="";; esac; \
		$(BIN)/uv pip compile pyproject.toml $$extra -q $(UPGRADE) --universal --python-version 3.11 --generate-hashes \
			--no-annotate --no-header --no-emit-index-url --no-emit-find-links -o $$f || exit 1; \
	done

clean: ## stop `make up`, remove its articles and index, and what tools left here
	@if [ -x $(BIN)/python ]; then $(NATIVE) clean; fi
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis dist
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

distclean: ## clean, and remove .venv and the fetched engines
	@if [ -x $(BIN)/python ]; then $(NATIVE) clean --cache; fi
	@$(MAKE) clean
	@rm -rf .venv

# --no-deps: the lock is complete. Left to look for more, pip before 23.3 warns of an extra of lxml, whose name it does not normalise.
$(BIN)/.locked: requirements-dev.txt
	@test -n "$(PYTHON)" || { echo "newsloom needs Python 3.11, 3.12 or 3.13 with venv (Debian and Ubuntu: apt install python3-venv)" >&2; exit 2; }
	@echo "Setting up .venv with $$($(PYTHON) --version), a minute or two"
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	@touch $@

$(BIN)/.installed: $(BIN)/.locked pyproject.toml
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: help install engines demo up down status logs test test-unit test-compose train quality stories dashboards bench faults fuzz check password lock clean distclean
