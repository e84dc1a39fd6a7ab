# Two commands matter: `make run` and `make test`. Each sets up what it needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup run run-empty demo test lint types check format lock catalogues docs bench bench-verifier bench-many bench-simulator bench-delivery bench-letters bench-throughput simulate crashes chaos ten-years clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

setup: $(VENV)/.run ## Install the product and its command .venv/bin/vyzva

run: $(VENV)/.run ## Serve the whole product with demo data on http://127.0.0.1:8000
	$(BIN)/python -m services run

run-empty: $(VENV)/.run ## Serve the whole product empty: you make the organisation yourself
	$(BIN)/python -m services run --empty

demo: $(VENV)/.run ## Play the whole story of one call and leave its documents under var/demo-story
	$(BIN)/python -m services demo

test: $(VENV)/.test ## Run all checks and tests
	$(MAKE) --no-print-directory lint types
	$(BIN)/python -m tests.run

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/deptry services shared

types: $(VENV)/.test
	$(BIN)/mypy

format: $(VENV)/.test ## Put the code into its common form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

catalogues: $(VENV)/.test ## Collect texts for translation and compile the catalogues
	$(BIN)/python -m tests.house.catalogues

docs: $(VENV)/.test ## Write the generated parts of docs/ and the OpenAPI files anew
	$(BIN)/python -m tests.house.generate

bench: $(VENV)/.test ## Measure the demo story and the pages (tests/benchmarks)
	$(BIN)/python -m tests.benchmarks

bench-verifier: $(VENV)/.test ## Measure the verifier and let 10 000 mutants be judged
	$(BIN)/python -m tests.benchmarks verifier

bench-many: $(VENV)/.test ## Sign 5 000 documents with one secret; make and check the bundle of 500 projects
	$(BIN)/python -m tests.benchmarks signing bundles

bench-simulator: $(VENV)/.test ## Measure how many requests the ISDS simulator answers, with 1 000 and 50 000 messages
	$(BIN)/python -m tests.benchmarks simulator

bench-delivery: $(VENV)/.test ## Measure notices per second to the stored proof beside the bare calls, and with 50 000 queued
	$(BIN)/python -m tests.benchmarks delivery delivery-growth

bench-letters: $(VENV)/.test ## Approve, pause, resume and send 5 000 letters with one act
	$(BIN)/python -m tests.benchmarks letters

ten-years: $(VENV)/.test ## Let documents live through ten simulated years, and judge them at the end
	$(BIN)/python -m tests.benchmarks decade

simulate: $(VENV)/.test ## Play a million steps of the sending worker with crashes, in virtual time
	$(BIN)/python -m tests.simulation --steps 1000000

crashes: $(VENV)/.test ## Let the sending worker fail at every place, in every way, on both databases
	$(BIN)/python -m tests.crashes

chaos: $(VENV)/.test ## Kill the sending worker 200 times over 12 000 notices while ISDS misbehaves
	$(BIN)/python -m tests.crashes.campaign --notices 12000 --kills 200 --seed 1

bench-throughput: $(VENV)/.bench ## Measure documents per second beside typesetting alone and the usual stack
	$(BIN)/python -m tests.benchmarks throughput growth

lock: ## Lock the requirements anew, with hashes
	$(BIN)/python -m pip install -q uv
	$(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --no-annotate pyproject.toml --extra install -o requirements/run.txt
	$(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --no-annotate pyproject.toml --extra install --extra test -o requirements/test.txt
	$(BIN)/uv pip compile -q --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
		--no-header --no-annotate pyproject.toml --extra install --extra test --extra bench -c requirements/test.txt \
		-o requirements/bench.txt

clean: ## Remove the environment and everything the product wrote
	rm -rf $(VENV) var

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-index --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements/test.txt $(VENV)/.run
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.test
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/bench.txt
	@touch $@
