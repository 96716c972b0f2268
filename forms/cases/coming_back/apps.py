from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComingBackConfig(AppConfig):
    name = "forms.cases.coming_back"
    label = "case_coming_back"
    verbose_name = _("Revisits of cases")

    def ready(self) -> None:
        from forms.cases import registries as case_registries
        from forms.cases.coming_back import case_page, demo, erasing, measures, subject
        from forms.revisits.registries import revisit_subjects
        from portal.lib import registries

        case_registries.closing_guards.register("case_coming_back", case_page.revisit_missing, order=30)
        case_registries.case_sections.register("case_coming_back", case_page.revisit_section, order=30)
        case_registries.case_offers.register("case_coming_back", case_page.revisit_offers, order=30)
        case_registries.erasure_holds.register("case_coming_back", erasing.cases_to_visit)
        case_registries.case_erasers.register("case_coming_back", erasing.erase_case_revisits)
        revisit_subjects.register("cases.case", subject.CaseSubject())
        registries.demo_builders.register("case_coming_back", demo.build, order=32)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
