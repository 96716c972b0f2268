"""Every ten minutes: pages whose day has come go out, pages whose day is over come down (Wagtail's own schedule)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.management import call_command

from portal.lib.registries import Scheduled

STEP = timedelta(minutes=10)


def newest_step(since: datetime, until: datetime) -> Iterable[datetime]:
    """The last full ten minutes in (since, until]: after a night without the worker one run is enough."""
    moment = until - timedelta(minutes=until.minute % 10, seconds=until.second, microseconds=until.microsecond)
    return [moment] if moment > since else []


PUBLISH_ON_TIME = Scheduled(
    name="home.publish_on_time", moments=newest_step, run=lambda moment: call_command("publish_scheduled")
)
