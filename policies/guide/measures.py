"""SRV-03: a guide in force that tells every service with hours, phone and price, on the web and as a booklet."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from policies.enums import BookletState
from policies.models import EditionService, GuideEdition
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.registries import Measured
from portal.org.enums import UnitKind
from portal.org.models import Unit


def is_complete(row: EditionService, day: Any) -> bool:
    """A service is told when the customer reads its hours, its phone and a price that still holds."""
    priced = bool(row.price) or not row.chargeable
    return bool(row.hours and row.phone and priced) and not row.price_expired(day)


def guide_published(unit: Unit | None, period: Period) -> Measured:
    """Due: the services of the edition in force on the period's last day (or today), and its booklet; done: those that
    are complete. Nothing is due in a unit without an office. Missed: what lacks something; everything where there is no
    edition, or where its rows are not what was issued."""
    offices = Unit.objects.filter(kind=UnitKind.OFFICE, closed_on=None)
    if unit is not None:
        offices = offices.filter(path__startswith=unit.path)
    if not offices.exists():
        return Measured(0, 0, 0)
    day = min(period.end, clock.today())
    edition = GuideEdition.objects.in_force(day)
    if edition is None:
        return Measured(1, 0, 1, reverse("guide_editions"), _("No edition of the Service Guide is in force."))
    ours = set(offices.values_list("estates__pk", flat=True))
    rows = [row for row in edition.rows() if row.estate_id is None or row.estate_id in ours]
    complete = sum(is_complete(row, day) for row in rows) if edition.is_whole() else 0
    booklet = edition.booklets.filter(state=BookletState.READY).exists()
    due, done = len(rows) + 1, complete + booklet
    url = reverse("guide_edition", args=[edition.number])
    return Measured(due, done, due - done, url, _("Services with hours, phone and price, and the booklet."))


MEASURES = {"SRV-03": guide_published}
