from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "forms.intake"
    label = "intake"
    verbose_name = _("Intake")

    def ready(self) -> None:
        from forms.intake import bundle, lookups, schedule, tasks
        from portal.lib.registries import bundle_parts, drains

        lookups.watch_entrances()
        schedule.register()
        drains.register("intake", tasks.drain_outbox)
        bundle_parts.register("forms", bundle.FORMS_WITH_EDITION)
