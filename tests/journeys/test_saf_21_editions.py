"""SAF-21, clause 6.2: the safety department keeps every edition, and what changed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import expect

from policies.models import Edition
from portal.lib import pdf
from tests.journeys.conftest import SCREENSHOTS

TITLE = "文件與記錄管理規定"


def test_the_safety_department_keeps_and_compares_every_edition(
    portal, page, phone, sign_in, axe, look, no_side_scroll
):
    first, second = Edition.objects.filter(title=TITLE, issued_at__isnull=False).order_by("number")
    sign_in(page, "quality_officer")
    page.goto("/regulations/")
    page.locator("main").get_by_role("link", name=TITLE).last.click()
    expect(page.locator("h1")).to_have_text(TITLE)
    expect(page.locator(".appendix-files a")).to_have_text("文件編號對照表.pdf")
    look(page, "documents-reading")
    axe(page)

    # Every edition is there, marked with what became of it.
    page.locator("main").get_by_role("link", name=re.compile("版本")).last.click()
    page.wait_for_url("**/editions/")
    look(page, "documents-editions")
    axe(page)
    expect(page.locator("main .entries > li")).to_have_count(2)

    # Both are compared, clause by clause.
    page.locator(".compare-form button").click()
    page.wait_for_url("**/compare/1/2/")
    look(page, "documents-comparison")
    axe(page)
    for change, number in (("added", 1), ("removed", 1), ("changed", 3)):
        expect(page.locator(f".compared-{change}")).to_have_count(number)
    expect(page.locator(".compared-changed").filter(has_text="4.2").locator("ins")).to_contain_text(["五", "電子記錄"])
    moved = page.locator(".compared-clause").filter(has_text="3.3")
    expect(moved.locator(".status").last).to_contain_text("移動")

    # The first one reads as it read, says that it holds no longer, and leads back.
    page.goto(f"/regulations/{first.regulation.slug}/editions/1/")
    expect(page.locator(".notice")).to_contain_text("保留備查")
    expect(page.locator("[id='c-4.3']")).to_be_visible()
    look(page, "documents-superseded")

    # On a phone, in Simplified.
    sign_in(phone, "quality_officer")
    phone.goto(f"/regulations/{first.regulation.slug}/compare/1/2/")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "documents-comparison-phone")
    assert second.receipts.exists()


@pytest.mark.parametrize("script", ["hant", "hans"])
@pytest.mark.parametrize("number", [1, 2])
def test_the_paper_of_an_edition(portal, page, sign_in, script, number, tmp_path: Path):
    slug = Edition.objects.filter(title=TITLE).first().regulation.slug
    sign_in(page, "quality_officer")
    answer = page.request.get(f"{portal.url}/regulations/{slug}/editions/{number}/pdf/?script={script}", timeout=90_000)
    assert answer.status == 200
    facts = pdf.check_pdf(answer.body())
    assert (facts.tagged, facts.fonts_embedded, facts.variant) == (True, True, "PDF/UA-1")
    file = tmp_path / "paper.pdf"
    file.write_bytes(answer.body())
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True).stdout
        words = {"hant": ["文件與記錄管理規定", "修訂記錄"], "hans": ["文件与记录管理规定", "修订记录"]}[script]
        assert all(word in text for word in words)
        subprocess.run(["pdftoppm", "-r", "60", "-png", str(file), str(SCREENSHOTS / f"paper-{number}-{script}")])
