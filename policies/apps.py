from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PoliciesConfig(AppConfig):
    name = "policies"
    label = "policies"
    verbose_name = _("Regulations")

    def ready(self) -> None:
        from policies import demo, demo_documents, measures, permissions, schedule, sources, tiles
        from policies import signals as _signals  # noqa: F401 - connects the guards
        from policies.guide import demo as guide_demo
        from policies.guide import measures as guide_measures
        from policies.guide import schedule as guide_schedule
        from policies.guide import signals as _guide_signals  # noqa: F401 - asks for the booklets
        from portal.lib import registries
        from portal.lib.registries import NavItem

        registries.navigation.register(
            "regulations", NavItem(_("Regulations"), "regulation_list", "journal-text", lambda reader: True), order=20
        )
        registries.navigation.register(
            "guide", NavItem(_("Service Guide"), "service_guide", "compass", lambda reader: True), order=30
        )
        registries.home_tiles.register("policies.to_read", tiles.to_read, order=10)
        registries.home_tiles.register("policies.desk_work", tiles.desk_work, order=12)
        registries.home_tiles.register("policies.reviews_due", tiles.reviews_due, order=14)
        registries.entrances.register("policies.guide", tiles.guide_door, order=40)
        registries.search_sources.register(sources.CLAUSES.name, sources.CLAUSES, order=10)
        registries.search_sources.register(sources.GUIDE.name, sources.GUIDE, order=20)
        for name, measure in (measures.MEASURES | guide_measures.MEASURES).items():
            registries.measures.register(name, measure)
        for name in ("policies_index", "policies_regulation", "policies_edition"):
            registries.rows_guards.register(name, permissions.reader_can_see_regulation_desk)
        registries.demo_builders.register("policies", demo.build, order=20)
        registries.demo_builders.register("policies.documents", demo_documents.build, order=22)
        registries.file_guards.register("policies.appendixfile", permissions.reader_can_see_appendix_file)
        registries.demo_builders.register("guide", guide_demo.build, order=25)
        schedule.register()
        registries.scheduled.register(guide_schedule.GUIDE_TAKES_EFFECT.name, guide_schedule.GUIDE_TAKES_EFFECT)
        self._register_policies()

    def _register_policies(self) -> None:
        """Who may change the guide follows from appointments, not from Django's permissions."""
        from wagtail.permissions import register_permission_policy

        from policies.models import ServiceItem, ServiceSection
        from policies.viewsets.guide import GuidePolicy

        for model in (ServiceItem, ServiceSection):
            register_permission_policy(model, GuidePolicy(model))
