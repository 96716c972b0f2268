from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "forms.cases"
    label = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from forms.cases import demo, measures, notifying, permissions, schedule, tiles
        from forms.cases import registries as case_registries
        from forms.cases.progress import case_kind
        from forms.cases.views import customers, entrance
        from forms.intake import kinds
        from portal.lib import registries
        from portal.notifications.kinds import notification_kinds

        kinds.register(case_kind(entrance.ComplaintView.as_view(), customers.tracked_case))
        registries.home_tiles.register("cases", tiles.case_tiles, order=20)
        registries.entrances.register("cases", tiles.complaint_door, order=10)
        registries.navigation.register("cases", tiles.CASE_NAVIGATION, order=15)
        registries.demo_builders.register("cases", demo.build, order=30)
        registries.rows_guards.register("case_list", permissions.reader_can_list_cases)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
        for name, kind in notifying.KINDS.items():
            notification_kinds.register(name, kind)
        case_registries.after_case_step.register("notifications", notifying.notify_after_step, order=80)
        case_registries.case_erasers.register("notifications", notifying.forget_notifications)
        schedule.register()
        schedule.watch_calendar()
