"""What regulations put on the home page: what waits to be read."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from policies.deadlines import own_deadlines
from policies.models import Edition
from policies.reading import person_id_of
from portal.lib.registries import Tile
from portal.org.readers import Reader

ROWS = 5


def to_read(reader: Reader) -> list[Tile]:
    """The editions that ask this person for a receipt, the one due first at the top; nothing once all are confirmed.
    Urgent when a deadline is over."""
    person_id = person_id_of(reader) if reader.is_staff_member else None
    if person_id is None:
        return []
    editions = (
        Edition.objects.to_read_by(person_id, reader.tokens).select_related("regulation").order_by("effective_on")
    )
    due = own_deadlines(person_id, list(editions), reader.day)
    if not due:
        return []
    rows = sorted(due, key=lambda edition: due[edition])
    overdue = sum(last < reader.day for last in due.values())
    text = _("Read them and confirm with a receipt. The first is due by %(day)s.")
    if overdue:
        text = _("The deadline is over for %(many)s of them: read and confirm today.")
    return [
        Tile(
            title=_("Regulations to read"),
            url=reverse("regulation_list"),
            text=text % {"day": due[rows[0]].isoformat(), "many": overdue},
            count=len(rows),
            urgent=bool(overdue),
            icon="journal-text",
            rows=tuple(
                (row.title, reverse("regulation_edition", args=[row.regulation.slug, row.number]))
                for row in rows[:ROWS]
            ),
        )
    ]


def guide_door(reader: Reader) -> list[Tile]:
    """The way to the Service Guide, for everybody."""
    return [
        Tile(
            title=_("Service Guide"),
            url=reverse("service_guide"),
            text=_("Every service, its hours, phone and price."),
            icon="compass",
        )
    ]
