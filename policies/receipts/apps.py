from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceiptsConfig(AppConfig):
    name = "policies.receipts"
    label = "receipts"
    verbose_name = _("Receipts")

    def ready(self) -> None:
        from policies.receipts import demo, keeping, permissions, schedule, tiles
        from policies.receipts.models import Batch
        from policies.receipts.notifying import KINDS
        from portal.lib import registries
        from portal.notifications.kinds import notification_kinds

        registries.home_tiles.register("receipts.overdue", tiles.overdue_in_units, order=12)
        registries.library_doors.register("receipts", tiles.overview_door, order=30)
        registries.file_guards.register(Batch._meta.label_lower, permissions.reader_can_see_sheet)
        registries.rows_guards.register("receipt_overview", permissions.reader_can_see_receipts)
        for name, kind in KINDS.items():
            notification_kinds.register(name, kind)
        registries.demo_builders.register("receipts", demo.build, order=80)
        schedule.register()
        keeping.kept_overviews.register()
