from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardPlansConfig(AppConfig):
    name = "forms.cards.plans"
    label = "card_plans"
    verbose_name = _("Plans of observations")

    def ready(self) -> None:
        from forms.cards.plans import demo, keeping, measures, permissions, tiles
        from forms.cards.registries import card_plan
        from portal.lib import registries

        card_plan.register("plan", keeping.CARD_PLAN)
        registries.home_tiles.register("card_plans", tiles.plan_tiles, order=31)
        registries.entrances.register("card_plans", tiles.plan_door, order=31)
        registries.nav_tabs.register("card_plans", tiles.PLANS_TAB, order=20)
        registries.demo_builders.register("card_plans", demo.build, order=41)
        for route in ("plan_list", "plan_slots", "plan_coverage"):
            registries.rows_guards.register(route, permissions.reader_can_see_plans)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
