"""Taking what a customer says: the one verb that makes a case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from forms.cases.clocks import due_times
from forms.cases.enums import CaseChannel, CaseKind, CaseLevel, ClockName
from forms.cases.limits import policy_for
from forms.cases.models import Case, CasePromise, ComplaintPage
from forms.intake.actions import Accepted, accept_submission
from forms.intake.attachments import Upload
from forms.intake.models import Submission
from forms.intake.questions import AnswerGiven
from portal.lib import clock
from portal.lib.clock import end_of
from portal.lib.phones import phone_digest
from portal.lib.refusals import Refused
from portal.lib.rows import prepare, prepare_values, write, write_together
from portal.org.models import Estate, Unit


@dataclass(frozen=True)
class Filing:
    """What a customer says; phone in any writing. `estate` None: it goes to `taken_by`, the unit that answered for what
    belongs to no estate, else to the entrance's own routing unit."""

    subject: str
    text: str
    kind: str = CaseKind.COMPLAINT
    estate: Estate | None = None
    house: str = ""
    about_director: bool = False
    compensation: bool = False
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    channel: str = CaseChannel.WEB
    wanted_on: date | None = None  # the day by which the customer asks to have it done
    taken_by: Unit | None = None


def file_complaint(
    *,
    page: ComplaintPage,
    submission_id: UUID,
    by: Any,
    filing: Filing,
    files: Sequence[Upload] = (),
    answers: Sequence[AnswerGiven] = (),
    language: str = "zh-hant",
    address: str = "",
    suspected: bool = False,
    now: datetime | None = None,
) -> Accepted:
    """Takes a complaint, request, enquiry or praise once; the record of the answer is a Case.

    What is about the director of an office or asks for compensation goes past that office to the company's leaders
    (SRV-18). Raises what accept_submission raises.
    """
    now = now or clock.now()
    if not filing.subject.strip() or not filing.text.strip():
        raise Refused(_("Say in a few words what it is about, and what happened."), field="text")
    write_case = _new_case(page, filing, now)
    return accept_submission(
        entrance=page,
        submission_id=submission_id,
        by=by,
        cleaned=_said(filing),
        make_record=write_case,
        files=files,
        answers=answers,
        action="cases.file",
        language=language,
        address=address,
        suspected=suspected,
        now=now,
    )


def _said(filing: Filing) -> dict[str, Any]:
    """All of it, by which a retry is known; the unit that took it only where one did."""
    said = {name: getattr(filing, name) for name in Filing.__dataclass_fields__}
    if filing.taken_by is None:
        del said["taken_by"]
    return said


def _new_case(page: ComplaintPage, filing: Filing, now: datetime) -> Callable[[Submission], Case]:
    """Prepares the rows of a case before the transaction; what it gives writes them once the number is known."""
    office = filing.estate.office if filing.estate else None
    confined = filing.about_director or filing.compensation
    unit = office or filing.taken_by or page.routing_unit or company()
    policy = policy_for(page, filing.kind, office)
    due = due_times(policy, now)
    case = Case(
        kind=filing.kind,
        channel=filing.channel,
        level=CaseLevel.LEADERS if confined else CaseLevel.OFFICE,
        unit=company() if confined else unit,
        office=office,
        estate=filing.estate,
        house=filing.house,
        subject=filing.subject,
        text=filing.text,
        about_director=filing.about_director,
        compensation=filing.compensation,
        contact_name=filing.contact_name,
        contact_phone=filing.contact_phone,
        contact_email=filing.contact_email,
        phone_digest=phone_digest(filing.contact_phone),
        received_at=now,
        policy=policy.as_json(),
        wanted_on=filing.wanted_on,
        next_due=due.acknowledge,
    )
    times = [(ClockName.ACKNOWLEDGE, due.acknowledge), (ClockName.ANSWER, due.answer)]
    if due.solution:
        times.append((ClockName.SOLUTION, due.solution))
    if filing.wanted_on:
        times.append((ClockName.WANTED, end_of(filing.wanted_on)))
    promises = [prepare_values(CasePromise, clock=name, starts_at=now, due_at=due_at) for name, due_at in times]
    prepared = prepare(case)

    def write_rows(submission: Submission) -> Case:
        write(prepared, submission_id=submission.pk, number=submission.receipt_number)
        write_together(promises, case_id=case.pk)
        case.submission = submission
        return case

    return write_rows


def company() -> Unit:
    """The top of the organisation, whose leaders answer for what an office must not see."""
    return Unit.objects.get(path=Unit.objects.order_by("path").values_list("path", flat=True)[:1])
