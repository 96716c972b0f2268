"""SAF-09 (clause 4.6) and SAF-13 (clause 5.3): from planned cards a unit learns what to improve."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
from playwright.sync_api import expect

from forms.cards.analysis import measures
from forms.cards.analysis.models import Proposal, WrittenAnalysis
from forms.cards.statistics import quarter_counts
from portal.journal.actions import entries_of
from portal.lib import clock, pdf
from portal.lib.periods import Period
from portal.org.models import Person, Unit

HERE = "/desk/cards/analysis/"
ANALYSIS = "本月不安全項集中在程序和秩序，夜班觀察仍然偏少。"
SUGGESTION = "下月夜班安排四次有計劃的觀察。"


def test_saf_09_the_manager_reads_signs_and_proposes(
    portal, page, new_context, sign_in, axe, look, no_side_scroll, expected_errors
):
    expected_errors.append("400 (Bad Request)")
    crew, month = Unit.objects.get(code="CREW1"), Period.of("month", clock.today())
    query = f"?unit=CREW1&period={month.code}"
    before = measures.analysed(crew, month)

    # Appendix B of this month: the numbers of the cards, planned ones only.
    sign_in(page, "unit_manager")
    page.goto("/desk/cards/")
    page.locator(f".section-tabs a[href='{HERE}']").click()
    page.goto(f"{HERE}{query}")
    counts = quarter_counts(crew, month)
    expect(page.locator("dl.sums").first).to_contain_text(str(counts.cards))
    cells = page.locator("tr.total td").all_inner_texts()
    assert cells[3] == str(counts.totals.safe)
    assert cells[-3] == str(counts.totals.unsafe)
    axe(page)
    look(page, "statistics-appendix-b")
    book = openpyxl.load_workbook(io.BytesIO(page.request.get(f"{portal.url}{HERE}appendix-b.xlsx{query}").body()))
    assert book.worksheets[0].cell(2, 5).value == counts.totals.safe
    paper = pdf.check_pdf(page.request.get(f"{portal.url}{HERE}appendix-b.pdf{query}").body())
    assert (paper.pages, paper.tagged, paper.fonts_embedded) == (1, True, True)

    # The unit's words, signed: half of them is refused and nothing typed is lost.
    page.locator(f"a[href*='{HERE}sign/']").click()
    page.locator("#id_analysis").fill(ANALYSIS)
    page.locator("main form .btn-primary").click()
    expect(page.locator("#id_suggestion_error")).to_be_visible()
    assert page.locator("#id_analysis").input_value() == ANALYSIS
    page.locator("#id_suggestion").fill(SUGGESTION)
    axe(page)
    look(page, "statistics-sign")
    page.locator("main form .btn-primary").click()
    expect(page.locator("main")).to_contain_text(SUGGESTION)
    written = WrittenAnalysis.objects.get(unit=crew, period_code=month.code)
    assert (written.version, written.by.username) == (1, "unit_manager")
    assert [entry.action for entry in entries_of(written)] == ["card_analysis.sign"]
    after = measures.analysed(crew, month)
    assert (before.done, after.done, after.missed) == (0, 1, 0)

    # Trends with their charts, and a proposal because of them.
    page.goto(f"{HERE}trends/{query}")
    assert page.locator("figure.chart svg").count() >= 2
    axe(page)
    look(page, "statistics-trends")
    page.locator("main a[href*='proposals/new/']").click()
    page.locator("#id_finding").fill("程序和秩序連續三週偏高。")
    page.locator("#id_proposal").fill("交接班時共同查看通道。")
    leader = Person.objects.get(user__username="crew_leader")
    page.locator("#id_owner").select_option(str(leader.pk))
    page.locator("#id_due").fill(f"{clock.today() + timedelta(days=14)}")
    axe(page)
    look(page, "statistics-proposal-form")
    page.locator("main form .btn-primary").click()
    page.locator("#step-accept summary").click()
    page.locator("#step-accept button").click()
    proposal = Proposal.objects.get(finding__startswith="程序和秩序連續")
    expect(page.locator("#step-finish")).to_be_visible()
    axe(page)
    look(page, "statistics-proposal")

    # The crew leader finds it on the home page and reports it as done; the next crew finds nothing.
    leader_phone = new_context(width=375, height=812).new_page()
    sign_in(leader_phone, "crew_leader")
    leader_phone.goto("/")
    leader_phone.locator(f".tile a[href='{proposal.get_absolute_url()}']").first.click()
    leader_phone.locator("#step-finish summary").click()
    leader_phone.locator("#id_finish_note").fill("已列入交接班檢查表。")
    leader_phone.locator("#step-finish button").click()
    expect(leader_phone.locator("main")).to_contain_text("已列入交接班檢查表")
    proposal.refresh_from_db()
    assert proposal.state == "done"
    leader_phone.goto(f"{HERE}{query}")
    axe(leader_phone)
    no_side_scroll(leader_phone)
    look(leader_phone, "statistics-appendix-b-phone")
    stranger = new_context().new_page()
    sign_in(stranger, "other_crew_leader")
    for address in (f"{HERE}{query}", proposal.get_absolute_url(), f"{HERE}sign/CREW1/{month.code}/"):
        assert stranger.request.get(f"{portal.url}{address}").status == 404


def test_saf_13_the_safety_department_compares_units(portal, page, sign_in, axe, look):
    sign_in(page, "quality_officer")
    quarter = Period.of("quarter", clock.today())
    page.goto(f"{HERE}?unit=PROJECT1&period={quarter.code}")
    assert page.locator("table.appendix-b").first.locator("tbody tr").count() >= 5
    axe(page)
    look(page, "statistics-project")
    page.goto(f"{HERE}trends/?unit=PROJECT1&period={quarter.code}&grain=month")
    expect(page.locator("#compare-title")).to_be_visible()
    axe(page)
    look(page, "statistics-compare")
