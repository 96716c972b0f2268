"""A repair from the price to the customer's yes, to the work signed off, and back when it is still broken: SRV-07,
SRV-08, SRV-11. The week's draw and a call that finds somebody not satisfied: SRV-09."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django_scopes import scopes_disabled
from PIL import Image

from forms.cases.orders.enums import OrderState
from forms.cases.orders.models import WorkOrder
from forms.revisits.enums import RevisitKind, RevisitState
from forms.revisits.models import Revisit
from portal.lib import clock


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "閥芯.jpg"
    Image.new("RGB", (800, 600), (90, 120, 110)).save(path, "JPEG")
    return str(path)


def order_of(number: str) -> WorkOrder:
    with scopes_disabled():
        return WorkOrder.objects.get(number=number)


def press(page, act: str) -> None:
    """Opens the step of this name where it is closed, and presses its button."""
    step = page.locator(f"#act-{act}")
    if step.get_attribute("open") is None:
        step.locator("summary").click()
    step.locator("button.btn").last.click()


def write_order(page) -> str:
    page.goto("/desk/orders/")
    page.click("a[href='/desk/orders/new/']")
    service = page.locator("[name=item] option", has_text="疏通下水道").first.get_attribute("value")
    page.select_option("[name=item]", service)
    page.fill("[name=what]", "廚房下水道不通，水漫到地板。")
    page.fill("[name=house]", "2棟1501")
    page.fill("[name=contact_name]", "何女士")
    page.fill("[name=contact_phone]", "138 0013 8000")
    page.select_option("[name=worker]", index=1)
    page.click("main form .btn-primary")
    page.wait_for_url(re.compile(r"/desk/orders/W-\d{8}-\d{4}/$"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def test_srv_07_no_work_before_the_yes_and_back_when_it_is_still_broken(
    portal, page, phone, sign_in, photo, axe, look, no_side_scroll
):
    sign_in(page, "clerk")
    number = write_order(page)
    assert order_of(number).state == OrderState.PRICED
    assert page.locator("#act-start").count() == 0
    axe(page)
    look(page, "order-priced")
    address = page.inner_text("#customer-link")

    # The customer, on a phone, without an account.
    phone.goto(address)
    assert "80" in phone.inner_text("main")
    assert "何女士" not in phone.inner_text("body")
    axe(phone)
    no_side_scroll(phone)
    look(phone, "order-price-phone")
    phone.check("[name=agreed]")
    phone.click("main form .btn-primary")
    phone.wait_for_load_state()
    assert order_of(number).state == OrderState.ACCEPTED
    assert phone.locator("[name=agreed]").count() == 0

    # The work: each step in its order, photos before and after, then the end.
    page.reload()
    press(page, "start")
    page.set_input_files("#photos_before", photo)
    page.locator("form:has(#photos_before) button").click()
    with scopes_disabled():
        steps = order_of(number).steps.count()
    assert steps
    for _step in range(steps):
        page.locator(".order-steps .is-next form > button").click()
        page.wait_for_load_state()
    page.set_input_files("#photos_after", photo)
    page.locator("form:has(#photos_after) button").click()
    axe(page)
    look(page, "order-signed-off")
    page.locator("#act-finish [name=words]").fill("疏通後放水十分鐘，不堵不漏。")
    press(page, "finish")
    assert order_of(number).state == OrderState.FINISHED

    # It is still broken: rework at once, and somebody comes back within 24 hours.
    phone.reload()
    phone.fill("[name=words]", "剛用一次又堵了。")
    phone.click("main form .btn-outline-danger")
    phone.wait_for_load_state()
    look(phone, "order-again-phone")
    with scopes_disabled():
        first = order_of(number)
        rework = WorkOrder.objects.get(rework_of=first)
        revisit = Revisit.objects.filter(kind=RevisitKind.SPECIAL).latest("pk")
    assert first.state == OrderState.REWORK
    assert not rework.chargeable
    assert revisit.due_at - clock.now() <= timedelta(hours=24)
    page.goto("/desk/revisits/")
    assert number in page.inner_text("main") or rework.number in page.inner_text("main")


def test_srv_09_the_week_is_drawn_and_an_unsatisfied_customer_makes_the_rework(
    portal, page, sign_in, axe, look, expected_errors
):
    expected_errors.append("400 (Bad Request)")
    sign_in(page, "quality_officer")
    page.goto("/desk/revisits/draws/")
    axe(page)
    page.locator("main table a").first.click()
    page.wait_for_url(re.compile(r"/draws/\d{4}-W\d\d/"))
    axe(page)
    look(page, "draw-week")
    with scopes_disabled():
        call = Revisit.objects.open().filter(drawn__isnull=False).select_related("drawn").first()
    assert call is not None, "the demo company leaves a drawn order to be called"
    page.goto(f"/desk/revisits/{call.number}/")
    page.check("[name=outcome][value=unsatisfied]")
    page.locator("form:has([name=outcome]) [name=words]").fill("")
    page.locator("form:has([name=outcome]) .btn-primary").click()
    page.wait_for_load_state()
    with scopes_disabled():
        assert Revisit.objects.get(pk=call.pk).state == RevisitState.OPEN  # what is wrong must be said
    page.locator("form:has([name=outcome]) [name=words]").fill("水龍頭還在滴。")
    page.locator("form:has([name=outcome]) .btn-primary").click()
    page.wait_for_url(re.compile(call.number))
    look(page, "revisit-unsatisfied")
    with scopes_disabled():
        ended = Revisit.objects.get(pk=call.pk)
        order = WorkOrder.objects.get(pk=call.subject_id)
        assert (ended.state, ended.satisfied) == (RevisitState.FINISHED, False)
        assert order.state == OrderState.REWORK
        assert WorkOrder.objects.filter(rework_of=order).count() == 1
