"""The register of injuries and near misses: one entry, told without names."""

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
from forms.cards.plans.enums import LONGEST_TEXT, Severity, Source
from forms.cards.plans.models import Incident
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
    journal.record(by=by, action="plans.enter_incident", thing=incident, unit=draft.unit, now=now)
    return incident


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
