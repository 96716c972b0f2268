"""The weekly draw: what each office finished in a week is frozen, a fifth of it drawn by a recorded seed (SRV-09)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.revisits.actions.calling import NewRevisit, make_revisit
from forms.revisits.enums import Performer, RevisitKind
from forms.revisits.models import DrawMember, Revisit, WeekDraw
from forms.revisits.registries import Candidate, Population, draw_populations
from portal.journal import actions as journal
from portal.lib import clock, codes
from portal.lib.periods import Period, PeriodKind
from portal.lib.refusals import Refused
from portal.lib.sampling import draw, sample_size
from portal.org.actions import working_calendar
from portal.org.enums import UnitKind
from portal.org.models import Unit

SHARE: Final = Fraction(1, 5)
DAYS_TO_CALL: Final = 4  # working days after the day of the draw: a draw on Monday is called by Friday


@dataclass
class OfficeDraw:
    """What the draw of one office and week holds: the members in the order of the seed, and who stands for whom."""

    draw: WeekDraw
    members: list[DrawMember] = field(default_factory=list)

    @property
    def drawn(self) -> list[DrawMember]:
        return [member for member in self.members if member.place <= self.draw.size]

    @property
    def replacements(self) -> list[DrawMember]:
        return [member for member in self.members if member.replaces_id is not None]

    @property
    def called(self) -> list[DrawMember]:
        return [member for member in self.members if member.revisit_id is not None]


def week_of(text: str) -> Period:
    """The week of a code such as 2026-W48. Refused for anything else."""
    try:
        week = Period.parse(text)
    except ValueError:
        week = None
    if week is None or week.kind != PeriodKind.WEEK:
        raise Refused(_("Name the week as 2026-W48."), field="week")
    return week


@transaction.atomic
def draw_week(*, by: Any, week: Period, now: datetime | None = None, seed: str = "") -> list[WeekDraw]:
    """Freezes and draws a week that is over, for every source and office; one that was drawn already stays as it is.

    What was finished in an earlier week but written down after that week was frozen comes into this population, marked
    late, so that nothing is lost between two weeks. Returns the draws that are new.
    """
    now = now or clock.now()
    _first, after = week.bounds(timezone.get_default_timezone())
    if after > now:
        raise Refused(_("The week is not over yet: it is drawn on the Monday after it."))
    made = []
    with scopes_disabled():
        offices = list(Unit.objects.select_for_update().filter(kind=UnitKind.OFFICE, closed_on=None))
        for source, population in draw_populations.items():
            known = set(WeekDraw.objects.filter(source=source, week=week.code).values_list("office_id", flat=True))
            waiting = _by_office(_not_yet_in_one(population.finished_before(after)))
            for office in offices:
                if office.pk not in known:
                    found = waiting.get(office.pk, [])
                    made.append(_draw_office(by, source, population, week, office, found, now, seed))
    return made


def _not_yet_in_one(candidates: Iterable[Candidate]) -> list[Candidate]:
    found = list(candidates)
    kinds = {one.subject_type for one in found}
    taken = set(DrawMember.objects.filter(subject_type__in=kinds).values_list("subject_type", "subject_id"))
    return [one for one in found if (one.subject_type, one.subject_id) not in taken]


def _by_office(candidates: Iterable[Candidate]) -> dict[int, list[Candidate]]:
    found: dict[int, list[Candidate]] = {}
    for candidate in candidates:
        found.setdefault(candidate.office.pk, []).append(candidate)
    return found


def _draw_office(
    by: Any,
    source: str,
    population: Population,
    week: Period,
    office: Unit,
    candidates: list[Candidate],
    now: datetime,
    seed: str,
) -> WeekDraw:
    """The population as rows, in the order in which the seed draws it; the first fifth is to be called."""
    keys = [one.key for one in candidates]
    seed = seed or codes.token(24)
    frozen = WeekDraw.objects.create(
        source=source,
        week=week.code,
        office=office,
        seed=seed,
        size=sample_size(len(keys), SHARE),
        frozen_at=now,
    )
    by_key = {one.key: one for one in candidates}
    start, _after = week.bounds(timezone.get_default_timezone())
    members = [
        DrawMember(
            draw=frozen,
            subject_type=by_key[key].subject_type,
            subject_id=by_key[key].subject_id,
            key=key,
            late=by_key[key].finished_at < start,
            place=place,
        )
        for place, key in enumerate(draw(keys, share=Fraction(1), seed=seed), start=1)
    ]
    DrawMember.objects.bulk_create(members)
    data = {"week": week.code, "members": len(members), "drawn": frozen.size, "seed": seed}
    journal.record(by=by, action="revisits.draw", thing=frozen, unit=office.pk, data=data, now=now)
    for member in DrawMember.objects.filter(draw=frozen, place__lte=frozen.size):
        _make_call(by, population, member, now)
    return frozen


def _make_call(by: Any, population: Population, member: DrawMember, now: datetime) -> Revisit:
    """The revisit of a drawn member: by phone, by the company, by nobody who did the work."""
    told = population.details(member.subject_id)
    new = NewRevisit(
        office=told.office,
        subject_type=member.subject_type,
        subject_id=member.subject_id,
        title=told.title,
        reason=population.reason,
        due_at=working_calendar().add_working_days(now, DAYS_TO_CALL),
        kind=RevisitKind.PHONE,
        performer=Performer.COMPANY,
        place=told.place,
        contact_name=told.contact_name,
        contact_phone=told.contact_phone,
        independent=True,
        handlers=told.handlers,
    )
    member.revisit = make_revisit(by=by, new=new, now=now)
    member.save(update_fields=["revisit"])
    return member.revisit


def draw_replacement(*, by: Any, revisit: Revisit, now: datetime) -> DrawMember | None:
    """For a drawn one that could not be reached: the next in the order of the seed, from the same frozen population,
    marked as its replacement. None where the revisit was not drawn, or nobody is left. Runs in the caller's
    transaction, with all scopes open."""
    lost = DrawMember.objects.select_related("draw").filter(revisit=revisit).first()
    if lost is None:
        return None
    WeekDraw.objects.select_for_update().get(pk=lost.draw_id)
    member = (
        DrawMember.objects.filter(draw=lost.draw_id, place__gt=lost.draw.size, revisit=None).order_by("place").first()
    )
    population = draw_populations.get(lost.draw.source)
    if member is None or population is None:
        return None
    member.replaces = lost
    member.save(update_fields=["replaces"])
    _make_call(by, population, member, now)
    data = {"week": lost.draw.week, "instead_of": lost.key, "drawn": member.key, "place": member.place}
    journal.record(by=by, action="revisits.replace", thing=lost.draw, unit=lost.draw.office_id, data=data, now=now)
    return member


def draws_of(week: Period) -> list[OfficeDraw]:
    """The draws of a week with their members, by office: two queries."""
    with scopes_disabled():
        draws = list(
            WeekDraw.objects.filter(week=week.code).select_related("office").order_by("source", "office__path")
        )
        members = DrawMember.objects.filter(draw__in=draws).select_related("revisit", "replaces").order_by("place")
        found = {one.pk: OfficeDraw(one) for one in draws}
        for member in members:
            found[member.draw_id].members.append(member)
    return list(found.values())


def is_reproduced(found: OfficeDraw) -> bool:
    """Whether the seed and the frozen population still give this draw: the proof that nothing was swapped."""
    keys = [member.key for member in found.members]
    ordered = draw(keys, share=Fraction(1), seed=found.draw.seed)
    size = sample_size(len(keys), SHARE)
    swapped = any((member.revisit_id is not None) != _is_called(member, size) for member in found.members)
    return ordered == keys and size == found.draw.size and not swapped


def _is_called(member: DrawMember, size: int) -> bool:
    """Among the first, or in somebody's stead."""
    return member.place <= size or member.replaces_id is not None
