"""The words of corrections go with the personal data of their case; what is unfinished holds it (SRV-19, SRV-21)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from forms.cases.corrections import actions
from forms.cases.corrections.models import CorrectiveReport, PlanItem, Prevention
from forms.cases.models import Case
from forms.cases.registries import case_erasers, erasure_holds
from forms.cases.retention.actions import due_cases, erase_due
from portal.files.models import PrivateFile
from portal.files.storage import private_storage
from portal.journal.actions import SYSTEM
from portal.lib.erased import ERASED
from portal.lib.refusals import NotYours, Refused
from tests.forms.case_corrections.conftest import TODAY
from tests.forms.case_corrections.test_causes import LATER, prevent, record
from tests.forms.case_corrections.test_plans import do_all
from tests.forms.case_corrections.test_reports import approved, notices
from tests.forms.complaints import NOW, picture, uploads

__all__ = ["notices"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_scope")]
OVER = NOW + timedelta(days=2 * 366 + 2)  # the usual term of two years is over
SAID = "業主鄭女士"  # in everything that somebody wrote below


def all_words() -> str:
    models = apps.get_app_config("case_corrections").get_models()
    return "\n".join(repr(list(model._base_manager.values())) for model in models)


def end(case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(state="closed", ended_at=NOW)


@pytest.fixture
def whole(house: Any, company_case: Case, items: list[PlanItem], notices: Any) -> Case:
    """A plan carried out with photos in its second edition, a fishbone, a measure verified, a report published."""
    officer, clerk = house.users["quality_officer"], house.users["clerk"]
    actions.report_item(by=clerk, item=items[0], proof=f"{SAID}在場", files=uploads(picture()), now=NOW)
    actions.return_item(by=officer, item=items[0], verdict=f"{SAID}說沒有", now=NOW)
    lines = [actions.Line(f"{SAID}家門口", TODAY + timedelta(days=5), owner=house.people["clerk"], item=items[0].pk)]
    actions.issue_plan(by=officer, case=company_case, lines=lines, reason=f"{SAID}要求", now=NOW)
    do_all(house, [PlanItem.objects.get(pk=items[0].pk)])
    branches = {"people": f"{SAID}等了很久"}
    record(house, company_case, method="fishbone", branches=branches, conclusion=f"{SAID}說得對")
    measure = prevent(house, company_case)
    actions.do_prevention(
        by=house.users["director"], measure=measure, proof=f"給{SAID}看過", files=uploads(picture()), now=NOW
    )
    actions.verify_effect(by=officer, measure=measure, effective=True, verdict=f"{SAID}滿意", now=LATER)
    report = approved(house, company_case)
    actions.publish_report(by=officer, report=report, now=NOW)
    end(company_case)
    return company_case


def test_with_the_data_of_a_case_go_the_words_of_its_corrections(
    house: Any, whole: Case, django_capture_on_commit_callbacks: Any, signed_in: Any
) -> None:
    case = Case.objects.get(pk=whole.pk)
    proofs = list(PrivateFile.objects.values_list("path", flat=True))
    assert len(proofs) >= 2
    assert SAID in all_words()
    assert due_cases(OVER) == [case.pk]
    eraser = case_erasers._entries["case_corrections"]
    with django_capture_on_commit_callbacks(execute=True):
        done = erase_due(by=SYSTEM, now=OVER)
    assert done is not None
    assert SAID not in all_words()
    assert not PrivateFile.objects.filter(path__in=proofs).exists()
    assert not [path for path in proofs if private_storage().exists(path)]
    item, measure, report = PlanItem.objects.all()[0], Prevention.objects.get(), CorrectiveReport.objects.get()
    assert (item.what, item.proof, item.state, item.done_at) == (ERASED, ERASED, "accepted", item.done_at)
    assert (measure.text, measure.state, timezone.localdate(measure.verified_at)) == (
        ERASED, "effective", timezone.localdate(LATER),
    )  # fmt: skip
    # What the company has read stays as it is; nothing is added to what is erased.
    assert report.facts.startswith("一部電梯")
    assert signed_in("employee").get(report.get_absolute_url()).status_code == 200
    officer = house.users["quality_officer"]
    with pytest.raises(NotYours):
        record(house, case)
    with pytest.raises(NotYours):
        actions.mark_major(by=officer, case=case, reason="x")
    browser = signed_in("quality_officer")
    assert ERASED in browser.get(case.get_absolute_url()).text
    assert browser.get(f"/desk/cases/{case.number}/plan/").status_code == 200
    assert browser.get(f"/desk/cases/{case.number}/cause/").status_code == 404
    actions.withdraw_report(by=officer, report=report, reason="重寫")
    with pytest.raises(Refused, match="erased"):
        actions.compose_report(by=officer, case=case)
    # What is withdrawn before the data goes leaves nothing but its number; other cases are left alone.
    eraser[1]([case.pk + 1000], OVER)
    assert report.facts in all_words()
    eraser[1]([case.pk], OVER)
    report.refresh_from_db()
    assert (report.title, report.facts, report.withdrawn_why) == (ERASED, ERASED, ERASED)


def test_without_the_eraser_words_stay(whole: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the test above."""
    monkeypatch.delitem(case_erasers._entries, "case_corrections")
    erase_due(by=SYSTEM, now=OVER)
    assert SAID in all_words()


def test_what_is_unfinished_holds_the_data(house: Any, company_case: Case, items: list[PlanItem], monkeypatch: Any):
    hold = erasure_holds._entries["case_corrections"][1]
    officer, key = house.users["quality_officer"], company_case.pk
    assert hold([key]) == {key}  # items to carry out
    end(company_case)
    assert due_cases(OVER) == []
    do_all(house, items)
    assert hold([key]) == set()
    measure = prevent(house, company_case)
    assert hold([key]) == {key}
    actions.do_prevention(by=house.users["director"], measure=measure, proof="已轉接", now=NOW)
    assert hold([key]) == {key}  # nobody has looked whether it worked
    actions.verify_effect(by=officer, measure=measure, effective=True, verdict="有效", now=LATER)
    assert hold([key]) == set()
    actions.mark_major(by=officer, case=company_case, reason="困人", now=NOW)
    assert hold([key]) == {key}  # a report is owed
    draft = actions.compose_report(by=officer, case=company_case, now=NOW)
    assert hold([key]) == {key}
    actions.unmark_major(by=officer, case=company_case, reason="查無困人", now=NOW)
    draft.refresh_from_db()
    assert (draft.state, draft.withdrawn_why) == ("withdrawn", "查無困人")  # the draft goes with the mark
    assert hold([key]) == set()
    assert hold([key + 1]) == set()
    assert due_cases(OVER) == [key]
