"""The verbs of a mass incident: open it, gather cases, answer all of them, close it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.actions.changing import changing
from forms.cases.actions.steps import acknowledge_case, answer_case
from forms.cases.enums import UNANSWERED, UNHEARD, CaseKind, CaseLevel, IncidentState
from forms.cases.models import Case, Incident
from forms.cases.permissions import user_can_act_on_case, user_can_open_incident, user_can_run_incident
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Estate


def open_incident(
    *, by: Any, title: str, estate: Estate, say: str, kind: str = CaseKind.COMPLAINT, now: datetime | None = None
) -> Incident:
    """Something that many report: from now on the desk offers to gather what fits, and shows what to say."""
    now = now or clock.now()
    if not title.strip() or not say.strip():
        raise Refused(_("Give the incident a title, and write what customers are told now."), field="say")
    if not user_can_open_incident(by, estate.office_id):
        raise NotYours(_("This estate is not yours to answer for."))
    with transaction.atomic(), scopes_disabled():
        incident = Incident.objects.create(
            title=title.strip(),
            unit_id=estate.office_id,
            estate=estate,
            kind=kind,
            say=say.strip(),
            opened_at=now,
            opened_by=by,
        )
        _record(by, "open_incident", incident, now)
    return incident


def gather_case(
    *, case: Case, by: Any, incident: Incident, version: int | None = None, now: datetime | None = None
) -> Case:
    """Puts a case under an incident of its estate. What lies with the leaders is never gathered (SRV-18)."""
    now = now or clock.now()
    with changing(case=case, verb="gather", by=by, version=version, now=now) as change:
        _locked(incident, by)
        if change.case.level == CaseLevel.LEADERS or change.case.estate_id != incident.estate_id:
            raise Refused(_("Only cases of the same estate are gathered, and none that is with the leaders."))
        change.case.incident_id = incident.pk
        change.data["incident"] = incident.pk
    return change.case


def say_of_incident(
    *, incident: Incident, by: Any, say: str, version: int | None = None, now: datetime | None = None
) -> Incident:
    """Changes what customers are told now."""
    now = now or clock.now()
    if not say.strip():
        raise Refused(_("Write what customers are told now."), field="say")
    with transaction.atomic(), scopes_disabled():
        locked = _locked(incident, by, version)
        locked.say = say.strip()
        locked.version += 1
        locked.save()
        _record(by, "say_of_incident", locked, now)
    return locked


def answer_incident(
    *, incident: Incident, by: Any, text: str, version: int | None = None, now: datetime | None = None
) -> int:
    """One answer to every case that was gathered and is still to be answered. Returns to how many it went."""
    now = now or clock.now()
    if not text.strip():
        raise Refused(_("The answer is empty: write what the customer should know."), field="text")
    with transaction.atomic(), scopes_disabled():
        locked = _locked(incident, by, version)
        answered = 0
        for case in Case.objects.filter(incident=locked, state__in=UNANSWERED).order_by("pk"):
            if not user_can_act_on_case(by, "answer", case):
                continue
            if case.state in UNHEARD:
                acknowledge_case(case=case, by=by, now=now)
            answer_case(case=case, by=by, text=text, now=now)
            answered += 1
        if not answered:
            raise Refused(_("No case here waits for an answer."))
        locked.version += 1
        locked.save()
        _record(by, "answer_incident", locked, now, answered=answered)
    return answered


def close_incident(*, incident: Incident, by: Any, version: int | None = None, now: datetime | None = None) -> Incident:
    """Ends the incident; its cases go their own ways."""
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled():
        locked = _locked(incident, by, version)
        locked.state, locked.closed_at = IncidentState.CLOSED, now
        locked.version += 1
        locked.save()
        _record(by, "close_incident", locked, now)
    return locked


def _locked(incident: Incident, by: Any, version: int | None = None) -> Incident:
    locked = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if not user_can_run_incident(by, locked):
        raise NotYours(_("This incident is not yours to change."))
    if version is not None and version != locked.version:
        raise Conflict(_("Somebody changed this incident while you were reading. Look at what is new and try again."))
    if not locked.is_open:
        raise Conflict(_("This incident is closed."))
    return locked


def _record(by: Any, verb: str, incident: Incident, now: datetime | None, **data: Any) -> None:
    journal.record(by=by, action=f"cases.{verb}", thing=incident, unit=incident.unit_id, data=data, now=now)
