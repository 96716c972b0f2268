"""SAF-23, clause 6.4: a review without change leaves a record and moves the date, by three years at most; late stays
late."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from policies import actions, measures, tiles, waiting
from policies.models import Edition, EditionReview
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Appointment
from portal.org.readers import reader_for
from tests.policies.conftest import NOW


@pytest.fixture
def head(company):
    """`unit_manager` leads the owner department as well."""
    Appointment.objects.create(
        person=company.people["unit_manager"],
        post=company.posts["unit_manager"],
        unit=company.units["QHSE"],
        starts_on=date(2020, 1, 1),
    )
    return company.users["unit_manager"]


def confirm(by, edition, **given):
    values = {"note": "與現場做法對照，條文仍適用。", "now": NOW} | given
    return actions.confirm_review(by=by, edition=edition, **values)


def test_the_record_of_a_review(head, issued):
    review = confirm(head, issued, next_review_due_on=date(2028, 1, 1))
    issued.refresh_from_db()
    assert issued.review_due_on == date(2028, 1, 1)
    assert (review.due_before, review.by) == (date(2029, 3, 2), head)
    assert journal.entries_of(issued).last().action == "policies.confirm_review"
    with pytest.raises(Conflict):
        review.save()


def test_the_text_and_its_receipts_stay_what_they_were(company, head, issued):
    receipt = actions.give_receipt(by=company.users["employee"], edition=issued, language="zh-hant", now=NOW)
    before = (issued.tree_hash, issued.state, issued.effective_on)
    confirm(head, issued)
    issued.refresh_from_db()
    assert (issued.tree_hash, issued.state, issued.effective_on) == before
    receipt.refresh_from_db()
    assert receipt.edition == issued


def test_without_a_day_it_is_three_years_on(head, issued):
    assert confirm(head, issued).next_due_on == date(2029, 3, 2)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"next_review_due_on": date(2029, 3, 3)}, "next_review_due_on"),
        ({"next_review_due_on": date(2026, 3, 2)}, "next_review_due_on"),
        ({"note": "  "}, "note"),
        ({"note": "長" * 2001}, "note"),
    ],
)
def test_what_a_review_requires(head, issued, given, field):
    with pytest.raises(Refused) as refusal:
        confirm(head, issued, **given)
    assert refusal.value.field == field
    assert not EditionReview.objects.exists()


@pytest.mark.parametrize("username", ["editor", "second_editor", "employee", "crew_leader", "director", "customer"])
def test_who_does_not_lead_the_owner_department_cannot(company, issued, username):
    with pytest.raises(NotYours):
        confirm(company.users[username], issued)


def test_the_manager_of_another_unit_cannot_and_an_approver_can(company, issued):
    with pytest.raises(NotYours):
        confirm(company.users["other_unit_manager"], issued)
    assert confirm(company.users["approver"], issued)


def test_two_at_once_and_the_second_is_told(company, head, issued):
    seen = issued.review_due_on
    confirm(head, issued, next_review_due_on=date(2028, 1, 1), due_before=seen)
    with pytest.raises(Conflict):
        confirm(company.users["approver"], issued, due_before=seen)
    assert EditionReview.objects.count() == 1


@pytest.mark.parametrize("state", ["draft", "in_review", "approved", "in_trial"])
def test_only_what_is_in_force_is_reviewed(request, company, state):
    with pytest.raises(Conflict):
        confirm(company.users["approver"], request.getfixturevalue(state))


# ---- lists ----------------------------------------------------------------------------------------------------------


def due_on(edition, day) -> Edition:
    from policies import freezing

    with freezing.verb():
        edition.review_due_on = day
        edition.save()
    return edition


@pytest.mark.parametrize(("days", "listed", "late"), [(91, False, False), (90, True, False), (-1, True, True)])
def test_due_and_overdue_are_listed(signed_in, head, company, issued, days, listed, late):
    due_on(issued, clock.today() + timedelta(days=days))
    assert bool(waiting.reviews_due(clock.today())) == listed
    place = reverse("regulation_review", args=[issued.regulation.slug])
    for username, may in (("unit_manager", True), ("approver", True), ("quality_officer", False)):
        answer = signed_in(username).get(reverse("regulation_list"))
        assert bool(answer.context["reviews"]) == listed, "the staff of the owner department sees it"
        assert (place in answer.content.decode()) == (listed and may)
    for username in ("employee", "clerk", "customer"):
        assert not signed_in(username).get(reverse("regulation_list")).context["reviews"]
    tile = tiles.reviews_due(reader_for(head))
    assert [one.urgent for one in tile] == ([late] if listed else [])
    desk = signed_in("editor").get(reverse("policies_index")).content.decode()
    assert ('id="reviews"' in desk) == listed


def test_a_review_by_its_page(signed_in, head, company, issued):
    due_on(issued, clock.today() - timedelta(days=3))
    client = signed_in("unit_manager")
    place = reverse("regulation_review", args=[issued.regulation.slug])
    page = client.get(place)
    seen = page.context["form"]["due_before"].value()
    empty = client.post(place, {"note": "", "next_review_due_on": "2027-01-01", "due_before": seen})
    assert empty.status_code == 400
    assert 'value="2027-01-01"' in empty.content.decode(), "nothing typed is lost"
    form = {"note": "逐條核對，維持原文。", "next_review_due_on": "", "due_before": seen}
    assert client.post(place, form).status_code == 302
    assert client.post(place, form).status_code == 409, "twice is one review"
    assert EditionReview.objects.count() == 1
    shown = client.get(reverse("regulation_editions", args=[issued.regulation.slug])).content.decode()
    assert "逐條核對" in shown
    desk = signed_in("editor").get(reverse("policies_regulation", args=[issued.regulation_id])).content.decode()
    assert "逐條核對" in desk


# ---- the measure ----------------------------------------------------------------------------------------------------


def moment(year, month, day):
    return timezone.make_aware(datetime(year, month, day, 9))


@pytest.mark.parametrize(
    ("due", "confirmed_on", "period", "missed"),
    [
        (date(2026, 5, 10), None, "2026-04", 0),
        (date(2026, 5, 10), None, "2026-05", 1),
        (date(2026, 5, 10), None, "2026-06", 1),
        (date(2026, 5, 10), date(2026, 5, 10), "2026-05", 0),
        (date(2026, 5, 10), date(2026, 5, 20), "2026-05", 1),
        (date(2026, 5, 10), date(2026, 6, 20), "2026-06", 1),
        (date(2026, 5, 10), date(2026, 6, 20), "2026-07", 0),
        (date(2026, 5, 31), date(2026, 6, 1), "2026-06", 1),
    ],
)
def test_late_stays_late(company, issued, due, confirmed_on, period, missed):
    due_on(issued, due)
    if confirmed_on:
        confirm(company.users["approver"], issued, now=moment(confirmed_on.year, confirmed_on.month, confirmed_on.day))
    found = measures.reviews_in_time(None, Period.parse(period))
    assert (found.due, found.missed, found.done) == (1, missed, 1 - missed)
