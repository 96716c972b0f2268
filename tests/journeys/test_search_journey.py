"""Anyone searches in one box, in either script, and gets what is meant for them, with the words marked.

Steps 4 and 8 of the newcomer's way; SAF-26 (what is published is found), SAL-04 (search leaks no title or snippet).
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.test import Client

from home.actions import publish_notice
from home.enums import AudienceGroup
from portal.org.models import Unit, User
from portal.org.readers import reader_for
from search.models import Passage

CANARY = "鴟梟"


def hits(page) -> list[str]:
    return [link.get_attribute("href") for link in page.locator(".search-hit h2 a").all()]


def search(page, words: str) -> list[str]:
    box = page.locator("main input[name=q]")
    box.fill(words)
    with page.expect_navigation():
        box.press("Enter")
    return hits(page)


def test_a_visitor_finds_the_same_in_either_script(portal, page, phone, axe, look, no_side_scroll):
    page.goto("/")
    box = page.locator(".masthead input[name=q]")
    box.fill("投訴")
    box.press("Enter")
    page.wait_for_url("**/search/?q=*")
    traditional = hits(page)
    assert traditional
    assert page.locator(".search-hit mark").first.inner_text() == "投訴"
    axe(page)
    look(page, "search-hits")
    assert search(page, "投诉") == traditional
    assert page.locator("main input[name=q]").input_value() == "投诉"

    phone.goto("/search/")
    axe(phone)
    no_side_scroll(phone)
    assert search(phone, "投诉") == traditional
    no_side_scroll(phone)
    axe(phone)
    look(phone, "search-hits-phone")


def test_an_employee_finds_clauses(portal, page, sign_in):
    sign_in(page, "employee")
    page.goto("/search/")
    for query in ("投诉", "投訴", "滿意率", "满意率", "STOP", "4.5.3", "４．５．３"):
        assert any("/regulations/" in url for url in search(page, query)), query


def test_an_employee_finds_a_clause_by_its_number_on_a_phone(portal, phone, sign_in, look):
    sign_in(phone, "employee")
    phone.goto("/search/")
    first = search(phone, "4.5.3")[0]
    assert first.endswith("#c-4.5.3")
    phone.locator(".search-hit h2 a").first.click()
    phone.wait_for_url("**/regulations/**")
    assert phone.locator("[id='c-4.5.3']").is_visible()
    look(phone, "search-opened-clause")


def test_the_kinds_are_filters_and_the_keyboard_is_enough(portal, page, sign_in, axe):
    sign_in(page, "employee")
    page.goto("/search/?q=投訴")
    numbers = [int(text) for text in page.locator("main .tabs .count").all_inner_texts()]
    assert numbers[0] == sum(numbers[1:])
    page.locator("main .tabs a").nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=**")
    assert len(hits(page)) == min(numbers[1], 10)
    axe(page)
    page.locator("main input[name=q]").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("鯨魚")
    page.keyboard.press("Enter")
    page.wait_for_url("**%E9%AF%A8%E9%AD%9A**")
    assert hits(page) == []
    assert page.locator(".empty-state").is_visible()
    axe(page)


def test_too_much_is_answered_with_a_sentence(portal, page, axe, expected_errors):
    expected_errors.append("400 (Bad Request)")
    page.goto("/search/")
    search(page, "投訴" * 150)
    assert "200" in page.locator("[role=alert]").inner_text()
    assert page.locator("main input[name=q]").input_value() == "投訴" * 150
    axe(page)


def test_a_notice_is_found_by_those_it_is_for_and_by_nobody_once_withdrawn(portal, page, new_context, sign_in):
    notice = publish_notice(
        by=User.objects.get(username="editor"),
        title=f"{CANARY}檢修",
        unit=Unit.objects.get(code="HQ"),
        audience=[AudienceGroup.STAFF],
        summary=f"{CANARY}只給員工",
        body=f"<p>{CANARY}</p>",
    )
    portal.run_worker()
    employee = new_context().new_page()
    sign_in(employee, "employee")
    for person, found in ((page, 0), (employee, 1)):
        person.goto("/search/")
        assert len(search(person, CANARY)) == found
        assert (CANARY in person.locator("main").inner_text()) is bool(found)
    notice.unpublish()
    employee.reload()
    assert hits(employee) == []  # held back at once, before the worker ran
    portal.run_worker()
    assert not Passage.objects.filter(title__contains=CANARY).exists()


def test_every_hit_opens_at_its_place_and_only_for_its_readers(portal):
    portal.run_worker()
    assert Passage.objects.count() > 100
    names = [None, "customer", "employee", "crew_leader", "clerk", "sales_person", "finance_clerk", "administrator"]
    pages: dict[tuple[str | None, str], str] = {}
    for name in names:
        client = Client()
        reader = reader_for(User.objects.get(username=name) if name else None)
        if name:
            client.force_login(reader.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        for row in Passage.objects.prefetch_related("audience"):
            address = urlsplit(row.url)
            entitled = reader.may_read({entry.token for entry in row.audience.all()})
            if (name, address.path) not in pages:
                response = client.get(unquote(address.path))
                pages[name, address.path] = response.content.decode() if response.status_code == 200 else ""
            html = pages[name, address.path]
            assert bool(html) is entitled, f"{name} and {row.url}"
            if html and address.fragment:
                assert f'id="{unquote(address.fragment)}"' in html, row.url
