# TalkToText: `make demo` shows it, `make serve` runs it, `make test` checks it.

PYTHON ?= $(firstword $(shell command -v python3.11 python3.12 python3.13 python3))
VENV   ?= .venv
FILE   ?=
TESTS  ?=
URL    ?=
BIN    := $(VENV)/bin

.PHONY: help install demo serve test lint format chaos clean

help: ## show this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

install: $(VENV)/.installed ## make the virtual environment with all that is needed to run

demo: install ## turn the sample recording, or FILE=…, into notes, a PDF and a DOCX in demo/
	$(BIN)/flask demo $(if $(URL),--url "$(URL)") $(if $(FILE),"$(FILE)")

serve: install ## run web server, worker and Redis on PORT (8000)
	exec $(BIN)/flask serve

test: lint ## check everything, or only style, types and TESTS=…
	$(BIN)/pytest $(TESTS)

lint: $(VENV)/.installed-dev ## style, types, and known vulnerabilities of what is pinned
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	sh requirements/audit $(BIN) $(VENV)/.audited

format: $(VENV)/.installed-dev ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

chaos: $(VENV)/.installed-dev ## kill everything for four minutes and count what was lost (docs/benchmarks.md)
	$(BIN)/python -m benchmarks.chaos --database sqlite
	$(BIN)/python -m benchmarks.chaos --database postgresql

clean: ## remove what was made here, but not your data in instance/
	rm -rf $(VENV) demo .pytest_cache .mypy_cache .ruff_cache

$(VENV)/.installed: requirements.txt | $(BIN)/pip
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.installed-dev: requirements/dev.txt $(VENV)/.installed
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	touch $@

$(BIN)/pip:
	sh requirements/make-venv "$(PYTHON)" "$(VENV)"
