"""What the home page knows of work orders, the entry of the navigation, a customer's own orders."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_scopes import scopes_disabled

from forms.cases.orders.enums import OrderState
from forms.cases.orders.models import WorkOrder
from forms.cases.orders.permissions import offices_kept, reader_can_list_orders, reader_works_in_office, visible_orders
from portal.lib import clock
from portal.lib.registries import NavItem, Tile
from portal.org.enums import Role

ROWS = 3


def order_tiles(reader: Any) -> list[Tile]:
    """For a worker: the own orders. For the office: what is open, late or waits for the customer's yes."""
    with scopes_disabled():
        if offices_kept(reader):
            return _office_tiles(reader)
        if reader_works_in_office(reader):
            return _worker_tiles(reader)
        if reader.has_role(Role.CUSTOMER):
            return _customer_tiles(reader)
    return []


def _office_tiles(reader: Any) -> list[Tile]:
    now = clock.now()
    found = visible_orders(reader).open()
    counts = found.aggregate(
        open=Count("pk"),
        late=Count("pk", filter=Q(wanted_by__lt=now) & ~Q(state=OrderState.REWORK)),
        price=Count("pk", filter=Q(state=OrderState.PRICED, chargeable=True)),
    )
    if not counts["open"]:
        return []
    first = found.exclude(state=OrderState.REWORK).for_list().by_wanted()[:ROWS]
    text = _("%(late)s late, %(price)s wait for the customer's yes to the price.") % counts
    rows = tuple((f"{one.service} · {one.estate.name} {one.house}", one.get_absolute_url()) for one in first)
    return [Tile(_("Work orders"), reverse("order_list"), text, counts["open"], bool(counts["late"]), "wrench", rows)]


def _worker_tiles(reader: Any) -> list[Tile]:
    person = reader.person
    found = WorkOrder.objects.open().exclude(state=OrderState.REWORK).filter(worker=person)
    count = found.count() if person is not None else 0
    if not count:
        return []
    now = clock.now()
    first = list(found.for_list().by_wanted()[:ROWS])
    rows = tuple((f"{one.service} · {one.estate.name} {one.house}", one.get_absolute_url()) for one in first)
    late = any(one.is_overdue(now) for one in first)
    text = _("Given to you, the most urgent first.")
    return [Tile(_("My work orders"), f"{reverse('order_list')}?view=mine", text, count, late, "wrench", rows)]


def _customer_tiles(reader: Any) -> list[Tile]:
    found = WorkOrder.objects.open().filter(case__submission__by=reader.user)
    count = found.count()
    if not count:
        return []
    waiting = found.filter(state=OrderState.PRICED, chargeable=True).count()
    text = _("A price waits for your answer.") if waiting else _("How far the repairs at your house are.")
    return [Tile(_("My repairs"), reverse("my_orders"), text, count, bool(waiting), "wrench")]


ORDER_NAVIGATION = NavItem(gettext_lazy("Work orders"), "order_list", "wrench", reader_can_list_orders)
