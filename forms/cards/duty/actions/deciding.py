"""Whether the daily cards of a company count as planned: for the cards handed in from then on (`rules.DailyRule`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from forms.cards.duty import permissions
from forms.cards.duty.enums import LONGEST_REASON
from forms.cards.duty.models import PlannedRule
from forms.cards.duty.rules import daily_cards_count_as_planned
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Unit


@transaction.atomic
def decide_planned_rule(
    *, by: Any, company: Unit, daily_cards_count: bool, reason: str, now: datetime | None = None
) -> PlannedRule:
    """Records the decision with its reason; earlier ones stay. Raises Conflict for what holds already."""
    now = now or clock.now()
    if not permissions.user_can_set_rule(by):
        raise NotYours(_("This is decided by the safety department."))
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(_("Give the reason: figures before and after the decision cannot be compared."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(_("Shorten the reason to %(most)s characters.") % {"most": LONGEST_REASON}, field="reason")
    company = Unit.objects.select_for_update().get(pk=company.pk)
    if daily_cards_count_as_planned(company) == daily_cards_count:
        raise Conflict(_("This holds already."), field="daily_cards_count")
    rule = PlannedRule.objects.create(
        company=company, daily_cards_count=daily_cards_count, reason=reason, by=by, at=now
    )
    data = {"daily_cards_count": daily_cards_count, "reason": reason}
    journal.record(by=by, action="card_duty.decide_planned_rule", thing=rule, unit=company, data=data, now=now)
    return rule
