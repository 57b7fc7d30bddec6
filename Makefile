# make run: install once, then start. make test, make check: everything that must hold.
PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
CHECKED := bot handlers storage locales tests bench

.PHONY: run install install-dev test faults emulator bench learn language check format lock audit-deps

run: install
	@$(BIN)/nhandao run

install: $(RUNTIME)

install-dev: $(DEV)

$(RUNTIME): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "nhandao needs Python 3.11 or newer: make PYTHON=python3.12 ..." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q bot handlers storage locales
	@touch $@

$(DEV): $(RUNTIME) requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@

# make test T=tests/vietnamese runs only these, in one process; most need neither Chromium nor PostgreSQL.
test: install-dev
	@$(BIN)/python -m pytest $(if $(T),-q $(T),-n 3 --dist worksteal)

# Runs the tests that kill, cut off and restart, and writes what they measured into docs/reliability.md.
faults: install-dev
	@$(BIN)/python -m tests.figures

# A resident's journey over an emulator of Telegram that nobody here wrote; needs redis-server, and minutes to install it.
emulator: install-dev
	@$(BIN)/python -m tests.emulator

# make bench BENCH=--quick takes two minutes and writes nothing down; make bench AGAINST=COMMIT compares with an older tree.
bench: install-dev
	@$(BIN)/python -m bench $(if $(AGAINST),--against $(AGAINST)) $(BENCH)

# Run it after changing examples in locales/ or labelled sentences: writes bot/understanding/*.bin, in about a minute.
learn: install-dev
	@$(BIN)/python -m bot.understanding.learning
	@$(BIN)/python -m tests.language --pack

# make language LANGUAGE=--crossed takes minutes more.
language: install-dev
	@$(BIN)/python -m tests.language $(LANGUAGE)

check: install-dev
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/test_locales.py tests/locales tests/test_consistency.py

format: install-dev
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

# Asks a public list whether a hole is known of anything that is pinned; needs uv, or PIP_AUDIT=pip-audit, and a way out.
PIP_AUDIT ?= uvx --quiet pip-audit
audit-deps: install-dev
	@$(BIN)/python -m tests.audit_deps $(PIP_AUDIT)

# Needs uv; run it after changing the dependencies in pyproject.toml.
lock:
	printf 'hatchling\neditables\n' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
		--output-file requirements.lock pyproject.toml -
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet --extra dev \
		--constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	printf 'telemelya==0.2.2\n' | uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet \
		--output-file tests/emulator/requirements.lock -
