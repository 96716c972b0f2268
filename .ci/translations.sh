#!/bin/sh
# Collects every source string into the three catalogues and says how many wait for a translation.
set -eu
cd "$(dirname "$0")/.."
mkdir -p portal/locale
export DJANGO_SETTINGS_MODULE=portal.settings.test
for domain in django djangojs; do
    .venv/bin/python manage.py makemessages --domain "$domain" -l zh_Hant -l zh_Hans -l en --no-obsolete --no-wrap \
        --ignore ".venv/*" --ignore "var/*" --ignore "tests/*" --ignore "*/vendor/*" --verbosity 0
done
for catalogue in portal/locale/*/LC_MESSAGES/*.po; do
    printf '%s: ' "$catalogue"
    msgfmt --check-format --statistics -o "${catalogue%.po}.mo" "$catalogue" 2>&1
done
