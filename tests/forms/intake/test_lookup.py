"""The tracking code: forgiving to the finger, silent to the guesser; and files that only the entitled open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django_scopes import scopes_disabled

from forms.cases.models import Case, ComplaintPage
from forms.intake import limits, lookups
from forms.intake.actions import tracking_code_of
from forms.intake.models import Attachment, LimitWindow, Submission
from portal.lib import clock, codes
from tests.forms.complaints import NOW, file_accepted, picture, uploads
from tests.people import Company

pytestmark = pytest.mark.django_db
WIDE = str.maketrans("0123456789ABCDEFGHJKMNPQRSTVWXYZ-", "0123456789ABCDEFGHJKMNPQRSTVWXYZ-")


@pytest.fixture
def filed(page: ComplaintPage) -> Any:
    return file_accepted(page, at=clock.now(), files=uploads(picture()))


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code,
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f"  {code}\u3000",
        lambda code: code.translate(WIDE),
        lambda code: code.replace("0", "o").replace("1", "l"),
    ],
    ids=["as given", "small", "no hyphens", "spaces", "blanks around", "full width", "misread letters"],
)
def test_a_code_is_understood_however_it_is_typed(filed: Any, typed: Callable[[str], str]) -> None:
    browser = Client()
    answer = browser.post("/track/", {"code": typed(filed.tracking_code)})
    assert (answer.status_code, answer["Location"]) == (302, "/track/progress/")
    shown = browser.get("/track/progress/").text
    assert "We received it" in shown


def test_progress_shows_nothing_the_customer_wrote(filed: Any) -> None:
    browser = Client()
    browser.post("/track/", {"code": filed.tracking_code})
    answer = browser.get("/track/progress/")
    for personal in ("鄭女士", "13800000001", "3棟1602", "三棟電梯本週停了兩次", filed.tracking_code):
        assert personal not in answer.text
    assert "no-store" in answer["Cache-Control"]


def wrong(code: str) -> str:
    last = "0" if code[-1] != "0" else "2"
    return code[:-1] + last


def test_wrong_expired_and_mistyped_get_the_same_answer(filed: Any, page: ComplaintPage, company: Company) -> None:
    old = file_accepted(page, at=NOW - timedelta(days=200))
    with scopes_disabled():
        Case.objects.filter(pk=old.record.pk).update(ended_at=clock.now() - lookups.TRACKING_TERM - timedelta(days=1))
    nobodys = codes.tracking_code(b"another key", filed.submission.pk)
    answers = [
        Client().post("/track/", {"code": code}, REMOTE_ADDR=f"203.0.113.{number}")
        for number, code in enumerate([wrong(filed.tracking_code), old.tracking_code, nobodys, "hello", "票" * 90])
    ]
    assert {answer.status_code for answer in answers} == {200}
    assert len({_without_input(answer.text) for answer in answers}) == 1


def _without_input(html: str) -> str:
    return "\n".join(line for line in html.splitlines() if "<input" not in line)


def test_a_wrong_code_costs_the_same_work_as_a_right_one(filed: Any, django_assert_num_queries: Any) -> None:
    counts = []
    for code in (filed.tracking_code, wrong(filed.tracking_code), "hello"):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(
            connection,
        ) as seen:
            lookups.find_by_code(code, address="203.0.113.9")
        counts.append(sum("intake_submission" in query["sql"] for query in seen))
    assert counts[1] == counts[2] == 1
    assert counts[0] >= 1


@pytest.mark.parametrize("address", [lambda number: "203.0.113.1", lambda number: f"198.51.100.{number}"])
def test_guessing_is_stopped_by_address_and_by_code(filed: Any, address: Callable[[int], str]) -> None:
    tries = limits.LOOKUPS_OF_CODE.most + 1
    statuses = [
        Client().post("/track/", {"code": "00000-00000-00000-00000"}, REMOTE_ADDR=address(number)).status_code
        for number in range(tries)
    ]
    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_the_limit_is_kept_in_the_database_and_names_nobody(filed: Any) -> None:
    Client().post("/track/", {"code": "hello"}, REMOTE_ADDR="203.0.113.77")
    kept = str(list(LimitWindow.objects.values_list()))
    assert "203.0.113.77" not in kept
    assert LimitWindow.objects.count() == 2


def test_counters_count_by_window_and_are_swept() -> None:
    when = NOW
    counted = [limits.hit(limits.LOOKUPS, "somebody", now=when) for _time in range(3)]
    assert counted == [1, 2, 3]
    assert limits.tried(limits.LOOKUPS, "somebody", now=when) == 3
    assert limits.hit(limits.LOOKUPS, "somebody", now=when + limits.LOOKUPS.window) == 1
    assert limits.hit(limits.LOOKUPS, "somebody else", now=when) == 1
    assert limits.sweep(when + timedelta(days=3)) == 3


def test_the_code_stands_in_no_address(filed: Any) -> None:
    browser = Client()
    answer = browser.post("/track/", {"code": filed.tracking_code})
    assert filed.tracking_code not in answer["Location"]
    assert browser.get("/track/", {"code": filed.tracking_code}).context["form"].is_bound is False


def test_progress_needs_the_code_first(filed: Any) -> None:
    assert Client().get("/track/progress/")["Location"] == "/track/"


# ---- attachments ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [
        (None, 404),
        ("customer", 404),
        ("employee", 404),
        ("administrator", 404),
        ("other_clerk", 404),
        ("clerk", 200),
        ("director", 200),
        ("quality_officer", 200),
    ],
)
def test_who_opens_a_photo(filed: Any, signed_in: Callable[[str], Client], who: str | None, status: int) -> None:
    photo = Attachment.objects.get()
    client = signed_in(who) if who else Client()
    assert client.get(f"/attachments/{photo.pk}/").status_code == status


def test_a_photo_is_served_as_what_it_is_and_runs_nothing(filed: Any, signed_in: Callable[[str], Client]) -> None:
    answer = signed_in("clerk").get(f"/attachments/{Attachment.objects.get().pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")
    assert "no-store" in answer["Cache-Control"]
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8\xff")


def test_a_photo_whose_file_is_gone_is_404(filed: Any, signed_in: Callable[[str], Client]) -> None:
    photo = Attachment.objects.get()
    Attachment.objects.update(path="attachments/gone.jpg")
    assert signed_in("clerk").get(f"/attachments/{photo.pk}/").status_code == 404


def test_the_code_of_a_submission_depends_on_the_key(filed: Any, settings: Any) -> None:
    code = tracking_code_of(filed.submission.pk)
    settings.INDEX_KEY = "another key"
    assert tracking_code_of(filed.submission.pk) != code
    assert Submission.objects.get().created_at > datetime.min.replace(tzinfo=NOW.tzinfo)
