"""The verbs of the monthly summary: write, sign and send up, receive, return (SAF-17, clause 5.4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.weeks import figures, permissions
from forms.cards.weeks.actions.words import changed_meanwhile, note, refuse_names, require_words
from forms.cards.weeks.enums import SUMMARY_TRANSITIONS, Office, SummaryState
from forms.cards.weeks.models import Summary, SummaryReceipt
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Unit


@dataclass(frozen=True)
class Words:
    """What the unit's manager says beside the figures."""

    situation: str = ""
    problems: str = ""
    plan: str = ""


def _locked(summary: Summary) -> Summary:
    with scopes_disabled():
        found = Summary.objects.select_for_update(of=("self",)).select_related("unit")
        return found.get(pk=summary.pk)  # type: ignore[no-any-return]


def _next_state(verb: str, summary: Summary) -> SummaryState:
    state = SUMMARY_TRANSITIONS.get((verb, summary.state))
    if state is None:
        message = _("This summary is “%(state)s” by now: nothing was changed.")
        raise Conflict(message % {"state": summary.get_state_display()})
    return state


@transaction.atomic
def write_summary(
    *, by: Any, unit: Unit, month: Period, words: Words, version: int | None = None, now: datetime | None = None
) -> Summary:
    """Keeps what was written so far; Conflict where somebody wrote since `version` was read."""
    now = now or clock.now()
    if not permissions.user_can_write_summary(by, unit):
        raise NotYours(_("The summary is written by the unit's managers and crew leaders."))
    if month.start > clock.today(now):
        raise Refused(_("This month has not begun yet."))
    with scopes_disabled():
        Unit.objects.select_for_update().get(pk=unit.pk)
        summary = Summary.objects.get_or_create(unit=unit, starts_on=month.start)[0]
        _next_state("write", summary)
        if version is not None and version != summary.version:
            raise Conflict(changed_meanwhile())
        meta = Summary._meta
        texts = {name: getattr(words, name).strip() for name in ("situation", "problems", "plan")}
        refuse_names(**{name: (meta.get_field(name).verbose_name, text) for name, text in texts.items()})  # type: ignore[union-attr]
        for name, text in texts.items():
            setattr(summary, name, text)
        summary.version += 1
        summary.save()
    note(by=by, verb="write_summary", thing=summary, unit=unit.pk, now=now, month=month.code)
    return summary  # type: ignore[no-any-return]


@transaction.atomic
def sign_summary(*, by: Any, summary: Summary, now: datetime | None = None) -> Summary:
    """The unit's manager signs; with that the figures are frozen and the summary is sent up to both offices."""
    now = now or clock.now()
    summary = _locked(summary)
    if not permissions.user_can_sign_summary(by, summary.unit):
        raise NotYours(_("The summary is signed by the unit's own manager."))
    state = _next_state("sign", summary)
    if clock.today(now) < summary.period.end:
        message = _("The month still runs: sign on %(day)s or later.")
        raise Refused(message % {"day": f"{summary.period.end:%Y-%m-%d}"})
    for name in ("situation", "problems", "plan"):
        require_words(getattr(summary, name), name, _("Write this down before you sign."))
    with scopes_disabled():
        summary.figures = figures.month_figures(summary.unit, summary.period)
    summary.state, summary.signed_by, summary.signed_at = state, by, now
    summary.first_sent_at = summary.first_sent_at or now
    summary.sending += 1
    summary.version += 1
    summary.save()
    note(
        by=by,
        verb="sign_summary",
        thing=summary,
        unit=summary.unit_id,
        now=now,
        month=summary.period.code,
        sending=summary.sending,
    )
    return summary


@transaction.atomic
def receive_summary(*, by: Any, summary: Summary, office: str, now: datetime | None = None) -> Summary:
    """One office received it; once both did, the summary is received. The same office again is the same receipt."""
    now = now or clock.now()
    summary = _locked(summary)
    _require_office(by, summary, office)
    with scopes_disabled():
        known = summary.receipts.filter(sending=summary.sending, office=office).exists()
        if known:
            return summary
        _next_state("receive", summary)
        SummaryReceipt.objects.create(summary=summary, sending=summary.sending, office=office, by=by, at=now)
        if summary.receipts.filter(sending=summary.sending).count() == len(Office):
            summary.state = SummaryState.RECEIVED
            summary.save(update_fields=["state"])
    note(by=by, verb="receive_summary", thing=summary, unit=summary.unit_id, now=now, office=office)
    return summary


def _require_office(by: Any, summary: Summary, office: str) -> None:
    if office not in permissions.offices_of(by, summary.unit):
        raise NotYours(_("A summary is received by a manager above the unit and by the safety department."))


@transaction.atomic
def return_summary(*, by: Any, summary: Summary, reason: str, now: datetime | None = None) -> Summary:
    """Back to the unit, with what is wanting; it is then signed and sent anew, and received anew."""
    now = now or clock.now()
    summary = _locked(summary)
    if not permissions.offices_of(by, summary.unit):
        raise NotYours(_("A summary is returned by a manager above the unit or by the safety department."))
    state = _next_state("return", summary)
    reason = require_words(reason, "reason", _("Say what is wanting, so that the unit knows what to do."))
    refuse_names(reason=(_("why it was returned"), reason))
    summary.state, summary.return_reason, summary.returned_by, summary.returned_at = state, reason, by, now
    summary.version += 1
    summary.save()
    note(by=by, verb="return_summary", thing=summary, unit=summary.unit_id, now=now)
    return summary
