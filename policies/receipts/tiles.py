"""What the home page and the list of regulations know of receipts."""

from __future__ import annotations

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from policies.receipts.enums import ReceiptState
from policies.receipts.permissions import Scope, managed_paths, reader_can_see_receipts
from policies.receipts.statistics import Overview
from portal.lib.registries import Tile
from portal.org.readers import Reader

KEPT_SECONDS = 60  # the number on a manager's home page may be a minute old


def overdue_in_units(reader: Reader) -> list[Tile]:
    """For managers and safety officers: how many receipts are overdue in their units. Nothing where there are none."""
    paths = managed_paths(reader)
    if not paths:
        return []
    count = cache.get_or_set(
        f"receipts:overdue:{reader.day}:{'.'.join(paths)}",
        lambda: Overview(Scope(False, paths, ()), reader.day).total.overdue,
        KEPT_SECONDS,
    )
    if not count:
        return []
    return [
        Tile(
            title=_("Receipts overdue in your unit"),
            url=reverse("receipt_overview") + f"?state={ReceiptState.OVERDUE}",
            text=_("Somebody has not confirmed a regulation in time."),
            count=count,
            urgent=True,
            icon="people",
        )
    ]


def overview_door(reader: Reader) -> list[Tile]:
    """The way to the managers' page."""
    if not reader_can_see_receipts(reader):
        return []
    return [Tile(title=_("Receipts: who knows what"), url=reverse("receipt_overview"), icon="people")]
