"""Daily: video files that a killed server left behind go."""

from __future__ import annotations

from datetime import datetime

from policies.training.models import Lesson
from policies.training.videos import FOLDER
from portal.files.storage import sweep_orphans
from portal.lib.registries import Scheduled, every_day_at, scheduled


def sweep(moment: datetime) -> int:
    def named(paths: list[str]) -> set[str]:
        return set(Lesson.objects.filter(video_path__in=paths).values_list("video_path", flat=True))

    return sweep_orphans(FOLDER, named, moment)


def register() -> None:
    scheduled.register("training.sweep", Scheduled("training.sweep", every_day_at(3, 35), sweep))
