from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    name = "portal.demo"
    label = "demo"
    verbose_name = _("Demo company")

    def ready(self) -> None:
        from portal.demo import company, logins
        from portal.lib import registries

        registries.demo_builders.register("org", company.build, order=0)
        for login in logins.demo_logins():
            registries.demo_logins.register(login.username, login)
