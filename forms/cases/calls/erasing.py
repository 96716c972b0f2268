"""Taking what is personal out of calls and mails: with their cases, and by night where there is no case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django_scopes import scopes_disabled

from forms.cases.calls.enums import CallOutcome
from forms.cases.calls.models import Call, MailIn
from forms.cases.enums import CaseKind
from forms.cases.retention.actions import begin_of_term
from portal.lib.erased import ERASED

_GONE: dict[str, Any] = {"house": "", "caller_name": "", "phone": "", "phone_digest": "", "fingerprint": ""}


def erase_calls(keys: Sequence[int], now: datetime) -> list[str]:
    """Who called, from where, what was said, which attachments were named: hotline, times and outcome stay."""
    with scopes_disabled():
        _erase(Call.objects.filter(case__in=keys))
        MailIn.objects.filter(case__in=keys).update(refused=[])
    return []


def erase_without_case(now: datetime) -> int:
    """Calls that became no case, and mails that somebody looked at, after the term of an enquiry (scheduled nightly).

    A missed call that nobody returned keeps its number. Returns how many calls were erased.
    """
    before = begin_of_term(CaseKind.ENQUIRY, now)
    with scopes_disabled():
        old = Call.objects.filter(case=None, settled_at__lt=before).exclude(outcome=CallOutcome.OPEN)
        erased = _erase(old.exclude(**_GONE))
        MailIn.objects.filter(settled_at__lt=before).exclude(sender="").update(sender="", subject="")
    return erased


def _erase(calls: Any) -> int:
    keys = list(calls.values_list("pk", flat=True))
    chosen = Call.objects.filter(pk__in=keys)
    chosen.exclude(text="").update(text=ERASED)
    return chosen.update(**_GONE)
