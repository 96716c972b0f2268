"""The desk's list: which views it has, how it is narrowed, what is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cases.enums import OPEN, UNHEARD, CaseKind, CaseLevel, CaseState
from forms.cases.models import Case, CaseQuerySet
from forms.cases.permissions import called_level, reader_answers_for_company
from forms.cases.tiles import end_of_day
from portal.lib.periods import Period
from portal.lib.phones import phone_digest
from portal.org.models import Unit
from portal.org.readers import Reader

VIEWS: dict[str, Any] = {
    "open": pgettext_lazy("cases", "Open"),
    "new": pgettext_lazy("cases", "New"),
    "overdue": _("Overdue"),
    "today": _("Due today"),
    "mine": _("Assigned to me"),
    "wrote": _("The customer wrote"),
    "waiting": _("Waiting"),
    "escalated": _("Called to me"),
    "company": _("With the company"),
    "answered": _("Answered"),
    "all": _("All"),
}

QUALITY_LEVEL = 2  # of escalation, see enums.ESCALATION
MOST_EXPORTED = 20_000


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what makes no sense in it is left out."""

    view: str = "open"
    q: str = ""
    kind: str = ""
    state: str = ""
    unit: Unit | None = None
    period: Period | None = None

    @classmethod
    def from_query(cls, query: QueryDict) -> Wanted:
        view = query.get("view", "")
        period, unit = Period.asked_for(query.get("period", "")), query.get("unit", "")
        narrowed = bool(period or unit)
        return cls(
            view=view if view in VIEWS else ("all" if narrowed else "open"),
            q=" ".join(query.get("q", "").replace("\x00", "").split())[:100],
            kind=query.get("kind", "") if query.get("kind") in CaseKind.values else "",
            state=query.get("state", "") if query.get("state") in CaseState.values else "",
            unit=Unit.objects.filter(code=unit.replace("\x00", "")).first() if unit else None,
            period=period,
        )

    def address(self, **changes: Any) -> str:
        now = replace(self, **changes)
        parts = {
            "view": now.view,
            "q": now.q,
            "kind": now.kind,
            "state": now.state,
            "unit": now.unit.code if now.unit else "",
            "period": now.period.code if now.period else "",
        }
        return "?" + urlencode({name: value for name, value in parts.items() if value})


def narrowed(cases: CaseQuerySet, wanted: Wanted) -> CaseQuerySet:
    """By words, kind, state, unit and the period of receipt: what the tabs are counted within."""
    if wanted.q:
        cases = cases.filter(_matches(wanted.q))
    if wanted.kind:
        cases = cases.filter(kind=wanted.kind)
    if wanted.state:
        cases = cases.filter(state=wanted.state)
    if wanted.unit:
        below = Q(office__path__startswith=wanted.unit.path) | Q(unit__path__startswith=wanted.unit.path)
        cases = cases.filter(below)
    if wanted.period:
        start, end = wanted.period.bounds(timezone.get_default_timezone())
        cases = cases.filter(received_at__gte=start, received_at__lt=end)
    return cases


def _matches(words: str) -> Q:
    found = Q(number__istartswith=words) | Q(subject__icontains=words) | Q(house__icontains=words)
    if sum(character.isdigit() for character in words) >= 7:
        found |= Q(phone_digest=phone_digest(words))
    return found


def _view_filter(view: str, reader: Reader, now: datetime) -> Q:
    person = reader.person
    return {
        "open": Q(state__in=OPEN),
        "new": Q(state__in=UNHEARD),
        "overdue": Q(next_due__lt=now),
        "today": Q(next_due__gte=now, next_due__lt=end_of_day(now)),
        "mine": Q(assigned_to=person.pk if person else None, state__in=OPEN) if person else Q(pk__in=[]),
        "wrote": Q(customer_wrote=True),
        "waiting": Q(state=CaseState.WAITING),
        "escalated": called(reader),
        "company": ~Q(level=CaseLevel.OFFICE) & Q(state__in=OPEN),
        "answered": Q(state=CaseState.ANSWERED),
        "all": Q(),
    }[view]


def called(reader: Reader) -> Q:
    """Cases that escalation brought to a post of this reader. What is with the company comes to quality first."""
    level = called_level(reader)
    if not level:
        return Q(pk__in=[])
    if level == QUALITY_LEVEL:
        return Q(escalation__gte=level) | (Q(escalation__gte=1) & ~Q(level=CaseLevel.OFFICE))
    return Q(escalation__gte=level)


def shown(cases: CaseQuerySet, wanted: Wanted, reader: Reader, now: datetime) -> CaseQuerySet:
    """The rows of the chosen view: what is due next first, a history newest first."""
    rows = cases.filter(_view_filter(wanted.view, reader, now)).for_desk()
    return rows.order_by("-received_at", "-pk") if wanted.view == "all" else rows.by_due()


def tabs(cases: CaseQuerySet, wanted: Wanted, reader: Reader, now: datetime) -> list[dict[str, Any]]:
    """All views with their numbers, in one query."""
    hidden = set() if reader_answers_for_company(reader) else {"company"}
    hidden |= set() if called_level(reader) else {"escalated"}
    views = [view for view in VIEWS if view not in hidden or view == wanted.view]
    counts = cases.aggregate(**{view: Count("pk", filter=_view_filter(view, reader, now)) for view in views})
    return [
        {"label": VIEWS[view], "url": wanted.address(view=view), "count": counts[view], "current": view == wanted.view}
        for view in views
    ]


def narrowings(wanted: Wanted) -> list[tuple[str, str]]:
    """What the list is narrowed by, each with the address that takes it away."""
    found = []
    if wanted.unit:
        found.append((wanted.unit.name, wanted.address(unit=None)))
    if wanted.period:
        found.append((wanted.period.label, wanted.address(period=None)))
    if wanted.kind:
        found.append((str(CaseKind(wanted.kind).label), wanted.address(kind="")))
    if wanted.state:
        found.append((str(CaseState(wanted.state).label), wanted.address(state="")))
    return found


class Counted:
    """The rows of a view with their number known already: the tabs have counted them."""

    def __init__(self, cases: CaseQuerySet, wanted: Wanted, reader: Reader, now: datetime, *, total: int) -> None:
        self.rows, self.total = shown(cases, wanted, reader, now), total

    def count(self) -> int:
        return self.total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, part: slice) -> list[Case]:
        """Sorts keys alone, which the index holds, and reads the few rows of the page: two queries."""
        keys = list(self.rows.values_list("pk", flat=True)[part])
        found = {case.pk: case for case in self.rows.filter(pk__in=keys)}
        return [found[key] for key in keys if key in found]


EXPORT_TITLES = (
    _("Number"),
    _("Kind"),
    _("State"),
    _("Answered for by"),
    _("Estate"),
    _("Subject"),
    _("Received"),
    _("Due next"),
    _("Late"),
    _("Taken up again"),
    _("Assigned to"),
)


def export_rows(cases: CaseQuerySet, now: datetime) -> Iterator[list[Any]]:
    """Rows of the spreadsheet. Houses, names and numbers of customers stay in the portal."""
    for case in cases[:MOST_EXPORTED].iterator(chunk_size=1000):
        yield [
            case.number,
            case.get_kind_display(),
            case.get_state_display(),
            case.get_level_display(),
            case.estate.name if case.estate else "",
            case.subject,
            timezone.localtime(case.received_at).replace(tzinfo=None),
            timezone.localtime(case.next_due).replace(tzinfo=None) if case.next_due else "",
            str(_("Late")) if case.is_overdue(now) else "",
            case.reworks,
            case.assigned_to.name if case.assigned_to else "",
        ]
