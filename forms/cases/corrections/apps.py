from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CorrectionsConfig(AppConfig):
    name = "forms.cases.corrections"
    label = "case_corrections"
    verbose_name = _("Corrective plans and reports")

    def ready(self) -> None:
        from forms.cases import registries as case_registries
        from forms.cases.corrections import (
            case_page,
            demo,
            erasing,
            measures,
            permissions,
            schedule,
            sources,
            standing,
            tiles,
        )
        from forms.cases.corrections.notifying import KINDS
        from portal.lib import registries
        from portal.notifications.kinds import notification_kinds

        case_registries.closing_guards.register("case_corrections", case_page.reasons_against_closing, order=10)
        case_registries.after_case_step.register("case_corrections", case_page.refuse_other_ends, order=10)
        case_registries.case_sections.register("case_plan", case_page.plan_section, order=10)
        case_registries.case_sections.register("case_cause", case_page.cause_section, order=12)
        case_registries.case_sections.register("case_report", case_page.report_section, order=14)
        case_registries.case_offers.register("case_corrections", case_page.offers, order=10)
        case_registries.customer_steps.register("case_corrections", case_page.customer_steps, order=10)
        case_registries.more_handlers.register("case_corrections", permissions.who_carried_out)
        case_registries.erasure_holds.register("case_corrections", erasing.unfinished_corrections)
        case_registries.case_erasers.register("case_corrections", erasing.erase_corrections)
        case_registries.board_figures.register("case_corrections", standing.board_figures)
        registries.file_guards.register("case_corrections.planitem", permissions.reader_may_see_item_files)
        registries.file_guards.register("case_corrections.prevention", permissions.reader_may_see_prevention_files)
        registries.home_tiles.register("case_corrections", tiles.correction_tiles, order=22)
        registries.home_tiles.register("corrective_reports", tiles.report_tiles, order=12)
        registries.library_doors.register("corrective_reports", tiles.report_doors, order=60)
        registries.search_sources.register(sources.REPORTS.name, sources.REPORTS)
        registries.demo_builders.register("case_causes", demo.build_causes, order=31)
        registries.demo_builders.register("case_corrections", demo.build, order=48)
        registries.rows_guards.register("correction_list", permissions.reader_is_staff)
        registries.rows_guards.register("prevention_list", permissions.reader_is_staff)
        registries.rows_guards.register("corrective_drafts", permissions.reader_writes_reports)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
        for kind_name, kind in KINDS.items():
            notification_kinds.register(kind_name, kind)
        schedule.register()
