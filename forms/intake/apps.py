from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "forms.intake"
    label = "intake"
    verbose_name = _("Intake")

    def ready(self) -> None:
        from forms.intake import lookups, schedule, tasks
        from portal.lib.registries import drains

        lookups.watch_entrances()
        schedule.register()
        drains.register("intake", tasks.drain_outbox)
