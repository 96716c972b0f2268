"""Brings everything in step with the code: the database, the static files, and in demo mode the demo company."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in (settings.DATA_DIR, settings.MEDIA_ROOT, settings.PRIVATE_ROOT):
            Path(folder).mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        self._collect_static()
        if settings.DEMO_MODE:
            call_command("load_demo", stdout=self.stdout, stderr=self.stderr)

    def _collect_static(self) -> None:
        """Collecting takes half a minute: it is done again only when a package or one of our files changed."""
        stamp = Path(settings.STATIC_ROOT) / "collected"
        wanted = self._static_state()
        if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return
        self.stdout.write("collecting the static files ...")
        self.stdout.flush()
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.write_text(wanted, encoding="ascii")

    def _static_state(self) -> str:
        """Changes with the locked packages and with every file of ours."""
        digest = hashlib.sha256((Path(settings.BASE_DIR) / "requirements.lock").read_bytes())
        for folder in settings.STATICFILES_DIRS:
            for path in sorted(Path(folder).rglob("*")):
                if path.is_file():
                    digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
        return digest.hexdigest()
