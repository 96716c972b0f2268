"""What waits for whoever answers the phone, the entry of the navigation with its tabs, the door for customers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django_scopes import scopes_disabled

from forms.cases.calls.duty import holes_ahead
from forms.cases.calls.enums import MailState
from forms.cases.calls.models import DutyTurn, Hotline, MailIn
from forms.cases.calls.permissions import (
    reader_answers_for_offices,
    reader_can_keep_roster,
    reader_can_list_calls,
    reader_can_log_calls,
    reader_can_read_envelopes,
    reader_can_set_hotlines,
    visible_calls,
)
from portal.lib import clock
from portal.lib.registries import NavItem, NavTab, Tile
from portal.org.enums import UnitKind
from portal.org.readers import Reader

ROWS = 3
SOON = timedelta(hours=12)


def call_tiles(reader: Reader) -> list[Tile]:
    """Missed calls until somebody called back, hours without anybody on duty, mails that were set aside, the own
    turn."""
    now = clock.now()
    if not reader_answers_for_offices(reader):
        return _own_turn(reader, now)
    tiles = [*_waiting(reader), *_holes(now), *_own_turn(reader, now)]
    if reader_can_read_envelopes(reader):
        aside = MailIn.objects.filter(state=MailState.QUARANTINED, settled_at=None).count()
        if aside:
            text = _("They made no case: look whether they should have.")
            tiles.append(Tile(_("Mails set aside"), reverse("call_mail"), text, aside, icon="envelope"))
    return tiles


def _waiting(reader: Reader) -> list[Tile]:
    with scopes_disabled():
        found = visible_calls(reader).waiting()
        count = found.count()
        first = list(found.for_list().order_by("began_at")[:ROWS]) if count else []
    if not count:
        return []
    rows = tuple(
        (f"{timezone.localtime(one.began_at):%m-%d %H:%M} {one.hotline.label} {one.place}".strip(), _back(one))
        for one in first
    )
    text = _("Nobody could answer. Whoever waits longest stands first.")
    return [Tile(_("Calls to return"), f"{reverse('call_list')}?view=waiting", text, count, True, "telephone", rows)]


def _back(call: Any) -> str:
    return f"{reverse('call_new')}?returns={call.number}"


def _holes(now: datetime) -> list[Tile]:
    hotlines = list(Hotline.objects.all())
    holes = holes_ahead(hotlines, now) if hotlines else []
    if not holes:
        return []
    rows = tuple(
        (f"{one.label} {timezone.localtime(start):%m-%d %H:%M}–{timezone.localtime(end):%H:%M}", reverse("call_roster"))
        for one, (start, end) in holes[:ROWS]
    )
    soon = any(start <= now + SOON for _one, (start, _end) in holes)
    text = _("Within two days there are hours in which a hotline has nobody.")
    return [Tile(_("Hotlines without anybody"), reverse("call_roster"), text, len(holes), soon, "moon", rows)]


def _own_turn(reader: Reader, now: datetime) -> list[Tile]:
    """For whoever answers a hotline now: the screen to write calls down."""
    if not any(unit.kind == UnitKind.OFFICE for unit in reader.units) or reader.person is None:
        return []
    turns = list(DutyTurn.objects.at(now).filter(person=reader.person).select_related("hotline").order_by("ends_at"))
    if not turns:
        return []
    names = "、".join(turn.hotline.label for turn in turns)
    until = timezone.localtime(turns[0].ends_at).strftime("%H:%M")
    text = _("%(names)s, until %(time)s. Write each call down.") % {"names": names, "time": until}
    return [Tile(_("You answer the phone"), reverse("call_new"), text, None, icon="headset")]


CALL_NAVIGATION = NavItem(gettext_lazy("Calls"), "call_list", "telephone", reader_can_list_calls)
TABS = {
    "call_list": NavTab("calls", gettext_lazy("Calls"), "call_list", reader_can_list_calls),
    "call_new": NavTab("calls", gettext_lazy("Take a call"), "call_new", reader_can_log_calls),
    "case_enter": NavTab("calls", gettext_lazy("Counter and letters"), "case_enter", reader_can_log_calls),
    "call_roster": NavTab("calls", gettext_lazy("Who answers"), "call_roster", reader_can_keep_roster),
    "call_figures": NavTab("calls", pgettext_lazy("calls", "Figures"), "call_figures", reader_can_list_calls),
    "call_mail": NavTab("calls", gettext_lazy("Mails set aside"), "call_mail", reader_can_list_calls),
    "call_hotlines": NavTab("calls", pgettext_lazy("hotlines", "Numbers"), "call_hotlines", reader_can_set_hotlines),
}


def hotline_door(reader: Reader) -> list[Tile]:
    """For everybody; asks the database nothing."""
    text = _("Three numbers, day and night, and who answers now.")
    return [Tile(pgettext("calls", "Hotlines"), reverse("hotlines"), text, icon="telephone")]
