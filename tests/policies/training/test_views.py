"""Screens: a quiz sent twice, nothing typed lost, a lesson's video in parts, forms of the desk."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from django.urls import reverse

from policies.training import actions, videos
from policies.training.models import Attempt, Certificate, Course, Lesson, Question
from portal.lib.refusals import Refused
from portal.org.readers import reader_for
from tests.policies.training.conftest import answers

MP4 = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40


def video(data: bytes = MP4, name: str = "示範.mp4") -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


@pytest.fixture
def begun(company, course) -> Attempt:
    user = company.users["employee"]
    for lesson in course.lessons.all():
        actions.read_lesson(by=user, lesson=lesson)
    return actions.start_attempt(by=user, course=course)


def sent(attempt: Attempt, **more: bool) -> dict[str, list[str]]:
    return {f"q_{key}": chosen for key, chosen in answers(attempt, **more).items()}


def test_a_quiz_posted_twice_is_one_attempt(begun, signed_in):
    browser = signed_in("employee")
    for _twice in range(2):
        answer = browser.post(begun.get_absolute_url(), sent(begun))
        assert (answer.status_code, answer.url) == (302, begun.get_absolute_url())
    page = browser.get(begun.get_absolute_url()).content.decode()
    assert Certificate.objects.get().number in page
    assert "/regulations/" in page  # the way to the clause


def test_an_unanswered_question_keeps_the_other_answers(begun, signed_in):
    given = sent(begun)
    first, second = given
    del given[first]
    page = signed_in("employee").post(begun.get_absolute_url(), given)
    assert page.status_code == 400
    assert page.context["form"].errors.keys() == {first}
    assert f'value="{given[second][0]}"' in page.content.decode()
    assert "checked" in page.content.decode()


def test_a_failed_quiz_shows_what_was_right_and_when_to_try_again(begun, signed_in):
    browser = signed_in("employee")
    browser.post(begun.get_absolute_url(), sent(begun, right=False))
    page = browser.get(begun.get_absolute_url())
    assert page.context["refusal"] is not None  # the pause between two tries
    started = browser.post(reverse("training_quiz", args=[begun.course_id]), follow=True)
    assert Attempt.objects.count() == 1
    assert [str(message) for message in started.context["messages"]]


def test_clauses_of_a_regulation_show_only_to_its_readers(company, course, signed_in):
    """The edition is for all staff here; taken from the crew's manager by another audience, its words are gone."""
    lesson = course.lessons.first()
    address = lesson.get_absolute_url()
    assert signed_in("employee").get(address).context["clauses"]
    from policies.models import AudienceRule

    AudienceRule._base_manager.filter(edition=lesson.edition)._raw_delete("default")
    page = signed_in("employee").get(address)
    assert page.context["clauses"] == []
    assert page.context["hidden_clauses"]


def test_a_video_is_served_in_parts_to_who_sees_the_course(company, course, signed_in):
    lesson = course.lessons.first()
    actions.keep_video(by=company.users["editor"], lesson=lesson, file=_sized(video()))
    address = reverse("training_video", args=[lesson.pk])
    browser = signed_in("employee")
    assert b"".join(browser.get(address)) == MP4
    part = browser.get(address, headers={"range": "bytes=5-9"})
    assert (part.status_code, b"".join(part), part["Content-Range"]) == (206, MP4[5:10], f"bytes 5-9/{len(MP4)}")
    assert browser.get(address, headers={"range": f"bytes={len(MP4)}-"}).status_code == 416
    assert Client().get(address).status_code == 302
    assert signed_in("customer").get(address).status_code == 404


def _sized(file: io.BytesIO) -> io.BytesIO:
    file.size = len(file.getvalue())
    return file


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-500", (90, 99)),
        ("bytes=-5", (95, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=-", None),
        ("lines=1-2", None),
    ],
)
def test_parts_that_a_player_asks_for(header, part):
    assert videos.asked_part(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=20-10", "bytes=-0"])
def test_parts_that_are_not_there(header):
    with pytest.raises(ValueError, match="bytes"):
        videos.asked_part(header, 100)


@pytest.mark.parametrize("data", [b"", b"<html>", b"MZ" + bytes(40), b"\x00\x00\x00\x18ftypqt  " + bytes(40)])
def test_only_videos_are_taken(data):
    with pytest.raises(Refused) as refused:
        videos.kind_of(_sized(video(data)))
    assert refused.value.field == "video"


def test_a_video_is_uploaded_with_a_token_and_refused_without(company, course):
    """The form is read with a handler of its own: the check against foreign sites must still hold."""
    from django.conf import settings

    lesson = course.lessons.first()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(company.users["editor"], backend=settings.AUTHENTICATION_BACKENDS[1])
    address = reverse("training_video_upload", args=[lesson.pk])
    assert browser.post(address, {"video": video()}).status_code == 403
    browser.get(reverse("training_lesson_edit", args=[lesson.pk]))
    token = browser.cookies["csrftoken"].value
    assert browser.post(address, {"video": video(), "csrfmiddlewaretoken": token}).status_code == 302
    kept = Lesson.objects.get(pk=lesson.pk)
    assert (kept.video_type, kept.video_name) == ("video/mp4", "示範.mp4")


# ---- the desk --------------------------------------------------------------------------------------------------------
def test_a_course_is_written_from_nothing_to_open(company, issued, signed_in):
    browser = signed_in("editor")
    rules = {
        "title": "倉庫用火入門",
        "owner_unit": company.units["QHSE"].pk,
        "regulation": issued.regulation_id,
        "due_days": 30,
        "valid_months": 0,
        "drawn": 1,
        "pass_mark": 80,
        "tries": 0,
        "cooldown_hours": 0,
    }
    browser.post(reverse("training_course_new"), rules)
    course = Course.objects.get()
    clause = issued.clauses.get(number="2.1")
    lesson = {"title": "第一課", "body": "# 先看\n- 甲", "clauses": [clause.pk]}
    browser.post(reverse("training_lesson_new", args=[course.pk]), lesson)
    asked = {
        "text": "先辦什麼？",
        "kind": "single",
        "clause": clause.pk,
        "choice_1": "許可證",
        "right_1": "on",
        "choice_2": "無",
    }
    browser.post(reverse("training_question_new", args=[course.pk]), asked)
    browser.post(reverse("training_require", args=[course.pk]), {"unit": company.units["CREW1"].pk})
    browser.post(reverse("training_course_step", args=[course.pk, "open"]))
    course.refresh_from_db()
    assert (course.state, course.lessons.get().clauses.get()) == ("open", clause)
    assert Question.objects.get().clause == clause.clause
    page = browser.get(course.lessons.get().get_absolute_url()).content.decode()
    assert "<h2>先看</h2><ul><li>甲</li></ul>" in page


def test_a_question_without_a_right_answer_keeps_what_was_typed(course, signed_in):
    asked = {"text": "先辦什麼？", "kind": "single", "choice_1": "許可證", "choice_2": "門卡"}
    page = signed_in("editor").post(reverse("training_question_new", args=[course.pk]), asked)
    assert page.status_code == 400
    assert 'value="門卡"' in page.content.decode()
    assert "choice_1" in page.context["form"].errors


def test_two_people_edit_a_question_the_second_is_told(company, course, signed_in):
    question = course.questions.first()
    address = reverse("training_question_edit", args=[question.pk])
    asked = {
        "text": "甲？",
        "kind": "single",
        "choice_1": "對",
        "right_1": "on",
        "choice_2": "錯",
        "version": question.version,
    }
    assert signed_in("editor").post(address, asked).status_code == 302
    second = signed_in("second_editor").post(address, asked | {"text": "乙？"})
    assert second.status_code == 409
    assert "乙？" in second.content.decode()
    question.refresh_from_db()
    assert question.text == "甲？"


def test_the_home_page_says_what_waits(company, course, signed_in, monkeypatch):
    from policies.training import tiles

    day = course.opened_on
    due = tiles.own_tile(reader_for(company.users["employee"], day))
    assert (due[0].count, due[0].urgent) == (1, False)
    late = reader_for(company.users["employee"], day.replace(month=6))
    assert tiles.own_tile(late)[0].urgent
    assert tiles.own_tile(reader_for(company.users["clerk"], day)) == []
    assert tiles.unit_tile(reader_for(company.users["unit_manager"], day)) == []
    (tile,) = tiles.unit_tile(reader_for(company.users["unit_manager"], day.replace(month=6)))
    assert (tile.count, tile.urgent) == (3, True)
    assert tiles.unit_tile(reader_for(company.users["other_unit_manager"], day.replace(month=6))) == []
