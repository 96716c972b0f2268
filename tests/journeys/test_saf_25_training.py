"""A course on a phone from the first lesson to the certificate; its manager sees the matrix (SAF-25, clause 6.6)."""

from __future__ import annotations

import re

from policies.training.models import Attempt, Certificate, Course
from portal.lib import pdf

TITLE = "安全觀察與溝通：從看到到談開"


def press(page, selector):
    page.locator(selector).first.click()


def answer(page, attempt, *, right):
    """Chooses the right answers, or for each question one that is wrong."""
    for question in attempt.questions:
        keys = [choice["key"] for choice in question["choices"] if choice["correct"] == right]
        for key in keys if right else keys[:1]:
            page.locator(f"input[name='q_{question['key']}'][value='{key}']").check()


def test_saf_25_an_employee_passes_a_course_on_a_phone(portal, phone, new_context, sign_in, axe, look, no_side_scroll):
    course = Course.objects.get(title=TITLE)
    sign_in(phone, "employee")
    phone.goto("/")
    assert TITLE in phone.content()  # the home page says what is late
    phone.goto("/training/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "training-own-phone")
    phone.get_by_role("link", name=TITLE).first.click()
    phone.wait_for_url(f"**{course.get_absolute_url()}")
    axe(phone)
    look(phone, "training-course-phone")
    press(phone, "main .btn-primary")
    for number in range(course.lessons.count()):
        phone.locator(".lesson-text").wait_for()
        if number == 0:
            axe(phone)
            no_side_scroll(phone)
            look(phone, "training-lesson-phone")
        press(phone, ".lesson-foot .btn-primary")
    phone.wait_for_url(f"**{course.get_absolute_url()}")
    press(phone, "form[action$='/quiz/'] .btn-primary")
    phone.locator(".quiz").wait_for()
    attempt = Attempt.objects.get(person__user__username="employee", course=course)
    axe(phone)
    no_side_scroll(phone)
    look(phone, "training-quiz-phone")
    answer(phone, attempt, right=True)
    press(phone, ".quiz .btn-primary")
    phone.locator(".result-score").wait_for()
    assert "100%" in phone.locator(".result-score").inner_text()
    axe(phone)
    no_side_scroll(phone)
    look(phone, "training-result-phone")
    certificate = Certificate.objects.get(attempt=attempt)
    paper = phone.request.get(f"{portal.url}/training/certificates/{certificate.pk}/").body()
    facts = pdf.check_pdf(paper)
    assert (facts.pages, facts.fonts_embedded) == (1, True)
    look_at_paper(paper)

    stranger = new_context(width=375).new_page()
    from policies.training.papers import check_link

    stranger.goto(check_link(certificate, portal.url))
    assert certificate.number in stranger.content()
    assert certificate.person.name not in stranger.content()
    axe(stranger)
    look(stranger, "training-check-phone")


def look_at_paper(paper: bytes) -> None:
    """Keeps the certificate beside the pictures, to be looked at."""
    from tests.journeys.conftest import SCREENSHOTS

    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    (SCREENSHOTS / "training-certificate.pdf").write_bytes(paper)


def test_saf_25_the_manager_sees_who_is_overdue(portal, page, sign_in, axe, look):
    sign_in(page, "unit_manager")
    page.goto("/")
    look(page, "training-home-manager")
    page.locator("a[href*='/training/matrix/']").first.click()
    page.wait_for_url("**/training/matrix/**")
    axe(page)
    look(page, "training-matrix-manager")
    assert page.locator(".matrix tbody tr").count() > 0
    assert page.get_by_text("鑽井二隊").count() == 0  # another unit's people are not theirs
    with page.expect_download() as loading:
        page.locator("a[href*='/export/']").click()
    assert re.fullmatch(r"training-\d{4}-\d\d-\d\d\.xlsx", loading.value.suggested_filename)
    page.locator(".matrix tbody th a").first.click()
    page.wait_for_url("**/training/people/**")
    axe(page)
    look(page, "training-person")


def test_saf_25_the_safety_department_keeps_the_course(portal, page, sign_in, axe, look):
    course = Course.objects.get(title=TITLE)
    sign_in(page, "quality_officer")
    page.goto("/training/desk/")
    axe(page)
    look(page, "training-desk")
    page.goto(f"/training/desk/{course.pk}/")
    axe(page)
    look(page, "training-course-desk")
    page.goto(f"/training/desk/questions/{course.questions.first().pk}/")
    axe(page)
    look(page, "training-question")
    page.goto(f"/training/desk/lessons/{course.lessons.first().pk}/")
    page.locator(".marks-bar button").first.wait_for()
    axe(page)
    look(page, "training-lesson-edit")
    page.goto(f"/training/desk/{course.pk}/certificates/")
    axe(page)
    page.goto("/training/desk/to-check/")
    axe(page)
    page.goto("/training/matrix/")
    axe(page)
    look(page, "training-matrix-all")
