#!/bin/sh
# PostgreSQL and Redis for the tests, private to this checkout: on free loopback ports, their data under var/services.
# Usage: .ci/services.sh start|stop|status. `start` again finds them running. Their addresses stand in var/services/env.
set -eu
cd "$(dirname "$0")/.."
here=var/services
fail() { printf 'services: %s\n' "$*" >&2; exit 1; }

free_port() { .venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# PostgreSQL refuses to run as root: then the system's account `postgres` runs it, and must be able to reach its folder.
if [ "$(id -u)" -eq 0 ]; then
    as_postgres() { runuser -u postgres -- "$@"; }
else
    as_postgres() { "$@"; }
fi
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)

cluster_folder() {
    mkdir -p "$here"
    folder=$PWD/$here/postgresql
    if [ "$(id -u)" -eq 0 ] && ! as_postgres test -x "$PWD/$here" 2>/dev/null; then
        folder=/var/tmp/portal-services-$(printf %s "$PWD" | sha256sum | cut -c1-12)
    fi
    printf %s "$folder"
}

start_postgresql() {
    [ -n "$binaries" ] || fail "PostgreSQL is not installed: apt-get install postgresql"
    data=$(cluster_folder)
    if [ ! -f "$data/PG_VERSION" ]; then
        rm -rf "$data"
        mkdir -p "$data"
        [ "$(id -u)" -ne 0 ] || chown postgres: "$data"
        chmod 700 "$data"
        # Loopback only, for tests only: no password.
        as_postgres "$binaries/initdb" -D "$data" -U portal --auth=trust --encoding=UTF8 --locale=C.UTF-8 -N >"$here/initdb.log" 2>&1 \
            || { tail -n 5 "$here/initdb.log" >&2; fail "the PostgreSQL cluster could not be made in $data"; }
    fi
    if ! as_postgres "$binaries/pg_ctl" -D "$data" status >/dev/null 2>&1; then
        postgresql_port=$(free_port)
        # A test that notes the rows of all tables holds a lock on each of them and of their indexes until it ends.
        as_postgres "$binaries/pg_ctl" -D "$data" -w -t 60 -l "$data/server.log" -o \
            "-p $postgresql_port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60 -c max_locks_per_transaction=512" \
            start >/dev/null || { as_postgres tail -n 5 "$data/server.log" >&2; fail "PostgreSQL did not start"; }
    fi
    postgresql_port=$(as_postgres sed -n 4p "$data/postmaster.pid")
}

start_redis() {
    command -v redis-server >/dev/null 2>&1 || fail "Redis is not installed: apt-get install redis-server"
    redis_port=$(cat "$here/redis.port" 2>/dev/null || true)
    if [ -z "$redis_port" ] || [ "$(redis-cli -p "$redis_port" ping 2>/dev/null)" != PONG ]; then
        redis_port=$(free_port)
        redis-server --bind 127.0.0.1 --port "$redis_port" --daemonize yes --save "" --appendonly no \
            --dir "$PWD/$here" --pidfile "$PWD/$here/redis.pid" --logfile "$PWD/$here/redis.log" >/dev/null
        printf '%s\n' "$redis_port" >"$here/redis.port"
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            [ "$(redis-cli -p "$redis_port" ping 2>/dev/null)" = PONG ] && break
            sleep 0.2
        done
        [ "$(redis-cli -p "$redis_port" ping 2>/dev/null)" = PONG ] || fail "Redis did not start; see $here/redis.log"
    fi
}

case ${1:-start} in
    start)
        mkdir -p "$here"
        start_postgresql
        start_redis
        {
            printf 'DATABASE_URL=postgres://portal@127.0.0.1:%s/postgres\n' "$postgresql_port"
            printf 'REDIS_URL=redis://127.0.0.1:%s/0\n' "$redis_port"
        } >"$here/env"
        cat "$here/env"
        ;;
    stop)
        data=$(cluster_folder)
        [ -z "$binaries" ] || as_postgres "$binaries/pg_ctl" -D "$data" -m immediate stop >/dev/null 2>&1 || true
        redis_port=$(cat "$here/redis.port" 2>/dev/null || true)
        [ -z "$redis_port" ] || redis-cli -p "$redis_port" shutdown nosave >/dev/null 2>&1 || true
        rm -f "$here/env" "$here/redis.port"
        ;;
    status)
        [ -f "$here/env" ] && cat "$here/env" || echo "not running"
        ;;
    *) fail "say start, stop or status" ;;
esac
