from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RevisitsConfig(AppConfig):
    name = "forms.revisits"
    label = "revisits"
    verbose_name = _("Revisits")

    def ready(self) -> None:
        from forms.revisits import measures, permissions, schedule, tiles
        from portal.lib import registries

        registries.home_tiles.register("revisits", tiles.revisit_tiles, order=22)
        registries.home_tiles.register("defects", tiles.defect_tiles, order=23)
        registries.navigation.register("revisits", tiles.REVISIT_NAVIGATION, order=17)
        registries.rows_guards.register("revisit_list", permissions.reader_can_list_revisits)
        registries.rows_guards.register("draw_list", permissions.reader_can_see_draws)
        registries.rows_guards.register("draw_week", permissions.reader_can_see_draws)
        registries.rows_guards.register("defect_list", permissions.reader_can_list_defects)
        registries.file_guards.register("revisits.defectvisit", permissions.reader_may_see_visit)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
        schedule.register()
