"""The entrance as a browser meets it: nothing typed is lost, nothing is taken twice, bad input gets a sentence."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_scopes import scopes_disabled
from PIL import Image

from forms.cases.forms import ComplaintForm
from forms.cases.models import Case, ComplaintPage, ComplaintQuestion
from forms.intake import limits, lookups
from forms.intake.enums import SubmissionState
from forms.intake.models import Answer, Submission
from portal.lib import clock
from portal.lib.uploads import MAX_BYTES
from tests.forms.complaints import picture, send

pytestmark = pytest.mark.django_db
Fields = Callable[..., dict[str, Any]]


@pytest.fixture
def browser(page: ComplaintPage) -> Client:
    return Client()


def case() -> Case:
    with scopes_disabled():
        return Case.objects.get()


def taken() -> int:
    return Submission.objects.count()


def test_the_form_comes_with_an_id_of_its_own(browser: Client) -> None:
    ids = {
        re.search(r'name="submission_id" value="([0-9a-f-]{36})"', browser.get("/complaint/").text).group(1)
        for _time in range(2)
    }
    assert len(ids) == 2


def test_what_one_form_changes_in_its_fields_shows_in_no_other(page: ComplaintPage) -> None:
    first, second = ComplaintForm(page=page), ComplaintForm(page=page)
    for name, field in first.fields.items():
        field.label, field.required = "changed", not field.required
        field.widget.attrs["data-changed"] = name
        field.validators.append(print)
        if hasattr(field, "choices"):
            field.choices = [("changed", "changed")]
    for form in (second, ComplaintForm(page=page)):
        for name, field in form.fields.items():
            assert field.label != "changed", name
            assert "data-changed" not in field.widget.attrs, name
            assert print not in field.validators, name
            assert ("changed", "changed") not in list(getattr(field, "choices", [])), name
            assert ("changed", "changed") not in list(getattr(field.widget, "choices", [])), name
    assert "changed" not in str(second)


def test_sent_once_answers_with_a_redirect_to_the_receipt(browser: Client, fields: Fields) -> None:
    answer = send(browser, fields(submission_id=(key := str(uuid.uuid4()))))
    assert (answer.status_code, answer["Location"]) == (303, f"/receipts/{key}/")
    assert case().subject == "電梯經常故障"


def test_sent_twice_is_one_case_and_one_code(browser: Client, fields: Fields) -> None:
    data = fields()
    codes = []
    for _time in range(2):
        address = send(browser, data)["Location"]
        codes.append(code_on(browser.get(address)))
    assert taken() == 1
    assert codes[0] == codes[1] != ""


def code_on(answer: Any) -> str:
    found = re.search(r'id="tracking-code">([^<]*)<', answer.text)
    return found.group(1) if found else ""


def test_the_code_is_shown_once_and_to_this_browser_alone(browser: Client, fields: Fields) -> None:
    address = send(browser, fields())["Location"]
    first, second = browser.get(address), browser.get(address)
    assert code_on(first)
    assert "no-store" in first["Cache-Control"]
    assert not code_on(second)
    assert case().number in second.text
    assert Client().get(address).status_code == 404


def test_a_receipt_cookie_opens_no_other_receipt(browser: Client, fields: Fields) -> None:
    one, two = fields(), fields()
    address = send(browser, one)["Location"]
    other = Client()
    send(other, two)
    stolen = browser.cookies[f"receipt-{one['submission_id']}"].value
    other.cookies[f"receipt-{two['submission_id']}"] = stolen
    assert other.get(f"/receipts/{two['submission_id']}/").status_code == 404
    assert browser.get(address).status_code == 200


def test_a_script_gets_the_address_instead_of_a_redirect(browser: Client, fields: Fields) -> None:
    data = fields()
    answer = send(browser, data, **{"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.json()) == (201, {"location": f"/receipts/{data['submission_id']}/"})


def test_other_content_under_a_known_id_is_told_and_may_be_sent_anew(browser: Client, fields: Fields) -> None:
    data = fields()
    send(browser, data)
    answer = send(browser, {**data, "text": "另外一件事"})
    assert answer.status_code == 409
    assert "另外一件事" in answer.text
    assert data["submission_id"] not in answer.text
    assert taken() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"subject": ""}, "This field is required."),
        ({"subject": "長" * 121}, "at most 120"),
        ({"text": "x" * 5001}, "at most 5000"),
        ({"kind": "order"}, "not one of the available choices"),
        ({"contact_phone": "call me"}, "phone number in digits"),
        ({"contact_email": "nobody"}, "valid email"),
        ({"submission_id": "' OR 1=1"}, "valid UUID"),
        ({"website": "http://spam.example"}, "must stay empty"),
        ({"subject": "nul\x00"}, "Null characters"),
        ({"estate": "999999"}, "not one of the available choices"),
    ],
)
def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(
    browser: Client, fields: Fields, changes: dict[str, Any], sentence: str
) -> None:
    answer = send(browser, fields(house="不會丟失的門牌", **changes))
    assert answer.status_code == 400
    assert sentence in answer.text
    assert "不會丟失的門牌" in answer.text
    assert taken() == 0


def test_a_form_answered_in_no_time_is_kept_with_a_mark(browser: Client, fields: Fields) -> None:
    opened = re.search(r'name="opened" value="([^"]+)"', browser.get("/complaint/").text).group(1)
    send(browser, fields(opened=opened))
    assert case().submission.state == SubmissionState.SUSPECTED
    send(browser, fields(opened="forged"))
    assert Submission.objects.latest("created_at").state == SubmissionState.RECEIVED


def test_too_many_from_one_address_wait_and_keep_what_was_typed(
    browser: Client, fields: Fields, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now()
    monkeypatch.setattr(clock, "now", lambda: moment)  # all in one window, however slow the machine is
    for _number in range(limits.SUBMISSIONS.most):
        assert send(browser, fields()).status_code == 303
    answer = send(browser, fields(text="不會丟失"))
    assert answer.status_code == 429
    assert "不會丟失" in answer.text
    assert taken() == limits.SUBMISSIONS.most


def test_without_the_counter_there_is_no_limit(
    browser: Client, fields: Fields, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin of the limit."""
    monkeypatch.setattr(limits, "hit", lambda *given, **more: 1)
    for _number in range(limits.SUBMISSIONS.most + 1):
        assert send(browser, fields()).status_code == 303


# ---- files ----------------------------------------------------------------------------------------------------------
def script_in_a_picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("cat.jpg", picture().read() + b"<script>alert(1)</script>", content_type="image/jpeg")


def huge_picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("huge.jpg", b"\xff\xd8\xff" + b"0" * 30_000_000, content_type="image/jpeg")


def bomb() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("1", (12000, 12000)).save(out, "PNG")
    return SimpleUploadedFile("bomb.png", out.getvalue(), content_type="image/png")


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([script_in_a_picture], "a picture and a program at once"),
        ([lambda: SimpleUploadedFile("a.jpg", b"<html>", content_type="image/jpeg")], "Only photos"),
        ([huge_picture], f"larger than {MAX_BYTES // 1048576} MB"),
        ([bomb], "million pixels"),
        ([lambda: SimpleUploadedFile("a.jpg", b"", content_type="image/jpeg")], "empty"),
        ([picture] * 6, "At most 5 files"),
    ],
    ids=["script", "html", "30 MB", "pixels", "empty", "six"],
)
def test_a_file_we_do_not_take_is_refused_with_a_sentence(
    browser: Client, fields: Fields, files: list[Callable[[], SimpleUploadedFile]], sentence: str
) -> None:
    answer = send(browser, fields(house="不會丟失", files=[make() for make in files]))
    assert answer.status_code == 400
    assert sentence in answer.text
    assert "不會丟失" in answer.text
    assert taken() == 0


def test_a_photo_is_stored_without_its_place(browser: Client, fields: Fields) -> None:
    send(browser, fields(files=[picture(size=(300, 200), name="../../C:\\我家.jpeg")]))
    kept = case().submission.attachments.get()
    assert (kept.kind, kept.width, kept.height, kept.name) == ("jpeg", 300, 200, "我家.jpg")
    with limits_storage().open(kept.path) as file:
        assert b"secret place" not in file.read()


def limits_storage() -> Any:
    from portal.files.storage import private_storage

    return private_storage()


def test_ten_thousand_fields_get_a_calm_page(browser: Client, fields: Fields) -> None:
    answer = browser.post("/complaint/", {**fields(), **{f"f{number}": "1" for number in range(10_000)}})
    assert answer.status_code == 400
    assert "<h1" in answer.text
    assert taken() == 0


# ---- audience, opening, own questions -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("audience", "who", "status"),
    [
        ("public", None, 200),
        ("signed_in", None, 302),
        ("signed_in", "customer", 200),
        ("customer", "clerk", 404),
        ("customer", "customer", 200),
        ("staff", "customer", 404),
        ("staff", "clerk", 200),
    ],
)
def test_who_may_come_in(
    page: ComplaintPage, signed_in: Callable[[str], Client], audience: str, who: str | None, status: int
) -> None:
    page.audience = audience
    page.save()
    client = signed_in(who) if who else Client()
    assert client.get("/complaint/").status_code == status


def test_outside_its_time_the_entrance_says_so(page: ComplaintPage, browser: Client, fields: Fields) -> None:
    page.closes_at = timezone.now() - timedelta(minutes=1)
    page.save()
    assert "not open" in browser.get("/complaint/").text
    answer = send(browser, fields(text="不會丟失"))
    assert answer.status_code == 400
    assert "不會丟失" in answer.text


def test_own_questions_keep_the_wording_they_were_asked_in(
    page: ComplaintPage, browser: Client, fields: Fields
) -> None:
    label = "請問" * 60
    question = ComplaintQuestion(page=page, label=label, field_type="dropdown", choices="早上\n晚上", required=True)
    question.save()
    assert re.fullmatch(r"q_[0-9a-f]{10}", question.clean_name)
    assert send(browser, fields()).status_code == 400
    send(browser, fields(**{question.clean_name: "晚上"}))
    question.label, question.choices = "別的問題", "甲\n乙"
    question.save()
    answer = Answer.objects.get()
    assert (answer.label, answer.value, answer.definition["choices"]) == (label, "晚上", "早上\n晚上")
    question.delete()
    assert Answer.objects.count() == 1


def test_a_page_with_submissions_cannot_be_deleted(page: ComplaintPage, browser: Client, fields: Fields) -> None:
    from django.db.models import ProtectedError

    send(browser, fields())
    with pytest.raises(ProtectedError):
        page.delete()


def test_wagtail_lists_no_submissions_of_ours(page: ComplaintPage) -> None:
    from wagtail.contrib.forms.models import FormMixin

    assert not isinstance(page, FormMixin)


def test_the_entrance_is_read_anew_after_an_edit(page: ComplaintPage, browser: Client) -> None:
    browser.get("/complaint/")
    page.title = "新的標題"
    page.save()
    assert "新的標題" in browser.get("/complaint/").text
    assert lookups.entrance(ComplaintPage) is not None


def test_taking_a_complaint_needs_few_queries(
    browser: Client, fields: Fields, django_assert_max_num_queries: Any
) -> None:
    send(browser, fields())
    with django_assert_max_num_queries(19):
        send(browser, fields())
