"""What the home page, the navigation and intake know of cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_scopes import scopes_disabled

from forms.cards import permissions
from forms.cards.models import Area, Card, CardAction, CardDay
from forms.intake.kinds import Kind
from forms.intake.models import EntrancePage, Submission
from portal.lib.periods import Period
from portal.lib.registries import NavItem, NavTab, Tile
from portal.org.enums import MANAGING

ROWS = 4


def card_tiles(reader: Any) -> list[Tile]:
    """Who can observe in a unit with areas: today's card and the own cards of this week; its managers: its cards."""
    if reader.person is None or not permissions.reader_meets_cards(reader):
        return []
    if not Area.objects.open().filter(unit__in=reader.unit_ids).exists():
        return []
    tiles = [_own_tile(reader)]
    led = reader.unit_ids_as(*MANAGING)
    if led and Area.objects.filter(unit__in=led).exists():
        tiles.append(_unit_tile(reader, led))
    return tiles


def action_tiles(reader: Any) -> list[Tile]:
    """What the reader has to see to: actions that cards left to do."""
    if reader.person is None:
        return []
    with scopes_disabled():
        mine = list(CardAction.objects.open().filter(owner=reader.person.pk).for_list()[:ROWS])
        count = CardAction.objects.open().filter(owner=reader.person.pk).count() if len(mine) == ROWS else len(mine)
    if not mine:
        return []
    return [
        Tile(
            title=_("Actions from cards"),
            url=f"{reverse('card_actions')}?mine=1",
            text=_("Something unsafe was seen and you see to it."),
            count=count,
            urgent=any(action.is_overdue(reader.day) for action in mine),
            icon="tools",
            rows=tuple(
                (f"{action.due_on:%m-%d} {action.what}", reverse("card_action_done", args=[action.pk]))
                for action in mine
            ),
        )
    ]


def _own_tile(reader: Any) -> Tile:
    """Managers and crew leaders owe a card of their own each day (clause 5.4.1); the others share one a shift."""
    week = Period.of("week", reader.day)
    own = _cards_of(reader.person.pk).in_period(week).order_by("-observed_on", "-observed_at")
    done_today = own.filter(observed_on=reader.day).exists()
    newest = own.select_related("area")[:3]
    shown = [(f"{card.observed_on:%m-%d} {card.area}", card.get_absolute_url()) for card in newest]
    count = own.count()
    text = _("Fill in a card today.")
    if done_today:
        text = _("You handed in a card for today. Thank you.")
    elif count:
        handed_in = ngettext("%(count)s card of yours this week.", "%(count)s cards of yours this week.", count)
        text = format_lazy("{} {}", text, handed_in % {"count": count})
    waits = not done_today and reader.has_role(*permissions.DAILY_OBSERVERS)
    return Tile(
        title=_("Observation card"),
        url=reverse("card_observe"),
        text=text,
        count=1 if waits else None,
        icon="eye",
        rows=tuple(shown),
    )


def _unit_tile(reader: Any, led: tuple[int, ...]) -> Tile:
    week, yesterday = Period.of("week", reader.day), reader.day - timedelta(days=1)
    days = CardDay.objects.filter(unit__in=led, day__gte=min(week.start, yesterday), day__lte=week.end)
    found = days.aggregate(
        week=Sum("cards", filter=Q(day__gte=week.start), default=0),
        yesterday=Sum("cards", filter=Q(day=yesterday), default=0),
    )
    return Tile(
        title=_("Cards of the unit this week"),
        url=f"{reverse('card_list')}?period={week.code}",
        text=_("%(week)s this week, %(yesterday)s yesterday.") % found,
        icon="card-checklist",
    )


def _cards_of(person_id: int) -> Any:
    own = Card.observers.through.objects.filter(person_id=person_id)
    return Card.objects.counted().filter(pk__in=own.values("card_id"))


def observe_door(reader: Any) -> list[Tile]:
    """Costs no query beyond the reader's appointments: it stands at the foot of every page."""
    if not permissions.reader_meets_cards(reader):
        return []
    return [Tile(title=_("Fill in an observation card"), url=reverse("card_observe"), icon="eye")]


def _serve(request: HttpRequest, page: EntrancePage) -> HttpResponseBase:
    from forms.cards.views import ObserveView

    return ObserveView.as_view()(request, page=page)


def _record_of(submission: Submission) -> Card | None:
    with scopes_disabled():
        return Card.objects.filter(submission_id=submission.pk).first()


def _may_see_files(reader: Any, record: Any) -> bool:
    return reader.is_signed_in and permissions.user_can_see_card(reader.user, record)


CARD_KIND = Kind("card", _("Observation card"), _record_of, _serve, _may_see_files)
CARD_TAB = NavTab("cards", _("Cards"), "card_list", permissions.reader_meets_cards)
CARD_NAVIGATION = NavItem(_("Cards"), "card_list", "card-checklist", permissions.reader_meets_cards)
