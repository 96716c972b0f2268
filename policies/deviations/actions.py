"""The verbs of deviations: apply, approve, decline, withdraw, end early, report work after expiry (SAF-24, clause 6.5).

No verb moves a last day: who needs longer applies anew, and the unit's head decides anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.deviations import permissions
from policies.deviations.enums import (
    DECISION_DAYS,
    EARLIEST_APPLICATION,
    GRANTED,
    LATEST_APPLICATION,
    TRANSITIONS,
    DeviationState,
)
from policies.deviations.models import Deviation
from policies.deviations.wordings import changes_since
from policies.enums import EditionState
from policies.models import Edition, EditionClause
from policies.permissions import reader_can_read_edition
from portal.files.actions import keep_files
from portal.files.storage import Upload
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.actions import working_calendar
from portal.org.models import Unit
from portal.org.readers import reader_for

FACTS, PROOF = "facts", "overrun"  # the purposes of its files


@dataclass(frozen=True)
class Application:
    """What the applicant writes. `wording` is the clause in the edition in force."""

    unit: Unit
    wording: EditionClause
    starts_on: date
    ends_on: date
    reasons: str
    facts: str
    measures: str
    renewal_of: Deviation | None = None

    def fingerprint(self, files: Sequence[Upload]) -> str:
        """By which the same application sent twice is known."""
        content = [
            self.unit.pk,
            self.wording.pk,
            self.starts_on.isoformat(),
            self.ends_on.isoformat(),
            self.reasons.strip(),
            self.facts.strip(),
            self.measures.strip(),
            self.renewal_of.pk if self.renewal_of else None,
            [upload.sent_sha256 for upload in files],
        ]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def latest_end(starts_on: date) -> date:
    """The last day of one year: 1 April to 31 March."""
    try:
        return starts_on.replace(year=starts_on.year + 1) - timedelta(days=1)
    except ValueError:  # 29 February
        return date(starts_on.year + 1, 2, 28)


@transaction.atomic
def apply_for_deviation(
    *,
    by: Any,
    submission_id: UUID,
    application: Application,
    files: Sequence[Upload] = (),
    now: datetime | None = None,
) -> Deviation:
    """An application, waiting for the unit's head. The same id and content again is the same application.

    Raises Refused on the field in question, Conflict for an id used with other content and for days already taken.
    """
    now = now or clock.now()
    if not permissions.user_can_apply_for(by, application.unit):
        raise NotYours(_("A deviation is applied for by the unit's managers, crew leaders or safety officer."))
    fingerprint = application.fingerprint(files)
    with scopes_disabled():
        Unit.objects.select_for_update().get(pk=application.unit.pk)  # two at once: one after the other
        known = Deviation.objects.filter(submission_id=submission_id).first()
        if known is not None:
            if known.fingerprint != fingerprint or known.applied_by_id != by.pk:
                raise Conflict(_("This application was sent before with other content. Open the form anew."))
            return known
        _require_sound(application, by, now)
        deviation = Deviation.objects.create(
            submission_id=submission_id,
            fingerprint=fingerprint,
            unit=application.unit,
            clause_id=application.wording.clause_id,
            wording=application.wording,
            renewal_of=application.renewal_of,
            starts_on=application.starts_on,
            ends_on=application.ends_on,
            reasons=application.reasons.strip(),
            facts=application.facts.strip(),
            measures=application.measures.strip(),
            applied_by=by,
            applied_at=now,
            decide_by=working_calendar().add_working_days(now, DECISION_DAYS),
        )
    keep_files(by=by, owner=deviation, uploads=files, purpose=FACTS, now=now)
    data = {"clause": application.wording.number, "from": deviation.starts_on, "until": deviation.ends_on}
    if application.renewal_of is not None:
        data["renewal_of"] = application.renewal_of.number
    _record(by, "apply", deviation, now, files=len(files), **data)
    return deviation


def _require_sound(application: Application, by: Any, now: datetime) -> None:
    for field in ("reasons", "facts", "measures"):
        if not getattr(application, field).strip():
            raise Refused(_("Write this down: a deviation without it cannot be approved."), field=field)
    _require_days(application.starts_on, application.ends_on, clock.today(now))
    edition = Edition.objects.get(pk=application.wording.edition_id)
    in_force = Edition.objects.in_force(clock.today(now)).filter(pk=edition.pk, state=EditionState.ISSUED).exists()
    if not in_force or not reader_can_read_edition(reader_for(by), edition):
        raise Refused(_("This edition is not in force: choose the clause anew."), field="clause")
    _require_free_days(application)
    if permissions.deciding_unit(application.unit, by.pk, clock.today(now)) is None:
        raise Refused(
            _("Nobody may decide on this: there is no other manager in the unit or above it. Ask the administrator.")
        )


def _require_days(starts_on: date, ends_on: date, today: date) -> None:
    if ends_on < starts_on:
        raise Refused(_("It ends before it begins: correct one of the dates."), field="ends_on")
    if ends_on > latest_end(starts_on):
        message = _("A deviation lasts one year at most: choose %(day)s or an earlier day. Who needs longer renews it.")
        raise Refused(message % {"day": f"{latest_end(starts_on):%Y-%m-%d}"}, field="ends_on")
    if starts_on < today - LATEST_APPLICATION:
        message = _("It cannot begin more than %(days)s days ago: leave is not given for what was done before.")
        raise Refused(message % {"days": LATEST_APPLICATION.days}, field="starts_on")
    if starts_on > today + EARLIEST_APPLICATION:
        message = _("It is applied for at most %(days)s days before it begins.")
        raise Refused(message % {"days": EARLIEST_APPLICATION.days}, field="starts_on")
    if ends_on < today:
        raise Refused(_("This day is over already: choose a later last day."), field="ends_on")


def _require_free_days(application: Application) -> None:
    """A renewal is a new application for new days; nothing is prolonged by laying one over the other."""
    before = application.renewal_of and Deviation.objects.get(pk=application.renewal_of.pk)  # as it stands now
    if before is not None and (
        before.unit_id != application.unit.pk
        or before.clause_id != application.wording.clause_id
        or before.state not in GRANTED
    ):
        raise Refused(_("Only a deviation that was approved, of the same unit and clause, can be renewed."))
    taken = (
        Deviation.objects.filter(unit=application.unit, clause=application.wording.clause_id)
        .taking_up(application.starts_on, application.ends_on)  # type: ignore[attr-defined]
        .first()
    )
    if taken is not None:
        message = _("%(number)s covers this clause until %(day)s: begin later.")
        shown = {"number": taken.number, "day": f"{taken.ends_on:%Y-%m-%d}"}
        raise Conflict(message % shown, field="starts_on")


def approve_deviation(*, by: Any, deviation: Deviation, note: str = "", now: datetime | None = None) -> Deviation:
    """The unit's head gives leave, in writing, for the days applied for."""
    return _decide("approve", by, deviation, note, now or clock.now())


def decline_deviation(*, by: Any, deviation: Deviation, note: str, now: datetime | None = None) -> Deviation:
    """The unit's head says no, and why; the applicant may apply again with more."""
    if not note.strip():
        raise Refused(_("Say why, so that the applicant knows what to do."), field="note")
    return _decide("decline", by, deviation, note, now or clock.now())


@transaction.atomic
def _decide(verb: str, by: Any, deviation: Deviation, note: str, now: datetime) -> Deviation:
    deviation = _locked(deviation)
    if deviation.applied_by_id == by.pk:
        raise NotYours(_("Nobody decides on an application of one's own."))
    today = clock.today(now)
    if not permissions.user_can_decide(by, deviation, today):
        raise NotYours(_("This is decided by the head of the unit."))
    state = _next_state(verb, deviation)
    if verb == "approve":
        if deviation.ends_on < today:
            raise Refused(_("Its last day is over: decline it, and have it applied for anew."))
        if deviation.pk in changes_since([deviation]):
            raise Refused(_("The clause does not read like this any more: decline it, and have it applied for anew."))
    deviation.state, deviation.decided_by, deviation.decided_at = state, by, now
    deviation.decision_note = note.strip()
    deviation.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    _record(by, verb, deviation, now, late=now > deviation.decide_by)
    return deviation


@transaction.atomic
def withdraw_deviation(*, by: Any, deviation: Deviation, now: datetime | None = None) -> Deviation:
    """The applicant takes the application back before it is decided."""
    deviation = _locked(deviation)
    if not permissions.user_can_withdraw(by, deviation):
        raise NotYours(_("An application is withdrawn by who made it."))
    deviation.state = _next_state("withdraw", deviation)
    deviation.save(update_fields=["state"])
    _record(by, "withdraw", deviation, now)
    return deviation


@transaction.atomic
def end_deviation(*, by: Any, deviation: Deviation, note: str, now: datetime | None = None) -> Deviation:
    """The leave ends today, before its last day: the clause is followed again."""
    now = now or clock.now()
    deviation = _locked(deviation)
    if not permissions.user_can_end(by, deviation):
        raise NotYours(_("A deviation is ended by a manager of the unit."))
    state = _next_state("end", deviation)
    if deviation.ends_on < clock.today(now):
        raise Conflict(_("It has expired already."))
    if not note.strip():
        raise Refused(_("Say in a few words why it ends."), field="note")
    deviation.state, deviation.ended_by, deviation.ended_on = state, by, clock.today(now)
    deviation.end_note = note.strip()
    deviation.save(update_fields=["state", "ended_by", "ended_on", "end_note"])
    _record(by, "end", deviation, now)
    return deviation


@transaction.atomic
def report_overrun(*, by: Any, deviation: Deviation, note: str, now: datetime | None = None) -> Deviation:
    """Work still deviates after the last day: seen today, and written down once. Counts as missed (SAF-24)."""
    now = now or clock.now()
    deviation = _locked(deviation)
    if not permissions.user_can_report_overrun(by, deviation):
        raise NotYours(_("Work after expiry is reported by the unit's managers or the owner department."))
    if not permissions.is_over(deviation, clock.today(now)):
        raise Conflict(_("Only work after the last day of an approved deviation is reported here."))
    if deviation.overrun_on is not None:
        raise Conflict(_("Work after expiry was reported already."))
    if not note.strip():
        raise Refused(_("Describe what was seen."), field="note")
    deviation.overrun_by, deviation.overrun_on, deviation.overrun_note = by, clock.today(now), note.strip()
    deviation.save(update_fields=["overrun_by", "overrun_on", "overrun_note"])
    _record(by, "report_overrun", deviation, now)
    return deviation


def _locked(deviation: Deviation) -> Deviation:
    with scopes_disabled():
        found = Deviation.objects.select_for_update(of=("self",)).select_related("unit", "wording__edition")
        return found.get(pk=deviation.pk)


def _next_state(verb: str, deviation: Deviation) -> DeviationState:
    """The state after, or Conflict: somebody else was first."""
    state = TRANSITIONS.get((verb, deviation.state))
    if state is None:
        message = _("This deviation is “%(state)s” by now: nothing was changed.")
        raise Conflict(message % {"state": deviation.get_state_display()})
    return state


def _record(by: Any, verb: str, deviation: Deviation, now: datetime | None, **data: Any) -> None:
    journal.record(
        by=by, action=f"deviations.{verb}", thing=deviation, unit=deviation.unit_id, data=data or None, now=now
    )
