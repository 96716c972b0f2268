"""The verb of intake: take a submission once, with its record, files, journal entry and queued work, or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from forms.intake import attachments, limits
from forms.intake.attachments import Upload
from forms.intake.enums import SubmissionState
from forms.intake.kinds import kinds
from forms.intake.models import Answer, Attachment, EntrancePage, ReceiptSerial, Submission
from forms.intake.questions import AnswerGiven
from portal.files import storage
from portal.jobs import outbox
from portal.journal import actions as journal
from portal.lib import clock, codes
from portal.lib.encryption import index_key
from portal.lib.refusals import Conflict, Refused, TooMany
from portal.lib.rows import prepare, write
from portal.lib.statements import run
from portal.lib.turns import writing_turn

ACCEPTED_TOPIC = "intake"
PLAIN = frozenset({str, int, bool})


@dataclass(frozen=True)
class Accepted:
    """What the customer is told. `repeated`: it was already here, nothing new was written."""

    submission: Submission
    record: Any
    receipt_number: str
    tracking_code: str
    repeated: bool


def accept_submission(
    *,
    entrance: EntrancePage,
    submission_id: UUID,
    by: Any,
    cleaned: Mapping[str, Any],
    make_record: Callable[[Submission], models.Model],
    language: str,
    files: Sequence[Upload] = (),
    answers: Sequence[AnswerGiven] = (),
    action: str = "",
    address: str = "",
    suspected: bool = False,
    now: datetime | None = None,
) -> Accepted:
    """Takes a submission: the same id and content twice is one record and the same receipt, however many come at once.

    `make_record(submission)` saves and returns the record of the app that owns it, in the same transaction; `action` is
    its journal action (default "<app>.submit"). `address` is the sender's, for the limit; '' counts nothing.
    Raises Conflict for a known id with other content, TooMany at the limit, Refused for a closed entrance.
    """
    now = now or clock.now()
    mark = fingerprint(entrance, cleaned, files, answers)
    if not entrance.is_open(now):
        if found := _already(submission_id, by, mark):
            return found
        raise Refused(_("This form is closed at the moment. What you wrote was not sent."))
    tracking_code = tracking_code_of(submission_id)
    submission = _new_submission(entrance, submission_id, by, mark, tracking_code, language, address, suspected, now)
    prepared = prepare(submission)
    paths = storage.write_files(files, folder=attachments.FOLDER, now=now)
    reached_commit = False
    try:
        with writing_turn(), transaction.atomic():
            _count(by, address, now)
            day = clock.today(now)
            prefix = entrance.receipt_prefix
            write(prepared, receipt_number=codes.receipt_number(prefix, day, next_serial(prefix, day)))
            if files:
                Attachment.objects.bulk_create(attachments.make_rows(submission, files, paths))
            if answers:
                Answer.objects.bulk_create(_answer_rows(submission, answers))
            record = make_record(submission)
            journal.record(
                by=by,
                action=action or f"{record._meta.app_label}.submit",
                thing=record,
                unit=getattr(record, "unit_id", None),
                data={"receipt": submission.receipt_number, "entrance": entrance.pk, "files": len(files)},
                now=now,
            )
            tell(submission, "received")
            reached_commit = True
    except BaseException as problem:
        # A commit whose answer was lost may have happened: then the files stay, and the sweep decides.
        if not reached_commit:
            storage.remove_files(paths)
        # The key of the submission is the guard; whoever comes with a known one costs the look-up, nobody else does.
        if isinstance(problem, IntegrityError | TooMany) and (found := _already(submission_id, by, mark)):
            return found
        raise
    return Accepted(submission, record, submission.receipt_number, tracking_code, False)


def fingerprint(
    entrance: EntrancePage, cleaned: Mapping[str, Any], files: Sequence[Upload], answers: Sequence[AnswerGiven]
) -> str:
    """SHA-256 of everything that was said: fields, answers, the files as they were sent, and where it was handed in."""
    content = {
        "entrance": entrance.pk,
        "fields": {name: _plain(value) for name, value in cleaned.items()},
        "answers": {answer.name: answer.value for answer in answers},
        "files": [upload.sent_sha256 for upload in files],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def tracking_code_of(submission_id: UUID) -> str:
    """The code of a submission: derived, so that a retry shows it again while the database holds only its digest."""
    return codes.tracking_code(index_key(), submission_id)


def tell(submission: Submission, event: str) -> None:
    """Queues the mail about `event` for the customer, in the caller's transaction; Kind.mail writes it when it is sent.

    Each event of a submission is told once: an event that may come again carries its number ("answered:17").
    """
    outbox.put(ACCEPTED_TOPIC, str(submission.pk), kind=submission.kind, event=event)


def next_serial(prefix: str, day: date) -> int:
    """The next serial number of a prefix on a day, unique; held until the caller's transaction ends."""
    table = connection.ops.quote_name(ReceiptSerial._meta.db_table)
    found = run(
        f"INSERT INTO {table} (prefix, day, last) VALUES (%s, %s, 1)"  # noqa: S608 - our own table name
        f" ON CONFLICT (prefix, day) DO UPDATE SET last = {table}.last + 1 RETURNING last",
        [prefix, connection.ops.adapt_datefield_value(day)],
    )
    return int(found[0])


def _already(submission_id: UUID, by: Any, mark: str) -> Accepted | None:
    """The receipt of a submission that is already here. Conflict when it is another's, or says something else."""
    submission = Submission.objects.filter(pk=submission_id).first()
    if submission is None:
        return None
    if submission.fingerprint != mark or (submission.by_id is not None and submission.by_id != by.pk):
        raise Conflict(
            _("Something else was sent with this form before. If this is new, send it again: it gets its own number.")
        )
    kind = kinds.get(submission.kind)
    record = kind.record_of(submission) if kind else None
    return Accepted(submission, record, submission.receipt_number, tracking_code_of(submission_id), True)


def _count(by: Any, address: str, now: datetime) -> None:
    if not address:
        return
    if by.pk is not None:
        limits.enforce(limits.SUBMISSIONS_OF_ACCOUNT, str(by.pk), now=now)
    else:
        limits.enforce(limits.SUBMISSIONS, address, now=now)


def _new_submission(
    entrance: EntrancePage,
    submission_id: UUID,
    by: Any,
    mark: str,
    tracking_code: str,
    language: str,
    address: str,
    suspected: bool,
    now: datetime,
) -> Submission:
    """All of a submission but its number, made before the transaction: others write meanwhile."""
    return Submission(
        id=submission_id,
        entrance_id=entrance.pk,
        kind=entrance.kind,
        fingerprint=mark,
        tracking_digest=codes.digest(index_key(), tracking_code),
        created_at=now,
        by_id=by.pk,
        language=language,
        address_digest=codes.digest(index_key(), f"address:{address}") if address else "",
        state=SubmissionState.SUSPECTED if suspected else SubmissionState.RECEIVED,
    )


def _answer_rows(submission: Submission, answers: Sequence[AnswerGiven]) -> list[Answer]:
    return [
        Answer(
            submission=submission,
            position=position,
            name=answer.name,
            label=answer.label,
            definition=answer.definition,
            value=answer.value,
        )
        for position, answer in enumerate(answers)
    ]


def _plain(value: Any) -> Any:
    """A record stands for itself by its key; everything else as JSON can hold it."""
    if value is None or type(value) in PLAIN:
        return value
    if isinstance(value, models.Model):
        return f"{value._meta.label_lower}:{value.pk}"
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    return value
