from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardAnalysisConfig(AppConfig):
    name = "forms.cards.analysis"
    label = "card_analysis"
    verbose_name = _("Statistics of cards")

    def ready(self) -> None:
        from forms.cards.analysis import demo, measures, permissions, tiles
        from portal.lib import registries

        registries.home_tiles.register("card_analysis", tiles.analysis_tiles, order=33)
        registries.nav_tabs.register("card_analysis", tiles.STATISTICS_TAB, order=40)
        registries.demo_builders.register("card_analysis", demo.build, order=45)
        registries.rows_guards.register("card_statistics", permissions.reader_can_see_statistics)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
