"""Of what people are notified: each app registers its kinds here, in `apps.py: ready()`.

A notification of a kind that is no longer registered is shown to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from portal.lib.registries import Registry
from portal.notifications.enums import MailChoice
from portal.org.readers import Reader


@dataclass(frozen=True)
class Kind:
    """One kind of notification.

    `may_see(reader, keys)` gives those of the records (see Notification.about) that this reader may see: asked before
    anybody is told, and again whenever a title is shown or leaves the portal. `concerns(reader)` says who is asked how
    to be told of it. `mail` holds for whoever never chose.
    """

    label: Any
    may_see: Callable[[Reader, Sequence[str]], set[str]]
    concerns: Callable[[Reader], bool]
    urgent: bool = False
    mail: str = MailChoice.DIGEST
    icon: str = "bell"


notification_kinds: Registry[Kind] = Registry("kind of notification")


def kinds_for(reader: Reader) -> list[tuple[str, Kind]]:
    """The kinds this reader may ever be told of."""
    return [(name, kind) for name, kind in notification_kinds.items() if kind.concerns(reader)]


def visible(reader: Reader, rows: Iterable[Any]) -> list[Any]:
    """Of these notifications those whose records the reader may see at this moment; one question for each app."""
    rows = list(rows)
    asked: dict[Any, set[str]] = {}
    for row in rows:
        kind = notification_kinds.get(row.kind)
        if kind is not None and row.about:
            asked.setdefault(kind.may_see, set()).add(row.about)
    seen = {question: question(reader, sorted(keys)) for question, keys in asked.items()}
    shown = []
    for row in rows:
        kind = notification_kinds.get(row.kind)
        if kind is not None and (not row.about or row.about in seen[kind.may_see]):
            shown.append(row)
    return shown
