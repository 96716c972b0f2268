"""Chromium as on a phone: its own process with a profile that stays, to be killed in the middle and opened again."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.journeys.chromium import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.trials.real_portal import kill_tree


class RealBrowser:
    """`open` starts it on its profile, `kill` ends it as an empty battery does."""

    def __init__(self, playwright: Playwright, profile: Path) -> None:
        self.playwright, self.profile = playwright, profile
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0
        self._browser: Any = None

    def open(self, address: str) -> Page:
        place = self.profile / "DevToolsActivePort"
        place.unlink(missing_ok=True)
        options = [f"--user-data-dir={self.profile}", "--remote-debugging-port=0", "--headless=new", "--lang=zh-Hant"]
        options += ["--window-size=375,812", "--no-default-browser-check", "--hide-crash-restore-bubble"]
        self.process = subprocess.Popen(
            [CHROMIUM, *CHROMIUM_ARGUMENTS, *options, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 40
        while not (place.exists() and place.read_text().count("\n")):
            assert time.monotonic() < deadline, "Chromium did not start within 40 s"
            time.sleep(0.05)
        port = place.read_text().split("\n")[0]
        self._browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self.context.set_default_timeout(20_000)
        page = self.context.pages[0] if self.context.pages else self.context.new_page()
        page.goto(address)
        return page

    @property
    def context(self) -> BrowserContext:
        context: BrowserContext = self._browser.contexts[0]
        return context

    def kill(self) -> None:
        if self.process is not None:
            kill_tree(self.process.pid)
            self.process.wait()
            self.process = None
            self.kills += 1
