"""What came in another way than by phone, mail or the public form: at the counter, in a letter, in the owners' forum,
as an opinion in a survey. Whoever is at hand writes it down, and it has the same life as any other case."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.calls.actions.said import add_said, answer_said, file_said, service_centre_of
from forms.cases.calls.enums import CallOutcome
from forms.cases.calls.permissions import user_can_log_calls
from forms.cases.enums import CaseChannel, CaseKind
from forms.cases.models import Case
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.org.models import Estate

WAYS = (CaseChannel.COUNTER, CaseChannel.LETTER, CaseChannel.FORUM, CaseChannel.SURVEY)


@dataclass(frozen=True)
class NewEntry:
    """What the customer said and what became of it: a case, more about an open one, an enquiry answered at once."""

    channel: str
    outcome: str
    text: str
    phone: str = ""
    caller_name: str = ""
    estate: Estate | None = None
    house: str = ""
    kind: str = CaseKind.COMPLAINT
    subject: str = ""
    about_director: bool = False
    compensation: bool = False
    case: Case | None = None
    answer: str = ""


@transaction.atomic
def enter_case(*, by: Any, key: uuid.UUID, new: NewEntry, now: datetime | None = None) -> Case:
    """Makes a case of it, adds it to an open one, or answers it at once. The journal says who wrote it down.

    The same key with the same words is the same case. Raises NotYours, Refused, Conflict.
    """
    now = now or clock.now()
    if not user_can_log_calls(by):
        raise NotYours(_("Cases are entered by the service centres and whoever is on duty."))
    if new.channel not in WAYS:
        raise Refused(_("Say how it came."), field="channel")
    if not new.text.strip():
        raise Refused(_("Write what was said."), field="text")
    with scopes_disabled():
        if new.outcome == CallOutcome.ADDED:
            came = {"way": CaseChannel(new.channel).label, "day": timezone.localtime(now).strftime("%Y-%m-%d")}
            return add_said(by, new.case, f"{_('%(way)s, %(day)s:') % came}\n{new.text.strip()}", now)
        if new.outcome == CallOutcome.CASE:
            case = file_said(key, new, now, taken_by=service_centre_of(by))  # the counter at which it was said
        elif new.outcome == CallOutcome.ANSWERED:
            case = answer_said(by, key, new, now)
        else:
            raise Refused(_("Say what became of it."), field="outcome")
        if not journal.entries_of(case).filter(action="cases.enter").exists():
            journal.record(
                by=by, action="cases.enter", thing=case, unit=case.unit_id, data={"channel": new.channel}, now=now
            )
    return case
