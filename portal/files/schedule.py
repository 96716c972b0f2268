"""Daily: files that a killed server left behind go."""

from __future__ import annotations

from portal.files.actions import sweep
from portal.lib.registries import Scheduled, every_day_at, scheduled


def register() -> None:
    scheduled.register("files.sweep", Scheduled("files.sweep", every_day_at(3, 25), sweep))
