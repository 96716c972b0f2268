"""What a customer said to somebody who wrote it down becomes a case: by phone, at the counter, in a letter."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from django.utils.translation import gettext as _

from forms.cases.actions import Filing, acknowledge_case, add_note, answer_case, close_case, file_complaint
from forms.cases.calls.permissions import own_unit, reader_answers_for_office
from forms.cases.enums import CaseKind
from forms.cases.models import Case, CaseNote, ComplaintPage
from forms.cases.permissions import user_can_see_case
from forms.intake import lookups
from forms.intake.actions import Accepted
from forms.intake.models import Submission
from portal.journal import actions as journal
from portal.lib.refusals import Refused
from portal.org.models import Estate, Unit
from portal.org.readers import reader_for

NAMESPACE = uuid.UUID("3d4f6b52-7f0c-4f5e-9a39-0a6d64b1f2b7")


class Said(Protocol):
    """What was written down, whatever way it came."""

    @property
    def channel(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def caller_name(self) -> str: ...
    @property
    def estate(self) -> Estate | None: ...
    @property
    def house(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def about_director(self) -> bool: ...
    @property
    def compensation(self) -> bool: ...
    @property
    def answer(self) -> str: ...


def is_known(key: uuid.UUID) -> bool:
    """Whether what was written down with this key is a case already: then nothing is asked about it again."""
    return Submission.objects.filter(pk=uuid.uuid5(NAMESPACE, str(key))).exists()


def file_said(key: uuid.UUID, said: Said, now: datetime, *, taken_by: Unit | None = None) -> Case:
    """A new case by the verb of the public form; the same key again is the same case. What names no estate goes to
    `taken_by`, else to where the public form sends it."""
    filing = _filing(said)
    if said.estate is None and taken_by is not None:
        filing = replace(filing, taken_by=taken_by)
    case: Case = _file(key, filing, now).record
    return case


def answer_said(by: Any, key: uuid.UUID, said: Said, now: datetime) -> Case:
    """An enquiry that is answered and closed at once, so that SRV-05 counts it."""
    if not said.answer.strip():
        raise Refused(_("Write the answer that was given."), field="answer")
    accepted = _file(key, _enquiry(by, said), now)
    case: Case = accepted.record
    if accepted.repeated:
        return case
    acknowledge_case(case=case, by=by, now=now)
    answer_case(case=case, by=by, text=said.answer, now=now)
    return close_case(case=case, by=by, now=now)


def add_said(by: Any, chosen: Case | None, text: str, now: datetime) -> Case:
    """A note on a case that is open and that this person sees; the same words of the same person are one note."""
    # As it stands now: it may have been closed, or handed to the leaders, while the clerk was writing.
    case = Case.objects.select_for_update(of=("self",)).filter(pk=chosen.pk).first() if chosen else None
    if case is None or not user_can_see_case(by, case):
        raise Refused(_("Choose one of the open cases shown."), field="case")
    if not case.is_open:
        raise Refused(_("This case is closed: make a new one, or take it up again on its page."), field="case")
    if not CaseNote.objects.filter(case=case, by=by, text=text).exists():
        add_note(case=case, by=by, text=text, now=now)
    return Case.objects.get(pk=case.pk)


def first_words(text: str, most: int = 40) -> str:
    """A subject for what was said: its first line, cut at a word's end or after so many characters."""
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    if len(line) <= most:
        return line
    cut = line[:most].rsplit(" ", 1)[0] if " " in line[most // 2 : most] else line[:most]
    return f"{cut.rstrip(',;，；、')}…"


def _file(key: uuid.UUID, filing: Filing, now: datetime) -> Accepted:
    """In the customer's name: who wrote it down stands in the call, or in the journal."""
    return file_complaint(
        page=entrance_page(), submission_id=uuid.uuid5(NAMESPACE, str(key)), by=journal.CUSTOMER, filing=filing, now=now
    )


def entrance_page() -> ComplaintPage:
    """The page whose promises and routing hold for what comes another way, too. Refused where there is none yet."""
    found = lookups.entrance(ComplaintPage)
    if found is None:
        raise Refused(_("There is no entrance for complaints yet: an editor publishes one first."))
    page = found[0]
    assert isinstance(page, ComplaintPage)  # noqa: S101 - it was asked for
    return page


def _filing(said: Said) -> Filing:
    if said.kind not in CaseKind.values:
        raise Refused(_("Choose a kind of case."), field="kind")
    return Filing(
        subject=said.subject.strip() or first_words(said.text),
        text=said.text.strip(),
        kind=said.kind,
        estate=said.estate,
        house=said.house.strip(),
        about_director=said.about_director,
        compensation=said.compensation,
        contact_name=said.caller_name.strip(),
        contact_phone=said.phone.strip(),
        channel=said.channel,
    )


def _enquiry(by: Any, said: Said) -> Filing:
    """An enquiry that is answered at once belongs to the service centre that answered it; where the house is another
    office's, it stands in words."""
    filing = replace(_filing(said), kind=CaseKind.ENQUIRY, about_director=False, compensation=False)
    if said.estate is not None and reader_answers_for_office(reader_for(by), said.estate.office_id):
        return filing
    unit = service_centre_of(by)
    if unit is None:
        raise Refused(_("Enquiries are answered by the service centre: make a new case of it."), field="outcome")
    place = f"{said.estate.name} {filing.house}".strip() if said.estate else filing.house
    return replace(filing, estate=None, house=place[:60], taken_by=unit)


def service_centre_of(by: Any) -> Unit | None:
    """The unit in whose name this person answers for what names no estate; None for who only takes it down."""
    reader = reader_for(by)
    unit = own_unit(reader)
    return unit if unit is not None and reader_answers_for_office(reader, unit.pk) else None
