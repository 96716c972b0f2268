from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "policies.training"
    label = "training"
    verbose_name = _("Training")

    def ready(self) -> None:
        from policies.training import demo, keeping, measures, permissions, proofs, schedule, tiles
        from portal.lib import registries

        registries.navigation.register("training", tiles.TRAINING_NAVIGATION, order=35)
        registries.home_tiles.register("training.own", tiles.own_tile, order=12)
        registries.home_tiles.register("training.unit", tiles.unit_tile, order=22)
        registries.library_doors.register("training", tiles.training_door, order=20)
        registries.file_guards.register("training.lesson", permissions.reader_can_see_lesson_files)
        for name in ("training_matrix", "training_activities"):
            registries.rows_guards.register(name, permissions.reader_sees_matrix)
        registries.bundle_parts.register("courses", proofs.COURSES_WITH_EDITION)
        registries.passed_proofs.register("courses", proofs.courses_passed)
        registries.demo_builders.register("training", demo.build, order=28)
        for name, measure in measures.MEASURES.items():
            registries.measures.register(name, measure)
        schedule.register()
        keeping.kept_standings.register()
