"""Of what people are notified: each app registers its kinds here, in `apps.py: ready()`.

A notification of a kind that is no longer registered is shown to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from portal.lib.registries import Registry
from portal.notifications.enums import MailChoice
from portal.org.readers import Reader


@dataclass(frozen=True)
class Kind:
    """One kind of notification.

    `sentence` says it of one record, with %(subject)s; `many`, an ngettext_lazy with "count", of several at once.
    `records(reader)` are the records this reader may see, lazily: they become a part of the one query that counts for
    the bell, so it asks the database nothing by itself beyond the reader's appointments; None where nothing is named.
    `concerns(reader)` says who is told of it at all, by the appointments alone.
    `still(user, keys)` gives those of the records (0: what counts several) that still wait for this person: nothing
    else leaves the portal. `mail` holds for whoever never chose.
    """

    label: Any
    sentence: Any
    concerns: Callable[[Reader], bool]
    many: Any = None
    records: Callable[[Reader], Any] | None = None
    still: Callable[[Any, Sequence[int]], set[int]] | None = None
    urgent: bool = False
    mail: str = MailChoice.DIGEST
    icon: str = "bell"


notification_kinds: Registry[Kind] = Registry("kind of notification")


def kinds_for(reader: Reader) -> list[tuple[str, Kind]]:
    """The kinds this reader may ever be told of."""
    return [(name, kind) for name, kind in notification_kinds.items() if kind.concerns(reader)]


def sentence_of(kind: str, subject: str, count: int) -> str:
    """What is said, in the language that is active."""
    entry = notification_kinds.get(kind)
    if entry is None:
        return ""
    if subject or entry.many is None:
        return str(entry.sentence) % {"subject": subject}
    return str(entry.many % {"count": count})
