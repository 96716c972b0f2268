from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BulletinsConfig(AppConfig):
    name = "forms.bulletins"
    label = "bulletins"
    verbose_name = _("Bulletins")

    def ready(self) -> None:
        from forms.bulletins import demo, signals, sources
        from portal.lib.registries import NavItem, demo_builders, navigation

        signals.connect()
        sources.register()
        demo_builders.register("bulletins", demo.build, order=60)
        navigation.register(
            "bulletins",
            NavItem(_("Bulletins"), "bulletin_list", "newspaper", lambda reader: reader.is_staff_member),
            order=60,
        )
