"""Every night the index is compared with the database: soon after midnight, when editions come into force and notices
end without anybody's act."""

from __future__ import annotations

from portal.lib.registries import Scheduled, every_day_at, scheduled
from search.tasks import repair_index


def register() -> None:
    # Only asked for here: the repair may take minutes, and the tick runs its work in one transaction.
    scheduled.register(
        "search.repair", Scheduled("search.repair", every_day_at(0, 20), lambda moment: repair_index.enqueue())
    )
