"""What the desk of revisits shows: its views, its narrowings, the history of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.revisits.enums import RevisitKind, RevisitState
from forms.revisits.models import DefectFile, Revisit, RevisitQuerySet
from portal.journal import actions as journal
from portal.lib.periods import Period
from portal.org.models import Unit

VIEWS = {
    "open": pgettext_lazy("revisits", "Open"),
    "overdue": _("Overdue"),
    "unsatisfied": _("Not satisfied"),
    "done": pgettext_lazy("revisits", "Done"),
    "all": pgettext_lazy("revisits", "All"),
}
TITLES = {
    "revisits.make": _("Promised"),
    "revisits.attempt": _("Tried"),
    "revisits.finish": _("Reached"),
    "revisits.give_up": _("Not reached"),
    "revisits.cancel": _("Cancelled"),
}


@dataclass(frozen=True)
class Wanted:
    """What the address asks for; what nobody offered asks for nothing."""

    view: str = "open"
    unit: Unit | None = None
    period: Period | None = None
    kind: str = ""

    @classmethod
    def from_query(cls, asked: Any) -> Wanted:
        view = asked.get("view", "open")
        kind = asked.get("kind", "")
        period = Period.asked_for(asked.get("period", ""))
        return cls(
            view if view in VIEWS else "open",
            Unit.objects.filter(code=asked.get("unit", "")[:40]).first(),
            period,
            kind if kind in RevisitKind.values else "",
        )

    def address(self, **changes: Any) -> str:
        wanted = replace(self, **changes)
        pairs = {
            "view": wanted.view,
            "unit": wanted.unit.code if wanted.unit else "",
            "period": wanted.period.code if wanted.period else "",
            "kind": wanted.kind,
        }
        return f"?{urlencode({name: value for name, value in pairs.items() if value})}"


def narrowed(found: RevisitQuerySet, wanted: Wanted) -> RevisitQuerySet:
    if wanted.unit is not None:
        found = found.filter(office__path__startswith=wanted.unit.path)
    if wanted.period is not None:
        start, end = wanted.period.bounds(timezone.get_default_timezone())
        found = found.filter(due_at__gte=start, due_at__lt=end)
    return found.filter(kind=wanted.kind) if wanted.kind else found


def shown(found: RevisitQuerySet, view: str, now: datetime) -> RevisitQuerySet:
    if view == "open":
        return found.open().by_due()
    if view == "overdue":
        return found.broken_at(now).by_due()
    if view == "unsatisfied":
        return found.filter(satisfied=False).order_by("-finished_at")
    if view == "done":
        return found.exclude(state=RevisitState.OPEN).order_by("-finished_at", "-pk")
    return found.by_due()


def tabs(found: RevisitQuerySet, wanted: Wanted, now: datetime) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": wanted.address(view=name),
            "current": name == wanted.view,
            "count": shown(found, name, now).count() if name in {"open", "overdue", "unsatisfied"} else None,
        }
        for name, label in VIEWS.items()
    ]


def timeline(revisit: Revisit) -> list[dict[str, Any]]:
    """Newest first, from the journal and the attempts: what was said stands only with the attempt."""
    attempts = {one.at: one for one in revisit.attempts.all()}
    found = []
    for entry in journal.entries_of(revisit):
        attempt = attempts.get(entry.at)
        title = TITLES.get(entry.action, entry.action)
        text = attempt.get_outcome_display() if attempt and entry.action == "revisits.attempt" else ""
        if attempt is not None and attempt.words:
            text = f"{text}\n{attempt.words}".strip()
        if entry.action == "revisits.finish" or entry.action in {"revisits.give_up", "revisits.cancel"}:
            text = revisit.words
        who = str(entry.user) if entry.user_id else ""
        found.append({"title": title, "at": entry.at, "who": who, "text": text, "tone": _tone(entry.action, revisit)})
    return found[::-1]


def _tone(action: str, revisit: Revisit) -> str:
    if action == "revisits.finish":
        return "success" if revisit.satisfied else "danger"
    return {"revisits.give_up": "warning"}.get(action, "")


FILE_TITLES = {
    "revisits.open_file": _("Under watch"),
    "revisits.plan_visit": _("Visit planned"),
    "revisits.visit": _("Visited"),
    "revisits.sign_release": _("Signed for release"),
}


def file_timeline(file: DefectFile) -> list[dict[str, Any]]:
    """Newest first, from the journal."""
    found = []
    for entry in journal.entries_of(file):
        who = str(entry.user) if entry.user_id else ""
        found.append({"title": FILE_TITLES.get(entry.action, entry.action), "at": entry.at, "who": who})
    return found[::-1]
