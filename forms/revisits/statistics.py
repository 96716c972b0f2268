"""Coverage of the weekly draw, counted from the members themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.revisits.actions.drawing import OfficeDraw
from forms.revisits.enums import RevisitState
from forms.revisits.models import DrawMember, WeekDraw
from portal.org.models import Unit


@dataclass(frozen=True)
class Coverage:
    """One office and week. `reached` over `size`: replacements count for those whom they replace."""

    population: int
    size: int
    reached: int
    satisfied: int
    not_reached: int
    open: int
    late: int
    replacements: int
    from_before: int

    @property
    def share(self) -> float | None:
        return self.reached / self.size if self.size else None


def coverage_of(found: OfficeDraw, now: datetime) -> Coverage:
    calls = [member.revisit for member in found.called if member.revisit is not None]
    finished = [one for one in calls if one.state == RevisitState.FINISHED]
    return Coverage(
        population=len(found.members),
        size=found.draw.size,
        reached=len(finished),
        satisfied=sum(bool(one.satisfied) for one in finished),
        not_reached=sum(one.state == RevisitState.NOT_REACHED for one in calls),
        open=sum(one.is_open for one in calls),
        late=sum(one.is_late(now) for one in calls),
        replacements=len(found.replacements),
        from_before=sum(member.late for member in found.members),
    )


def weeks_and_offices(weeks: list[str], now: datetime) -> tuple[list[Unit], list[dict[str, Any]]]:
    """(offices, rows): for each week the coverage of each office, None where it was not drawn. Two queries."""
    draws = list(WeekDraw.objects.filter(week__in=weeks).select_related("office").order_by("office__path"))
    offices = list({one.office_id: one.office for one in draws}.values())
    found = {one.pk: OfficeDraw(one) for one in draws}
    for member in DrawMember.objects.filter(draw__in=draws).select_related("revisit").order_by("place"):
        found[member.draw_id].members.append(member)
    cells = {(one.draw.week, one.draw.office_id): coverage_of(one, now) for one in found.values()}
    rows = [{"week": week, "cells": [cells.get((week, office.pk)) for office in offices]} for week in weeks]
    return offices, rows
