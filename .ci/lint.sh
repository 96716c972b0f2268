#!/bin/sh
# The checks that need no test run: style, types, who imports whom, migrations written.
set -eu
cd "$(dirname "$0")/.."
mkdir -p var
.venv/bin/ruff check --quiet .
.venv/bin/lint-imports --no-logo >var/lint-imports.log 2>&1 || { cat var/lint-imports.log >&2; exit 1; }
.venv/bin/mypy --no-error-summary portal home policies forms search
DJANGO_SETTINGS_MODULE=portal.settings.test .venv/bin/python manage.py makemigrations --check --dry-run
echo "lint: style, imports, types and migrations are in order"
