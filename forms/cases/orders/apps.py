from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseOrdersConfig(AppConfig):
    name = "forms.cases.orders"
    label = "case_orders"
    verbose_name = _("Work orders")

    def ready(self) -> None:
        from forms.cases import registries as case_registries
        from forms.cases.orders import case_page, coming_back, demo, erasing, measures, permissions, schedule, tiles
        from forms.intake.kinds import progress_doors
        from forms.revisits.registries import draw_populations, returned_defects, revisit_subjects
        from portal.lib import registries

        case_registries.closing_guards.register("case_orders", case_page.open_orders, order=20)
        case_registries.case_sections.register("case_orders", case_page.order_section, order=20)
        case_registries.case_offers.register("case_orders", case_page.order_offers, order=20)
        case_registries.customer_steps.register("case_orders", case_page.order_steps, order=20)
        case_registries.after_case_step.register("case_orders", case_page.rework_when_still_broken, order=20)
        case_registries.erasure_holds.register("case_orders", erasing.cases_with_open_orders)
        case_registries.case_erasers.register("case_orders", erasing.erase_orders)
        progress_doors.register("case_orders", case_page.customer_doors)
        revisit_subjects.register("case_orders.workorder", coming_back.OrderSubject())
        returned_defects.register("case_orders.workorder", coming_back.defect_is_back)
        draw_populations.register("orders", coming_back.ORDERS)
        registries.file_guards.register("case_orders.workorder", permissions.reader_may_see_order)
        registries.home_tiles.register("case_orders", tiles.order_tiles, order=21)
        registries.navigation.register("case_orders", tiles.ORDER_NAVIGATION, order=16)
        registries.demo_builders.register("case_orders", demo.build, order=42)
        registries.rows_guards.register("order_list", permissions.reader_can_list_orders)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
        schedule.register()
