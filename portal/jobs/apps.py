from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "portal.jobs"
    label = "jobs"
    verbose_name = _("Background work")

    def ready(self) -> None:
        from portal.jobs.tasks import queue_renewal
        from portal.lib.registries import Scheduled, last_of_every, scheduled

        scheduled.register("jobs.renew_figures", Scheduled("jobs.renew_figures", last_of_every(5), queue_renewal))
