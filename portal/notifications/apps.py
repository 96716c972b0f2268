from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "portal.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        from portal.lib import registries
        from portal.notifications import demo, schedule, tasks, tiles
        from portal.notifications.actions.telling import MAIL_TOPIC, MESSAGE_TOPIC

        registries.home_tiles.register("notifications", tiles.gateway_tile, order=72)
        registries.drains.register(MAIL_TOPIC, tasks.drain_mail)
        registries.drains.register(MESSAGE_TOPIC, tasks.drain_messages)
        registries.demo_builders.register("notifications", demo.build, order=95)
        schedule.register()
