from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    name = "forms.cards"
    label = "cards"
    verbose_name = _("Observation cards")

    def ready(self) -> None:
        from forms.cards import demo, directory, measures, permissions, schedule, tiles
        from forms.intake import kinds
        from portal.lib import registries

        kinds.register(tiles.CARD_KIND)
        schedule.register()
        registries.home_tiles.register("cards", tiles.card_tiles, order=30)
        registries.home_tiles.register("card actions", tiles.action_tiles, order=31)
        registries.entrances.register("cards", tiles.observe_door, order=30)
        registries.navigation.register("cards", tiles.CARD_NAVIGATION, order=25)
        registries.nav_tabs.register("cards", tiles.CARD_TAB, order=10)
        registries.name_guards.register("staff", directory.staff_name_guard)
        registries.demo_builders.register("cards", demo.build, order=40)
        registries.rows_guards.register("card_list", permissions.reader_can_list_cards)
        registries.rows_guards.register("card_actions", permissions.reader_can_list_actions)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
