from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    name = "policies.audits"
    label = "audits"
    verbose_name = _("Audits")

    def ready(self) -> None:
        from policies.audits import demo, measures, permissions, tiles
        from portal.lib import registries

        registries.home_tiles.register("audits", tiles.audit_tiles, order=18)
        registries.library_doors.register("audits", tiles.audit_door, order=45)
        registries.file_guards.register("audits.auditline", permissions.reader_can_see_line_files)
        registries.file_guards.register("audits.finding", permissions.reader_can_see_finding_files)
        registries.rows_guards.register("audit_list", permissions.reader_sees_audits)
        registries.demo_builders.register("audits", demo.build, order=35)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
