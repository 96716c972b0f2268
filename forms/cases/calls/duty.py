"""Who is on duty: now, for the public page, and in a week, with the times when nobody is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from forms.cases.calls.covering import Span, gaps
from forms.cases.calls.enums import ShownAs
from forms.cases.calls.models import DutyTurn, Hotline
from portal.lib.periods import Period

# Surnames of two characters, as they are met; everybody else's is the first one.
_COMPOUND = "歐陽 欧阳 司馬 司马 上官 諸葛 诸葛 司徒 東方 东方 皇甫 尉遲 尉迟 公孫 公孙 令狐 慕容"
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())


@dataclass(frozen=True)
class Line:
    """A hotline as the public sees it; `people` (words, until when) are empty where the roster has a hole."""

    hotline: Hotline
    people: tuple[tuple[str, datetime], ...]


def on_duty(hotlines: Sequence[Hotline], now: datetime) -> list[Line]:
    """Two queries, whatever is shown."""
    turns = list(DutyTurn.objects.at(now).select_related("person", "post").order_by("starts_at", "pk"))
    return [
        Line(one, tuple((shown_as(turn, one.shown_as), turn.ends_at) for turn in turns if turn.hotline_id == one.pk))
        for one in hotlines
    ]


def shown_as(turn: DutyTurn, how: str) -> str:
    """As the company chooses to show its people: post alone, post and surname, post and name."""
    post = turn.post.title if turn.post else ""
    if how == ShownAs.POST and post:
        return post
    name = turn.person.name if how == ShownAs.NAME else surname(turn.person.name)
    return " ".join(part for part in (post, name) if part)


def surname(name: str) -> str:
    """The family name: the first character or two of a Chinese name, the last word of any other."""
    name = name.strip()
    if name and all("\u3400" <= sign <= "\u9fff" for sign in name):
        return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[:1]
    return name.split()[-1] if name else ""


@dataclass(frozen=True)
class Cell:
    """A day of a hotline: its turns, and (from, until) where nobody is there; `until` None is midnight."""

    day: date
    turns: tuple[DutyTurn, ...]
    gaps: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Row:
    hotline: Hotline
    cells: tuple[Cell, ...]


def week_table(hotlines: Sequence[Hotline], week: Period) -> list[Row]:
    """The roster of a week, one query: what runs into a day stands in it."""
    start, end = week.bounds(timezone.get_default_timezone())
    turns = list(DutyTurn.objects.between(start, end).select_related("person", "post").order_by("starts_at", "pk"))
    days = [week.start + timedelta(days=number) for number in range(7)]
    return [
        Row(one, tuple(_cell([t for t in turns if t.hotline_id == one.pk], day) for day in days)) for one in hotlines
    ]


def _cell(turns: Sequence[DutyTurn], day: date) -> Cell:
    first, last = _midnight(day), _midnight(day + timedelta(days=1))
    here = [turn for turn in turns if turn.starts_at < last and turn.ends_at > first]
    spans: list[Span] = [(turn.starts_at, turn.ends_at) for turn in here]
    return Cell(day, tuple(here), tuple(gaps(spans, first, last)))


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def holes_ahead(
    hotlines: Sequence[Hotline], now: datetime, span: timedelta = timedelta(days=2)
) -> list[tuple[Hotline, Span]]:
    """Where a hotline has nobody within the next days: what the tile of the home page warns of."""
    turns = list(DutyTurn.objects.between(now, now + span))
    return [
        (one, gap)
        for one in hotlines
        for gap in gaps([(t.starts_at, t.ends_at) for t in turns if t.hotline_id == one.pk], now, now + span)
    ]
