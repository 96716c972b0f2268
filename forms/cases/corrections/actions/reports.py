"""The verbs of major complaints: marked, reported on, redacted, approved by another, published with receipts
(SRV-22)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scopes_disabled

from forms.cases.corrections import permissions
from forms.cases.corrections.actions.changing import locked_case, note, same_version, state_after, words
from forms.cases.corrections.composing import draft_of
from forms.cases.corrections.enums import REPORT_TRANSITIONS, ReportState
from forms.cases.corrections.models import Confirmation, CorrectiveReport, MajorMark, ReportReceipt
from forms.cases.corrections.redaction import FIELDS, Found, label_of, to_decide, traces_of
from forms.cases.models import Case
from home.actions import announce, take_down
from home.enums import AudienceGroup
from portal.jobs import outbox
from portal.lib import clock
from portal.lib.chinese import fold
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person

SEARCH_SOURCE = "corrective_reports"


# ---- major -----------------------------------------------------------------------------------------------------------
def mark_major(*, by: Any, case: Case, reason: str, now: datetime | None = None) -> MajorMark:
    """The company calls a complaint major, and says why: a corrective-action report is due."""
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled():
        locked = locked_case(case.pk)
        if not permissions.user_can_mark_major(by, locked):
            raise NotYours(_("The quality department marks complaints that reached the company as major."))
        reason = words(reason, "reason", _("Say why the complaint is major."))
        if MajorMark.objects.filter(case=locked, ended_at=None).exists():
            raise Conflict(_("This complaint is marked as major already."))
        mark = MajorMark.objects.create(case=locked, reason=reason, by=by, at=now)
        note(by=by, verb="mark_major", thing=mark, case=locked, now=now)
    return mark


def unmark_major(*, by: Any, case: Case, reason: str, now: datetime | None = None) -> MajorMark:
    """It is not major after all. The mark and both reasons stay, a draft of the report goes with it; not once the
    report is published."""
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled():
        locked = locked_case(case.pk)
        if not permissions.user_can_mark_major(by, locked):
            raise NotYours(_("The quality department marks complaints that reached the company as major."))
        reason = words(reason, "reason", _("Say why the complaint is not major."))
        mark = MajorMark.objects.filter(case=locked, ended_at=None).first()
        if mark is None:
            raise Conflict(_("This complaint is not marked as major."))
        if CorrectiveReport.objects.published().filter(case=locked).exists():
            raise Refused(_("Its report is published: withdraw the report first."))
        mark.ended_at, mark.ended_by, mark.end_reason = now, by, reason
        mark.save(update_fields=["ended_at", "ended_by", "end_reason"])
        note(by=by, verb="unmark_major", thing=mark, case=locked, now=now)
        for draft in CorrectiveReport.objects.standing().filter(case=locked):
            draft.state, draft.withdrawn_why = ReportState.WITHDRAWN, reason
            draft.withdrawn_by, draft.withdrawn_at = by, now
            _save(by, "withdraw_report", draft, now)
    return mark


# ---- writing ---------------------------------------------------------------------------------------------------------
def compose_report(*, by: Any, case: Case, now: datetime | None = None) -> CorrectiveReport:
    """A draft of the report of a major complaint, from what the case says. Asked again, the one that stands."""
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled():
        locked = locked_case(case.pk)
        if not permissions.user_can_write_report(by, locked):
            raise NotYours(_("Corrective-action reports are written by the quality department or the leaders."))
        standing = CorrectiveReport.objects.standing().filter(case=locked).first()
        if standing is not None:
            return standing
        if locked.erased_at is not None:
            raise Refused(_("The personal data of this case is erased: nothing is written about it any more."))
        if not MajorMark.objects.filter(case=locked, ended_at=None).exists():
            raise Refused(_("Mark the complaint as major first, and say why."))
        report = CorrectiveReport.objects.create(
            case=locked,
            number=_next_number(now),
            written_by=by,
            written_at=now,
            writers=[by.pk],
            **draft_of(locked),
        )
        note(by=by, verb="compose_report", thing=report, case=locked, now=now)
    return report


def _next_number(now: datetime) -> str:
    """CR-2026-003. The number says nothing of the case."""
    year = clock.today(now).year
    last = CorrectiveReport.objects.filter(number__startswith=f"CR-{year}-").order_by("-number").first()
    return f"CR-{year}-{int(last.number.rsplit('-', 1)[1]) + 1 if last else 1:03d}"


def _may_write(user: Any, report: CorrectiveReport) -> bool:
    return permissions.user_can_write_report(user, report.case)


def _locked_report(report: CorrectiveReport) -> CorrectiveReport:
    case = locked_case(CorrectiveReport.objects.values_list("case", flat=True).get(pk=report.pk))
    locked = CorrectiveReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    locked.case = case
    return locked


_WRITTEN_BY = gettext_lazy("Corrective-action reports are written by the quality department or the leaders.")
# verb -> who may, what everybody else is told, its name in the journal
_VERBS: dict[str, tuple[Callable[[Any, CorrectiveReport], bool], Any, str]] = {
    "edit": (_may_write, _WRITTEN_BY, "write_report"),
    "submit": (_may_write, _WRITTEN_BY, "submit_report"),
    "return": (_may_write, gettext_lazy("A report is returned by who may approve it."), "return_report"),
    "approve": (
        permissions.user_can_approve,
        gettext_lazy("A report is approved by somebody who did not write in it."),
        "approve_report",
    ),
    "publish": (
        permissions.user_can_release,
        gettext_lazy("This report is released by the company's leaders."),
        "publish_report",
    ),
    "withdraw": (
        permissions.user_can_release,
        gettext_lazy("A report is taken back by who may release it."),
        "withdraw_report",
    ),
}


@contextmanager
def _changing(
    report: CorrectiveReport, verb: str, by: Any, version: int | None, now: datetime
) -> Iterator[CorrectiveReport]:
    """One verb on one report: locks it, checks right, version and state, moves the state; afterwards keeps and journals
    what was done with it."""
    may, refusal, journalled = _VERBS[verb]
    with transaction.atomic(), scopes_disabled():
        locked = _locked_report(report)
        if not may(by, locked):
            raise NotYours(refusal)
        same_version(locked, version)
        locked.state = state_after(REPORT_TRANSITIONS, verb, locked)
        yield locked
        _save(by, journalled, locked, now)


def write_report(
    *,
    by: Any,
    report: CorrectiveReport,
    texts: Mapping[str, str],
    version: int | None = None,
    now: datetime | None = None,
) -> CorrectiveReport:
    """Changes the words of a draft. Whoever writes in it does not approve it."""
    now = now or clock.now()
    with _changing(report, "edit", by, version, now) as locked:
        for field in FIELDS:
            setattr(locked, field, texts.get(field, getattr(locked, field)).strip())
        if by.pk not in locked.writers:
            locked.writers = [*locked.writers, by.pk]
    return locked


def confirm_trace(
    *, by: Any, report: CorrectiveReport, field: str, trace: str, text: str, reason: str, now: datetime | None = None
) -> Confirmation:
    """A name, house or number may stand in the report: one at a time, with the reason. Again is the same."""
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled():
        locked = _locked_report(report)
        if not permissions.user_can_write_report(by, locked.case):
            raise NotYours(_("This is confirmed by who writes or approves the report."))
        state_after(REPORT_TRANSITIONS, "confirm", locked)
        reason = words(reason, "reason", _("Say why it may stay in the report."))
        wanted = (field, trace, fold(text)[:120])
        found: Found | None = next((one for one in traces_of(locked) if one.key == wanted), None)
        if found is None:
            raise Conflict(_("This does not stand in the report any more."))
        values = {"reason": reason[:500], "by": by, "at": now}
        made, new = Confirmation.objects.get_or_create(
            report=locked, field=found.field, trace=found.trace, text=found.text, defaults=values
        )
        if new:
            note(by=by, verb="confirm_trace", thing=locked, case=locked.case, now=now, trace=str(trace), field=field)
    return made


# ---- its way to the readers ------------------------------------------------------------------------------------------
def submit_report(
    *, by: Any, report: CorrectiveReport, version: int | None = None, now: datetime | None = None
) -> CorrectiveReport:
    """Ready to be read over by another. Refused while a part is empty or something points at somebody."""
    now = now or clock.now()
    with _changing(report, "submit", by, version, now) as locked:
        for field in FIELDS:
            if field not in ("lesson", "revisit") and not getattr(locked, field).strip():
                raise Refused(_("Write this part first: %(part)s.") % {"part": label_of(field)}, field=field)
        _require_redacted(locked)
        locked.returned_with = ""
    return locked


def _require_redacted(report: CorrectiveReport) -> None:
    if left := to_decide(report):
        named = "、".join(dict.fromkeys(one.text for one in left[:5]))
        message = _("Take these out of the text, or confirm each with a reason: %(named)s.")
        raise Refused(message % {"named": named})


def return_report(
    *, by: Any, report: CorrectiveReport, reason: str, version: int | None = None, now: datetime | None = None
) -> CorrectiveReport:
    """Back to the writer, with the reason."""
    now = now or clock.now()
    with _changing(report, "return", by, version, now) as locked:
        locked.returned_with = words(reason, "reason", _("Say what is missing."))
        locked.approved_by = locked.approved_at = None
    return locked


def approve_report(
    *, by: Any, report: CorrectiveReport, version: int | None = None, now: datetime | None = None
) -> CorrectiveReport:
    """Read over by somebody who wrote no word of it; looked at once more for what points at somebody."""
    now = now or clock.now()
    with _changing(report, "approve", by, version, now) as locked:
        _require_redacted(locked)
        locked.approved_by, locked.approved_at = by, now
    return locked


def publish_report(
    *, by: Any, report: CorrectiveReport, version: int | None = None, now: datetime | None = None
) -> CorrectiveReport:
    """Announced to the whole company, with a notice; everybody on the staff is asked for a receipt. What is about a
    case at the leaders' level is released by the leaders alone (SRV-18)."""
    now = now or clock.now()
    with _changing(report, "publish", by, version, now) as locked:
        _require_redacted(locked)
        locked.published_by, locked.published_at = by, now
        body = format_html('<p>{}</p><p><a href="{}">{}</a></p>', locked.facts, locked.get_absolute_url(), locked.title)
        locked.notice = announce(
            by=by,
            title=locked.title,
            summary=_("A corrective-action report for the whole company: read it and confirm that you have."),
            body=body,
            audience=[AudienceGroup.STAFF],
            now=now,
        )
        outbox.changed(SEARCH_SOURCE, locked.pk)
    return locked


def withdraw_report(
    *, by: Any, report: CorrectiveReport, reason: str, version: int | None = None, now: datetime | None = None
) -> CorrectiveReport:
    """Taken back: it and its notice are gone for the readers, who took it back and why stays, its receipts too."""
    now = now or clock.now()
    with _changing(report, "withdraw", by, version, now) as locked:
        locked.withdrawn_why = words(reason, "reason", _("Say why the report is taken back."))
        locked.withdrawn_by, locked.withdrawn_at = by, now
        if locked.notice is not None:
            take_down(by=by, notice=locked.notice)
        outbox.changed(SEARCH_SOURCE, locked.pk)
    return locked


def _save(by: Any, verb: str, report: CorrectiveReport, now: datetime) -> None:
    report.version += 1
    report.save()
    note(by=by, verb=verb, thing=report, case=report.case, now=now, state=str(report.state))


# ---- receipts --------------------------------------------------------------------------------------------------------
def give_receipt(*, by: Any, report: CorrectiveReport, now: datetime | None = None) -> ReportReceipt:
    """Somebody on the staff has read the report. Once; again is the same."""
    now = now or clock.now()
    with transaction.atomic(), scopes_disabled():
        person = Person.objects.filter(user=by.pk).first() if getattr(by, "pk", None) else None
        if person is None:
            raise NotYours(_("Receipts are given by people on the staff."))
        found = CorrectiveReport.objects.select_related("case").get(pk=report.pk)
        if found.state != ReportState.PUBLISHED:
            raise Conflict(_("This report was withdrawn: there is nothing to confirm."))
        receipt, made = ReportReceipt.objects.get_or_create(report=found, person=person, defaults={"at": now})
        if made:
            note(by=by, verb="read_report", thing=found, case=found.case, now=now)
    return receipt
