"""What readers see: the register, the mark beside the clause, the warnings, the measure, a clause that changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from policies import actions as regulations
from policies.actions import AudienceLine
from policies.deviations import actions, marks, measures, permissions, tiles, wordings
from policies.deviations.enums import ClauseChange
from policies.deviations.models import Deviation
from portal.files.storage import examine_files
from portal.lib import clock, pdf
from portal.lib.periods import Period
from portal.lib.registries import clause_acts, clause_marks
from portal.org.readers import reader_for
from tests.forms.complaints import picture
from tests.policies.deviations.conftest import NOW, days


@pytest.fixture
def in_force(company, apply):
    """In force today, whatever day it is: until 20 days from now."""
    today = clock.today()
    applied = apply(now=clock.now(), starts_on=today, ends_on=today + timedelta(days=20))
    return actions.approve_deviation(by=company.users["unit_manager"], deviation=applied, now=clock.now())


# ---- marks ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "marked"),
    [("employee", True), ("crew_leader", True), ("other_crew_leader", False), ("clerk", False), ("customer", False)],
)
def test_the_clause_is_marked_for_the_readers_unit(company, issued, in_force, who, marked):
    found = marks.deviations_in_force(reader_for(company.users[who]), issued)
    if not marked:
        assert found == []
        return
    (mark,) = found
    assert mark.clause_id == issued.clauses.get(number="2.1").clause_id
    assert (mark.kind, mark.tone, mark.url) == ("deviation", "warning", in_force.get_absolute_url())
    assert f"{in_force.ends_on:%Y-%m-%d}" in str(mark.label)


def test_a_deviation_of_a_unit_above_holds_below(company, issued, apply, appoint):
    appoint("chief", "unit_manager", "PROJECT1")
    appoint("hand", "crew_leader", "PROJECT1")
    today = clock.today()
    given = apply(by="hand", now=clock.now(), unit=company.units["PROJECT1"], starts_on=today, ends_on=today)
    reader = reader_for(company.users["employee"])
    assert marks.deviations_in_force(reader, issued) == []
    assert not permissions.visible_deviations(reader).exists()
    actions.approve_deviation(by=company.users["chief"], deviation=given, now=clock.now())
    assert [mark.url for mark in marks.deviations_in_force(reader, issued)] == [given.get_absolute_url()]
    assert permissions.visible_deviations(reader).get() == given


def test_marks_take_one_query(company, issued, in_force, django_assert_num_queries):
    reader = reader_for(company.users["employee"])
    assert reader.appointments
    with django_assert_num_queries(1):
        marks.deviations_in_force(reader, issued)


def test_the_provider_and_the_act_are_registered(company):
    assert clause_marks.get("deviations") is marks.deviations_in_force
    act = clause_acts.get("deviations.apply")
    assert act.visible(reader_for(company.users["crew_leader"]))
    assert not act.visible(reader_for(company.users["employee"]))
    assert act.url(7, 9) == "/deviations/new/?edition=7&clause=9"


# ---- the register ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("employee", True),
        ("other_unit_manager", False),
        ("editor", True),  # of the owner department
        ("quality_officer", True),
        ("administrator", True),
        ("clerk", False),
        ("customer", False),
    ],
)
def test_who_sees_it(company, signed_in, in_force, who, sees):
    assert permissions.visible_deviations(reader_for(company.users[who])).exists() == sees
    assert signed_in(who).get(in_force.get_absolute_url()).status_code == (200 if sees else 404)


@pytest.mark.parametrize(
    ("view", "count"), [("in_force", 1), ("waiting", 1), ("expiring", 1), ("over", 0), ("all", 2), ("nonsense", 1)]
)
def test_the_parts_of_the_register(company, signed_in, in_force, apply, view, count):
    apply(clause="2.2.1")
    page = signed_in("crew_leader").get(reverse("deviation_list"), {"view": view})
    assert len(page.context["rows"]) == count
    assert in_force.number in page.text or view in {"waiting", "over"}


def test_a_long_register_takes_no_more_queries(company, signed_in, in_force, apply, django_assert_max_num_queries):
    for clause in ("2.2.1", "2.2.2"):
        apply(clause=clause)
    browser = signed_in("quality_officer")
    with django_assert_max_num_queries(14):
        browser.get(reverse("deviation_list"), {"view": "all"})


def test_the_home_page_warns_the_head(company, in_force, apply):
    waiting = apply(clause="2.2.1", now=clock.now(), starts_on=clock.today(), ends_on=clock.today())
    to_decide, ending = tiles.deviation_tiles(reader_for(company.users["unit_manager"]))
    assert (to_decide.count, ending.count) == (1, 1)
    assert to_decide.rows[0][1] == waiting.get_absolute_url()
    assert tiles.deviation_tiles(reader_for(company.users["crew_leader"])) == []


# ---- the screens ----------------------------------------------------------------------------------------------------
def sent(**given):
    today = clock.today()
    return {
        "submission_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
        "unit": "CREW1",
        "starts_on": f"{today}",
        "ends_on": f"{today + timedelta(days=30)}",
        "reasons": "打印機損壞",
        "facts": "維修單",
        "measures": "當面簽發",
    } | given


def test_the_clause_is_chosen_by_its_number(company, signed_in, issued):
    browser = signed_in("crew_leader")
    shown = browser.get(reverse("deviation_new"), {"edition": issued.pk, "number": "２．２"})
    assert "動火點十米內清除可燃物" in shown.text  # with what stands below it
    unknown = browser.get(reverse("deviation_new"), {"edition": issued.pk, "number": "9.9"})
    assert unknown.status_code == 400
    assert unknown.context["finder"].errors["number"]


def test_an_application_with_a_photo_and_again(company, signed_in, issued):
    browser = signed_in("crew_leader")
    address = f"{reverse('deviation_new')}?edition={issued.pk}&number=2.1"
    for _turn in range(2):
        answer = browser.post(address, sent(files=[picture()]))
        assert answer.status_code == 302
    with scopes_disabled():
        deviation = Deviation.objects.get()
    page = browser.get(answer.url)
    (file,) = page.context["files"]
    assert browser.get(reverse("private_file", args=[file.pk])).status_code == 200
    assert signed_in("other_crew_leader").get(reverse("private_file", args=[file.pk])).status_code == 404
    assert deviation.number in page.text


def test_what_was_typed_stays(company, signed_in, issued):
    address = f"{reverse('deviation_new')}?edition={issued.pk}&number=2.1"
    far = clock.today() + timedelta(days=400)
    answer = signed_in("crew_leader").post(address, sent(ends_on=f"{far}"))
    assert answer.status_code == 400
    assert answer.context["form"].errors["ends_on"]
    for typed in ("打印機損壞", "維修單", "當面簽發", f"{far}"):
        assert typed in answer.text


def test_the_steps_on_the_page(company, signed_in, applied):
    address = reverse("deviation_step", args=[applied.pk, "decline"])
    assert signed_in("crew_leader").post(address, {"note": "不"}).status_code == 404
    head = signed_in("unit_manager")
    empty = head.post(address, {"note": ""})
    assert empty.status_code == 400
    assert head.post(address, {"note": "不需要"}).status_code == 302
    late = head.post(reverse("deviation_step", args=[applied.pk, "approve"]), {"note": "同意"})
    assert late.status_code == 409
    assert "同意" in late.text


def test_the_record_is_one_page(company, signed_in, in_force):
    actions.keep_files(
        by=company.users["crew_leader"], owner=in_force, uploads=examine_files([picture()]), purpose="facts", now=NOW
    )
    answer = signed_in("employee").get(reverse("deviation_record", args=[in_force.pk]))
    facts = pdf.check_pdf(answer.content)
    assert (facts.pages, facts.tagged, facts.fonts_embedded, facts.language) == (1, True, True, "zh-Hant")


# ---- a clause that changed ------------------------------------------------------------------------------------------
def reissue(company, edition, change):
    """A second edition in force today, with `change(draft)` made to it."""
    editor, approver = company.users["editor"], company.users["approver"]
    draft = regulations.start_draft(by=editor, regulation=edition.regulation)
    change(draft)
    regulations.submit_edition(by=editor, edition=draft, change_note="修訂")
    regulations.review_edition(by=company.users["second_editor"], edition=draft)
    regulations.approve_edition(by=approver, edition=draft)
    return regulations.issue_edition(
        by=approver,
        edition=draft,
        effective_on=clock.today(),
        owner_unit=company.units["QHSE"],
        audience=[AudienceLine("staff")],
    )


@pytest.mark.parametrize(
    ("changed", "text", "expected"),
    [("2.1", "用火之前兩天辦許可證。", ClauseChange.CHANGED), ("2.2.1", "動火點二十米內清除可燃物。", None)],
)
def test_a_clause_with_a_new_wording_is_flagged(company, signed_in, issued, in_force, changed, text, expected):
    def change(draft):
        row = draft.clauses.get(number=changed)
        regulations.edit_clause(
            by=company.users["editor"], clause=row, number=row.number, heading=row.heading, text=text
        )

    reissue(company, issued, change)
    found = wordings.changes_since([in_force])
    assert found.get(in_force.pk) == expected
    page = signed_in("employee").get(reverse("deviation_list"))
    assert (str(ClauseChange.CHANGED.label) in page.text) == (expected is not None)


def test_on_a_changed_clause_nothing_is_approved(company, issued, apply):
    waiting = apply(now=clock.now(), starts_on=clock.today(), ends_on=clock.today())

    def change(draft):
        row = draft.clauses.get(number="2.1")
        regulations.edit_clause(by=company.users["editor"], clause=row, number="2.1", heading="", text="改了")

    reissue(company, issued, change)
    with pytest.raises(actions.Refused):
        actions.approve_deviation(by=company.users["unit_manager"], deviation=waiting, now=clock.now())


# ---- the measure ----------------------------------------------------------------------------------------------------
def measured(unit, code):
    found = measures.deviations_in_order(unit, Period.parse(code))
    return found.due, found.done, found.missed


def test_the_measure_counts_what_was_in_order(company, apply, granted, monkeypatch):
    crew = company.units["CREW1"]
    assert measured(crew, "2026-11") == (1, 1, 0)
    assert measured(crew, "2027-01") == (1, 1, 0)  # still in force
    assert measured(crew, "2027-06") == (0, 0, 0)
    assert measured(company.units["CREW2"], "2026-11") == (0, 0, 0)
    assert measured(None, "2026-11") == (1, 1, 0)
    apply(clause="2.2.1")  # waits
    assert measured(crew, "2026-11") == (2, 1, 0)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=30))
    assert measured(crew, "2026-12") == (2, 1, 1)  # the tenth working day was 7 December
    assert measured(crew, "2026-11") == (2, 1, 0)


def test_a_late_decision_stays_late(company, apply):
    waiting = apply()
    actions.approve_deviation(by=company.users["unit_manager"], deviation=waiting, now=NOW + timedelta(days=20))
    assert measured(None, "2026-12") == (1, 0, 1)
    assert measured(None, "2027-01") == (1, 1, 0)


def test_work_after_expiry_is_missed(company, granted):
    actions.report_overrun(
        by=company.users["quality_officer"], deviation=granted, note="仍在用", now=NOW + timedelta(days=100)
    )
    assert measured(None, "2027-03") == (1, 0, 1)


def test_the_rows_of_the_measure_are_the_rows_of_the_register(company, signed_in, granted):
    found = measures.deviations_in_order(company.units["PROJECT1"], Period.parse("2026-11"))
    page = signed_in("quality_officer").get(found.rows_url)
    assert [row["deviation"] for row in page.context["rows"]] == [granted]
    assert page.context["unit"] == company.units["PROJECT1"]


def test_withdrawn_applications_count_nowhere(company, applied):
    actions.withdraw_deviation(by=company.users["crew_leader"], deviation=applied, now=NOW)
    assert measured(None, "2026-11") == (0, 0, 0)


def test_days_is_what_the_tests_count_from():
    assert days(0) == date(2026, 11, 23)
    assert timezone.localdate(NOW) == days(0)


def test_an_edition_that_is_superseded_while_one_writes_loses_nothing(company, signed_in, issued):
    def change(draft):
        row = draft.clauses.get(number="2.1")
        regulations.edit_clause(by=company.users["editor"], clause=row, number="2.1", heading="", text="改了")

    address = f"{reverse('deviation_new')}?edition={issued.pk}&number=2.1"
    reissue(company, issued, change)
    answer = signed_in("crew_leader").post(address, sent())
    assert answer.status_code == 400
    assert "維修單" in answer.text
    assert answer.context["form"].non_field_errors()
