from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    label = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        from home import demo, notices, schedule, signals, sources
        from home.library import demo as library_demo
        from home.library import measures, tiles
        from home.library.schedule import ENTRIES_TURN
        from home.library.sources import LIBRARY
        from portal.lib import registries

        registries.navigation.register("home", notices.HOME, order=0)
        registries.navigation.register("notices", notices.NOTICES, order=80)
        registries.search_sources.register("notices", sources.NOTICES)
        registries.scheduled.register("home.publish_on_time", schedule.PUBLISH_ON_TIME)
        registries.demo_builders.register("home", demo.build, order=10)
        registries.navigation.register("library", tiles.LIBRARY_ENTRY, order=85)
        registries.search_sources.register(LIBRARY.name, LIBRARY)
        registries.scheduled.register(ENTRIES_TURN.name, ENTRIES_TURN)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
        registries.demo_builders.register("library", library_demo.build, order=28)
        signals.connect()
