"""One submission, one record: whatever is sent twice, together, differently, or dies half way."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django_scopes import scopes_disabled

from forms.cases.models import Case, ComplaintPage
from forms.intake import actions, attachments
from forms.intake.models import Attachment, ReceiptSerial, Submission
from portal.files.storage import folders, write_files
from portal.jobs.models import OutboxRow
from portal.journal.models import Entry
from portal.lib.refusals import Conflict, Refused, TooMany
from tests.forms.complaints import NOW, file_accepted, picture, uploads
from tests.patience import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_scope")]


def counts() -> dict[str, int]:
    with scopes_disabled():
        return {model.__name__: model.objects.count() for model in (Submission, Case, Entry, OutboxRow, Attachment)}


def test_everything_is_written_together(page: ComplaintPage) -> None:
    before = counts()
    accepted = file_accepted(page, files=uploads(picture(), picture()), subject="漏水")
    after = counts()
    assert {name: after[name] - before[name] for name in after} == {
        "Submission": 1, "Case": 1, "Entry": 1, "OutboxRow": 1, "Attachment": 2,
    }  # fmt: skip
    assert accepted.receipt_number == "C-20261123-0001"
    assert accepted.record.number == accepted.receipt_number
    entry = Entry.objects.latest("sequence")
    assert entry.action == "cases.file"
    assert entry.data["files"] == 2


def test_the_same_id_again_is_the_same_receipt(page: ComplaintPage) -> None:
    one = file_accepted(page, submission_id=(key := uuid.uuid4()), files=uploads(picture()))
    before = counts()
    two = file_accepted(page, submission_id=key, files=uploads(picture()), at=NOW + timedelta(days=2))
    assert (one.repeated, two.repeated) == (False, True)
    assert (two.receipt_number, two.tracking_code, two.record) == (one.receipt_number, one.tracking_code, one.record)
    assert counts() == before


@pytest.mark.parametrize(
    "changes",
    [{"text": "別的事情"}, {"house": "1棟101"}, {"compensation": True}, {"files": "another photo"}],
    ids=["text", "house", "compensation", "files"],
)
def test_the_same_id_with_other_content_is_a_conflict(page: ComplaintPage, changes: dict[str, Any]) -> None:
    file_accepted(page, submission_id=(key := uuid.uuid4()), files=uploads(picture()))
    if "files" in changes:
        changes = {"files": uploads(picture(size=(10, 10)))}
    else:
        changes = {**changes, "files": uploads(picture())}
    with pytest.raises(Conflict):
        file_accepted(page, submission_id=key, **changes)


def test_another_account_with_the_same_id_is_a_conflict(page: ComplaintPage, company: Any) -> None:
    file_accepted(page, submission_id=(key := uuid.uuid4()), by=company.users["customer"])
    with pytest.raises(Conflict):
        file_accepted(page, submission_id=key)


def test_a_record_that_fails_leaves_nothing(page: ComplaintPage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = counts()
    monkeypatch.setattr("forms.intake.actions.journal.record", _fails)
    with pytest.raises(RuntimeError, match="journal is away"):
        file_accepted(page, files=uploads(picture()))
    assert counts() == before
    assert stored_files() == []
    assert not ReceiptSerial.objects.exists()


def _fails(**_given: Any) -> None:
    raise RuntimeError("the journal is away")


def stored_files() -> list[str]:
    storage = storages["private"]
    return [f"{folder}/{name}" for folder in folders(attachments.FOLDER) for name in storage.listdir(folder)[1]]


def test_receipt_numbers_count_by_day_and_entrance(page: ComplaintPage) -> None:
    numbers = [file_accepted(page, at=NOW + timedelta(days=day)).receipt_number for day in (0, 0, 1, 0)]
    assert numbers == ["C-20261123-0001", "C-20261123-0002", "C-20261124-0001", "C-20261123-0003"]


def test_the_database_does_not_hold_the_tracking_code(page: ComplaintPage) -> None:
    accepted = file_accepted(page)
    kept = {field.name: str(getattr(accepted.submission, field.name)) for field in Submission._meta.fields}
    assert accepted.tracking_code not in str(kept)
    assert accepted.submission.tracking_digest


def test_a_closed_entrance_takes_nothing_new_but_shows_an_old_receipt(page: ComplaintPage) -> None:
    first = file_accepted(page, submission_id=(key := uuid.uuid4()))
    page.closes_at = NOW
    page.save()
    assert file_accepted(page, submission_id=key, at=NOW + timedelta(hours=1)).receipt_number == first.receipt_number
    with pytest.raises(Refused):
        file_accepted(page, at=NOW + timedelta(hours=1))


def test_an_address_that_sends_too_much_is_told_to_wait(page: ComplaintPage) -> None:
    for _number in range(20):
        file_accepted(page, address="203.0.113.7")
    with pytest.raises(TooMany) as refused:
        file_accepted(page, address="203.0.113.7")
    assert refused.value.status == 429
    file_accepted(page, address="203.0.113.8")
    file_accepted(page, address="203.0.113.7", at=NOW + timedelta(minutes=11))


# ---- together --------------------------------------------------------------------------------------------------------
@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_five_at_once_are_one(page: ComplaintPage) -> None:
    key = uuid.uuid4()
    answers = at_once(*[_send_one(page, key)] * 5)
    assert {getattr(answer, "receipt_number", answer) for answer in answers} == {answers[0].receipt_number}
    assert len({answer.tracking_code for answer in answers}) == 1
    assert sum(not answer.repeated for answer in answers) == 1
    assert counts()["Case"] == counts()["Submission"] == counts()["Attachment"] == 1
    assert len(stored_files()) == 1


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_without_the_look_before_and_the_key_five_at_once_are_many(
    page: ComplaintPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: a server that makes up the id itself, as a stock form does, keeps every one of them."""
    key = uuid.uuid4()
    whole = actions.accept_submission
    twin = lambda **given: whole(**{**given, "submission_id": uuid.uuid4()})  # noqa: E731
    monkeypatch.setattr("forms.cases.actions.filing.accept_submission", twin)
    at_once(*[_send_one(page, key)] * 5)
    assert counts()["Case"] == 5


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_many_different_ones_at_once_have_numbers_of_their_own(page: ComplaintPage) -> None:
    answers = at_once(*[_send_one(page, uuid.uuid4()) for _number in range(8)])
    assert len({answer.receipt_number for answer in answers}) == 8


def _send_one(page: ComplaintPage, key: uuid.UUID) -> Callable[[], Any]:
    def call() -> Any:
        with scopes_disabled():
            return file_accepted(page, submission_id=key, files=uploads(picture()))

    return call


# ---- left over -------------------------------------------------------------------------------------------------------
def test_the_sweep_removes_only_old_files_without_a_row(page: ComplaintPage) -> None:
    file_accepted(page, files=uploads(picture()))
    kept = stored_files()
    write_files(uploads(picture()), folder=attachments.FOLDER, now=NOW)
    far = NOW + timedelta(days=20000)
    assert attachments.sweep_orphans(NOW - timedelta(days=20000)) == 0
    assert attachments.sweep_orphans(far) == 1
    assert stored_files() == kept
