from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulingsConfig(AppConfig):
    name = "policies.rulings"
    label = "rulings"
    verbose_name = _("Rulings and proposals")

    def ready(self) -> None:
        from policies.rulings import demo, marks, measures, notifying, permissions, schedule, sources, tiles
        from portal.lib import registries
        from portal.notifications.kinds import notification_kinds

        registries.home_tiles.register("rulings.desk", tiles.desk_tiles, order=20)
        registries.home_tiles.register("rulings.answered", tiles.answered_tiles, order=15)
        registries.library_doors.register("rulings", tiles.doors, order=30)
        registries.clause_marks.register("rulings", marks.ruling_marks, order=10)
        registries.clause_acts.register("rulings.ask", marks.ASK, order=10)
        registries.clause_acts.register("rulings.propose", marks.PROPOSE, order=20)
        registries.search_sources.register(sources.RULINGS.name, sources.RULINGS, order=15)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
        registries.rows_guards.register("ruling_desk", permissions.reader_sees_desk)
        registries.demo_builders.register("rulings", demo.build, order=28)
        for kind_name, kind in notifying.KINDS.items():
            notification_kinds.register(kind_name, kind)
        schedule.register()
