"""SAF-22, clause 6.3: every unit is audited once a year: plan, checklist on a phone, findings, follow-up, report."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import expect

from policies.audits.enums import AuditState, FindingState
from policies.audits.models import Audit, AuditLine, Finding
from policies.audits.permissions import possible_owners
from portal.lib import clock, pdf
from portal.org.models import Person, Unit
from tests.forms.complaints import picture


def test_saf_22_from_the_plan_to_the_verified_action(
    portal, page, phone, new_context, sign_in, axe, look, no_side_scroll, tmp_path
):
    # The quality officer sees who has no audit yet and plans one of the second office.
    sign_in(page, "quality_officer")
    page.goto("/audits/")
    axe(page)
    look(page, "audit-plan")
    page.locator("a[href*='unit=OFFICE2']").click()
    page.locator("#id_lead").select_option(str(Person.objects.get(user__username="unit_manager").pk))
    page.locator("#id_auditor_1").select_option(str(Person.objects.get(user__username="crew_leader").pk))
    axe(page)
    look(page, "audit-new")
    page.locator("main form.panel .btn-primary").click()
    page.wait_for_url("**/questions/")
    audit = Audit.objects.get(unit=Unit.objects.get(code="OFFICE2"))
    for line in AuditLine.objects.filter(audit=audit)[3:]:  # a short audit: three questions and one of our own
        page.locator(f"#out-{line.pk}").check()
    page.locator("#new-0").fill("最近一次觀察的三個人，各說說當時談了什麼。")
    axe(page)
    look(page, "audit-questions")
    page.locator("main form.panel .btn-primary").click()
    page.wait_for_url(f"**{audit.get_absolute_url()}")
    assert AuditLine.objects.filter(audit=audit).count() == 4

    # The lead auditor fills the checklist in on a phone; each line is saved as it is sent.
    sign_in(phone, "unit_manager")
    phone.goto("/")
    phone.locator(f".tile a[href='{audit.get_absolute_url()}']").click()
    axe(phone)
    no_side_scroll(phone)
    look(phone, "audit-planned-phone")
    phone.locator("form[action$='/start/'] button").click()
    phone.locator("a.btn-primary[href*='/lines/']").click()
    expect(phone.locator(".finding-part")).to_be_hidden()
    photo = tmp_path / "card.jpg"
    photo.write_bytes(picture().read())
    owner = possible_owners(audit.unit).first()
    for place, line in enumerate(AuditLine.objects.filter(audit=audit).order_by("order")):
        assert phone.url.endswith(line.get_absolute_url())
        if place == 1:
            phone.locator("input[value=minor]").check()
            phone.locator("#id_description").fill("抽查的觀察卡有兩份沒有寫區域。")
            phone.locator("#id_action").fill("收卡時先看區域一欄，缺的當天補。")
            phone.locator("#id_owner").select_option(str(owner.pk))
            phone.locator("#id_due_on").fill(f"{clock.today() + timedelta(days=14)}")
            phone.locator("#id_files").set_input_files(str(photo))
            axe(phone)
            no_side_scroll(phone)
            look(phone, "audit-line-phone")
        else:
            phone.locator("input[value=conforms]").check()
        phone.locator("#id_evidence").fill("查了上月的卡片二十份。")
        phone.locator(".line-form .btn-primary").click()
        phone.wait_for_url(lambda url, line=line: not url.endswith(line.get_absolute_url()))
    phone.goto(f"{audit.get_absolute_url()}finish/")
    phone.locator("#id_conclusion").fill("卡片填寫及時，區域一欄要補全。")
    axe(phone)
    look(phone, "audit-finish-phone")
    phone.locator("main form.panel .btn-primary").click()
    phone.wait_for_url(f"**{audit.get_absolute_url()}")
    audit.refresh_from_db()
    assert audit.state == AuditState.FINISHED
    look(phone, "audit-finished-phone")
    facts = pdf.check_pdf(phone.request.get(f"{portal.url}{audit.get_absolute_url()}report.pdf").body())
    assert facts.tagged
    assert facts.fonts_embedded
    assert phone.request.get(f"{portal.url}{AuditLine.objects.filter(audit=audit)[0].get_absolute_url()}").status == 404

    # Who mends it reports with proof; the auditor verifies.
    finding = Finding.objects.get(audit=audit)
    mender = new_context(width=375).new_page()
    sign_in(mender, owner.user.username)
    mender.goto("/")
    mender.locator(f".tile a[href='{finding.get_absolute_url()}']").click()
    axe(mender)
    no_side_scroll(mender)
    mender.locator("#id_proof").fill("兩份已補寫；收卡登記加了區域一欄。")
    mender.locator("#id_files").set_input_files(str(photo))
    look(mender, "audit-finding-phone")
    mender.locator("form[action$='/done/'] .btn-primary").click()
    expect(mender.locator("form[action$='/verify/']")).to_have_count(0)
    phone.goto("/audits/findings/?view=done")
    axe(phone)
    phone.locator(f"a[href='{finding.get_absolute_url()}']").click()
    phone.locator("#id_verdict").fill("看過補寫的卡片。")
    phone.locator("form[action$='/verify/'] .btn-primary").click()
    expect(phone.locator("form[action$='/verify/']")).to_have_count(0)
    finding.refresh_from_db()
    assert finding.state == FindingState.VERIFIED


def test_the_unit_and_the_owner_follow_what_was_found(portal, page, new_context, sign_in, axe, look):
    finished = Audit.objects.finished().get()
    sign_in(page, "unit_manager")
    page.goto("/")
    look(page, "audit-unit-home")
    page.goto("/audits/findings/?view=overdue")
    assert page.locator("tbody tr").count() == 1
    axe(page)
    look(page, "audit-findings-overdue")
    page.goto(finished.get_absolute_url())
    axe(page)
    look(page, "audit-report-page")
    officer = new_context().new_page()
    sign_in(officer, "quality_officer")
    officer.goto("/")
    expect(officer.locator(".tile", has=officer.locator("a[href='/audits/']")).first).to_be_visible()
    look(officer, "audit-owner-home")
