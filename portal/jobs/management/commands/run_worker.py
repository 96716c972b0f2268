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

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=0.5, help="seconds between two looks at the queue")
        parser.add_argument("--once", action="store_true", help="do what waits, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = False

        def stop(*_: Any) -> None:
            nonlocal stopping
            stopping = True

        if not options["once"]:
            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGINT, stop)
        worker_id = f"{socket.gethostname()[:40]}-{get_random_string(8)}"
        worker = LeasedWorker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=worker_id,
            excluded_queue_names=[],
        )
        while not stopping:
            try:
                worker.between_jobs()
                worker.run()
            except Exception:  # the database may be away for a while: say so, wait, go on
                if options["once"]:
                    raise
                logger.exception("worker round failed")
                time.sleep(2)
            if options["once"]:
                worker.between_jobs()
                return
            time.sleep(options["interval"])
