"""Who may run campaigns, see counts and results, and make letters. The only place in this app that names roles."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from forms.surveys.enums import CampaignState
from forms.surveys.models import Campaign
from portal.journal.actions import CUSTOMER, SYSTEM
from portal.org.enums import Role
from portal.org.models import Unit
from portal.org.readers import Reader, reader_for

CAMPAIGN_RUNNERS = frozenset({Role.QUALITY_OFFICER})
OFFICE_STAFF = frozenset({Role.DIRECTOR, Role.CLERK})


def user_can_run_campaigns(user: Any) -> bool:
    """Draft, open and close: the company does it, not the offices that are judged by it (SRV-12)."""
    return reader_for(user).has_role(*CAMPAIGN_RUNNERS)


def actor_can_close_campaign(by: Any) -> bool:
    """The portal itself closes a campaign when its last day is over."""
    return by is SYSTEM or (by is not CUSTOMER and user_can_run_campaigns(by))


def reader_sees_campaigns(reader: Reader) -> bool:
    return reader.has_role(*CAMPAIGN_RUNNERS, *OFFICE_STAFF)


def office_ids(reader: Reader) -> tuple[int, ...]:
    """Offices whose counts this reader may see."""
    return reader.unit_ids if reader.has_role(*CAMPAIGN_RUNNERS) else reader.unit_ids_as(*OFFICE_STAFF)


def visible_campaigns(reader: Reader) -> QuerySet[Campaign]:
    """All for who runs them; for an office those it takes part in, once they have opened."""
    campaigns = Campaign.objects.newest_first()
    if reader.has_role(*CAMPAIGN_RUNNERS):
        return campaigns
    if not reader_sees_campaigns(reader):
        return campaigns.none()
    return campaigns.exclude(state=CampaignState.DRAFT).filter(offices__in=office_ids(reader)).distinct()


def reader_sees_results(reader: Reader, campaign: Campaign) -> bool:
    """Answers added up: for who runs the campaign at any time, for an office its own ones when it is closed."""
    if reader.has_role(*CAMPAIGN_RUNNERS):
        return True
    return campaign.state == CampaignState.CLOSED and reader.has_role(Role.DIRECTOR)


def user_can_make_letters(user: Any, office: Unit) -> bool:
    """Letters show tokens: only for who hands them out, the office itself and who runs the campaign."""
    return office.pk in office_ids(reader_for(user))
