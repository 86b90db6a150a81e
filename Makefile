# Needs Python 3.11 to 3.13 with venv, and the package registries; everything else goes into .venv.

BIN := .venv/bin
READY := .venv/.ready
BENCH_READY := .venv/.bench-ready
WORKERS := 3
PYTEST = $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
export VIRTUAL_ENV := $(CURDIR)/.venv
export DAGSTER_DISABLE_TELEMETRY := yes

.DEFAULT_GOAL := help
.PHONY: help demo test test-all test-servers test-postgres test-kafka check audit up faults bench bench-quick bench-year bench-celery pictures clean
.NOTPARALLEL:

help: ## Say what each target does
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

demo: $(READY) ## A simulated Paris with a past, through the whole platform, in a home of its own
	$(BIN)/belib demo

up: $(READY) ## The platform on real data: local stores, schedules, Dagster's UI
	$(BIN)/belib up

test: WORKERS := 4
test: $(READY) ## The tests to run while one works, in at most five minutes, against real local servers
	$(PYTEST) --hypothesis-profile quick -m "not slow and not fault"

test-all: test ## All tests: these, then killed processes, services, browsers, whole days, and more examples of drawn inputs
	$(PYTEST) -m "(slow or hypothesis) and not fault"

WRITING := $(addprefix warehouse/,test_altering.py test_locking.py test_others_databases.py test_schema.py test_two_writers.py test_weather_last_known.py test_write_partitions.py)

# Tests of the stores, the indices and every panel of the dashboards. A store whose URL is not given is a local one.
test-servers: $(READY) ## The same of the stores alone, against the servers of BELIB_TEST_MONGO_URL, …_POSTGRES_URL, …_ELASTICSEARCH_URL
	$(PYTEST) --hypothesis-profile quick --ignore=belib_platform_tests/raw/archive $(addprefix belib_platform_tests/,raw io_managers search $(WRITING))

test-postgres: $(READY) ## Tests of what is kept in PostgreSQL, against the server of BELIB_TEST_POSTGRES_URL
	$(PYTEST) --hypothesis-profile quick $(addprefix belib_platform_tests/,$(WRITING) warehouse/test_connecting.py warehouse/test_pooler.py io_managers dagster_internals monitoring deployment/test_postgres_roles.py)

test-kafka: $(READY) ## Tests of belib kafka, against the server of BELIB_TEST_KAFKA_URL (.ci/kafka starts one)
	$(PYTEST) $(addprefix belib_platform_tests/,kafka deployment/test_kafka.py)

check: $(READY) ## Lint, format, types, import rules, and whether the code location loads
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/dg check defs
	$(BIN)/dagster definitions validate -w workspace.yaml

audit: $(READY) ## Ask for known vulnerabilities of the packages (needs the advisories of pypi.org)
	$(BIN)/pip-audit --strict --skip-editable

faults: $(READY) ## Every fault at every place, and two simulated days with random ones: what it cost, where it shows
	$(BIN)/python -m belib_platform_tests.faults
	$(BIN)/python -W ignore -m belib_platform_tests.faults.soak

# Dagster's partitions begin before the simulated days, whatever home is here.
BENCH = BELIB_FIRST_DAY=2025-01-01 $(BIN)/python -m belib_platform_tests.bench

bench: $(BENCH_READY) ## Measure a day's load and a five-minute run beside dlt, COPY and a script; at most 15 minutes
	$(BENCH)

bench-quick: $(BENCH_READY) ## The same with few points, only to see that it runs
	$(BENCH) --quick

bench-year: $(BENCH_READY) ## Measure a year of Paris: raw to mart, queries, doctor, archive, polls after it; one to two hours
	$(BENCH).year

bench-celery: $(BENCH_READY) ## Measure a backfill by two Celery workers beside belib rebuild --workers 2 (needs Redis)
	$(BENCH).celery

pictures: $(READY) ## Take the README's pictures of the page and of the UI on the demo's home (needs Chromium)
	$(BIN)/python -m belib_platform_tests.pictures

clean: ## Remove .venv, caches and homes of simulated history; CONFIRM=yes removes .belib, your history, too
	@set -e; for home in .belib-* $(if $(filter yes,$(CONFIRM)),.belib); do \
		if [ ! -d "$$home" ] || [ -L "$$home" ]; then continue; fi; \
		if [ "$$home" != .belib ] && [ ! -f "$$home/SIMULATED" ]; then \
			echo "$$home stays: it has no file SIMULATED, so it may be somebody's history."; continue; \
		fi; \
		if [ -x $(BIN)/belib ]; then BELIB_HOME="$$home" $(BIN)/belib down; fi; \
		rm -rf "$$home"; \
	done
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist

# Installs what uv.lock says, and $(1). --inexact: a uv that was put into .venv would remove itself.
define sync
	@set -e; \
	if ! uv=$$(command -v uv); then \
		uv=$(BIN)/uv; \
		[ -x "$$uv" ] || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; \
	fi; \
	UV_PROJECT_ENVIRONMENT=.venv UV_COMPILE_BYTECODE=1 "$$uv" sync --frozen --all-extras --inexact $(1)
	@touch $@
endef

$(READY): pyproject.toml uv.lock
	@set -e; \
	if [ ! -x $(BIN)/python ]; then \
		for python in python3.11 python3.12 python3.13 python3; do \
			if "$$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; \
			then break; else python=; fi; \
		done; \
		if [ -z "$$python" ]; then echo "No Python 3.11 to 3.13 found on the PATH." >&2; exit 1; fi; \
		"$$python" -m venv .venv; \
	fi
	$(call sync)

$(BENCH_READY): $(READY)
	$(call sync,--group bench)
