from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardDutyConfig(AppConfig):
    name = "forms.cards.duty"
    label = "card_duty"
    verbose_name = _("Daily observation duty")

    def ready(self) -> None:
        from forms.cards.duty import demo, measures, permissions, rules, schedule, tasks, tiles
        from forms.cards.registries import card_notices, daily_rule
        from portal.lib import registries

        registries.home_tiles.register("card_duty", tiles.duty_tiles, order=29)
        registries.nav_tabs.register("card_duty", tiles.DUTY_TAB, order=30)
        card_notices.register("card_duty", rules.notices)
        daily_rule.register("duty", rules.DAILY_RULE)
        registries.drains.register("card_duty", tasks.drain_outbox)
        registries.demo_builders.register("card_duty", demo.build, order=45)
        for name in ("duty_overview", "duty_matrix", "duty_days"):
            registries.rows_guards.register(name, permissions.reader_can_see_duty)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
        schedule.register()
