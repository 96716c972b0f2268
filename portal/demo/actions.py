"""Loading the demo company, stage by stage."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from portal.demo.models import BuiltStage
from portal.demo.stage import Stage
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.lib.registries import demo_builders


def load(*, now: datetime | None = None, tell: Callable[[str], None] = lambda line: None) -> list[str]:
    """Builds every stage that is missing, each with its mark in one transaction. Returns their names.

    A load that was killed goes on after the last whole stage; a complete one changes nothing. `tell` hears of each
    stage before it is built. Refused outside demo mode: nobody's real portal gets invented customers.
    """
    if not settings.DEMO_MODE:
        raise Refused(_("The demo company is loaded in demo mode only: set PORTAL_DEMO=1."))
    built = dict(BuiltStage.objects.values_list("name", "moment"))
    missing = [(name, build) for name, build in demo_builders.items() if name not in built]
    stage = Stage(min(built.values(), default=now or clock.now()))
    for name, build in missing:
        tell(name)
        with transaction.atomic(), scopes_disabled(), translation.override("zh-hant"):
            build(stage)
            BuiltStage.objects.create(name=name, moment=stage.now)
        stage = Stage(stage.now)  # what the next stage reads by code includes what this one made
    return [name for name, _build in missing]
