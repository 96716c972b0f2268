from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    label = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        from home import demo, notices, schedule, signals, sources
        from portal.lib import registries

        registries.navigation.register("home", notices.HOME, order=0)
        registries.navigation.register("notices", notices.NOTICES, order=80)
        registries.search_sources.register("notices", sources.NOTICES)
        registries.scheduled.register("home.publish_on_time", schedule.PUBLISH_ON_TIME)
        registries.demo_builders.register("home", demo.build, order=10)
        signals.connect()
