#!/bin/sh
# Makes this checkout ready: system libraries (by apt, only what is missing), the virtual environment from the hashed lock,
# compiled translations. Run again, it looks and leaves. Usage: .ci/setup.sh run|test|bench
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}

say() { printf '%s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

# ---- what the system must have ---------------------------------------------------------------------------------------
packages="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk gettext"
case $purpose in
    run) lock=requirements.lock ;;
    test) lock=requirements-dev.lock; packages="$packages chromium-headless-shell poppler-utils postgresql redis-server" ;;
    bench) lock=requirements-dev.lock; packages="$packages wrk" ;;
    *) fail "say run, test or bench, not '$purpose'" ;;
esac

good_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=
for candidate in ${PYTHON:-} python3.11 python3 /usr/bin/python3.11 python3.12 python3.13; do
    if command -v "$candidate" >/dev/null 2>&1 && good_python "$candidate"; then python=$candidate; break; fi
done
[ -n "$python" ] || fail "Python 3.11 or later is needed: apt-get install python3 python3-venv (or name one with PYTHON=...)."
if [ ! -x .venv/bin/python ] && ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    packages="$packages python3-venv"
fi

missing=
if command -v dpkg-query >/dev/null 2>&1; then
    for package in $packages; do
        case $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true) in
            installed) ;;
            *) missing="$missing $package" ;;
        esac
    done
else
    say "setup: this is not a Debian system; the libraries of these packages must be there: $packages"
fi
if [ -n "$missing" ]; then
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || fail "as root, install:$missing   then run this again."
        as_root=sudo
    fi
    say "setup: installing$missing"
    log=$(mktemp)
    install() {
        $as_root apt-get update -q && $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -q -y --no-install-recommends "$@"
    }
    if ! install $missing >"$log" 2>&1; then
        # The whole browser does as well, where the smaller one without a window cannot be had.
        others=$(printf '%s' "$missing" | sed 's/ chromium-headless-shell//')
        [ "$others" = "$missing" ] || command -v chromium >/dev/null 2>&1 || others="$others chromium"
        if [ "$others" = "$missing" ] || { [ -n "$others" ] && ! install $others >"$log" 2>&1; }; then
            tail -n 15 "$log" >&2
            fail "apt could not install:$missing   Install them as root, then run this again."
        fi
    fi
    rm -f "$log"
fi

# ---- the virtual environment -----------------------------------------------------------------------------------------
if [ -x .venv/bin/python ] && ! good_python .venv/bin/python; then
    fail ".venv holds a Python older than 3.11: remove the folder .venv and run this again."
fi
if [ ! -x .venv/bin/python ]; then
    say "setup: making the virtual environment .venv"
    "$python" -m venv .venv || fail "the virtual environment could not be made with $python (package python3-venv)."
fi
stamp=.venv/installed
wanted=$(sha256sum "$lock" | cut -d' ' -f1)
# An environment made for the tests serves `make run` as well.
if ! grep -qs "$wanted" "$stamp"; then
    say "setup: installing the packages of $lock (a minute or two)"
    # The lock is the whole tree: with --no-deps nothing is resolved anew, so a release of tomorrow cannot change the outcome.
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-input --no-deps --require-hashes -r "$lock" \
        || fail "the packages of $lock could not be installed; what pip printed above says why."
    printf '%s\n' "$wanted" >"$stamp"
    # The lock of the tests holds everything that running needs, at the same versions.
    if [ "$lock" = requirements-dev.lock ]; then sha256sum requirements.lock | cut -d' ' -f1 >>"$stamp"; fi
fi

# ---- translations ----------------------------------------------------------------------------------------------------
ours=portal/locale/zh_Hant/LC_MESSAGES/django.po
filled=portal/locale_libraries/zh_Hant/LC_MESSAGES/django.po
if [ ! -e "$filled" ] || [ "$stamp" -nt "$filled" ] || [ "$ours" -nt "$filled" ]; then
    DJANGO_SETTINGS_MODULE=portal.settings.test .venv/bin/python manage.py fill_translations >/dev/null \
        || fail "the catalogue of library strings could not be written to $filled."
fi
for catalogue in portal/locale*/*/LC_MESSAGES/*.po; do
    [ -e "$catalogue" ] || continue
    compiled=${catalogue%.po}.mo
    if [ ! -e "$compiled" ] || [ "$catalogue" -nt "$compiled" ]; then
        msgfmt --check-format -o "$compiled" "$catalogue" || fail "$catalogue cannot be compiled."
    fi
done
