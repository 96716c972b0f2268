"""Whoever comes to the door finds it open, readable and free of barriers; who signs in is known."""

from __future__ import annotations

from portal.demo.logins import PASSWORD


def test_a_stranger_sees_the_home_page(portal, page, phone, axe, look, no_side_scroll):
    for name, window in (("desktop", page), ("phone", phone)):
        assert window.goto("/").ok
        axe(window)
        look(window, f"home-stranger-{name}")
        no_side_scroll(window)


def test_an_employee_signs_in_with_the_form(portal, page, axe, look):
    page.goto("/accounts/login/")
    axe(page)
    look(page, "login")
    form = page.locator("form", has=page.locator("input[name=login]"))
    form.locator("input[name=login]").fill("employee")
    form.locator("input[name=password]").fill(PASSWORD)
    form.locator("input[name=password]").press("Enter")
    page.wait_for_url(portal.url + "/")
    axe(page)
    look(page, "home-employee")


def test_a_worker_round_leaves_nothing_waiting(portal, page, sign_in):
    from django_tasks_db.models import DBTaskResult

    portal.run_worker()
    assert not DBTaskResult.objects.exclude(status="SUCCESSFUL").exists()
    sign_in(page, "editor")
    assert page.goto("/").ok
