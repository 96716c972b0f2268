#!/bin/sh
# Collects every source string into the Traditional Chinese catalogue, makes the Simplified one from it, compiles both.
# Strings that wait for a translator stand in portal/locale/zh_Hant/LC_MESSAGES/django.po with an empty msgstr or "fuzzy".
set -eu
cd "$(dirname "$0")/.."
mkdir -p portal/locale
export DJANGO_SETTINGS_MODULE=portal.settings.test
.venv/bin/python manage.py makemessages --locale zh_Hant --no-obsolete --no-wrap --add-location file \
    --ignore ".venv/*" --ignore "var/*" --ignore "tests/*" --ignore "*/vendor/*" --verbosity 0
# A new moment in the header would be a change in every commit.
sed -i '/^"POT-Creation-Date: /d' portal/locale/zh_Hant/LC_MESSAGES/django.po
.venv/bin/python manage.py convert_translations
for catalogue in portal/locale/*/LC_MESSAGES/*.po; do
    msgfmt --check-format -o "${catalogue%.po}.mo" "$catalogue"
done
