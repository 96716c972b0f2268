from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from portal.lib.registries import demo_builders, drains
        from search import actions, demo, schedule

        drains.register(actions.TOPIC, actions.drain)
        schedule.register()
        demo_builders.register("search", demo.build, order=90)
        post_migrate.connect(_ensure, sender=self)


def _ensure(**_unused: Any) -> None:
    """A migration that makes a table anew on SQLite drops its triggers: what is missing is put back."""
    from search.engines import engine

    engine().ensure()
