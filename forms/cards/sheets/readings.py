"""What the page of a card tells about its readers: to the observers who read it, to an outsider that it is noted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from forms.cards.sheets import actions, permissions
from forms.cards.sheets.models import CardReading, PaperCard
from portal.org.models import Appointment

SHOWN = 20


def card_opened(card: Any, reader: Any, now: datetime) -> None:
    actions.log_reading(by=reader.user, card=card, now=now)


def notices(card: Any, reader: Any) -> list[str]:
    """Sentences for this reader; an observer learns of every reader from outside the unit."""
    found = []
    paper = PaperCard.objects.filter(card=card).first()
    if paper is not None:
        reason = paper.get_reason_display() if not paper.words else f"{paper.get_reason_display()}: {paper.words}"
        found.append(_("Entered from paper for the observers. Reason: %(reason)s") % {"reason": reason})
    if permissions.reader_is_outside(reader, card):
        found.append(_("You read this card from outside its unit. That is noted, and its observers see it."))
    if permissions.reader_observed(reader, card):
        found += _readers(card)
    return found


def _readers(card: Any) -> list[str]:
    readings = list(CardReading.objects.filter(card=card).select_related("reader__person")[:SHOWN])
    if not readings:
        return [_("Nobody from outside the unit has read this card. Whoever does is noted and named here.")]
    people = [reading.reader.person.pk for reading in readings if hasattr(reading.reader, "person")]
    held = Appointment.objects.filter(person__in=people).select_related("unit").order_by("starts_on")
    units = {appointment.person_id: appointment.unit.name for appointment in held}
    message = _("Read from outside the unit on %(day)s by %(name)s (%(unit)s).")
    return [
        message
        % {
            "day": reading.day.isoformat(),
            "name": reading.reader.person.name if hasattr(reading.reader, "person") else str(reading.reader),
            "unit": units.get(reading.reader.person.pk, "–") if hasattr(reading.reader, "person") else "–",
        }
        for reading in readings
    ]
