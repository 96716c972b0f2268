#!/bin/sh
# Usage: .ci/test.sh sqlite|postgres|all. More words go to pytest. What does not hang on the database runs once, beside SQLite.
# `all` checks style, types and imports first.
set -eu
cd "$(dirname "$0")/.."
which=${1:-all}
[ $# -eq 0 ] || shift
processes=$(nproc 2>/dev/null || echo 2)
[ "$processes" -le 4 ] || processes=4
beside_a_server=$((processes + 1)) # while one waits for PostgreSQL, another computes

on_sqlite() { env -u DATABASE_URL -u REDIS_URL .venv/bin/python -m pytest -n "$processes" --dist loadfile --no-loadscope-reorder "$@"; }
on_postgres() {
    # The services stay when they were there before, and go when this run started them.
    if [ ! -f var/services/env ]; then trap '.ci/services.sh stop; stop_building' EXIT; fi
    .ci/services.sh start >/dev/null
    (
        set -a; . var/services/env; set +a
        .venv/bin/python -m pytest -n "$beside_a_server" --dist loadfile --no-loadscope-reorder -m "not journey and not one_database" --database-only "$@"
    )
}

# While PostgreSQL's template is migrated by one process, another one builds what the tests on SQLite will copy.
build_templates_beside() {
    mkdir -p var
    setsid env -u DATABASE_URL -u REDIS_URL .venv/bin/python -m tests.templates >var/templates.log 2>&1 &
    templates=$!
    trap stop_building EXIT
}
stop_building() { [ -z "$templates" ] || kill -- "-$templates" 2>/dev/null || true; }
templates=

case $which in
    sqlite) on_sqlite "$@" ;;
    postgres) on_postgres "$@" ;;
    all)
        build_templates_beside
        .ci/lint.sh
        echo "== on PostgreSQL, without the browser"
        on_postgres "$@"
        wait "$templates" || { cat var/templates.log >&2; exit 1; }
        echo "== on SQLite, the journeys in the browser included"
        on_sqlite "$@"
        ;;
    *) echo "test: say sqlite, postgres or all, not '$which'" >&2; exit 2 ;;
esac
