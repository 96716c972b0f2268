"""Writing a call down: what it was, and the one thing it became (SRV-01)."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, fields, replace
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.actions import company
from forms.cases.calls.actions.said import add_said, answer_said, file_said
from forms.cases.calls.enums import PLAIN_REASONS, TRIES, CallOutcome, Direction, NoteReason
from forms.cases.calls.models import Call, Hotline
from forms.cases.calls.permissions import own_unit, user_can_log_calls, visible_calls
from forms.cases.enums import CaseChannel, CaseKind
from forms.cases.models import Case
from forms.intake.actions import next_serial
from portal.journal import actions as journal
from portal.lib import clock, codes
from portal.lib.phones import phone_digest
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Estate, Unit
from portal.org.readers import reader_for

WRITING_TIME = timedelta(hours=1)  # for what was said just before midnight
CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True)
class NewCall:
    """What the clerk wrote down. `missed` has no outcome; `returns` is the missed call that this one answers."""

    channel: ClassVar[str] = CaseChannel.PHONE

    hotline: Hotline
    began_at: datetime
    ended_at: datetime | None = None  # None: now
    missed: bool = False
    phone: str = ""
    caller_name: str = ""
    estate: Estate | None = None
    house: str = ""
    text: str = ""
    outcome: str = ""
    returns: Call | None = None
    # ---- a new case
    kind: str = CaseKind.COMPLAINT
    subject: str = ""
    about_director: bool = False
    compensation: bool = False
    # ---- a case that is there
    case: Case | None = None
    # ---- an answered enquiry
    answer: str = ""
    # ---- a note
    reason: str = ""


@transaction.atomic
def record_call(*, by: Any, key: uuid.UUID, new: NewCall, now: datetime | None = None) -> Call:
    """Writes a call down with what it became: a new case by the verb of the public form, a note on an open case, an
    enquiry answered and closed at once (so that SRV-05 counts it), or a note alone with its reason.

    The same key again is the same call. What goes to the company's leaders takes the call along: nobody of the office
    sees it (SRV-18). Raises NotYours, Refused, Conflict.
    """
    now = now or clock.now()
    if not user_can_log_calls(by):
        raise NotYours(_("Calls are written down by the service centres and whoever is on duty."))
    mark = _fingerprint(new)
    with scopes_disabled():
        known = Call.objects.filter(key=key).first()
        if known is not None:
            if (known.taken_by_id, known.fingerprint) != (by.pk, mark):
                raise Conflict(_("Another call was sent with this form before. Open the form anew."))
            return known
        new = replace(new, ended_at=new.ended_at or (new.began_at if new.missed else max(now, new.began_at)))
        _require_sound(new, now)
        returned = _returned(by, new)
        case = _case_of(by, key, new, now)
        call = _insert(by, key, mark, new, case, now)
        if returned is not None:
            _settle(by, returned, call, now)
    return call


def _fingerprint(new: NewCall) -> str:
    said = {
        field.name: value.pk if isinstance(value, models.Model) else value
        for field in fields(new)
        if (value := getattr(new, field.name)) is not None and field.name != "ended_at"
    }
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _require_sound(new: NewCall, now: datetime) -> None:
    if new.began_at > now + CLOCKS_DIFFER:
        raise Refused(_("The call begins in the future: look at the time."), field="began_at")
    if new.ended_at is not None and new.ended_at < new.began_at:
        raise Refused(_("The call ends before it begins: look at the times."), field="ended_at")
    if new.ended_at is not None and new.ended_at > now + CLOCKS_DIFFER:
        raise Refused(_("The call ends in the future: look at the time."), field="ended_at")
    if new.missed:
        if not phone_digest(new.phone) and not (new.estate and new.house):
            raise Refused(_("Write the number or the house: somebody calls back."), field="phone")
        if new.returns is not None:
            raise Refused(_("A call that returns another was not missed: say that nobody was reached."))
        return
    if new.outcome not in set(CallOutcome.values) - {CallOutcome.OPEN}:
        raise Refused(_("Say what became of the call."), field="outcome")
    if new.outcome == CallOutcome.NOTE:
        _require_reason(new)
    elif not new.text.strip():
        raise Refused(_("Write what was said."), field="text")


def _require_reason(new: NewCall) -> None:
    if new.reason not in NoteReason.values:
        raise Refused(_("Say why the call needs nothing more."), field="reason")
    if new.reason not in PLAIN_REASONS and not new.text.strip():
        raise Refused(_("Say in words what it was: this reason does not tell."), field="text")
    if (new.reason == NoteReason.UNREACHED) and new.returns is None:
        raise Refused(_("Only who calls back can say that nobody was reached."), field="reason")


def _returned(by: Any, new: NewCall) -> Call | None:
    """The missed call that is returned, locked. Of two who call back at once the second is told."""
    if new.returns is None:
        return None
    found = Call.objects.select_for_update(of=("self",)).get(pk=new.returns.pk)
    if not visible_calls(reader_for(by)).filter(pk=found.pk).exists():
        raise NotYours(_("This call is not yours to return."))
    if not found.is_waiting:
        raise Conflict(_("Somebody has called back already."))
    return found


# ---- what it becomes ------------------------------------------------------------------------------------------------
def _case_of(by: Any, key: uuid.UUID, new: NewCall, now: datetime) -> Case | None:
    if new.missed or new.outcome == CallOutcome.NOTE:
        return None
    if new.outcome == CallOutcome.ADDED:
        said = _("By phone, %(moment)s:") % {"moment": timezone.localtime(new.began_at).strftime("%Y-%m-%d %H:%M")}
        return add_said(by, new.case, f"{said}\n{new.text.strip()}", now)
    if new.outcome == CallOutcome.CASE:
        return file_said(key, new, now)
    return answer_said(by, key, new, now)


# ---- the row --------------------------------------------------------------------------------------------------------
def _insert(by: Any, key: uuid.UUID, mark: str, new: NewCall, case: Case | None, now: datetime) -> Call:
    office = case.office if case is not None else (new.estate.office if new.estate else None)
    unit = _unit_of(by, new, case)
    assert new.ended_at is not None  # noqa: S101 - record_call fills it in
    day = clock.today(new.began_at)
    call = Call.objects.create(
        number=codes.receipt_number("T", clock.today(now), next_serial("T", clock.today(now))),
        key=key,
        fingerprint=mark,
        hotline=new.hotline,
        direction=Direction.OUT if new.returns else Direction.IN,
        missed=new.missed,
        began_at=new.began_at,
        ended_at=new.ended_at,
        recorded_at=now,
        taken_by=by,
        unit=unit,
        office=office,
        estate=new.estate,
        house=new.house.strip(),
        caller_name=new.caller_name.strip(),
        phone=new.phone.strip(),
        phone_digest=phone_digest(new.phone),
        text=new.text.strip(),
        outcome=CallOutcome.OPEN if new.missed else new.outcome,
        reason=new.reason if new.outcome == CallOutcome.NOTE and not new.missed else "",
        case=case,
        returns=new.returns,
        due_at=max(_midnight_after(day), new.ended_at + WRITING_TIME),
        settled_at=None if new.missed else now,
    )
    data = {"hotline": new.hotline.kind, "outcome": call.outcome, "missed": call.missed}
    journal.record(by=by, action="calls.record", thing=call, unit=unit.pk, data=data, now=now)
    return call


def _unit_of(by: Any, new: NewCall, case: Case | None) -> Unit:
    """Who may see the call: whoever answers for its case, for its house, or took it."""
    if case is not None:
        return case.unit
    if new.estate is not None:
        return new.estate.office
    return own_unit(reader_for(by)) or company()


def _settle(by: Any, missed: Call, call: Call, now: datetime) -> None:
    """A missed call gets the outcome of the call that returned it; not reached, only after enough tries."""
    unreached = call.outcome == CallOutcome.NOTE and call.reason == NoteReason.UNREACHED
    if unreached and Call.objects.filter(returns=missed).count() < TRIES:
        return
    missed.outcome, missed.reason, missed.case, missed.settled_at = call.outcome, call.reason, call.case, now
    missed.save(update_fields=["outcome", "reason", "case", "settled_at"])
    data = {"by": call.number, "outcome": call.outcome}
    journal.record(by=by, action="calls.return", thing=missed, unit=call.unit_id, data=data, now=now)


def _midnight_after(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))
