"""Personal data of ended cases goes after its term, everywhere, and for ever; what is counted stays."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from forms.cases.enums import CaseState
from forms.cases.models import Case, CasePromise, CaseStep
from forms.cases.orders import actions as orders
from forms.cases.orders import schedule
from forms.cases.orders.enums import OrderState
from forms.cases.orders.erasing import erase_without_case
from forms.cases.orders.models import WorkOrder
from forms.cases.registries import case_erasers, erasure_holds
from forms.cases.retention import actions
from forms.cases.retention.models import Erasure
from forms.intake.models import Attachment, Submission
from forms.revisits.models import DefectFile
from portal.files.storage import private_storage
from portal.journal.actions import CUSTOMER, SYSTEM, entries_of
from portal.lib.erased import ERASED
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.lib.registries import scheduled
from tests.forms.cases.test_actions import bring, do
from tests.forms.complaints import NOW, SECRET, file_accepted, nothing_kept, page, picture, private_place, uploads
from tests.forms.work_orders import new_order, services
from tests.people import Company

__all__ = ["nothing_kept", "page", "private_place", "services"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_scope")]
LATER = datetime(2028, 11, 24, 3, 30, tzinfo=NOW.tzinfo)  # two years and a day after NOW
WORDS = ("鄭女士", "3棟1602", "電梯", "補充", "配件未到", "廚房下水道")


@pytest.fixture
def ended(company: Company, page: Any, services: Any, django_capture_on_commit_callbacks: Any) -> Case:
    """A case with photos, notes, an extension, a rating, a work order that was done, and its end at NOW."""
    accepted = file_accepted(page, files=uploads(picture()), by=company.users["customer"])
    case, clerk = accepted.record, company.users["clerk"]
    do("note", case, clerk)
    do("acknowledge", case, clerk)
    do("extend", case, clerk)
    do("add", case, CUSTOMER)
    order = orders.draft_order(by=clerk, key=uuid.uuid4(), new=new_order(services["roof"], case=case), now=NOW)
    orders.cancel_order(by=clerk, order=order, reason="業主鄭女士說不用了", now=NOW)
    do("answer", case, clerk)
    do("close", case, clerk)
    do("rate", case, CUSTOMER, text="鄭女士:謝謝")
    return Case.objects.get(pk=case.pk)


def everything_said() -> str:
    """All text of the tables in which customers' words may lie, as the database holds it."""
    tables = [
        "cases_case", "cases_casenote", "cases_caseextension", "cases_caserating", "intake_answer", "intake_attachment",
        "case_orders_workorder", "case_orders_orderstep", "revisits_revisit", "revisits_revisitattempt",
        "files_privatefile", "case_retention_erasedcase", "case_retention_erasure",
    ]  # fmt: skip
    found = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            found.append(repr(cursor.fetchall()))
    return "\n".join(found)


def test_after_its_term_nothing_personal_is_left(
    ended: Case, company: Company, django_capture_on_commit_callbacks: Any
) -> None:
    photo = Attachment.objects.get()
    counted = {
        "steps": CaseStep.objects.filter(case=ended).count(),
        "promises": list(CasePromise.objects.filter(case=ended).values_list("clock", "due_at", "broken")),
        "stars": ended.rating.stars,
    }
    assert any(word in everything_said() for word in WORDS)
    assert private_storage().exists(photo.path)
    with django_capture_on_commit_callbacks(execute=True):
        report = actions.erase_due(by=SYSTEM, now=LATER)
    assert report is not None
    assert (report.cases, report.files, report.by) == (1, 1, None)
    assert [line.number for line in report.lines.all()] == [ended.number]
    left = everything_said()
    assert [word for word in WORDS if word in left] == []
    assert not private_storage().exists(photo.path)
    case = Case.objects.get(pk=ended.pk)
    assert (case.subject, case.text, case.contact_name, case.contact_phone, case.phone_digest) == (
        ERASED, ERASED, "", "", "",
    )  # fmt: skip
    assert (case.number, case.kind, case.office_id, case.state) == (
        ended.number, ended.kind, ended.office_id, CaseState.CLOSED,
    )  # fmt: skip
    assert case.erased_at == LATER
    assert counted == {
        "steps": CaseStep.objects.filter(case=case).count(),
        "promises": list(CasePromise.objects.filter(case=case).values_list("clock", "due_at", "broken")),
        "stars": case.rating.stars,
    }
    submission = Submission.objects.get(pk=case.submission_id)
    assert (submission.by, submission.fingerprint, submission.receipt_number) == (None, "", ended.number)
    assert entries_of(case).last().action == "case_retention.erase"  # type: ignore[union-attr]
    assert actions.erase_due(by=SYSTEM, now=LATER + timedelta(days=1)) is None
    with pytest.raises(Conflict, match="erased"):
        do("reopen", case, company.users["quality_officer"])


# which moment, what was set for complaints, how many are due
TERMS = [
    (LATER - timedelta(days=2), None, 0),
    (LATER, None, 1),
    (LATER - timedelta(days=600), 3, 1),
    (LATER, 25, 0),
]


@pytest.mark.parametrize(("moment", "months", "due"), TERMS)
def test_the_term_counts_from_the_end(ended: Case, company: Company, moment: datetime, months: int | None, due: int):
    if months:
        actions.set_term(by=company.users["administrator"], kind="complaint", months=months, now=NOW)
    assert len(actions.due_cases(moment)) == due


def test_a_case_is_kept_while_anything_about_it_goes_on(
    company: Company, page: Any, services: Any, ended: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = company.users["clerk"]
    file_accepted(page, subject="另一件", house="9棟101")
    joined = file_accepted(page, subject="第三件", house="9棟101").record
    do("merge", joined, clerk)
    ordered = file_accepted(page, house="1棟1").record
    order = orders.draft_order(by=clerk, key=uuid.uuid4(), new=new_order(services["roof"], house="1棟1"), now=NOW)
    bring(ordered, CaseState.CLOSED, clerk)
    WorkOrder.objects.filter(pk=order.pk).update(case=ordered)  # written against a case that was closed before
    assert actions.due_cases(LATER) == [ended.pk]
    for name in erasure_holds.names():  # the broken twin: nobody holds anything
        monkeypatch.delitem(erasure_holds._entries, name)
    assert set(actions.due_cases(LATER)) == {ended.pk, ordered.pk}


def test_an_eraser_that_is_missing_leaves_words(ended: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin of the first test."""
    for name in case_erasers.names():
        monkeypatch.delitem(case_erasers._entries, name)
    actions.erase_due(by=SYSTEM, now=LATER)
    assert "廚房下水道" in everything_said()


def test_a_failure_takes_nothing_away(ended: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_told: Any) -> list[str]:
        raise RuntimeError("the disk is full")

    monkeypatch.setitem(case_erasers._entries, "fails", (99, fail))
    with pytest.raises(RuntimeError):
        actions.erase_due(by=SYSTEM, now=LATER)
    case = Case.objects.get(pk=ended.pk)
    assert (case.erased_at, case.contact_phone) == (None, SECRET)
    assert private_storage().exists(Attachment.objects.get().path)


# who, the reason, what comes
EARLIER = [
    ("quality_officer", "業主要求刪除", None),
    ("quality_officer", "  ", Refused),
    ("clerk", "業主要求刪除", NotYours),
    ("director", "業主要求刪除", NotYours),
    ("administrator", "業主要求刪除", NotYours),
    ("customer", "業主要求刪除", NotYours),
]


@pytest.mark.parametrize(("who", "reason", "refused"), EARLIER)
def test_one_case_is_erased_before_its_term(
    ended: Case, company: Company, who: str, reason: str, refused: type[Exception] | None
) -> None:
    if refused:
        with pytest.raises(refused):
            actions.erase_case(by=company.users[who], case=ended, reason=reason, now=NOW)
        assert Case.objects.get(pk=ended.pk).erased_at is None
        assert not Erasure.objects.exists()
    else:
        report = actions.erase_case(by=company.users[who], case=ended, reason=reason, now=NOW)
        assert (report.cases, report.reason) == (1, reason)
        assert not [word for word in WORDS if word in everything_said()]


def test_an_open_case_is_not_erased(company: Company, page: Any) -> None:
    case = file_accepted(page).record
    with pytest.raises(NotYours):
        actions.erase_case(by=company.users["quality_officer"], case=case, reason="業主要求", now=NOW)


def test_the_screens(ended: Case, signed_in: Callable[[str], Client]) -> None:
    officer = signed_in("quality_officer")
    address = reverse("case_erase", args=[ended.number])
    assert address in officer.get(ended.get_absolute_url()).content.decode()
    assert address not in signed_in("clerk").get(ended.get_absolute_url()).content.decode()
    typed = officer.post(address, {"reason": "業主來信要求"})
    assert typed.status_code == 400
    assert "業主來信要求" in typed.content.decode()
    done = officer.post(address, {"reason": "業主來信要求", "sure": "on"}, follow=True)
    assert ERASED in done.content.decode()
    assert officer.get(address).status_code == 404
    report = Erasure.objects.get()
    listed = officer.get(reverse("case_retention")).content.decode()
    assert reverse("case_erasure", args=[report.pk]) in listed
    assert ended.number in officer.get(reverse("case_erasure", args=[report.pk])).content.decode()
    assert officer.post(reverse("case_retention"), {"kind": "complaint", "months": "1"}).status_code == 400
    assert officer.post(reverse("case_retention"), {"kind": "complaint", "months": "6"}).status_code == 302
    assert actions.months_of()["complaint"] == 6


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 24, date(2024, 12, 31)),
        (date(2026, 2, 1), 14, date(2024, 12, 1)),
    ],
)
def test_months_back(day: date, months: int, before: date) -> None:
    assert actions._months_before(day, months) == before


# ---- orders that belong to no case -----------------------------------------------------------------------------------
# what was done with two orders for one defect, how many are erased two years and a day later
ALONE: list[tuple[str, Callable[[Any, Any, Company], object], int]] = [
    ("both ended", lambda first, again, company: None, 2),
    (
        "the rework ended a day ago",
        lambda first, again, company: WorkOrder.objects.filter(pk=again.pk).update(ended_at=LATER - timedelta(days=1)),
        0,
    ),
    ("the rework is under way", lambda first, again, company: _reopen(again), 0),
    ("somebody watches it", lambda first, again, company: _watch(first, company), 0),
]


def _reopen(order: WorkOrder) -> None:
    WorkOrder.objects.filter(pk=order.pk).update(state=OrderState.ACCEPTED, ended_at=None)


def _watch(order: WorkOrder, company: Company) -> None:
    DefectFile.objects.create(
        number="D-20261123-0001", office=order.office, estate=order.estate, subject_type="case_orders.workorder",
        subject_id=str(order.pk), title="滲漏", opened_at=NOW, opened_by=company.users["clerk"],
    )  # fmt: skip


@pytest.mark.parametrize(("done", "erased"), [line[1:] for line in ALONE], ids=[line[0] for line in ALONE])
def test_orders_without_a_case_go_with_the_last_for_their_defect(
    company: Company, services: Any, done: Callable[[Any, Any, Company], object], erased: int,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    clerk = company.users["clerk"]
    made = []
    for _time in range(2):
        order = orders.draft_order(by=clerk, key=uuid.uuid4(), new=new_order(services["roof"]), now=NOW)
        orders.cancel_order(by=clerk, order=order, reason="業主鄭女士說不用了", now=NOW)
        made.append(WorkOrder.objects.get(pk=order.pk))
    first, again = made
    WorkOrder.objects.filter(pk=again.pk).update(first=first)
    done(first, again, company)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_without_case(by=SYSTEM, now=LATER) == erased
    left = everything_said()
    assert any(word in left for word in ("鄭女士", "3棟1602", "廚房下水道")) == (erased == 0)
    assert [entry.action for entry in entries_of(first)][-1:] == (["orders.erase"] if erased else ["orders.cancel"])
    assert erase_without_case(by=SYSTEM, now=LATER) == 0


def test_every_night_orders_without_a_case_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []
    monkeypatch.setattr(schedule, "erase_without_case", lambda **given: called.append(given))
    scheduled.get("case_orders.erase").run(LATER)  # type: ignore[union-attr]
    assert called == [{"by": SYSTEM, "now": LATER}]
