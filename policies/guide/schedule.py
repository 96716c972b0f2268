"""Daily: the edition of the guide that takes effect today replaces the one before it in search."""

from __future__ import annotations

from policies.actions import guide_takes_effect
from portal.journal.actions import SYSTEM
from portal.lib.registries import Scheduled, every_day_at

GUIDE_TAKES_EFFECT = Scheduled(
    "policies.guide_takes_effect", every_day_at(0, 5), lambda moment: guide_takes_effect(by=SYSTEM, now=moment)
)
