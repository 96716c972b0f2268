"""The verbs of revisits: the only code that writes one. Each is journalled in its own transaction."""

from __future__ import annotations

from forms.revisits.actions.calling import (
    NewRevisit,
    cancel_revisit,
    finish_revisit,
    give_up_revisit,
    make_revisit,
    notice_late_revisits,
    record_attempt,
)

__all__ = [
    "NewRevisit",
    "cancel_revisit",
    "finish_revisit",
    "give_up_revisit",
    "make_revisit",
    "notice_late_revisits",
    "record_attempt",
]
