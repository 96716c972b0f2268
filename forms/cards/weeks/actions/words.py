"""What every verb of this room asks of words: they are there, and name nobody who may have been observed."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from forms.cards.directory import staff_name_guard
from forms.cards.rules import name_message
from portal.journal import actions as journal
from portal.lib.refusals import Refused


def require_words(text: str, field: str, message: Any) -> str:
    """The text without the spaces around it. Raises Refused with the message where it is empty."""
    if not text.strip():
        raise Refused(message, field=field)
    return text.strip()


def refuse_names(**texts: tuple[Any, str]) -> None:
    """`field=(label, text)`. Raises Refused for the first name, number or post of the shift that is found (SAF-08)."""
    guard = staff_name_guard()
    for field, (label, text) in texts.items():
        for found in guard.find(text):
            raise Refused(name_message(label, found), field=field)


def changed_meanwhile() -> Any:
    return _(
        "Somebody else changed this while you were writing. Below is what you wrote; look at what stands there now."
    )


def note(*, by: Any, verb: str, thing: Any, unit: int | None, now: Any, **data: Any) -> None:
    journal.record(by=by, action=f"card_weeks.{verb}", thing=thing, unit=unit, data=data or None, now=now)
