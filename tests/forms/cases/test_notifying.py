"""Who is told of what at the desk, in the number of a case alone; and that a director never hears of a complaint about
the director (SRV-18)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from forms.cases import actions, notifying, schedule
from forms.cases.models import Case
from portal.journal.actions import CUSTOMER
from portal.notifications.models import Notification
from portal.notifications.tiles import unread_number
from portal.org.models import Appointment
from portal.org.readers import reader_for
from tests.forms.complaints import NOW, SECRET
from tests.people import Company

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_scope")]
HOUR = timedelta(hours=1)
FileCase = Callable[..., Case]


def told() -> set[tuple[str, str]]:
    """(who, kind) of everything that was told."""
    rows = Notification.objects.values_list("user__username", "kind")
    return {(who, kind.removeprefix("cases.")) for who, kind in rows}


@pytest.fixture
def taken(file_case: FileCase, company: Company) -> Callable[..., Case]:
    """taken("director") is a case the clerk acknowledged and gave to that person; None: to nobody."""

    def make(to: str | None = "director", **changes: Any) -> Case:
        case = file_case(**changes)
        actions.acknowledge_case(case=case, by=company.users["clerk"], now=NOW)
        if to is not None:
            person = company.people[to]
            actions.assign_case(case=case, by=company.users["clerk"], person=person, now=NOW)
        return Case.objects.get(pk=case.pk)

    return make


def add(case: Case, company: Company) -> None:
    actions.add_to_case(case=case, by=CUSTOMER, text=f"鄭女士 {SECRET} 又停了", now=NOW + HOUR)


def still_broken(case: Case, company: Company) -> None:
    actions.resolve_case(case=case, by=company.users["clerk"], text="已修好。", now=NOW)
    actions.say_still_broken(case=case, by=CUSTOMER, text="又停了", now=NOW + HOUR)


def wait_over(case: Case, company: Company) -> None:
    actions.wait_case(case=case, by=company.users["clerk"], reason="parts", until=NOW + HOUR, text="等配件", now=NOW)
    actions.resume_due_cases(NOW + 2 * HOUR)


@pytest.mark.parametrize(
    ("to", "happens", "expected"),
    [
        ("director", None, {("director", "assigned")}),
        ("clerk", None, set()),  # the own hand
        ("director", add, {("director", "assigned"), ("director", "customer_wrote")}),
        (None, add, {("clerk", "customer_wrote")}),
        ("director", still_broken, {("director", "assigned"), ("director", "still_broken")}),
        ("director", wait_over, {("director", "assigned"), ("director", "waiting_ended")}),
    ],
)
def test_after_a_step(taken: Any, company: Company, to: Any, happens: Any, expected: Any) -> None:
    case = taken(to)
    if happens is not None:
        happens(case, company)
    assert told() == expected
    for row in Notification.objects.all():
        said = f"{row.sentence} {row.subject} {row.url} {row.key}"
        assert case.number in row.sentence
        assert not any(part in said for part in (SECRET, "鄭女士", case.subject, case.house))


def test_soon_and_broken_by_the_clock(taken: Any, company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within four hours of the promise, once; then the post that is called, level by level."""
    case = taken()
    due = case.next_due
    assert due is not None
    Notification.objects.all().delete()
    seen = []
    for moment in (due - 5 * HOUR, due - 3 * HOUR, due - 2 * HOUR, due + HOUR, due + HOUR, due + 25 * HOUR):
        monkeypatch.setattr("portal.lib.clock.now", lambda moment=moment: moment)
        schedule.look_at_clocks(moment)
        seen.append({(who, kind) for who, kind in told()})
    assert seen[:3] == [set(), {("director", "due_soon")}, {("director", "due_soon")}]
    assert seen[3] - seen[2] == {("director", "broken")}  # who has the case is the director: told once
    assert seen[4] == seen[3]
    assert seen[5] - seen[4] == {("quality_officer", "broken")}
    assert Notification.objects.filter(kind="cases.broken", urgent=True).count() == 2
    assert Notification.objects.get(kind="cases.due_soon").until == due


def test_of_many_one_line_counts(file_case: FileCase, company: Company) -> None:
    for number in range(7):
        file_case(subject=f"第{number}件")
    for _twice in range(2):
        notifying.notify_due_soon(NOW + 2 * HOUR)
    rows = Notification.objects.filter(kind="cases.due_soon")
    assert {(row.user.username, row.sentence) for row in rows} == {("clerk", "Promises run out soon in 7 cases")}


# ---- complaints about a director -------------------------------------------------------------------------------------
OFFICE = ("clerk", "director")


def nothing_for_the_office(company: Company, signed_in: Any, case: Case) -> None:
    for who in OFFICE:
        assert not Notification.objects.filter(user=company.users[who], about=case.pk).exists()
        assert unread_number(reader_for(company.users[who])) == 0
        assert case.number not in signed_in(who).get("/notifications/").content.decode()


def test_the_office_hears_nothing_of_a_complaint_about_its_director(
    file_case: FileCase, company: Company, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From filing to the last level of escalation, with everything the customer may do meanwhile."""
    case = file_case(about_director=True)
    actions.add_to_case(case=case, by=CUSTOMER, text="還沒有人回覆", now=NOW + HOUR)
    for hours in (1, 3, 5, 30, 80, 200, 400):
        moment = NOW + hours * HOUR
        monkeypatch.setattr("portal.lib.clock.now", lambda moment=moment: moment)
        schedule.look_at_clocks(moment)
    heard = set(Notification.objects.filter(about=case.pk).values_list("user__username", flat=True))
    assert heard
    assert heard.isdisjoint(OFFICE)
    nothing_for_the_office(company, signed_in, case)


def test_what_was_said_before_it_went_to_the_leaders_is_taken_back(
    taken: Any, company: Company, signed_in: Any
) -> None:
    case = taken("director")
    add(case, company)
    assert unread_number(reader_for(company.users["director"])) == 2
    actions.transfer_case(
        case=case, by=company.users["quality_officer"], reason="涉及主任", about_director=True, now=NOW + 2 * HOUR
    )
    nothing_for_the_office(company, signed_in, case)


def test_the_guard_at_showing_stands_alone(taken: Any, company: Company, signed_in: Any) -> None:
    """Even a row that stayed is neither shown nor counted nor opened, and its place tells nothing."""
    case = taken("director")
    row = Notification.objects.get(kind="cases.assigned")
    Case.objects.filter(pk=case.pk).update(level="leaders", unit=company.units["HQ"])
    assert unread_number(reader_for(company.users["director"])) == 0
    browser = signed_in("director")
    assert case.number not in browser.get("/notifications/").content.decode()
    assert browser.get(f"/notifications/{row.pk}/").status_code == 404


def test_who_leaves_a_post_is_told_no_more(taken: Any, company: Company) -> None:
    taken("director")
    Appointment.objects.filter(person=company.people["director"]).update(ends_on=datetime(2026, 11, 1, tzinfo=UTC))
    assert unread_number(reader_for(company.users["director"])) == 0


def test_erased_cases_lose_what_was_said(taken: Any) -> None:
    case = taken("director")
    assert notifying.forget_notifications([case.pk], NOW) == []
    assert not Notification.objects.exists()


def test_the_bell_asks_one_query_at_the_desk(taken: Any, company: Company, django_assert_num_queries: Any) -> None:
    taken("director")
    for who, count in (("director", 1), ("quality_officer", 0), ("clerk", 0)):
        reader = reader_for(company.users[who])
        assert reader.is_staff_member
        with django_assert_num_queries(1):
            assert unread_number(reader) == count
