"""A complaint that is sent again and again: each key eight times at once, by eight senders that start together.

    .venv/bin/python -m tests.trials.same_submissions --keys 1000

The portal is the real one (`serve_portal`). However they meet: one case and one receipt for each key. With
`--no-keys` each sending has a key of its own, which is what a form without keys would do: eight cases. Prints what
came of it and ends with 1 when a case is missing or too many.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

from tests.journeys import demo_database
from tests.trials.real_portal import RealPortal

SENDERS = 8
CASES = "SELECT count(*) FROM cases_case WHERE subject = ?"
SUBJECT = "同一件投訴"


class Sender:
    """One browser that keeps its cookie and its form's token."""

    def __init__(self, port: int) -> None:
        self.port = port
        answer = self._ask("GET", "")
        page = answer[2].decode()
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None, f"{answer[0]}: {page[:300]}"
        self.token, self.cookie = found[1], (answer[1] or "").split(";")[0]

    def _ask(self, method: str, body: str, **headers: str) -> tuple[int, str | None, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, "/complaint/", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Set-Cookie"), answer.read()
        finally:
            connection.close()

    def send(self, key: uuid.UUID) -> str:
        """The address of the receipt, or the status of a refusal."""
        fields = {"csrfmiddlewaretoken": self.token, "submission_id": str(key), "kind": "complaint"}
        body = urllib.parse.urlencode({**fields, "subject": SUBJECT, "text": "網絡很慢，按了幾次。"})
        status, _cookie, answer = self._ask(
            "POST",
            body,
            **{
                "Cookie": self.cookie,
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Requested-With": "fetch",
            },
        )
        return json.loads(answer)["location"] if status == 201 else str(status)


def carry_out(folder: Path, *, keys: int, own_keys: bool) -> dict[str, object]:
    """Sends every key by all senders at once, and counts."""
    portal = RealPortal(folder, demo_database.template())
    portal.environment["PORTAL_SUBMISSIONS_PER_ADDRESS"] = "1000000"
    portal.start()
    try:
        portal.wait()
        senders = [Sender(portal.port) for _number in range(SENDERS)]
        together = threading.Barrier(SENDERS)

        def send(sender: Sender, key: uuid.UUID) -> str:
            together.wait(120)
            return sender.send(uuid.uuid4() if own_keys else key)

        begun, answers, split = time.monotonic(), Counter[str](), 0
        with ThreadPoolExecutor(SENDERS) as pool:
            for _number in range(keys):
                key = uuid.uuid4()
                receipts = list(pool.map(send, senders, [key] * SENDERS))
                answers.update("receipt" if "/" in one else one for one in receipts)
                split += len(set(receipts)) > 1
        return {
            "keys": keys,
            "sent": keys * SENDERS,
            "cases": portal.rows(CASES, SUBJECT)[0][0],
            "keys_with_different_answers": split,
            "answers": dict(answers),
            "seconds": round(time.monotonic() - begun, 1),
        }
    finally:
        portal.kill()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keys", type=int, default=1000)
    parser.add_argument("--no-keys", action="store_true", help="each sending with a key of its own: the broken twin")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portal-trial-") as folder:
        found = carry_out(Path(folder), keys=options.keys, own_keys=options.no_keys)
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    return 0 if found["cases"] == options.keys and not found["keys_with_different_answers"] else 1


if __name__ == "__main__":
    sys.exit(main())
