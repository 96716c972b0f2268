"""The numbers, and the roster of who answers them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from forms.cases.calls.enums import HotlineKind, ShownAs
from forms.cases.calls.models import DutyTurn, Hotline
from forms.cases.calls.permissions import people_on_roster, user_can_keep_roster, user_can_set_hotlines
from home.actions import show_hotlines
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.periods import Period
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Appointment, Person, Post

FARTHEST = timedelta(days=400)
LONGEST_TURN = timedelta(hours=24)


@transaction.atomic
def set_hotline(
    *,
    by: Any,
    kind: str,
    number: str,
    label: str,
    words: str = "",
    shown_as: str = ShownAs.SURNAME,
    now: datetime | None = None,
) -> Hotline:
    """Sets the number of one of the three hotlines (SRV-01), and shows it on the home page.

    The Service Guide takes the numbers from there with its next edition. Raises NotYours, Refused.
    """
    if not user_can_set_hotlines(by):
        raise NotYours(_("Hotlines are set by the administrator and the quality department."))
    if kind not in HotlineKind.values or shown_as not in ShownAs.values:
        raise Refused(_("Choose one of the three hotlines."), field="kind")
    if not label.strip():
        raise Refused(_("Give the hotline a name."), field="label")
    if sum(sign.isdigit() for sign in number) < 3:
        raise Refused(_("Write the number that customers call."), field="number")
    values = {"number": number.strip(), "label": label.strip(), "words": words.strip(), "shown_as": shown_as}
    since = clock.today(now) + timedelta(days=1)
    hotline, _created = Hotline.objects.update_or_create(
        kind=kind, defaults=values, create_defaults={**values, "since": since}
    )
    data = {"kind": kind, "number": hotline.number, "shown_as": shown_as}
    journal.record(by=by, action="calls.set_hotline", thing=hotline, data=data, now=now)
    with translation.override(settings.LANGUAGE_CODE):
        hours = _("24 hours")
    show_hotlines(by=by, lines=[(one.label, one.number, hours) for one in in_order()])
    return hotline


def in_order() -> list[Hotline]:
    """The hotlines as customers know them: complaints, services, duty."""
    places = {kind: place for place, kind in enumerate(HotlineKind.values)}
    return sorted(Hotline.objects.all(), key=lambda one: places[one.kind])


# ---- the roster -----------------------------------------------------------------------------------------------------
@transaction.atomic
def add_turns(
    *,
    by: Any,
    hotlines: Sequence[Hotline],
    person: Person,
    days: Sequence[date],
    begins: time,
    ends: time,
    now: datetime | None = None,
) -> list[DutyTurn]:
    """Somebody answers these hotlines on these days from `begins` to `ends`, on the next day where `ends` is not later.

    What is over cannot be planned; a turn that is running may still be entered, and covers from now on (see
    forms.cases.calls.measures). Turns that are there already stay as they are. Raises NotYours, Refused.
    """
    now = now or clock.now()
    _require_keeper(by)
    if not hotlines or not days:
        raise Refused(_("Choose at least one hotline and one day."), field="days")
    if not people_on_roster().filter(pk=person.pk).exists():
        raise Refused(_("Choose somebody of a management office or the quality department."), field="person")
    made = []
    for day in sorted(set(days)):
        start = _moment(day, begins)
        end = _moment(day + timedelta(days=ends <= begins), ends)
        if end <= now:
            message = _("%(day)s is over by then: a roster is planned, not written afterwards.")
            raise Refused(message % {"day": day.isoformat()}, field="days")
        if start > now + FARTHEST:
            raise Refused(_("Plan at most a year ahead."), field="days")
        made += [turn for one in hotlines if (turn := _put(by, one, person, start, end, now)) is not None]
    return made


def _put(by: Any, hotline: Hotline, person: Person, start: datetime, end: datetime, now: datetime) -> DutyTurn | None:
    """One turn; None where this person answers this hotline at that time already."""
    if DutyTurn.objects.between(start, end).filter(hotline=hotline, person=person).exists():
        return None
    turn = DutyTurn(
        hotline=hotline,
        person=person,
        post=post_on(person, clock.today(start)),
        starts_at=start,
        ends_at=end,
        entered_at=now,
        entered_by=by,
    )
    try:
        with transaction.atomic():
            turn.save()
    except IntegrityError:
        return None  # two people entered the same at once
    data = {"hotline": hotline.kind, "person": person.staff_number, "from": start.isoformat(), "to": end.isoformat()}
    journal.record(by=by, action="calls.add_turn", thing=turn, data=data, now=now)
    return turn


@transaction.atomic
def drop_turn(*, by: Any, turn: DutyTurn, now: datetime | None = None) -> None:
    """Takes a turn out of the roster. One that is running ends now; one that is over stays: it was so."""
    now = now or clock.now()
    _require_keeper(by)
    locked = DutyTurn.objects.select_for_update(of=("self",)).filter(pk=turn.pk).first()
    if locked is None:
        raise Conflict(_("This turn is taken out already."))
    if locked.ends_at <= now:
        raise Refused(_("This turn is over: the roster of the past stays as it was."))
    data = {"hotline": locked.hotline.kind, "person": locked.person.staff_number, "from": locked.starts_at.isoformat()}
    journal.record(by=by, action="calls.drop_turn", thing=locked, data=data, now=now)
    if locked.starts_at < now:
        locked.ends_at = now
        locked.save(update_fields=["ends_at"])
    else:
        locked.delete()


@transaction.atomic
def copy_week(*, by: Any, week: Period, now: datetime | None = None) -> int:
    """The turns of the week before, a week later: those still to come, of people who still may. Returns how many."""
    now = now or clock.now()
    _require_keeper(by)
    start, end = week.previous().bounds(timezone.get_default_timezone())
    may, made = set(people_on_roster().values_list("pk", flat=True)), 0
    before = DutyTurn.objects.filter(starts_at__gte=start, starts_at__lt=end).select_related("hotline", "person")
    for turn in before.order_by("starts_at", "pk"):
        starts, ends = _a_week_later(turn.starts_at), _a_week_later(turn.ends_at)
        if turn.person_id in may and ends > now and starts <= now + FARTHEST:
            made += _put(by, turn.hotline, turn.person, starts, ends, now) is not None
    if not made:
        raise Refused(_("The week before holds nothing that could be copied."))
    return made


def _a_week_later(moment: datetime) -> datetime:
    """By the clock on the wall, whatever summer time does."""
    here = timezone.localtime(moment)
    return _moment(here.date() + timedelta(days=7), here.time())


def post_on(person: Person, day: date) -> Post | None:
    found = Appointment.objects.on(day).filter(person=person).select_related("post").order_by("starts_on").first()
    return found.post if found else None


def _moment(day: date, at: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, at))


def _require_keeper(by: Any) -> None:
    if not user_can_keep_roster(by):
        raise NotYours(_("The roster is kept by the service centres and the quality department."))
