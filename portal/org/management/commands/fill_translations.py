"""`manage.py fill_translations`: Traditional Chinese for what the libraries have in Simplified Chinese only.

Wagtail's Traditional catalogues lack about a quarter of its admin. Those strings are made from its Simplified ones, at
setup, from the installed versions: nothing of it lies in the repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import opencc
from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand

from portal.lib.catalogues import Message, placeholders, read_catalogue, write_catalogue

CATALOGUE = "{language}/LC_MESSAGES/django.po"
HEADER = Message(texts=["Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"])


def library_messages(language: str) -> Iterator[Message]:
    """Everything that the installed apps translate into `language` ("zh_Hans", "zh_Hant")."""
    for app in apps.get_app_configs():
        path = Path(app.path) / "locale" / CATALOGUE.format(language=language)
        if path.exists():
            for message in read_catalogue(path.read_text(encoding="utf-8"))[1:]:
                if all(message.texts) and not message.is_fuzzy:
                    yield message


def holds_its_placeholders(message: Message) -> bool:
    """Whether each translation can be filled in like its source; some of the libraries' cannot."""
    wanted = [placeholders(text) for text in (message.msgid, message.plural) if text]
    return all(placeholders(text) in wanted for text in message.texts)


def missing_messages() -> list[Message]:
    """What neither a library nor our own catalogue has in Traditional Chinese, converted with the words of Taiwan."""
    converter = opencc.OpenCC("s2twp")
    own = Path(settings.LOCALE_PATHS[0]) / CATALOGUE.format(language="zh_Hant")
    known = {message.key for message in library_messages("zh_Hant")}
    known |= {message.key for message in read_catalogue(own.read_text(encoding="utf-8"))}
    made: dict[tuple[str | None, str], Message] = {}
    for message in library_messages("zh_Hans"):
        if message.key not in known and holds_its_placeholders(message):
            texts = [converter.convert(text) for text in message.texts]
            flags = [line for line in message.comments if line.startswith("#,")]
            made.setdefault(message.key, Message(message.msgid, message.context, message.plural, texts, flags))
    return list(made.values())


class Command(BaseCommand):
    help = "Write a catalogue of library strings that lack Traditional Chinese (part of `make setup`)."

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(settings.LOCALE_PATHS[-1]) / CATALOGUE.format(language="zh_Hant")
        target.parent.mkdir(parents=True, exist_ok=True)
        messages = missing_messages()
        target.write_text(write_catalogue([HEADER, *messages]), encoding="utf-8")
        self.stdout.write(f"{len(messages)} strings of the libraries filled in")
