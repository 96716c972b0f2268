from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "forms.surveys"
    label = "surveys"
    verbose_name = _("Satisfaction surveys")

    def ready(self) -> None:
        from forms.intake import kinds
        from forms.surveys import demo, measures, permissions, schedule, tiles
        from portal.lib import registries

        kinds.register(tiles.SURVEY_KIND)
        registries.home_tiles.register("surveys", tiles.survey_tiles, order=40)
        registries.entrances.register("surveys", tiles.survey_door, order=40)
        registries.navigation.register("surveys", tiles.SURVEY_NAVIGATION, order=50)
        registries.demo_builders.register("surveys", demo.build, order=50)
        schedule.register()
        registries.rows_guards.register("survey_list", permissions.reader_sees_campaigns)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
