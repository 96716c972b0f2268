from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseCallsConfig(AppConfig):
    name = "forms.cases.calls"
    label = "case_calls"
    verbose_name = _("Calls and mails")

    def ready(self) -> None:
        from forms.cases import registries as case_registries
        from forms.cases.calls import demo, erasing, letters, measures, permissions, schedule, tiles
        from portal.lib import registries

        case_registries.customer_mails.register("mailed", letters.answer_to_mail)
        case_registries.case_erasers.register("case_calls", erasing.erase_calls)
        registries.home_tiles.register("case_calls", tiles.call_tiles, order=19)
        registries.entrances.register("hotlines", tiles.hotline_door, order=12)
        registries.navigation.register("calls", tiles.CALL_NAVIGATION, order=14)
        for name, tab in tiles.TABS.items():
            registries.nav_tabs.register(name, tab)
        registries.demo_builders.register("case_calls", demo.build, order=44)
        registries.rows_guards.register("call_list", permissions.reader_can_list_calls)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
        schedule.register()
