"""SAF-24, clause 6.5: a unit deviates only with its head's leave, a year at most, in writing, with facts."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile
from playwright.sync_api import expect

from policies.deviations.enums import DeviationState
from policies.deviations.models import Deviation
from policies.models import Edition
from portal.journal.actions import entries_of
from portal.lib import clock, pdf
from portal.lib.registries import clause_marks
from portal.org.models import User
from portal.org.readers import reader_for
from tests.forms.complaints import picture

REASONS = "觀察報告的打印機送修，本週只能先用手寫卡。"
FACTS = "維修單編號與預計取回日期見照片。"
MEASURES = "手寫卡當天交值班室，安全員逐份補錄。"


def photo(tmp_path):
    path = tmp_path / "repair.jpg"
    path.write_bytes(ContentFile(picture().read()).read())
    return path


def test_saf_24_a_crew_leader_applies_and_the_head_approves(
    portal, phone, page, new_context, sign_in, axe, look, no_side_scroll, tmp_path, expected_errors
):
    expected_errors.append("400 (Bad Request)")
    today = clock.today()
    edition = Edition.objects.get(title="安全觀察與溝通管理規定")

    # The crew leader, on a phone: the clause by its number, then the application.
    sign_in(phone, "crew_leader")
    phone.goto("/deviations/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "deviation-register-phone")
    phone.goto("/deviations/new/")
    phone.locator("#id_edition").select_option(str(edition.pk))
    phone.locator("#id_number").fill("４．５．１")
    axe(phone)
    phone.locator("form[method=get] .btn-primary").last.click()
    expect(phone.locator("blockquote")).to_contain_text("報告要及時填")
    phone.locator("#id_starts_on").fill(f"{today}")
    phone.locator("#id_ends_on").fill(f"{today + timedelta(days=400)}")
    phone.locator("#id_reasons").fill(REASONS)
    phone.locator("#id_facts").fill(FACTS)
    phone.locator("#id_measures").fill(MEASURES)
    phone.locator("#id_files").set_input_files(str(photo(tmp_path)))
    no_side_scroll(phone)
    axe(phone)
    look(phone, "deviation-form-phone")
    phone.locator("form[data-draft] .btn-primary").click()

    # More than a year is refused, in words, and nothing typed is lost.
    expect(phone.locator("#id_ends_on_error")).to_be_visible()
    axe(phone)
    look(phone, "deviation-refused-phone")
    assert not Deviation.objects.filter(reasons=REASONS).exists()
    assert phone.locator("#id_facts").input_value() == FACTS
    phone.locator("#id_ends_on").fill(f"{today + timedelta(days=20)}")
    phone.locator("form[data-draft] .btn-primary").click()
    phone.wait_for_url("**/deviations/*/")
    deviation = Deviation.objects.get(reasons=REASONS)
    expect(phone.locator("img.img-fluid")).to_be_visible()
    assert phone.locator("#step-approve").count() == 0
    axe(phone)
    no_side_scroll(phone)
    look(phone, "deviation-waiting-phone")
    reader = reader_for(User.objects.get(username="employee"))
    provider = clause_marks.get("deviations")
    assert deviation.get_absolute_url() not in [mark.url for mark in provider(reader, edition)]

    # The head of the crew is told on the home page, reads, and approves.
    sign_in(page, "unit_manager")
    page.goto("/")
    look(page, "deviation-head-home")
    page.locator(f".tile a[href='{deviation.get_absolute_url()}']").click()
    axe(page)
    look(page, "deviation-to-decide")
    page.locator("#id_approve_note").fill("同意，打印機取回後即恢復。")
    page.locator("#step-approve button").click()
    page.wait_for_url(f"**{deviation.get_absolute_url()}")
    axe(page)
    look(page, "deviation-approved")
    deviation.refresh_from_db()
    assert (deviation.state, deviation.decided_by.username) == (DeviationState.APPROVED, "unit_manager")
    assert [entry.action for entry in entries_of(deviation)] == ["deviations.apply", "deviations.approve"]

    # A man of the crew finds the mark beside the clause and the record in writing; the next crew finds neither.
    (mark,) = [mark for mark in provider(reader, edition) if mark.url == deviation.get_absolute_url()]
    assert f"{today + timedelta(days=20)}" in str(mark.label)
    answer = page.request.get(f"{portal.url}{deviation.get_absolute_url()}record.pdf")
    facts = pdf.check_pdf(answer.body())
    assert (facts.pages, facts.tagged, facts.fonts_embedded) == (1, True, True)
    stranger = new_context().new_page()
    sign_in(stranger, "other_crew_leader")
    assert stranger.request.get(f"{portal.url}{deviation.get_absolute_url()}").status == 404
    neighbour = reader_for(User.objects.get(username="other_crew_leader"))
    assert deviation.get_absolute_url() not in [mark.url for mark in provider(neighbour, edition)]


def test_the_quality_officer_reads_the_register(portal, page, sign_in, axe, look):
    sign_in(page, "quality_officer")
    page.goto("/regulations/")
    page.locator(".door-list a[href='/deviations/']").click()
    axe(page)
    look(page, "deviation-register")
    for part in ("waiting", "expiring", "over"):
        page.goto(f"/deviations/?view={part}")
        assert page.locator("tbody tr").count() >= 1, part
    look(page, "deviation-register-over")
    assert page.locator("[data-print]").is_visible()
