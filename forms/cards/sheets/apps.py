from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardSheetsConfig(AppConfig):
    name = "forms.cards.sheets"
    label = "card_sheets"
    verbose_name = _("Paper cards, readings and exports")

    def ready(self) -> None:
        from forms.cards import registries
        from forms.cards.sheets import readings, tiles

        registries.card_opened.register("card_sheets", readings.card_opened)
        registries.card_notices.register("card_sheets", readings.notices)
        registries.card_doors.register("card_sheets", tiles.doors)
