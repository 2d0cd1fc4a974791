# Two commands on a fresh machine: `make demo` and `make test`. Both set everything up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
WORKERS ?= 2
PEERS := .venv-peers
SERVICES := .venv-services

.PHONY: demo test test-slow referee check lint format golden serve worker bench bench-parse bench-prism bench-peers docs proof-table pins clean

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@# --no-deps: the file is complete, and older pips ask for a hash of "coverage[toml]" when a newer coverage has appeared.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip check --quiet --disable-pip-version-check
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(STAMP)  ## the main job on real input, on this machine, without any server
	$(BIN)/python -m examples.demo

test: $(STAMP)  ## the whole default test suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

test-slow: $(STAMP)  ## only the slow rings: each seeded bug alone
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m slow

referee: $(STAMP)  ## schemathesis judges the reference of each document of the corpus
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m slow tests/generated/test_outside_referee.py

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

check: lint  ## lint, types, layers, and the tests with branch coverage
	rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --cov --cov-report=term:skip-covered --cov-fail-under=90

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

golden: $(STAMP)  ## write the golden suites anew: read the difference before you commit it
	$(BIN)/python -m tests.golden.write

docs: $(STAMP)  ## write the generated tables of the documentation anew
	$(BIN)/python -m tools.tables --write
	$(BIN)/python -m tools.compatibility --write
	$(BIN)/python -m tools.suite_tour --write

proof-table: $(STAMP)  ## what proofs say of generated suites, and what these find of hand-written bugs (many minutes)
	$(BIN)/python -m tools.proof_table --write --with-bugs

serve: $(STAMP)
	$(BIN)/specproof serve

worker: $(STAMP)
	$(BIN)/specproof worker

bench: $(STAMP)
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.generate
	$(BIN)/python -m benchmarks.reference

$(PEERS)/.installed: requirements/peers.txt
	@test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/peers.txt
	@touch $@

bench-parse: $(STAMP) $(PEERS)/.installed  ## reading documents, beside other libraries (in an environment of their own)
	$(BIN)/python -m benchmarks.parse --peers $(PEERS)/bin/python --write

$(SERVICES)/.installed: requirements/services.txt
	@test -x $(SERVICES)/bin/python || $(PYTHON) -m venv $(SERVICES)
	$(SERVICES)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/services.txt
	@touch $@

bench-peers: $(STAMP) $(PEERS)/.installed $(SERVICES)/.installed  ## our suites and schemathesis, against three real services
	$(BIN)/python -m benchmarks.peers --write

.peers-npm/.installed: benchmarks/prism/package.json
	@mkdir -p .peers-npm
	cp $< .peers-npm/package.json
	npm install --prefix .peers-npm --silent --no-audit --no-fund --no-package-lock
	@touch $@

bench-prism: $(STAMP) .peers-npm/.installed  ## our suites against Prism, a mock server (needs node and npm)
	$(BIN)/python -m benchmarks.prism --write

pins: ## write the hashed requirements anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements/runtime.txt
	uv pip compile pyproject.toml --group dev --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -c requirements/runtime.txt -o requirements/dev.txt
	uv pip compile --group peers --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements/peers.txt
	uv pip compile --group services --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q -o requirements/services.txt

clean:
	rm -rf $(VENV) $(PEERS) $(SERVICES) .peers-npm build dist .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache .hypothesis var
