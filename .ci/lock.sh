#!/bin/sh
# Writes both locks anew from requirements.txt and requirements-dev.txt, with hashes. Needs the network and uv.
set -eu
cd "$(dirname "$0")/.."
if ! command -v uv >/dev/null 2>&1; then
    echo "lock: uv is needed to resolve the tree: pip install uv" >&2
    exit 1
fi
options="-q --generate-hashes --python-version 3.11 --no-header --no-annotate --upgrade"
uv pip compile $options requirements.txt -o requirements.lock
uv pip compile $options requirements-dev.txt -c requirements.lock -o requirements-dev.lock
