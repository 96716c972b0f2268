from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseRetentionConfig(AppConfig):
    name = "forms.cases.retention"
    label = "case_retention"
    verbose_name = _("Retention of cases")

    def ready(self) -> None:
        from forms.cases import registries as case_registries
        from forms.cases.retention import case_page, schedule, tiles
        from portal.lib import registries

        case_registries.case_sections.register("case_retention", case_page.erased_section, order=90)
        case_registries.case_offers.register("case_retention", case_page.erasure_offer, order=90)
        registries.home_tiles.register("case_retention", tiles.retention_tile, order=70)
        schedule.register()
