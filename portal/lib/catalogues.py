"""Gettext catalogues (.po): read them, and make the Simplified Chinese one from the Traditional one.

Translators write one Chinese catalogue, the Traditional. The Simplified one is made from it: OpenCC changes the
characters, the table in mainland_words changes the words that the mainland says otherwise. So nothing is translated
twice, and nobody edits the Simplified file: a word that comes out wrong gets a line in that table.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from portal.lib.chinese import to_script
from portal.lib.mainland_words import MAINLAND_WORDS

_KEYWORD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)\s+(".*")$')
_WORDS = re.compile("|".join(sorted(map(re.escape, MAINLAND_WORDS), key=len, reverse=True)))
_PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdf%]|\{\w*\}")


@dataclass
class Message:
    """One entry of a catalogue. `texts` holds one translation per plural form; the header has an empty `msgid`."""

    msgid: str = ""
    context: str | None = None
    plural: str | None = None
    texts: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        """What identifies an entry within its catalogue."""
        return self.context, self.msgid

    @property
    def is_fuzzy(self) -> bool:
        return any(line.startswith("#,") and "fuzzy" in line for line in self.comments)


def read_catalogue(text: str) -> list[Message]:
    """The entries of a .po file in their order, the header first; obsolete entries (#~) are left out.

    A line that is neither comment nor keyword nor quoted text raises ValueError with its number.
    """
    messages: list[Message] = []
    entry: dict[str, str] = {}
    comments: list[str] = []
    keyword = ""
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        line = line.strip()
        if match := _KEYWORD.match(line):
            keyword, value = match[1], match[2]
            entry[keyword] = ast.literal_eval(value)
        elif line.startswith('"') and keyword:
            entry[keyword] += ast.literal_eval(line)
        elif not line:
            if "msgid" in entry:
                messages.append(_message(entry, comments))
            entry, comments, keyword = {}, [], ""
        elif line.startswith("#"):
            if not line.startswith("#~"):
                comments.append(line)
        else:
            raise ValueError(f"line {number} is no part of a catalogue: {line}")
    return messages


def _message(entry: dict[str, str], comments: list[str]) -> Message:
    texts = [value for name, value in entry.items() if name.startswith("msgstr")]
    return Message(entry["msgid"], entry.get("msgctxt"), entry.get("msgid_plural"), texts, comments)


def write_catalogue(messages: list[Message]) -> str:
    """The text of a .po file, one line for each string, as `makemessages --no-wrap` leaves it."""
    return "\n".join("".join(f"{line}\n" for line in _lines(message)) for message in messages)


def _lines(message: Message) -> Iterator[str]:
    yield from message.comments
    if message.context is not None:
        yield f"msgctxt {_quoted(message.context)}"
    yield from _strings("msgid", message.msgid)
    if message.plural is None:
        yield from _strings("msgstr", message.texts[0])
        return
    yield from _strings("msgid_plural", message.plural)
    for form, text in enumerate(message.texts):
        yield from _strings(f"msgstr[{form}]", text)


def _strings(keyword: str, text: str) -> Iterator[str]:
    """Text of several lines stands below its keyword, a line of the text on a line of the file."""
    if "\n" not in text.removesuffix("\n"):
        yield f"{keyword} {_quoted(text)}"
        return
    yield f'{keyword} ""'
    yield from (_quoted(line) for line in text.splitlines(keepends=True))


def _quoted(text: str) -> str:
    for plain, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(plain, written)
    return f'"{text}"'


def placeholders(text: str) -> list[str]:
    """The %(name)s, %s and {name} of a message, sorted: a translation must hold the same."""
    return sorted(_PLACEHOLDER.findall(text.replace("%%", "")))


def to_mainland(text: str) -> str:
    """An interface text in Traditional Chinese, in Simplified characters and mainland words; quotation marks too."""
    worded = _WORDS.sub(lambda found: MAINLAND_WORDS[found[0]], text)
    return to_script(worded, "hans")


def simplified_catalogue(traditional: list[Message]) -> list[Message]:
    """The Simplified catalogue made from the Traditional one: same entries, same order, a header of its own."""
    made = [
        Message(m.msgid, m.context, m.plural, [to_mainland(text) for text in m.texts], list(m.comments))
        for m in traditional
    ]
    for header in made[:1]:
        header.comments = ["# Made from the Traditional catalogue by `make translations`: do not edit it."]
        header.texts = [text.replace("Language: zh_Hant", "Language: zh_Hans") for text in header.texts]
    return made
