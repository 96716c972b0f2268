"""`make bench`: the portal beside its peers, in one run. See README.md beside this file."""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import statistics
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from tests.bench import loads
from tests.bench.servers import portal, session_of
from tests.bench.stock import stock

ROUNDS = 3
FIELDS = {
    "kind": "complaint",
    "subject": "浴室天花板漏水",
    "text": "昨晚起浴室天花板一直滴水，已放水桶接着，請盡快派人查看。",
    "house": "3棟1602",
    "contact_name": "鄭女士",
    "contact_phone": "13800000001",
}
CARD = {
    "kind": "random",
    "unit": "CREW1",
    "observed_at": "09:30",
    "i_observed": "on",
    "came_close": "on",
    "seconds": "95",
    "steps": "discuss",
    "out_of_sight": "on",
    "said": "討論了起吊時站位的風險",
    "agreed": "起吊前先清空吊物下方",
    "protection_safe": "3",
    "positions_unsafe_acts": "1",
    "positions_note": "吊臂下方有人經過",
    "positions_action": "請人離開",
}


def in_turns(ours: Callable[[], float], peer: Callable[[], float]) -> tuple[float, float]:
    """The medians of three rounds, ours and the peer in turns, so that a drift of the machine meets both."""
    pairs = [(ours(), peer()) for _round in range(ROUNDS)]
    return statistics.median(a for a, _b in pairs), statistics.median(b for _a, b in pairs)


def queries_of(work: Callable[[], object]) -> int:
    """How many queries it takes. Counted at once: the next request empties the log, and a full log counts no more."""
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


class Table:
    """Prints each line as soon as it is measured. Ratio: how many times better than the peer."""

    def __init__(self) -> None:
        self.lines = 0
        print(f"{'what':<38}{'ours':>14}{'peer':>14}{'ratio':>9}   aim")

    def line(self, what: str, ours: float, peer: float, unit: str, aim: str, *, lower_is_better: bool = False) -> None:
        ratio = (peer / ours if lower_is_better else ours / peer) if ours and peer else 0.0
        print(f"{what:<38}{ours:>9.1f} {unit:<4}{peer:>9.1f} {unit:<4}{ratio:>8.2f}x   {aim}", flush=True)
        self.lines += 1


def photo_of_phone() -> bytes:
    """A JPEG of about 800 kB, 2000 x 1500, with grain as a camera has it."""
    from PIL import Image

    noise = Image.frombytes("RGB", (500, 375), random.Random(1).randbytes(500 * 375 * 3))
    picture = Image.blend(
        noise.resize((2000, 1500), Image.Resampling.BICUBIC), Image.new("RGB", (2000, 1500), "teal"), 0.5
    )
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def rate(answered: loads.Answered) -> float:
    if answered.faults:
        print(f"    ! {answered.faults}")
    return answered.per_second


def web_lines(folder: Path, table: Table, only: set[str], seconds: int) -> None:
    ours = portal(folder)
    facts = ours.run("-m", "tests.bench.facts").strip().splitlines()
    address, text = facts[-1], (folder / "portal" / "bench-text.html").read_text(encoding="utf-8")
    from portal.settings import env

    peer = stock(folder, text, env.database(folder / "unused.sqlite3"))
    with ours, peer:
        if "page" in only:
            employee, reader = session_of(ours, "employee"), session_of(peer, "reader")
            found = in_turns(
                lambda: rate(loads.get(ours.url + address, seconds, employee)),
                lambda: rate(loads.get(peer.url + "/policy/", seconds, reader)),
            )
            table.line("regulation page, employee signed in", *found, "/s", ">= 8x")
        if "complaint" in only:
            found = in_turns(
                lambda: rate(loads.post(ours.url + "/complaint/", seconds, FIELDS, expected=303)),
                lambda: rate(loads.post(peer.url + "/form/", seconds, FIELDS, expected=200)),
            )
            table.line("complaint, POST", *found, "/s", ">= 2x")
        if "card" in only:
            card = CARD | {"area": facts[-2], "observed_on": str(date.today() - timedelta(days=1))}
            employee = session_of(ours, "employee")
            found = in_turns(
                lambda: rate(loads.post(ours.url + "/observe/", seconds, card, expected=303, session=employee)),
                lambda: rate(loads.post(peer.url + "/form/", seconds, FIELDS, expected=200)),
            )
            table.line("card, POST, employee signed in", *found, "/s", ">= 1x")
        if "photo" in only:
            picture = photo_of_phone()
            found = in_turns(
                lambda: rate(
                    loads.post(ours.url + "/complaint/", seconds, FIELDS, expected=303, photo=("files", picture))
                ),
                lambda: rate(loads.post(peer.url + "/photo/", seconds, FIELDS, expected=200, photo=("photo", picture))),
            )
            table.line(f"complaint with a photo of {len(picture) // 1000} kB", *found, "/s", ">= 1x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    every = "page,complaint,card,photo,bulletin,import,training,duty,receipts,cases,million"
    parser.add_argument("--only", default=every)
    parser.add_argument("--seconds", type=int, default=4, help="length of one wrk run")
    options = parser.parse_args()
    only = set(options.only.split(","))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.dev")
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    os.environ["PORTAL_DATA_DIR"] = str(folder / "portal")
    try:
        table = Table()
        web = only & {"page", "complaint", "card", "photo"}
        if web:
            web_lines(folder, table, only, options.seconds)
        else:
            portal(folder)
        if only - web:
            from tests.bench import inside

            inside.lines(table, only)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
