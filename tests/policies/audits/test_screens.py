"""What is shown to whom: the plan with the units without an audit, the checklist, findings, tiles, report, measure."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django_scopes import scopes_disabled

from policies.audits import actions, coverage, measures, tiles
from policies.audits.models import Audit, AuditLine, Finding
from portal.files.models import PrivateFile
from portal.lib import clock, pdf
from portal.lib.periods import Period
from portal.org.readers import reader_for
from tests.forms.complaints import picture
from tests.policies.audits.conftest import NOW, TODAY, days, lines_of


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The screens ask the clock."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


# ---- coverage and measure -------------------------------------------------------------------------------------------
def test_every_unit_that_the_audience_names_is_due(company, issued, duty):
    named = {unit.code for unit in coverage.units_named(issued, 2026)}
    assert named == {"QHSE", "FINANCE", "PROJECT1", "CREW1", "CREW2", "PROPERTY", "OFFICE1", "OFFICE2", "SALES1"}
    company.units["CREW2"].closed_on = days(-400)
    company.units["CREW2"].save()
    assert "CREW2" not in {unit.code for unit in coverage.units_named(issued, 2026)}


@pytest.mark.parametrize(
    ("audience", "named"),
    [
        (lambda c: {"scope": "unit", "unit": c.units["PROJECT1"]}, {"PROJECT1", "CREW1", "CREW2"}),
        (lambda c: {"scope": "post", "post": c.posts["office_director"]}, {"OFFICE1", "OFFICE2"}),
        (lambda c: {"scope": "public"}, set()),
    ],
)
def test_the_audience_says_which_units(company, approved, issue, audience, named):
    from policies.actions import AudienceLine

    edition = issue(approved, audience=[AudienceLine(**audience(company))])
    assert {unit.code for unit in coverage.units_named(edition, 2026)} == named


def measured(unit, code):
    found = measures.audited_once_a_year(unit, Period.parse(code))
    return found.due, found.done, found.missed


def test_the_measure_counts_units_with_a_finished_audit(company, duty, started, monkeypatch):
    assert measured(company.units["PROJECT1"], "2026") == (3, 0, 0)


def test_the_measure_after_the_year(company, duty, finished, monkeypatch):
    project, crew = company.units["PROJECT1"], company.units["CREW1"]
    assert measured(project, "2026") == (3, 1, 0)
    assert measured(crew, "2026-11") == (1, 1, 0)
    assert measured(None, "2026") == (9, 1, 0)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=60))
    assert measured(project, "2026") == (3, 1, 2)
    assert measured(project, "2027") == (3, 0, 0)


def test_the_rows_of_the_measure_are_the_rows_of_the_plan(company, signed_in, finished):
    found = measures.audited_once_a_year(company.units["PROJECT1"], Period.parse("2026"))
    page = signed_in("quality_officer").get(found.rows_url)
    assert len(page.context["rows"]) == found.due
    assert page.context["finished"] == found.done
    assert page.context["without"] == 2


# ---- who sees what --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("quality_officer", 200),
        ("administrator", 200),
        ("unit_manager", 200),
        ("other_unit_manager", 200),
        ("other_crew_leader", 200),
        ("crew_leader", 404),
        ("employee", 404),
        ("director", 404),
        ("editor", 404),
        ("customer", 404),
    ],
)
def test_an_audit_is_seen_by_its_unit_its_auditors_and_the_owner(signed_in, finished, who, status):
    browser = signed_in(who)
    assert browser.get(finished.get_absolute_url()).status_code == status
    assert browser.get(reverse("audit_report", args=[finished.pk])).status_code == status


def test_who_mends_sees_the_finding_alone(signed_in, finding):
    browser = signed_in("crew_leader")
    assert browser.get(finding.get_absolute_url()).status_code == 200
    assert browser.get(finding.audit.get_absolute_url()).status_code == 404
    assert signed_in("employee").get(finding.get_absolute_url()).status_code == 404


def test_the_unit_sees_no_answer_before_the_end(signed_in, answered):
    assert "查了記錄。" not in signed_in("unit_manager").get(answered.get_absolute_url()).text
    assert "查了記錄。" in signed_in("other_crew_leader").get(answered.get_absolute_url()).text


def test_a_manager_sees_the_plan_of_the_own_units(signed_in, planned):
    page = signed_in("unit_manager").get(reverse("audit_list"))
    assert [row.unit.code for row, _audits in page.context["rows"]] == ["CREW1"]
    auditor = signed_in("other_crew_leader").get(reverse("audit_list"))
    assert auditor.context["mine"] == [planned]
    assert auditor.context["rows"] == []


def test_the_plan_takes_few_queries(signed_in, plan, django_assert_max_num_queries):
    for unit in ("CREW1", "PROPERTY", "SALES1"):
        plan(unit=unit)
    browser = signed_in("quality_officer")
    with django_assert_max_num_queries(22):
        browser.get(reverse("audit_list"))


# ---- the way through the screens ------------------------------------------------------------------------------------
def test_planning_on_the_screen(company, signed_in, duty, issued):
    browser = signed_in("quality_officer")
    address = f"{reverse('audit_new')}?unit=CREW1&year=2026"
    form = browser.get(address).context["form"]
    people = {person.pk for person in form.fields["lead"].queryset}
    assert company.people["other_unit_manager"].pk in people
    assert company.people["unit_manager"].pk not in people
    sent = {
        "submission_id": f"{form['submission_id'].value()}",
        "edition": issued.pk,
        "year": 2026,
        "month": 10,
        "lead": company.people["other_unit_manager"].pk,
    }
    early = browser.post(address, sent)
    assert early.status_code == 400
    assert early.context["form"].errors["month"]
    for _turn in range(2):
        assert browser.post(address, sent | {"month": 12}).status_code == 302
    with scopes_disabled():
        audit = Audit.objects.get()
    changed = browser.post(reverse("audit_change", args=[audit.pk]), sent | {"month": 11, "version": audit.version})
    assert changed.status_code == 302
    assert browser.post(reverse("audit_cancel", args=[audit.pk]), {"note": "搬遷"}).status_code == 302


def test_questions_on_the_screen(signed_in, planned):
    browser, (first, second, _third) = signed_in("other_unit_manager"), lines_of(planned)
    address = reverse("audit_questions", args=[planned.pk])
    sent = {"version": "1", f"q-{first.pk}": " ", "new-0": "問三個人。"}
    empty = browser.post(address, sent)
    assert empty.status_code == 400
    assert "問三個人。" in empty.text
    assert browser.post(address, sent | {f"q-{first.pk}": "看夜班。", f"out-{second.pk}": "on"}).status_code == 302
    assert [line.question for line in lines_of(planned)][::2] == ["看夜班。", "問三個人。"]
    late = browser.post(address, sent | {f"q-{first.pk}": "別的"})
    assert late.status_code == 409
    assert "別的" in late.text


def test_a_line_on_the_screen(company, signed_in, started):
    browser, (first, second, _third) = signed_in("other_crew_leader"), lines_of(started)
    address = first.get_absolute_url()
    sent = {
        "version": first.version,
        "result": "minor",
        "evidence": "看了。",
        "description": "缺卡。",
        "files": [picture()],
    }
    answer = browser.post(address, sent)
    assert answer.status_code == 302
    assert answer.url == second.get_absolute_url()
    other = signed_in("other_unit_manager").post(
        address, {"version": 1, "result": "conforms", "evidence": "我看沒事。"}
    )
    assert other.status_code == 409
    assert "我看沒事。" in other.text
    assert "看了。" in other.text  # what the other one had saved
    again = {"version": other.context["form"]["version"].value(), "result": "conforms", "evidence": "我看沒事。"}
    assert signed_in("other_unit_manager").post(address, again).status_code == 302
    file = PrivateFile.objects.get()
    assert browser.get(reverse("private_file", args=[file.pk])).status_code == 200
    assert signed_in("crew_leader").get(reverse("private_file", args=[file.pk])).status_code == 404
    assert browser.post(address, {"version": 3}).status_code == 400


def test_finishing_on_the_screen(signed_in, answered, started):
    address = reverse("audit_finish", args=[answered.pk])
    assert signed_in("other_crew_leader").get(address).status_code == 404
    lead = signed_in("other_unit_manager")
    assert lead.get(address).context["unanswered"] == []
    assert lead.post(address, {"conclusion": ""}).status_code == 400
    assert lead.post(address, {"conclusion": "總體符合。"}).status_code == 302
    assert lead.get(lines_of(answered)[0].get_absolute_url()).status_code == 404  # frozen


def test_following_up_on_the_screen(signed_in, finding):
    def step(who, name, data):
        return signed_in(who).post(reverse("audit_finding_step", args=[finding.pk, name]), data)

    assert step("other_crew_leader", "done", {"proof": "我來"}).status_code == 404
    assert step("crew_leader", "done", {"proof": ""}).status_code == 400
    assert step("crew_leader", "done", {"proof": "已核對。", "files": [picture()]}).status_code == 302
    file = PrivateFile.objects.get()
    assert signed_in("unit_manager").get(reverse("private_file", args=[file.pk])).status_code == 200
    assert signed_in("employee").get(reverse("private_file", args=[file.pk])).status_code == 404
    assert step("unit_manager", "verify", {}).status_code == 404
    assert step("other_crew_leader", "return", {"verdict": ""}).status_code == 400
    assert step("other_crew_leader", "return", {"verdict": "缺記錄"}).status_code == 302
    assert "缺記錄" in signed_in("crew_leader").get(finding.get_absolute_url()).text
    assert step("crew_leader", "done", {"proof": "補了。"}).status_code == 302
    assert step("quality_officer", "verify", {}).status_code == 302
    late = step("other_crew_leader", "verify", {"verdict": "看過"})
    assert late.status_code == 409
    assert "看過" in late.text


@pytest.mark.parametrize(("view", "count"), [("open", 1), ("overdue", 1), ("done", 0), ("verified", 0), ("all", 1)])
def test_the_follow_up_list(signed_in, finding, view, count, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=21))
    for who in ("unit_manager", "crew_leader", "quality_officer", "other_unit_manager"):
        page = signed_in(who).get(reverse("audit_findings"), {"view": view})
        assert len(page.context["rows"]) == count, who
    assert signed_in("employee").get(reverse("audit_findings"), {"view": view}).context["rows"] == []


# ---- tiles ----------------------------------------------------------------------------------------------------------
def counts(company, who):
    return {str(tile.title): (tile.count, tile.urgent) for tile in tiles.audit_tiles(reader_for(company.users[who]))}


def test_tiles_of_auditors_units_and_the_owner(company, started):
    assert counts(company, "other_crew_leader") == {"Audits to do this month": (1, False)}
    assert counts(company, "unit_manager") == {}
    assert counts(company, "quality_officer") == {"Units without an audit this year": (8, True)}


def test_tiles_of_who_mends_and_who_verifies(company, finding, monkeypatch):
    assert counts(company, "unit_manager") == {"Audit findings to mend": (1, False)}
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=21))
    assert counts(company, "crew_leader") == {"Audit findings to mend": (1, True)}
    actions.report_done(by=company.users["crew_leader"], finding=finding, proof="已核對。", now=NOW)
    assert counts(company, "crew_leader") == {}
    assert counts(company, "other_crew_leader") == {"Corrective actions to verify": (1, False)}


# ---- the report -----------------------------------------------------------------------------------------------------
def test_the_report_is_a_tagged_pdf(signed_in, finished):
    answer = signed_in("unit_manager").get(reverse("audit_report", args=[finished.pk]))
    facts = pdf.check_pdf(answer.content)
    assert facts.pages >= 2
    assert (facts.tagged, facts.fonts_embedded, facts.language) == (True, True, "zh-Hant")
    assert finished.number in facts.title


def test_there_is_no_report_before_the_end(signed_in, started):
    assert signed_in("other_unit_manager").get(reverse("audit_report", args=[started.pk])).status_code == 404


def test_today_of_the_tests(company):
    assert clock.today() == TODAY
    with scopes_disabled():
        assert not AuditLine.objects.exists()
        assert not Finding.objects.exists()
