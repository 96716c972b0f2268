from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeviationsConfig(AppConfig):
    name = "policies.deviations"
    label = "deviations"
    verbose_name = _("Deviations")

    def ready(self) -> None:
        from policies.deviations import demo, marks, measures, permissions, tiles
        from portal.lib import registries

        registries.home_tiles.register("deviations", tiles.deviation_tiles, order=15)
        registries.library_doors.register("deviations", tiles.deviation_door, order=40)
        registries.clause_marks.register("deviations", marks.deviations_in_force, order=20)
        registries.clause_acts.register("deviations.apply", tiles.APPLY, order=40)
        registries.file_guards.register("deviations.deviation", permissions.reader_can_see)
        registries.demo_builders.register("deviations", demo.build, order=30)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
