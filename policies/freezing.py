"""Two locks on regulations: pages change only inside a verb, and what was issued changes never.

A Wagtail page can be published, moved, copied or deleted on many ways (editor, explorer, bulk actions, scheduling,
workflow, code). All of them end in saving, moving or deleting the page: there the page asks `verb_at_work()`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _

from portal.lib.refusals import Conflict

_at_work: ContextVar[bool] = ContextVar("policies_verb_at_work", default=False)


class OnlyByVerb(PermissionDenied):
    """A regulation page was about to change outside its verbs. Wagtail's admin shows it as "no permission"."""


class Frozen(Conflict):
    """Something of an edition that is no draft was about to change."""


@contextmanager
def verb() -> Iterator[None]:
    """Marks that a verb of policies.actions is at work; only such code may save a regulation page."""
    token = _at_work.set(True)
    try:
        yield
    finally:
        _at_work.reset(token)


def verb_at_work() -> bool:
    return _at_work.get()


def require_verb() -> None:
    """Raises OnlyByVerb outside `verb()`."""
    if not verb_at_work():
        raise OnlyByVerb(_("Regulations are published, moved and withdrawn only through their editions."))


def frozen() -> Frozen:
    return Frozen(_("This edition is no draft any more: its text never changes. Start a new draft instead."))
