"""Certificates: the paper, the public check, withdrawal."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from policies.training import actions, checking, papers
from policies.training.models import Certificate
from portal.lib import pdf
from portal.lib.refusals import Conflict, NotYours, Refused
from tests.policies.training.conftest import at


@pytest.fixture
def certificate(company, course, take):
    take(course, "employee", at(3, 10))
    return Certificate.objects.select_related("person", "course__owner_unit").get()


def test_the_paper_is_one_page_with_chinese_embedded(certificate):
    facts = pdf.check_pdf(papers.certificate_pdf(certificate))
    assert (facts.pages, facts.language, facts.tagged, facts.fonts_embedded) == (1, "zh-Hant", True, True)
    assert certificate.number in facts.title
    assert facts.figures_without_text == 0


def test_number_and_code_together_prove_it_and_show_part_of_the_name(certificate):
    code = checking.check_code(certificate)
    for typed in (code, code.lower().replace("-", " ")):
        found = checking.check(certificate.number, typed, date(2026, 5, 1))
        assert (found.name, found.state) == ("葉○安", "valid")
    assert checking.check(certificate.number, code, date(2027, 3, 11)).state == "expired"


def test_number_or_code_alone_tell_nothing(certificate):
    code = checking.check_code(certificate)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    asked = [
        reverse("certificate", args=[certificate.number]),
        f"{reverse('certificate', args=[certificate.number])}?code={wrong}",
        f"{reverse('certificate', args=['PX-20260310-00000000'])}?code={code}",
    ]
    answers = [Client().get(address) for address in asked]
    assert {answer.status_code for answer in answers} == {404}
    assert all("葉" not in answer.content.decode() for answer in answers)
    assert not any(checking.check("PX-20260310-00000000", code, date(2026, 5, 1)) for _once in range(1))


def test_the_form_for_typing_leads_to_the_same_answer(certificate):
    asked = {"number": f" {certificate.number.lower()} ", "code": checking.check_code(certificate)}
    page = Client().get(reverse("certificate_check"), asked)
    assert page.status_code == 200
    assert "葉○安" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "shown"), [("葉子安", "葉○安"), ("葉安", "葉○"), ("歐陽子安", "歐○○安"), ("葉", "○"), ("", "○")]
)
def test_masked(name, shown):
    assert checking.masked(name) == shown


def test_withdrawn_says_so_for_ever(company, certificate):
    with pytest.raises(NotYours):
        actions.withdraw_certificate(
            by=company.users["unit_manager"], certificate=certificate, why="代考", now=at(4, 1)
        )
    with pytest.raises(Refused):
        actions.withdraw_certificate(by=company.users["editor"], certificate=certificate, why=" ", now=at(4, 1))
    actions.withdraw_certificate(by=company.users["editor"], certificate=certificate, why="代考", now=at(4, 1))
    with pytest.raises(Conflict):
        actions.withdraw_certificate(by=company.users["editor"], certificate=certificate, why="代考", now=at(4, 2))
    found = checking.check(certificate.number, checking.check_code(certificate), date(2026, 4, 1))
    assert found.state == "withdrawn"
