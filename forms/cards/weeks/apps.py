from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WeeksConfig(AppConfig):
    name = "forms.cards.weeks"
    label = "card_weeks"
    verbose_name = _("Weekly analysis and awards")

    def ready(self) -> None:
        from forms.cards.weeks import demo, measures, permissions, schedule, sources, tiles
        from forms.cards.weeks.notifying import KINDS
        from portal.lib import registries
        from portal.notifications.kinds import notification_kinds

        registries.home_tiles.register("card_weeks", tiles.week_tiles, order=32)
        registries.home_tiles.register("card_awards", tiles.award_tiles, order=34)
        registries.entrances.register("card_weeks", tiles.week_doors, order=32)
        registries.nav_tabs.register("card_weeks", tiles.WEEKS_TAB, order=50)
        registries.demo_builders.register("card_weeks", demo.build, order=45)
        registries.search_sources.register("lessons", sources.LESSONS)
        registries.rows_guards.register("card_weeks", permissions.reader_can_list_weeks)
        registries.rows_guards.register("card_months", permissions.reader_can_list_weeks)
        registries.rows_guards.register("card_awards", permissions.reader_meets_weeks)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
        for kind_name, kind in KINDS.items():
            notification_kinds.register(kind_name, kind)
        schedule.register()
