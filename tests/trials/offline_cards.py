"""Cards filled in while everything fails: the network is cut, answers are lost or never come, the portal and the
browser are killed at random. However it goes: as many cards as were filled in, none twice, none lost.

    .venv/bin/python -m tests.trials.offline_cards --cards 50 --seed 7

The portal is the real one (`serve_portal`), the phone a Chromium of its own with a profile that stays. What is done to
them follows from the seed. Prints what happened and ends with 1 when a card is lost, doubled or stuck.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page, Playwright, Route, sync_playwright

from tests.trials.real_browser import RealBrowser
from tests.trials.real_portal import RealPortal

WRITER, PASSWORD = "crew_leader", "demo-portal"
FIRST = 100  # seconds of the first card: by them one card is told from the other
PATIENCE = 240.0  # for the last cards to arrive when nothing fails any more
# What may happen to a card, and how often for a hundred of them.
TROUBLES = {
    "nothing": 14,
    "no network": 18,
    "network cut while sending": 10,
    "answer lost": 9,
    "no answer": 4,
    "portal killed while sending": 13,
    "portal away": 8,
    "browser killed while filling in": 8,
    "browser killed while sending": 10,
    "both killed while sending": 3,
    "page closed while sending": 3,
}
KEPT = """async () => {
  const store = new CardStore(document.querySelector("form[data-card]").dataset.writer);
  return {cards: (await store.cards()).map(({ id, state }) => [id, state]), drafts: await store.drafts()};
}"""


@dataclass
class Outcome:
    """What a trial found. `faults` is empty when every card is there once."""

    cards: int
    kept: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    portal_kills: int = 0
    browser_kills: int = 0
    sign_ins: int = 0
    begun_again: int = 0  # killed before anything was typed that the phone could keep
    found_as_draft: int = 0
    passed_by: int = 0  # cards that arrived after one that was handed in later
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)


class Trial:
    """One writer with one phone and one portal."""

    def __init__(
        self, portal: RealPortal, playwright: Playwright, folder: Path, *, troubles: Sequence[str], seed: int
    ) -> None:
        self.portal, self.browser = portal, RealBrowser(playwright, folder / "profile")
        self.random, self.outcome = random.Random(seed), Outcome(len(troubles))
        self.to_come = list(troubles)
        self.timers: list[threading.Thread] = []
        self.ids: dict[int, str] = {}  # seconds -> id of the card in the phone
        self.given_up: list[str] = []  # ids of cards that were begun again
        self.is_offline = False
        self.page: Page

    def run(self) -> Outcome:
        begun = time.monotonic()
        self.portal.start()
        self.portal.wait()
        before = self.portal.rows("SELECT max(id) FROM cards_card")[0][0] or 0
        try:
            self.open()
            for number, trouble in enumerate(self.to_come):
                self.one(FIRST + number, trouble)
            self.finish()
            self.judge(before)
        finally:
            self.browser.kill()
            self.join()
            self.portal.kill()
        self.outcome.portal_kills, self.outcome.browser_kills = self.portal.kills - 1, self.browser.kills - 1
        self.outcome.seconds = round(time.monotonic() - begun, 1)
        return self.outcome

    # ---- the phone in the hand ----
    def open(self) -> None:
        """The page of the card, signed in where that is possible."""
        if self.browser.process is None:
            self.page = self.browser.open("about:blank")
            self.browser.context.set_offline(self.is_offline)
            self.browser.context.on("page", lambda page: page.on("dialog", lambda dialog: dialog.accept()))
        self.page.goto(f"{self.portal.url}/observe/")
        if "/accounts/login/" in self.page.url:
            self.page.locator("#id_login").fill(WRITER)
            self.page.locator("#id_password").fill(PASSWORD)
            self.page.locator("#id_password").press("Enter")
            self.page.wait_for_url("**/observe/**")
            self.outcome.sign_ins += 1
        self.page.locator("[data-queue]:not([hidden])").wait_for()
        self.page.locator("[data-offline=ready]").wait_for()

    def again(self) -> None:
        """Whatever was killed is there again: the writer opens the page, with patience while the portal starts."""
        deadline = time.monotonic() + 120
        while True:
            try:
                if self.browser.process is None or not self.is_offline:
                    self.join()
                return self.open()
            except Error:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)

    def cut(self, offline: bool) -> None:
        self.is_offline = offline
        self.browser.context.set_offline(offline)

    def standing(self, seconds: int) -> str:
        """waiting, arrived, refused, draft or "" for a card, by what lies in the phone."""
        kept = self.page.evaluate(KEPT)
        states = dict(kept["cards"])
        if self.ids.get(seconds) in states:
            return str(states[self.ids[seconds]])
        return "draft" if any(draft["id"] == self.ids.get(seconds) for draft in kept["drafts"]) else ""

    def write(self, seconds: int) -> None:
        """Everything a card needs; done once more on a draft it changes nothing."""
        page = self.page
        if page.locator("form.is-led").count():
            page.locator("[data-show-all]").click()
        self.ids[seconds] = page.locator("input[name=submission_id]").input_value()
        page.locator("#id_seconds").fill(str(seconds))
        page.locator("#id_suggestion").fill(f"加裝護欄 {seconds}")
        page.locator("#id_area").select_option(label="鑽台")
        page.locator("#id_came_close").check()
        page.locator("#id_protection_safe").fill("1")
        page.locator("input[name=steps][value=thank]").check()
        page.locator("#id_out_of_sight").check()
        if has_photo(seconds):
            page.locator("[data-photos]").set_input_files(
                [{"name": "deck.jpg", "mimeType": "image/jpeg", "buffer": photo()}]
            )
            page.locator("#id_no_faces").check()

    def send(self) -> None:
        self.page.locator("form[data-card] > .actions .btn-primary").click()

    def answered(self) -> None:
        """Until the page says that the card arrived or is kept: from here on it must never be lost."""
        self.page.wait_for_function(
            "() => location.pathname.startsWith('/receipts/')"
            " || document.querySelector('form[data-card] > .notice.tone-success, [data-error-summary]')",
            timeout=60_000,
        )

    # ---- one card and its trouble ----
    def one(self, seconds: int, trouble: str) -> None:
        self.outcome.troubles[trouble] += 1
        sys.stderr.write(f"{seconds - FIRST + 1:3} {trouble}\n")
        try:
            self.again_at_the_card()
            self.suffer(trouble, seconds)
        except Error:
            self.again()
        self.make_good(seconds)

    def again_at_the_card(self) -> None:
        if "/observe/" not in self.page.url:
            self.open()

    def suffer(self, trouble: str, seconds: int) -> None:
        if trouble == "nothing":
            self.cut(False)
        elif trouble == "no network":
            self.cut(True)
        elif trouble == "portal away":
            self.cut(False)
            self.portal.kill()
            self.later(self.random.uniform(6, 14), self.portal.start)
        elif trouble == "browser killed while filling in":
            self.later(self.random.uniform(0.2, 1.2), self.browser.kill)
        self.write(seconds)
        if trouble == "network cut while sending":
            self.later_in_page(self.random.uniform(0, 0.4), lambda: self.cut(True))
        elif trouble == "answer lost":
            self.cut(False)
            self.browser.context.route("**/observe/", drop_answer, times=1)
        elif trouble == "no answer":
            self.cut(False)
            self.browser.context.route("**/observe/", never_answer, times=1)
        elif "portal killed" in trouble or "both" in trouble:
            self.cut(False)
            self.later(self.random.uniform(0, 0.8), self.restart_portal)
        if "browser killed while sending" in trouble or "both" in trouble:
            self.later(self.random.uniform(0, 0.8), self.browser.kill)
        self.send()
        if trouble == "network cut while sending":
            self.in_page()
        if trouble == "page closed while sending":
            self.page.wait_for_timeout(self.random.uniform(0, 300))
            page, self.page = self.page, self.browser.context.new_page()
            page.close()
            self.open()
            return
        self.answered()

    def make_good(self, seconds: int) -> None:
        """What a writer does who opens the page after a mishap: a card that is not there is handed in again."""
        for _try in range(6):
            try:
                self.join_browser()
                if self.browser.process is None or "/observe/" not in self.page.url:
                    self.open()
                standing = self.standing(seconds)
                if standing in ("waiting", "arrived"):
                    return
                if standing == "draft":
                    self.outcome.found_as_draft += 1
                    self.page.wait_for_function(
                        "id => document.querySelector('[name=submission_id]').value === id", arg=self.ids[seconds]
                    )
                elif seconds in self.ids:
                    self.outcome.begun_again += 1
                    self.given_up.append(self.ids[seconds])
                self.write(seconds)
                self.send()
                self.answered()
            except Error:
                self.again()
        self.outcome.faults.append(f"card {seconds} could not be handed in: {self.standing(seconds)!r}")

    # ---- things that happen beside ----
    def later(self, seconds: float, what: Callable[[], Any]) -> None:
        timer = threading.Timer(seconds, what)
        timer.start()
        self.timers.append(timer)

    def later_in_page(self, seconds: float, what: Callable[[], Any]) -> None:
        """Playwright answers to its own thread alone: what is done to the page waits here for `in_page`."""
        self.pending = (seconds, what)

    def in_page(self) -> None:
        seconds, what = self.pending
        self.page.wait_for_timeout(1000 * seconds)
        what()

    def restart_portal(self) -> None:
        self.portal.kill()
        time.sleep(self.random.uniform(0.1, 2))
        self.portal.start()

    def join(self) -> None:
        for timer in self.timers:
            timer.join()
        self.timers.clear()

    def join_browser(self) -> None:
        """A kill that is still to come comes now; a portal that is away stays away."""
        self.timers = [timer for timer in self.timers if timer.is_alive()]
        for timer in self.timers:
            if getattr(timer, "function", None) == self.browser.kill:
                timer.join()

    # ---- the end ----
    def finish(self) -> None:
        """Network, portal and phone are well again; the writer waits, and presses the button where there is one."""
        self.join()
        if self.portal.process is None:
            self.portal.start()
        self.portal.wait()
        self.is_offline = False
        self.again()
        self.cut(False)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            states = Counter(state for _id, state in self.page.evaluate(KEPT)["cards"])
            if not states["waiting"]:
                return
            button = self.page.locator("[data-queue-send]")
            if button.is_visible():
                button.click()
            self.page.wait_for_timeout(500)
        said = self.page.locator("[data-queue-status]").text_content()
        self.outcome.faults.append(f"{states['waiting']} cards still wait after {PATIENCE:.0f} s: {said}")

    def judge(self, before: int) -> None:
        found = self.portal.rows(
            "SELECT card.seconds, card.submission_id, count(file.id) FROM cards_card card"
            " LEFT JOIN intake_attachment file ON file.submission_id = card.submission_id"
            " WHERE card.id > ? GROUP BY card.id ORDER BY card.id",
            before,
        )
        faults, came = self.outcome.faults, [seconds for seconds, _id, _files in found]
        self.outcome.kept = len(came)
        wanted = range(FIRST, FIRST + self.outcome.cards)
        faults += [f"card {seconds} is lost ({self.standing(seconds)!r})" for seconds in wanted if seconds not in came]
        faults += [f"card {seconds} is there {count} times" for seconds, count in Counter(came).items() if count > 1]
        ids = {str(one).replace("-", "") for _seconds, one, _files in found}
        faults += [
            f"card {one} arrived although it was not kept" for one in self.given_up if one.replace("-", "") in ids
        ]
        faults += [f"card {one} came without its photo" for one, _id, files in found if files != int(has_photo(one))]
        self.outcome.passed_by = sum(1 for place, one in enumerate(came) if any(later < one for later in came[place:]))
        if self.outcome.passed_by > self.outcome.troubles["no answer"]:
            faults.append(f"the order was not kept: {came}")
        checked = self.portal.manage("verify_journal")
        if checked.returncode:
            faults.append(f"the journal is not whole: {checked.stdout}{checked.stderr}")


def draw(cards: int, seed: int) -> list[str]:
    """A trouble for each card in the proportions of TROUBLES, each kind at least once where there are cards enough."""
    sizes = {trouble: max(1, weight * cards // 100) for trouble, weight in TROUBLES.items()}
    deck = [trouble for trouble, many in sizes.items() for _n in range(many)]
    chance = random.Random(seed)
    chance.shuffle(deck)
    return (deck + chance.choices(list(TROUBLES), list(TROUBLES.values()), k=cards))[:cards]


def has_photo(seconds: int) -> bool:
    return seconds % 7 == 0


def photo() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (640, 480), (90, 120, 60)).save(out, "JPEG")
    return out.getvalue()


def drop_answer(route: Route) -> None:
    """The portal takes it, the phone never hears of it."""
    if route.request.method != "POST":
        return route.fallback()
    with contextlib.suppress(Error):  # the portal was killed meanwhile: nobody heard anything either
        route.fetch()
    route.abort()


def never_answer(route: Route) -> None:
    if route.request.method != "POST":
        return route.fallback()
    return None


def carry_out(folder: Path, template: Path, *, troubles: Sequence[str], seed: int, workers: int = 2) -> Outcome:
    with sync_playwright() as playwright:
        return Trial(
            RealPortal(folder, template, workers=workers), playwright, folder, troubles=troubles, seed=seed
        ).run()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cards", type=int, default=50)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    from tests.journeys import demo_database  # which reads the settings

    with tempfile.TemporaryDirectory(prefix="cards-trial-", ignore_cleanup_errors=True) as folder:
        troubles = draw(options.cards, options.seed)
        outcome = carry_out(Path(folder), demo_database.template(), troubles=troubles, seed=options.seed)
    sys.stdout.write(json.dumps(vars(outcome), ensure_ascii=False, indent=1) + "\n")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
