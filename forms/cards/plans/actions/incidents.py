"""The register of injuries and near misses: one entry, told without names, corrected or withdrawn with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cards.enums import Category
from forms.cards.models import Area
from forms.cards.plans import permissions
from forms.cards.plans.actions import clean, require_no_names
from forms.cards.plans.enums import LONGEST_TEXT, IncidentVerb, Severity, Source
from forms.cards.plans.models import Incident, IncidentChange
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Unit

OLDEST_YEAR = 2000


@dataclass(frozen=True)
class IncidentDraft:
    unit: Unit
    happened_on: date
    area: Area
    source: str
    category: str
    severity: str
    what: str


@transaction.atomic
def enter_incident(*, by: Any, submission_id: UUID, draft: IncidentDraft, now: datetime | None = None) -> Incident:
    """One entry. The same id and content again is the same entry; nothing is stored before the names guard passed."""
    now = now or clock.now()
    if not permissions.user_can_enter_incident(by, draft.unit):
        raise NotYours(_("Injuries and near misses are entered in one's own unit."), field="unit")
    require_sound(draft, clock.today(now))
    fields = vars(draft) | {"what": clean(draft.what)}
    with scopes_disabled():
        Unit.objects.select_for_update().get(pk=draft.unit.pk)
        known = Incident.objects.filter(submission_id=submission_id).first()
        if known is not None:
            if any(getattr(known, name) != value for name, value in fields.items()):
                raise Conflict(_("This was sent before with other content. Open the form anew."))
            return known
        incident = Incident.objects.create(submission_id=submission_id, **fields)
        IncidentChange.objects.create(incident=incident, by=by, at=now, verb=IncidentVerb.ENTER)
    journal.record(by=by, action="plans.enter_incident", thing=incident, unit=draft.unit, now=now)
    return incident


@transaction.atomic
def correct_incident(
    *, by: Any, incident: Incident, version: int, draft: IncidentDraft, why: str, now: datetime | None = None
) -> Incident:
    """Says it better, with the reason; `version` is the one that was read, so that the second of two is told."""
    now = now or clock.now()
    incident = _locked(incident, by=by, version=version, why=why)
    if draft.unit.pk != incident.unit_id:
        raise Refused(_("An entry stays in its unit: withdraw it and enter it in the other one."), field="area")
    require_sound(draft, clock.today(now))
    fields = {name: value for name, value in vars(draft).items() if name != "unit"} | {"what": clean(draft.what)}
    changed = {name: value for name, value in fields.items() if getattr(incident, name) != value}
    if not changed:
        raise Refused(_("Nothing was changed: correct what is wrong, or leave the page."))
    about = [_line_of(incident, name, value) for name, value in changed.items()]
    for name, value in changed.items():
        setattr(incident, name, value)
    incident.version += 1
    with scopes_disabled():
        incident.save(update_fields=[*changed, "version"])
    _trace(by=by, incident=incident, verb=IncidentVerb.CORRECT, about=about, why=why, now=now)
    return incident


@transaction.atomic
def withdraw_incident(*, by: Any, incident: Incident, version: int, why: str, now: datetime | None = None) -> Incident:
    """It was no such thing, or stands twice. It remains in the register with the reason, and weighs nothing."""
    now = now or clock.now()
    incident = _locked(incident, by=by, version=version, why=why)
    incident.is_withdrawn = True
    incident.version += 1
    with scopes_disabled():
        incident.save(update_fields=["is_withdrawn", "version"])
    _trace(by=by, incident=incident, verb=IncidentVerb.WITHDRAW, why=why, now=now)
    return incident


def _locked(incident: Incident, *, by: Any, version: int, why: str) -> Incident:
    """The entry, locked, if this person may write in it and read what it says now."""
    with scopes_disabled():
        incident = Incident.objects.select_for_update(of=("self",)).select_related("unit", "area").get(pk=incident.pk)
    if incident.version != version or incident.is_withdrawn:
        raise Conflict(_("Somebody was first: the entry was changed meanwhile. Read it again, then write."))
    if not permissions.user_can_correct_incident(by, incident):
        raise NotYours(_("An entry is corrected by who entered it, who leads the unit, or the safety department."))
    if not clean(why):
        raise Refused(_("Say why: the reason stays with the entry."), field="why")
    if len(why) > LONGEST_TEXT:
        raise Refused(_("Shorten this to %(most)s characters.") % {"most": LONGEST_TEXT}, field="why")
    require_no_names(why, _("why"), "why")
    return incident


def _line_of(incident: Incident, name: str, value: Any) -> list[str]:
    """[field, before, after], as stored; the words of what happened are not kept a second time."""
    if name == "what":
        return [name, "", ""]
    return [name, str(getattr(incident, name)), str(value)]


def _trace(
    *, by: Any, incident: Incident, verb: IncidentVerb, why: str, now: datetime, about: list[list[str]] | None = None
) -> None:
    """One line in the entry's history and one in the journal, which holds no words."""
    with scopes_disabled():
        IncidentChange.objects.create(incident=incident, by=by, at=now, verb=verb, about=about or [], why=clean(why))
    fields = [line[0] for line in about or []]
    journal.record(
        by=by,
        action=f"plans.{verb}_incident",
        thing=incident,
        unit=incident.unit_id,
        data={"fields": fields} if fields else {},
        now=now,
    )


def require_sound(draft: IncidentDraft, today: date) -> None:
    if draft.happened_on > today:
        raise Refused(_("This day has not come yet: correct the date."), field="happened_on")
    if draft.happened_on.year < OLDEST_YEAR:
        raise Refused(_("This is too long ago: correct the date."), field="happened_on")
    if draft.area.unit_id != draft.unit.pk:
        raise Refused(_("Choose an area of the unit."), field="area")
    for name, choices in (("source", Source), ("category", Category), ("severity", Severity)):
        if getattr(draft, name) not in choices.values:
            raise Refused(_("Choose one of the list."), field=name)
    if not clean(draft.what):
        raise Refused(_("Write in a few words what happened."), field="what")
    if len(draft.what) > LONGEST_TEXT:
        raise Refused(_("Shorten this to %(most)s characters.") % {"most": LONGEST_TEXT}, field="what")
    require_no_names(draft.what, _("what happened"), "what")
