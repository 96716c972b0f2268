"""`manage.py convert_translations`: the Simplified Chinese catalogue, made from the Traditional one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.lib.catalogues import read_catalogue, simplified_catalogue, write_catalogue

CATALOGUE = "{language}/LC_MESSAGES/django.po"


class Command(BaseCommand):
    help = "Make the Simplified Chinese catalogue from the Traditional one (part of `make translations`)."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.LOCALE_PATHS[0])
        traditional = read_catalogue((folder / CATALOGUE.format(language="zh_Hant")).read_text(encoding="utf-8"))
        target = folder / CATALOGUE.format(language="zh_Hans")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(write_catalogue(simplified_catalogue(traditional)), encoding="utf-8")
        waiting = sum(1 for message in traditional if message.is_fuzzy or not all(message.texts))
        self.stdout.write(f"{len(traditional) - 1} messages, {waiting} wait for a translation")
