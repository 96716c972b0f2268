"""Who is asked, since when and by when: following people; the managers' page and its spreadsheet."""

from __future__ import annotations

import io
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse

from policies import audience, measures
from policies.actions import AudienceLine, give_receipt
from policies.audience import Staff, asking_on, confirmed_by
from policies.deadlines import MOST_LEAVE, deadline, own_deadlines
from policies.models import receipts_counting_for
from policies.receipts.keeping import kept_overviews
from policies.receipts.permissions import Scope, scope_of
from portal.jobs import figures
from portal.jobs.models import KeptFigures
from portal.lib import clock
from portal.org.models import Appointment, Person, Unit
from portal.org.readers import reader_for
from tests.policies.conftest import NOW
from tests.policies.receipts.conftest import DEADLINE, EFFECTIVE, names, on, overview

DAY = timedelta(days=1)
PAGE = "/receipts/"


def counts(found):
    return (found.total.asked, found.total.confirmed, found.total.open, found.total.overdue)


# ---- who is asked ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "line",
    [
        AudienceLine("staff"),
        AudienceLine("public"),
        "unit PROJECT1",
        "post director",
        "unit_post CREW1 crew_leader",
    ],
    ids=str,
)
def test_sets_ask_the_same_people_as_the_plain_way(line, company, approved, issue):
    if isinstance(line, str):
        scope, *rest = line.split()
        unit = company.units[rest.pop(0)] if scope.startswith("unit") else None
        roles = {"director": "office_director"}
        post = company.posts[roles.get(rest[0], rest[0])] if rest else None
        line = AudienceLine(scope, unit=unit, post=post)
    edition = issue(approved, [line])
    for unit in [None, company.units["CREW1"], company.units["PROPERTY"]]:
        plain = measures.people_asked(edition, unit, DEADLINE)
        asking = asking_on(DEADLINE)
        paths = None if unit is None else (unit.path,)
        found = set(Staff(DEADLINE, paths).asked(asking[0].rules)) if asking else set()
        assert found == plain


def people_counted(edition) -> set[int]:
    """As sets count, which is as the plain way counts."""
    one = next(one for one in asking_on(clock.today(), type(edition).objects.filter(pk=edition.pk)))
    plain = set(receipts_counting_for(edition).values_list("person_id", flat=True))
    assert confirmed_by([one]) == {edition.pk: plain}
    return plain


def test_a_receipt_counts_until_a_material_edition(company, issued, next_edition):
    give_receipt(by=company.users["employee"], edition=issued, language="zh-hant", now=NOW)
    person = company.people["employee"].pk
    minor = next_edition(issued, {"2.1": "許可:用火之前要先辦許可證。"}, material=False)
    assert people_counted(minor) == {person}
    day = EFFECTIVE + timedelta(days=8)
    assert overview(day).total.confirmed == 1
    tokens = reader_for(company.users["employee"]).tokens
    assert not type(issued).objects.to_read_by(person, tokens).exists()
    assert type(issued).objects.to_read_by(company.people["clerk"].pk, tokens).get() == minor
    later = {"now": NOW + timedelta(days=9), "effective_on": EFFECTIVE + timedelta(days=9)}
    material = next_edition(minor, {"2.1": "許可:動火證由安全員簽發。"}, **later)
    assert people_counted(material) == set()
    assert type(issued).objects.to_read_by(person, tokens).get() == material


def test_who_leaves_is_asked_no_longer_and_who_comes_is(company, issued):
    employee = company.people["employee"]
    Appointment.objects.filter(person=employee).update(ends_on=EFFECTIVE + 3 * DAY)
    before, after = overview(EFFECTIVE + 3 * DAY), overview(EFFECTIVE + 4 * DAY)
    assert employee.name in names(before, "open")
    assert employee.name not in names(after, "open")
    assert after.total.asked == before.total.asked - 1


# ---- by when ---------------------------------------------------------------------------------------------------------
def test_the_deadline_is_the_last_day(company, issued):
    assert counts(overview(DEADLINE)) == (16, 0, 16, 0)
    assert counts(overview(DEADLINE + DAY)) == (16, 0, 0, 16)
    entry = overview(DEADLINE + 3 * DAY).people("overdue")[0]
    assert (entry.deadline, entry.days_late) == (DEADLINE, 3)


def test_a_joiner_has_the_days_from_joining(company, issued):
    joined = EFFECTIVE + 100 * DAY
    person = Person.objects.create(name="新來的", staff_number="N1")
    Appointment.objects.create(
        person=person, post=company.posts["employee"], unit=company.units["CREW1"], starts_on=joined
    )
    assert names(overview(joined + 14 * DAY), "open") == ["新來的"]
    found = overview(joined + 16 * DAY)
    assert "新來的" in names(found, "overdue")
    late = next(entry for entry in found.people("overdue")[0:99] if entry.person_id == person.pk)
    assert (late.deadline, late.days_late) == (joined + 14 * DAY, 2)


def test_who_moves_within_the_audience_joined_with_the_first_post(company, issued):
    employee = company.people["employee"]
    moved = EFFECTIVE + 10 * DAY
    Appointment.objects.filter(person=employee).update(ends_on=moved - DAY)
    Appointment.objects.create(
        person=employee, post=company.posts["employee"], unit=company.units["CREW2"], starts_on=moved
    )
    assert employee.name in names(overview(DEADLINE + DAY), "overdue")
    Appointment.objects.filter(person=employee, ends_on=moved - DAY).update(ends_on=moved - 2 * DAY)  # a gap
    assert employee.name in names(overview(DEADLINE + DAY), "open")


def test_who_moves_into_the_audience_joined_with_the_move(company, approved, issue):
    issue(approved, [AudienceLine("unit", unit=company.units["CREW2"])])
    employee = company.people["employee"]
    moved = EFFECTIVE + 10 * DAY
    Appointment.objects.filter(person=employee).update(ends_on=moved - DAY)
    Appointment.objects.create(
        person=employee, post=company.posts["employee"], unit=company.units["CREW2"], starts_on=moved
    )
    assert names(overview(DEADLINE + DAY), "open") == [employee.name]
    assert employee.name in names(overview(moved + 15 * DAY), "overdue")


def test_the_clock_stands_while_on_leave(company, issued, leave):
    employee = company.people["employee"]
    leave(employee, EFFECTIVE + 5 * DAY, EFFECTIVE + 9 * DAY)
    for day, state in ((1, "open"), (5, "open"), (6, "overdue")):
        assert employee.name in names(overview(DEADLINE + day * DAY), state), day
    assert own_deadlines(employee.pk, [issued], DEADLINE)[issued] == DEADLINE + 5 * DAY


def test_deadlines(settings):
    settings.RECEIPT_DAYS = 3
    start = date(2026, 3, 2)
    assert deadline(start) == date(2026, 3, 5)
    assert deadline(start, [start]) == date(2026, 3, 5)  # the first day does not count anyway
    assert deadline(start, [date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 8)]) == date(2026, 3, 7)
    endless = [start + number * DAY for number in range(1, 400)]
    assert deadline(start, endless) == date(2026, 3, 5) + MOST_LEAVE * DAY


# ---- who sees whom ---------------------------------------------------------------------------------------------------
def test_managers_see_their_units_and_below(company, issued):
    seen = {}
    for username in ("unit_manager", "director", "quality_officer", "administrator", "editor", "employee", "clerk"):
        scope = scope_of(reader_for(company.users[username], DEADLINE))
        seen[username] = overview(DEADLINE, scope).total.asked if scope else None
    # QHSE owns the regulation, so its editor sees everybody's receipts for it.
    expected = {"unit_manager": 3, "director": 2, "quality_officer": 16, "administrator": 16, "editor": 16}
    assert seen == expected | {"employee": None, "clerk": None}


def test_the_owner_sees_only_the_own_regulations(company, approved, issue):
    issue(approved, owner_unit=company.units["FINANCE"])
    scope = scope_of(reader_for(company.users["editor"], DEADLINE))
    assert overview(DEADLINE, scope).total.asked == 0


def test_a_safety_officer_sees_the_own_unit(company, issued):
    post = company.posts["employee"]
    type(post).objects.filter(pk=post.pk).update(code="safety_officer")
    scope = scope_of(reader_for(company.users["employee"], DEADLINE))
    assert scope == Scope(False, (company.units["CREW1"].path,), ())


def test_sums_by_unit_follow_the_tree(company, issued):
    give_receipt(by=company.users["employee"], edition=issued, language="zh-hant", now=NOW)
    found = overview(DEADLINE + DAY)
    rows = found.by_unit(lambda path: path[:8])
    units = {unit.code: unit.path for unit in company.units.values()}
    assert (rows[units["PROJECT1"]].asked, rows[units["PROJECT1"]].confirmed) == (5, 1)
    assert sum(row.asked for row in rows.values()) == 16
    below = overview(DEADLINE + DAY, unit_path=units["CREW1"])
    assert counts(below) == (3, 1, 0, 2)


# ---- the page --------------------------------------------------------------------------------------------------------
@pytest.fixture
def many(company, issued, issue, imported):
    """Fifty people more."""
    post, unit = company.posts["employee"], company.units["CREW1"]
    people = Person.objects.bulk_create(Person(name=f"工人{n}", staff_number=f"M{n:03d}") for n in range(60))
    Appointment.objects.bulk_create(
        Appointment(person=person, post=post, unit=unit, starts_on=date(2020, 1, 1)) for person in people
    )


@pytest.mark.parametrize("state", ["overdue", "open", "confirmed"])
def test_the_page_asks_fewer_than_20_questions(state, signed_in, many, company, issued, django_assert_max_num_queries):
    give_receipt(by=company.users["employee"], edition=issued, language="zh-hant")
    browser = signed_in("quality_officer")
    with django_assert_max_num_queries(19):
        assert browser.get(PAGE, {"state": state}).status_code == 200


def test_another_process_and_the_worker_show_the_same(
    settings, monkeypatch, signed_in, many, company, issued, django_assert_max_num_queries
):
    """What one process counted and stored, another reads; the worker asks the same question again."""
    settings.FIGURES_KEPT_FROM = 0
    monkeypatch.setattr(figures, "beside", lambda work, name: work())
    give_receipt(by=company.users["employee"], edition=issued, language="zh-hant")
    looked_at = [("quality_officer", {}), ("unit_manager", {"state": "confirmed"}), ("editor", {"unit": "CREW1"})]
    for username, query in looked_at:
        browser = signed_in(username)
        seen = []
        for step in ("counts", "reads", "reads what the worker counted"):
            if step == "reads what the worker counted":
                KeptFigures.objects.update(counted_at=clock.now() - timedelta(minutes=5))
                assert figures.renew() >= 1  # the app registered its figures with the worker
            kept_overviews.forget()
            with monkeypatch.context() as patch:
                if step != "counts":  # nobody counts, neither the page nor a thread beside it
                    patch.setattr(kept_overviews, "_measure", None)
                    patch.setattr(figures, "beside", lambda work, name: None)
                with django_assert_max_num_queries(19):
                    page = browser.get(PAGE, query)
            shown = page.context
            entries = [(entry.person_id, entry.deadline, entry.days_late, entry.unit) for entry in shown["entries"]]
            seen.append((shown["total"], shown["regulations"], shown["units"], entries))
        assert seen[0] == seen[1] == seen[2]
        assert seen[0][3]
    assert "工人" not in str([bytes(row.data) for row in KeptFigures.objects.all()])


def test_the_page_lists_people_a_page_at_a_time(signed_in, many):
    browser = signed_in("unit_manager")
    first = browser.get(PAGE)
    assert len(first.context["entries"]) == 50
    second = browser.get(PAGE, {"page": 2})
    assert len(second.context["entries"]) == 13
    both = [entry.person_id for page in (first, second) for entry in page.context["entries"]]
    assert len(set(both)) == 63
    assert first.context["total"].overdue == 63


def test_filters_that_are_not_the_readers_count_as_none(signed_in, issued, company):
    browser = signed_in("unit_manager")
    for query in ({"unit": "CREW2"}, {"unit": "no such"}, {"regulation": "no-such"}, {"state": "x"}, {"page": "x"}):
        found = browser.get(PAGE, query)
        assert (found.status_code, found.context["total"].asked) == (200, 3)
    one = browser.get(PAGE, {"regulation": issued.regulation.slug, "unit": "CREW1"})
    assert one.context["total"].asked == 3


def test_the_spreadsheet_holds_the_list(signed_in, many, company, issued):
    Person.objects.filter(staff_number="M000").update(name='=HYPERLINK("x")')
    answer = signed_in("unit_manager").get(reverse("receipt_export"), {"state": "overdue"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert len(rows) == 64
    assert len(rows[0]) == 9
    assert all(cell.data_type != "f" for cell in openpyxl.load_workbook(io.BytesIO(answer.content)).active["A"])
    assert signed_in("employee").get(reverse("receipt_export")).status_code == 404


def test_the_spreadsheet_of_too_many_rows_is_refused_in_words(signed_in, many, monkeypatch):
    monkeypatch.setattr("policies.receipts.views.overview.EXPORT_LIMIT", 10)
    answer = signed_in("unit_manager").get(reverse("receipt_export"), {"state": "overdue"}, follow=True)
    assert answer.redirect_chain
    assert "63" in str(next(iter(answer.context["messages"])))


def test_tiles_are_urgent_when_a_deadline_is_over(signed_in, company, issued):
    from policies import tiles
    from policies.receipts.tiles import overdue_in_units

    for day, urgent in ((DEADLINE, False), (DEADLINE + DAY, True)):
        tile = tiles.to_read(reader_for(company.users["employee"], day))[0]
        assert (tile.count, tile.urgent) == (1, urgent)
    assert overdue_in_units(reader_for(company.users["unit_manager"], DEADLINE)) == []
    (managers,) = overdue_in_units(reader_for(company.users["unit_manager"], DEADLINE + DAY))
    assert (managers.count, managers.urgent) == (3, True)
    assert overdue_in_units(reader_for(company.users["employee"], DEADLINE + DAY)) == []


def test_many_people_are_read_in_whole(company, issued, monkeypatch):
    """Beyond FEW no key stands in the query; the answer is the same."""
    give_receipt(by=company.users["employee"], edition=issued, language="zh-hant", now=on(EFFECTIVE))
    expected = counts(overview(DEADLINE + DAY))
    monkeypatch.setattr(audience, "FEW", 1)
    monkeypatch.setattr("policies.deadlines.FEW", 1)
    assert counts(overview(DEADLINE + DAY)) == expected == (16, 1, 0, 15)
    assert Unit.objects.exists()
