# make run     the portal with its demo company on http://127.0.0.1:8000, everything set up first
# make test    everything that is checked: style, types, imports, the tests on both databases, the browser journeys
PORT ?= 8000
HOST ?= 127.0.0.1
PYTHON := .venv/bin/python

.PHONY: run setup test test-sqlite test-postgres journeys lint services services-stop bench lock translations
.DEFAULT_GOAL := run

run:
	@.ci/setup.sh run
	@exec $(PYTHON) manage.py serve_portal --prepare --host $(HOST) --port $(PORT)

setup:
	@.ci/setup.sh run
	@$(PYTHON) manage.py prepare_portal

test:
	@.ci/setup.sh test
	@.ci/test.sh all

test-sqlite:
	@.ci/setup.sh test
	@.ci/test.sh sqlite

test-postgres:
	@.ci/setup.sh test
	@.ci/test.sh postgres

journeys:
	@.ci/setup.sh test
	@.ci/test.sh sqlite tests/journeys

lint:
	@.ci/setup.sh test
	@.ci/lint.sh

services:
	@.ci/setup.sh test
	@.ci/services.sh start

services-stop:
	@.ci/services.sh stop

bench:
	@.ci/setup.sh bench
	@$(PYTHON) -m tests.bench

lock:
	@.ci/lock.sh

translations:
	@.ci/setup.sh test
	@.ci/translations.sh
