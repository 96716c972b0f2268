from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from portal.lib.registries import Scheduled, demo_builders, drains, every_day_at, scheduled
        from search import actions, demo, tasks

        drains.register(actions.TOPIC, actions.drain)
        # Soon after midnight, when editions come into force and notices end without anybody's act. The tick only asks
        # for the repair: it may take minutes, and a tick is one transaction.
        scheduled.register(
            "search.repair",
            Scheduled("search.repair", every_day_at(0, 20), lambda moment: tasks.repair_index.enqueue()),
        )
        demo_builders.register("search", demo.build, order=90)
        post_migrate.connect(_ensure, sender=self)


def _ensure(**_unused: Any) -> None:
    """A migration that makes a table anew on SQLite drops its triggers: what is missing is put back."""
    from search.engines import engine

    engine().ensure()
