"""A confidential paper of the sales site reaches those named alone; its owner sees who read it (SAL-04)."""

from __future__ import annotations

from home.library.actions import READ
from home.library.measures import confidential_kept
from home.library.models import LibraryEntry
from portal.journal.actions import entries_of
from portal.lib import clock
from portal.lib.periods import Period

TITLE = "翠湖苑二期底價與折扣權限表"


def test_sal_04_who_is_named_reads_and_leaves_a_trace(portal, page, new_context, sign_in, axe, look, expected_errors):
    portal.run_worker()
    secret = LibraryEntry.objects.get(title=TITLE)
    before = entries_of(secret).filter(action=READ).count()
    sign_in(page, "sales_person")
    page.goto("/library/?kind=internal")
    page.get_by_role("link", name=TITLE).click()
    assert "九九折" in page.locator("main").inner_text()
    axe(page)
    look(page, "confidential")
    file = page.locator(".library-files a").get_attribute("href")
    assert page.request.get(portal.url + file).status == 200
    assert entries_of(secret).filter(action=READ).count() == before + 2

    stranger = new_context().new_page()
    sign_in(stranger, "clerk")
    for address in ("/library/?kind=internal", "/library/?q=底價", "/search/?q=底價表", "/search/?q=九九折"):
        stranger.goto(address)
        assert TITLE not in stranger.locator("main").inner_text()
        assert "折扣權限" not in stranger.content()
    expected_errors.append("404 (Not Found)")
    stranger.goto(f"/library/{secret.pk}/")
    assert "底價" not in stranger.content()
    assert stranger.request.get(portal.url + file).status == 404
    assert entries_of(secret).filter(action=READ).count() == before + 2

    owner = new_context(width=375).new_page()
    sign_in(owner, "editor")
    owner.goto(f"/desk/library/{secret.pk}/reads/")
    assert owner.locator("tbody tr").count() == before + 2
    assert "范雅琴" in owner.locator("tbody tr").first.inner_text()
    axe(owner)
    look(owner, "confidential-readings")
    found = confidential_kept(None, Period.of("month", clock.today()))
    assert (found.due, found.done, found.missed) == (1, 1, 0)
