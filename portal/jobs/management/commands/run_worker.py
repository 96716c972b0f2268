"""The background worker: jobs under leases, the outbox, the schedule. Start as many as you like."""

from __future__ import annotations

import logging
import signal
import socket
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.crypto import get_random_string

from portal.jobs.worker import LeasedWorker

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []  # `migrate` made them; a worker should be back at once

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=0.5, help="seconds between two looks at the queue")
        parser.add_argument("--once", action="store_true", help="do what waits, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        worker = LeasedWorker(f"{socket.gethostname()[:40]}-{get_random_string(8)}")
        if options["once"]:
            while worker.run_round():
                pass
            worker.between_jobs()  # what the last jobs put into the outbox
            return

        def stop(*_: Any) -> None:
            worker.running = False  # the job in hand is finished first

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        logger.info("worker %s waits for work", worker.worker_id)
        while worker.running:
            try:
                busy = worker.run_round()
            except Exception:  # the database may be away for a while: say so, wait, go on
                logger.exception("worker round failed")
                time.sleep(2)
                continue
            if not busy:
                time.sleep(options["interval"])
