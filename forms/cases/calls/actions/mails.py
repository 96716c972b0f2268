"""What becomes of a mail: a case, the customer's word on a case, nothing, or a line for a person."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any, Final

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases import places
from forms.cases.actions import Filing, add_to_case, file_complaint
from forms.cases.calls.actions.said import entrance_page
from forms.cases.calls.enums import MailReason, MailState
from forms.cases.calls.mail_reading import ReadMail, Unreadable, new_words, read_envelope, read_mail
from forms.cases.calls.models import MailIn
from forms.cases.calls.permissions import user_can_settle_mail
from forms.cases.enums import CaseChannel, CaseKind
from forms.cases.lookalikes import suggestion_in
from forms.cases.models import Case
from forms.intake import attachments
from forms.intake.actions import tell
from forms.intake.limits import Limit, hit
from forms.intake.threads import submission_named_in
from portal.files.storage import MOST_FILES, Upload, examine_files
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.chinese import fold, looks_simplified
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.lib.uploads import clean_name
from portal.org.models import Estate

NAMESPACE: Final = uuid.UUID("a0c1e6a8-6d9e-4a3f-8a55-4f6f0a0e2f11")
# An address that writes more often is a machine, or somebody's program run wild: a person looks at it.
MAILS_OF_SENDER: Final = Limit("mail-sender", 10, timedelta(hours=1))
LONGEST_TEXT: Final = 5000
LONGEST_SUBJECT: Final = 120
# The first word met decides; a complaint where none is met, so that none is counted as less.
KIND_WORDS: Final = (
    (CaseKind.COMPLAINT, ("投訴", "complain")),
    (CaseKind.PRAISE, ("表揚", "感謝信", "praise", "compliment")),
    (CaseKind.REQUEST, ("報修", "維修", "請派人", "repair")),
    (CaseKind.ENQUIRY, ("請問", "查詢", "諮詢", "咨詢", "enquiry", "inquiry")),
)


@dataclass(frozen=True)
class _Read:
    """A mail that is to become something, with its files examined."""

    mail: ReadMail
    files: list[Upload]
    refused: list[str]
    size: int


def take_mail(*, raw: bytes, size: int | None = None, now: datetime | None = None) -> MailIn:
    """Takes one mail: the same mail again (Message-ID and sender) changes nothing and gives what it became.

    `raw` holds the headers alone where `size` is above the limit. What is decided is committed when this returns;
    whoever calls it moves the mail afterwards, so that a process that dies in between only reads it once more. Raises
    what a database raises, and then nothing is written.
    """
    now = now or clock.now()
    size = len(raw) if size is None else size
    envelope = read_envelope(raw)
    known = MailIn.objects.filter(key=envelope.key).first()
    if known is not None:
        return known
    if size > settings.MAIL_MOST_BYTES:
        return _set_aside(envelope, MailReason.TOO_LARGE, size, now)
    try:
        mail = read_mail(raw)
    except Unreadable:
        return _set_aside(envelope, MailReason.UNREADABLE, size, now)
    reason = _why_no_case(mail)
    if reason in (MailReason.AUTOMATIC, MailReason.LIST, MailReason.OWN):
        return _keep(mail, MailState.IGNORED, now, reason=reason, size=size)
    if reason is None and hit(MAILS_OF_SENDER, mail.sender, now=now) > MAILS_OF_SENDER.most:
        reason = MailReason.TOO_MANY
    if reason is not None:
        return _set_aside(mail, reason, size, now)
    try:
        return _become(_Read(mail, *_examined(mail), size), now)
    except Refused:
        return _set_aside(mail, MailReason.REFUSED, size, now)


def _why_no_case(mail: ReadMail) -> MailReason | None:
    if mail.sender and mail.sender in own_addresses():
        return MailReason.OWN
    if mail.automatic:
        return MailReason.AUTOMATIC
    if mail.to_many:
        return MailReason.LIST
    return None if mail.sender else MailReason.NO_SENDER


def own_addresses() -> set[str]:
    """Addresses under which the portal itself writes: a mail from one of them would be answered for ever."""
    written = [settings.DEFAULT_FROM_EMAIL, *settings.MAIL_OWN_ADDRESSES]
    return {parseaddr(one)[1].lower() for one in written if parseaddr(one)[1]}


def _keep(mail: ReadMail, state: MailState, now: datetime, **more: Any) -> MailIn:
    """The row of a mail; where another process was faster, its row."""
    values = {"received_at": now, "state": state, **more}
    try:
        with transaction.atomic():
            return MailIn.objects.create(key=mail.key, **values)
    except IntegrityError:
        return MailIn.objects.get(key=mail.key)


def _set_aside(mail: ReadMail, reason: MailReason, size: int, now: datetime) -> MailIn:
    return _keep(
        mail,
        MailState.QUARANTINED,
        now,
        reason=reason,
        size=size,
        sender=mail.sender,
        subject=mail.subject[:200],
    )


def _examined(mail: ReadMail) -> tuple[list[Upload], list[str]]:
    """The attachments that are taken, and a sentence for each that is not: the words come in either way."""
    taken: list[Upload] = []
    refused: list[str] = []
    for name, data in mail.files:
        if len(taken) == MOST_FILES:
            said = _("At most %(most)s files can be sent at once.") % {"most": MOST_FILES}
            refused.append(f"{clean_name(name, '')}: {said}")
            continue
        try:
            taken += examine_files([ContentFile(data, name=name)])
        except Refused as problem:
            refused.append(str(problem.message))
    return taken, refused


# ---- what it becomes ------------------------------------------------------------------------------------------------
def _become(read: _Read, now: datetime) -> MailIn:
    mail = read.mail
    with transaction.atomic(), scopes_disabled():
        try:
            with transaction.atomic():
                row = MailIn.objects.create(
                    key=mail.key, received_at=now, state=MailState.CASE, refused=read.refused, size=read.size
                )
        except IntegrityError:
            return MailIn.objects.get(key=mail.key)
        case = _answered_case(mail)
        if case is not None and _added(case, read, now):
            row.state = MailState.ADDED
        else:
            case = _file(read, now)
        row.case = case
        row.save(update_fields=["state", "case"])
        tell(case.submission, f"mailed:{row.pk}")
    return row


def _answered_case(mail: ReadMail) -> Case | None:
    """The case that this mail answers: number and code in subject, In-Reply-To or References, and sent from the address
    that is known with the case. An address can be forged, a code forwarded: both must fit."""
    submission = submission_named_in(mail.references)
    if submission is None:
        return None
    case = Case.objects.select_related("submission").filter(submission=submission).first()
    if case is None or not case.contact_email or case.contact_email.strip().lower() != mail.sender:
        return None
    return case


def _added(case: Case, read: _Read, now: datetime) -> bool:
    """Whether it could be added: an ended case takes nothing more, and the mail becomes a case of its own."""
    text = new_words(read.mail.text)[:LONGEST_TEXT] or _("(A mail without words.)")
    try:
        with transaction.atomic():
            add_to_case(case=case, by=journal.CUSTOMER, text=text, now=now)
            attachments.add_files(case.submission, read.files, now)
    except Conflict:
        return False
    return True


def _file(read: _Read, now: datetime) -> Case:
    mail = read.mail
    filing = filing_of(mail)
    accepted = file_complaint(
        page=entrance_page(),
        submission_id=uuid.uuid5(NAMESPACE, mail.key),
        by=journal.CUSTOMER,
        filing=filing,
        files=read.files,
        language=language_of(f"{mail.subject} {mail.text}"),
        now=now,
    )
    case: Case = accepted.record
    return case


def filing_of(mail: ReadMail) -> Filing:
    """A mail as a case. It goes to an office where it names its estate, unless its words may be about the director or
    ask for compensation: then the company reads it first, and decides (SRV-18)."""
    subject = mail.subject or _("(no subject)")
    text = mail.text or _("(A mail without words.)")
    words = f"{mail.subject}\n{mail.text}"
    estate = None if suggestion_in(words) else estate_named_in(words)
    if len(text) > LONGEST_TEXT:
        said = _("(The mail is longer; its end is left out.)")
        text = f"{text[: LONGEST_TEXT - len(said) - 2]}\n\n{said}"
    filing = Filing(
        subject=subject[:LONGEST_SUBJECT],
        text=text,
        kind=kind_of(words),
        contact_name=mail.sender_name,
        contact_email=mail.sender,
        channel=CaseChannel.MAIL,
    )
    return replace(filing, estate=estate) if estate else filing


def estate_named_in(words: str) -> Estate | None:
    """The one estate whose name stands in the words; none where there are two."""
    folded = fold(words)
    named = [estate for estate in places.estates().values() if fold(estate.name) in folded]
    return named[0] if len(named) == 1 else None


def kind_of(words: str) -> str:
    folded = fold(words)
    return next((kind for kind, marks in KIND_WORDS if any(fold(mark) in folded for mark in marks)), CaseKind.COMPLAINT)


def language_of(words: str) -> str:
    """In which the answer is written."""
    if not any("\u3400" <= sign <= "\u9fff" for sign in words):
        return "en"
    return "zh-hans" if looks_simplified(words) else "zh-hant"


# ---- what was set aside ---------------------------------------------------------------------------------------------
@transaction.atomic
def settle_mail(*, by: Any, mail: MailIn, words: str, now: datetime | None = None) -> MailIn:
    """Somebody looked at a mail that was set aside, and says what was done with it."""
    now = now or clock.now()
    if not user_can_settle_mail(by, mail):
        raise NotYours(_("Mails that were set aside are judged by the company."))
    if not words.strip():
        raise Refused(_("Say in a few words what was done with it."), field="words")
    locked = MailIn.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if locked.state != MailState.QUARANTINED or locked.settled_at is not None:
        raise Conflict(_("Somebody has looked at this mail already."))
    locked.settled_at, locked.settled_by, locked.settled_words = now, by, words.strip()[:200]
    locked.save(update_fields=["settled_at", "settled_by", "settled_words"])
    journal.record(by=by, action="calls.settle_mail", thing=locked, data={"reason": locked.reason}, now=now)
    return locked
