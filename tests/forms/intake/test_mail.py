"""Mail follows the receipt and never stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django_tasks_db.models import DBTaskResult

from forms.cases.models import ComplaintPage
from forms.intake import tasks
from forms.intake.models import Notice, Submission
from portal.jobs.models import OutboxRow
from tests.forms.complaints import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(page: ComplaintPage, fields: Callable[..., dict[str, Any]]) -> Submission:
    assert send(Client(), fields(contact_email="zheng@example.org")).status_code == 303
    return Submission.objects.get()


def mail_job() -> DBTaskResult:
    return DBTaskResult.objects.get(task_path__endswith="intake.tasks.notify")


def test_the_receipt_goes_by_mail_afterwards(sent: Submission) -> None:
    assert mail.outbox == []
    assert tasks.drain_outbox() == 1
    assert not OutboxRow.objects.filter(topic="intake").exists()
    job = mail_job()
    assert "zheng@example.org" not in str(job.args_kwargs)
    assert tasks.notify.func(*job.args_kwargs["args"]) is True
    assert [(message.to, sent.receipt_number in message.body) for message in mail.outbox] == [
        (["zheng@example.org"], True)
    ]


def test_a_job_that_runs_twice_sends_once(sent: Submission) -> None:
    assert tasks.notify.func(str(sent.pk), "received") is True
    assert tasks.notify.func(str(sent.pk), "received") is False
    assert len(mail.outbox) == 1


def test_without_the_mark_it_sends_twice(sent: Submission, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the mark."""
    tasks.notify.func(str(sent.pk), "received")
    Notice.objects.all().delete()
    tasks.notify.func(str(sent.pk), "received")
    assert len(mail.outbox) == 2


def test_a_mail_server_that_is_away_is_tried_again_later(sent: Submission, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.forms.intake.test_mail.AwayBackend"
    assert tasks.notify.func(str(sent.pk), "received") is False
    job = mail_job()
    assert job.args_kwargs["args"] == [str(sent.pk), "received", 1]
    assert job.run_after is not None
    with pytest.raises(OSError, match="away"):
        tasks.notify.func(str(sent.pk), "received", len(tasks.WAITS))


class AwayBackend:
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass

    def send_messages(self, messages: Any) -> int:
        raise OSError("the mail server is away")


def test_no_address_no_mail(page: ComplaintPage, fields: Callable[..., dict[str, Any]]) -> None:
    send(Client(), fields())
    assert tasks.notify.func(str(Submission.objects.get().pk), "received") is False
    assert mail.outbox == []


def test_the_receipt_comes_with_cache_and_mail_away(
    page: ComplaintPage, fields: Callable[..., dict[str, Any]], settings: Any
) -> None:
    settings.EMAIL_BACKEND = "tests.forms.intake.test_mail.AwayBackend"
    settings.CACHES = {
        "default": {"BACKEND": "portal.lib.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
    browser = Client()
    answer = send(browser, fields(contact_email="zheng@example.org"))
    assert answer.status_code == 303
    assert browser.get(answer["Location"]).status_code == 200
