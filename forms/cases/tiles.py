"""What waits for a person on the home page, the entry of the navigation, the doors of the entrance."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_scopes import scopes_disabled

from forms.cases.enums import OPEN, UNHEARD, CaseLevel
from forms.cases.models import Case
from forms.cases.permissions import reader_answers_for_company, reader_can_list_cases, visible_cases
from portal.lib import clock
from portal.lib.registries import NavItem, Tile
from portal.org.enums import Role
from portal.org.readers import Reader

ROWS = 3


def case_tiles(reader: Reader) -> list[Tile]:
    """For the desk: what is new, overdue and due today. For a customer: the own cases that are open."""
    if reader_can_list_cases(reader):
        return _desk_tiles(reader, clock.now())
    return _customer_tiles(reader) if reader.has_role(Role.CUSTOMER) else []


def end_of_day(now: datetime) -> datetime:
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return timezone.make_aware(datetime.combine(tomorrow, time()))


def _desk_tiles(reader: Reader, now: datetime) -> list[Tile]:
    cases = visible_cases(reader)
    counts = cases.filter(state__in=OPEN).aggregate(
        new=Count("pk", filter=Q(state__in=UNHEARD)),
        overdue=Count("pk", filter=Q(next_due__lt=now)),
        today=Count("pk", filter=Q(next_due__gte=now, next_due__lt=end_of_day(now))),
        company=Count("pk", filter=~Q(level=CaseLevel.OFFICE)),
    )
    next_cases = cases.filter(next_due__isnull=False).for_desk().by_due()[:ROWS]
    rows = tuple((f"{case.number} {case.subject}", case.get_absolute_url()) for case in next_cases)
    desk = reverse("case_list")
    new = Tile(_("New cases"), f"{desk}?view=new", _("Nobody has told the customer yet."), counts["new"], icon="inbox")
    today = Tile(_("Cases due today"), f"{desk}?view=today", "", counts["today"], icon="clock")
    tiles = [new, today]
    if counts["overdue"]:
        text = _("A promise to the customer has run out.")
        tiles.insert(
            0, Tile(_("Cases overdue"), f"{desk}?view=overdue", text, counts["overdue"], True, "hourglass-split")
        )
    tiles[0] = replace(tiles[0], rows=rows)
    if reader_answers_for_company(reader):
        text = _("Handed up by the offices, or for the leaders.")
        tiles.append(
            Tile(_("Cases with the company"), f"{desk}?view=company", text, counts["company"], icon="building")
        )
    return tiles


def _customer_tiles(reader: Reader) -> list[Tile]:
    with scopes_disabled():
        number = Case.objects.open().filter(submission__by=reader.user).count()
    text = _("What you handed in, and what became of it.")
    return [Tile(_("My cases"), reverse("my_cases"), text, number, icon="chat-left-text")]


CASE_NAVIGATION = NavItem(_("Cases"), "case_list", "inbox", reader_can_list_cases)


def complaint_door(reader: Reader) -> list[Tile]:
    """Anybody may complain and look progress up; asks the database nothing."""
    complain, track = _("With photos if you like; no account is needed."), _("With the tracking code of your receipt.")
    return [
        Tile(_("Complain, ask, praise"), reverse("complaint"), complain, icon="chat-left-text"),
        Tile(_("Look progress up"), reverse("track"), track, icon="search"),
    ]
