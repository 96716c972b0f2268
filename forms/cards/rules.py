"""What a card must say before it is taken: one set of rules for the form, the verb and the import.

Pure but for the staff records handed in. Each problem names the field it belongs to and the duty it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forms.cards.enums import (
    LONGEST_FOLLOW_UP,
    LONGEST_NOTE,
    LONGEST_OBSERVATION,
    LONGEST_TEXT,
    MOST_COUNTED,
    OLDEST,
    PLANNED_TEAM,
    RANDOM_TEAM,
    SHORTEST_OBSERVATION,
    Category,
    Step,
    SubItem,
)
from forms.cards.models import Area, Card, CardAction, CardItem
from portal.lib.names_guard import Finding, FindingKind, FindsNames
from portal.org.enums import MANAGING
from portal.org.models import Appointment, Person, Shift, Unit

TEXT_FIELDS = ("said", "agreed", "immediate_action", "consequence", "suggestion")
COUNTS = ("safe", "unsafe_acts", "unsafe_conditions")
CATEGORIES = frozenset(Category.values)
STEPS = frozenset(Step.values)


@dataclass(frozen=True)
class FollowUp:
    """What is to be done later about something unsafe: what, who sees to it, by when. Missing parts are None or ''."""

    what: str = ""
    owner: Person | None = None
    due_on: date | None = None

    @property
    def is_complete(self) -> bool:
        return bool(self.what.strip() and self.owner is not None and self.due_on is not None)

    @property
    def content(self) -> list[Any]:
        return [self.what, self.owner.pk if self.owner else None, self.due_on]


@dataclass
class ItemDraft:
    """What was counted in one category."""

    category: str
    safe: int = 0
    unsafe_acts: int = 0
    unsafe_conditions: int = 0
    note: str = ""
    action: str = ""
    sub_items: Sequence[str] = ()
    follow_up: FollowUp | None = None

    @property
    def is_unsafe(self) -> bool:
        return self.unsafe_acts > 0 or self.unsafe_conditions > 0

    @property
    def is_empty(self) -> bool:
        return not (
            self.safe or self.is_unsafe or self.note or self.action or self.sub_items or self.follow_up is not None
        )


@dataclass
class CardDraft:
    """A card before it is taken. Fields carry the same names in the form, in the file columns and in the table."""

    unit: Unit
    planned: bool
    observers: Sequence[Person]
    area: Area
    observed_on: date
    observed_at: time
    seconds: int
    items: Sequence[ItemDraft] = ()
    steps: frozenset[str] = frozenset()
    shift: Shift | None = None
    came_close: bool = False
    out_of_sight: bool = False
    said: str = ""
    agreed: str = ""
    immediate_action: str = ""
    consequence: str = ""
    suggestion: str = ""
    slot: int | None = None  # the planned observation that this card fills (forms.cards.registries.card_plan)
    other_texts: Mapping[str, tuple[Any, str]] = field(default_factory=dict)  # field name -> (label, text)

    @property
    def observed_moment(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.observed_on, self.observed_at))


@dataclass(frozen=True)
class Problem:
    """Why a card is not taken, and what to do. `rule` is the duty of the regulation, or ''."""

    field: str | None
    message: str
    rule: str = ""


class StaffRecords:
    """Who held which role on which day, for some people: read once, asked often."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._held: dict[int, list[tuple[date, date | None, str]]] = {}
        rows = Appointment.objects.filter(person__in=[person.pk for person in people])
        for person, start, end, role in rows.values_list("person_id", "starts_on", "ends_on", "post__role"):
            self._held.setdefault(person, []).append((start, end, role))

    def roles(self, person: Person, day: date) -> frozenset[str]:
        held = self._held.get(person.pk, ())
        return frozenset(role for start, end, role in held if start <= day and (end is None or day <= end))


def problems(
    draft: CardDraft, *, by: Person | None, staff: StaffRecords, guard: FindsNames, now: datetime
) -> list[Problem]:
    """Everything that keeps this card from being taken, in the order of the form; empty when it may be taken.

    `by` is the person at the keyboard (None: nobody of the staff, as when a file is imported).
    """
    return [
        *_team_problems(draft, by, staff),
        *_time_problems(draft, now),
        *_place_problems(draft),
        *_count_problems(draft),
        *_step_problems(draft),
        *_length_problems(draft),
        *name_problems(draft, guard),
    ]


def _team_problems(draft: CardDraft, by: Person | None, staff: StaffRecords) -> Iterable[Problem]:
    """SAF-05 (clauses 4.2.1, 4.2.3) and SAF-12 (clause 5.2)."""
    team = list(dict.fromkeys(person.pk for person in draft.observers))
    fewest, most = PLANNED_TEAM if draft.planned else RANDOM_TEAM
    if not team:
        yield Problem("observers", _("Say who observed: the card carries the observer's name."), "SAF-08")
    elif len(team) < fewest:
        message = _(
            "A planned observation is made by a team of two or three, never alone. "
            "Add who was with you, or mark it as random."
        )
        yield Problem("observers", message, "SAF-05")
    elif len(team) > most:
        yield Problem("observers", _("An observation team has at most three people: more disturb the work."), "SAF-05")
    for person in draft.observers:
        roles = staff.roles(person, draft.observed_on)
        if not roles:
            message = _("%(name)s was not on the staff on that day: correct the date or the observer.")
            yield Problem("observers", message % {"name": person.name})
        elif roles & MANAGING and (by is None or by.pk not in team):
            message = _(
                "%(name)s is a manager: managers observe in person and hand in the card themselves, "
                "nobody does it for them."
            )
            yield Problem("observers", message % {"name": person.name}, "SAF-12")


def _time_problems(draft: CardDraft, now: datetime) -> Iterable[Problem]:
    """SAF-02 (clause 2.1); dates by the organisation's calendar."""
    today = timezone.localdate(now)
    if draft.observed_on > today:
        yield Problem("observed_on", _("This day has not come yet: correct the date of the observation."))
    elif draft.observed_on < today - OLDEST:
        message = _(
            "This was more than %(days)s days ago: a card is handed in while it is remembered. Correct the date."
        )
        yield Problem("observed_on", message % {"days": OLDEST.days}, "SAF-08")
    elif draft.observed_moment > now:
        yield Problem("observed_at", _("This time of today has not come yet: correct the time of the observation."))
    if draft.seconds < SHORTEST_OBSERVATION:
        message = _("Observe for at least %(least)s seconds: less does not show whether the work is done safely.")
        yield Problem("seconds", message % {"least": SHORTEST_OBSERVATION}, "SAF-02")
    elif draft.seconds > LONGEST_OBSERVATION:
        message = _("%(seconds)s seconds is longer than a shift: correct the number.")
        yield Problem("seconds", message % {"seconds": draft.seconds})


def _place_problems(draft: CardDraft) -> Iterable[Problem]:
    if draft.area.unit_id != draft.unit.pk:
        message = _("This area belongs to another unit: choose an area of %(unit)s.")
        yield Problem("area", message % {"unit": draft.unit.name})
    if draft.shift is not None and draft.shift.unit_id != draft.unit.pk:
        yield Problem("shift", _("This shift belongs to another unit."))


def _count_problems(draft: CardDraft) -> Iterable[Problem]:
    """SAF-07 (clause 4.4) and SAF-10 (clause 4.7.6)."""
    filled = [item for item in draft.items if not item.is_empty]
    if not any(item.safe or item.is_unsafe for item in filled):
        yield Problem(None, _("Count at least one safe or unsafe thing in one of the six categories."), "SAF-07")
    seen: set[str] = set()
    for item in filled:
        if item.category not in CATEGORIES or item.category in seen:
            yield Problem(None, _("Each of the six categories stands on a card once."), "SAF-07")
            continue
        seen.add(item.category)
        for count in COUNTS:
            if not 0 <= getattr(item, count) <= MOST_COUNTED:
                message = _("Count from 0 to %(most)s.") % {"most": MOST_COUNTED}
                yield Problem(f"{item.category}_{count}", message, "SAF-07")
        if any(code not in SubItem or SubItem(code).category != item.category for code in item.sub_items):
            yield Problem(f"{item.category}_sub_items", _("Choose from the sub-items listed."), "SAF-07")
    yield from _action_problems(draft, [item for item in filled if item.is_unsafe])
    yield from _follow_up_problems(draft, filled)


def _action_problems(draft: CardDraft, unsafe: Sequence[ItemDraft]) -> Iterable[Problem]:
    """Each unsafe item is acted on at once or has an action with owner and day (SAF-10, clause 4.7.6). What the card
    says of its immediate action speaks for an item that stands alone."""
    alone = len(unsafe) == 1
    for item in unsafe:
        at_once = item.action.strip() or (alone and draft.immediate_action.strip())
        if not at_once and item.follow_up is None and item.category in CATEGORIES:
            message = _(
                "Something unsafe was seen under “%(category)s”: write what was done about it at once, "
                "or what is to be done, by whom and by when."
            )
            yield Problem(f"{item.category}_action", message % {"category": Category(item.category).label}, "SAF-10")


def _follow_up_problems(draft: CardDraft, items: Iterable[ItemDraft]) -> Iterable[Problem]:
    for item in items:
        later = item.follow_up
        if later is None:
            continue
        if not later.what.strip():
            yield Problem(f"{item.category}_later", _("Write what is to be done."), "SAF-10")
        if later.owner is None:
            yield Problem(f"{item.category}_owner", _("Choose who sees to it."), "SAF-10")
        if later.due_on is None:
            yield Problem(f"{item.category}_due", _("Set the day by which it is done."), "SAF-10")
        elif not draft.observed_on <= later.due_on <= draft.observed_on + LONGEST_FOLLOW_UP:
            message = _("The day lies between the observation and a year after it: correct it.")
            yield Problem(f"{item.category}_due", message, "SAF-10")


def _step_problems(draft: CardDraft) -> Iterable[Problem]:
    """SAF-06 (clause 4.3.4) and SAF-08 (clause 4.5.2)."""
    if not draft.steps:
        yield Problem("steps", _("Say what you did after looking: at least thank the people you observed."), "SAF-06")
    elif not draft.steps <= STEPS:
        yield Problem("steps", _("Choose from the steps listed."), "SAF-06")
    if not draft.out_of_sight:
        message = _("Fill in the card where the people observed do not see it, and confirm it here.")
        yield Problem("out_of_sight", message, "SAF-08")


def _length_problems(draft: CardDraft) -> Iterable[Problem]:
    for name, text in _texts(draft):
        most = LONGEST_TEXT if name in TEXT_FIELDS else LONGEST_NOTE
        if len(text) > most and name not in draft.other_texts:
            over = len(text) - most
            message = ngettext(
                "Shorten this text by %(over)s character.", "Shorten this text by %(over)s characters.", over
            )
            yield Problem(name, message % {"over": over})


def name_problems(draft: CardDraft, guard: FindsNames) -> Iterable[Problem]:
    """SAF-08 (clause 4.5.3): whatever points at a person, in any free text of the card."""
    for name, text in _texts(draft):
        for found in guard.find(text):
            yield Problem(name, name_message(_label(draft, name), found), "SAF-08")


def _texts(draft: CardDraft) -> Iterable[tuple[str, str]]:
    """Every free text of the card that is not empty, with the name of its field."""
    for name in TEXT_FIELDS:
        if text := getattr(draft, name):
            yield name, text
    for item in draft.items:
        if item.note:
            yield f"{item.category}_note", item.note
        if item.action:
            yield f"{item.category}_action", item.action
        if item.follow_up is not None and item.follow_up.what:
            yield f"{item.category}_later", item.follow_up.what
    for name, (_label_of_answer, text) in draft.other_texts.items():
        if text:
            yield name, text


def _label(draft: CardDraft, name: str) -> Any:
    """What the form calls this text."""
    if name in draft.other_texts:
        return draft.other_texts[name][0]
    if name in TEXT_FIELDS:
        return Card._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    category, part = name.rsplit("_", 1)
    heading = Category(category).label if category in CATEGORIES else category
    field = CardAction._meta.get_field("what") if part == "later" else CardItem._meta.get_field(part)
    return f"{heading}: {field.verbose_name}"  # type: ignore[union-attr]


def name_message(label: Any, found: Finding) -> str:
    """What was found in which text, why it may not stand there, and how to say it instead."""
    what = {
        FindingKind.NAME: _("“%(text)s” is the name of somebody on the staff"),
        FindingKind.STAFF_NUMBER: _("“%(text)s” is a staff number"),
        FindingKind.PHONE: _("“%(text)s” looks like a telephone number"),
        FindingKind.IDENTITY_NUMBER: _("“%(text)s” looks like an identity number"),
        FindingKind.FORM_OF_ADDRESS: _("“%(text)s” points at one person"),
        FindingKind.POST_ON_SHIFT: _("“%(text)s” is only one person on that shift"),
    }[found.kind] % {"text": found.text}
    advice = _(
        "A card never says who was observed, so that nobody is punished for it. Write what was done and where instead, "
        "such as “a worker at the mud tanks”. Nothing has been stored yet."
    )
    return _("In “%(label)s”: %(what)s. %(advice)s") % {"label": label, "what": what, "advice": advice}
