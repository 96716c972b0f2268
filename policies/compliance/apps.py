from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplianceConfig(AppConfig):
    name = "policies.compliance"
    label = "compliance"
    verbose_name = _("Compliance")

    def ready(self) -> None:
        from policies.compliance import demo, marks, schedule, tiles
        from portal.lib import registries

        registries.navigation.register("compliance", tiles.COMPLIANCE_NAVIGATION, order=45)
        registries.library_doors.register("compliance", tiles.compliance_door, order=10)
        registries.home_tiles.register("compliance.soon", tiles.soon_tile, order=15)
        registries.clause_marks.register("compliance", marks.obligation_marks, order=10)
        # After every other builder: it closes the accounts of what they made.
        registries.demo_builders.register("compliance", demo.build, order=95)
        schedule.register()
