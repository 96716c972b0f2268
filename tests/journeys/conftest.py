"""Stories in a real browser: the demo company on a real SQLite file, a live server of its own for each test.

    def test_somebody_does_something(portal, page, sign_in, axe):
        sign_in(page, "clerk")
        page.goto(portal.url + "/desk/cases/")
        ...
        portal.run_worker()      # what waits in the queue and the outbox is done now
        axe(page)                # 0 violations of WCAG 2.2 A and AA
        look(page, "clerk-cases")  # a picture under var/screenshots/

Every test starts from the demo company as `load_demo` leaves it; the ORM in the test reads and writes the same database
(all scopes open). A page that logs an error - a script that fails, a breach of the content policy, a broken file, an
answer 4xx or 5xx - fails the test when it ends, unless the test asked for it: `expected_errors.append("404 (Not")`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django_scopes import scopes_disabled
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.journeys import demo_database
from tests.journeys.chromium import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.journeys.live_portal import LivePortal

HERE = Path(__file__).resolve().parent
AXE = HERE / "vendor" / "axe.min.js"
SCREENSHOTS = HERE.parent.parent / "var" / "screenshots"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def demo_template() -> Path:
    """The folder with the demo company's database and files, built once and kept until what it is made of changes."""
    return demo_database.template()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Ended with the module, because playwright leaves an event loop running in the main thread."""
    if not Path(CHROMIUM).exists():
        pytest.fail(
            "The journeys need Chromium: `apt-get install chromium-headless-shell` (make test does so).", pytrace=False
        )
    with sync_playwright() as playwright, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # that loop is not Django's: the ORM may be used beside it
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def portal(demo_template: Path, django_db_blocker: Any, browser: Browser) -> Iterator[LivePortal]:
    """The portal with the demo company, served on a loopback port of its own; see LivePortal."""
    database = Path(settings.DATA_DIR) / "journey.sqlite3"
    demo_database.copy(demo_template, database)
    with django_db_blocker.unblock(), demo_database.in_use(database), scopes_disabled():
        live = LivePortal()
        live.start()
        try:
            yield live
        finally:
            live.stop()
    assert not live.problems, "The server raised:\n" + "\n".join(live.problems)


@pytest.fixture
def expected_errors() -> list[str]:
    """Parts of console messages that this story provokes on purpose, e.g. "404 (Not Found)"."""
    return []


@pytest.fixture
def new_context(
    portal: LivePortal, browser: Browser, expected_errors: list[str]
) -> Iterator[Callable[..., BrowserContext]]:
    """new_context(width=1280, **options) is a browser of one more person, with cookies of its own."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        text = f"{message.text} ({message.location.get('url', '')})"
        if message.type == "error":
            complaints.append(text)

    def make(width: int = 1280, height: int = 900, language: str = "zh-Hant", **options: Any) -> BrowserContext:
        context = browser.new_context(
            base_url=portal.url,
            viewport={"width": width, "height": height},
            locale=language,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(15_000)
        context.on("console", hear)
        context.on("weberror", lambda failure: complaints.append(str(failure.error)))
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    unexpected = [text for text in complaints if not any(part in text for part in expected_errors)]
    assert not unexpected, "The browser's console holds errors:\n" + "\n".join(unexpected)


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a desk, 1280 pixels wide."""
    return new_context().new_page()


@pytest.fixture
def phone(new_context: Callable[..., BrowserContext]) -> Page:
    """A page on a phone, 375 pixels wide, with touch."""
    return new_context(width=375, height=812, has_touch=True, is_mobile=True, device_scale_factor=2).new_page()


@pytest.fixture
def sign_in(portal: LivePortal) -> Callable[[Page, str], None]:
    """sign_in(page, "clerk"): that person is signed in from now on in the page's browser, as after the login form."""

    def sign_in(page: Page, username: str) -> None:
        page.context.add_cookies([portal.session_cookie(username)])

    return sign_in


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """axe(page): axe-core finds no violation of WCAG 2.2 levels A and AA on the page as it stands."""
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page) -> None:
        page.wait_for_load_state()
        page.evaluate(source)
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})", WCAG
        )
        lines = [
            f"{violation['id']}: {violation['help']}\n    "
            + "\n    ".join(_where(node) for node in violation["nodes"][:5])
            for violation in found["violations"]
        ]
        assert not lines, f"{page.url} is not accessible:\n" + "\n".join(lines)

    return check


def _where(node: dict[str, Any]) -> str:
    return f"{node['html'][:160]}  –  {node.get('failureSummary', '').replace(chr(10), ' ')[:300]}"


@pytest.fixture(scope="session")
def look() -> Callable[[Page, str], Path]:
    """look(page, "name") keeps a picture of the whole page in var/screenshots/name.png."""

    def take(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        page.wait_for_load_state()
        # For the picture the page grows and shrinks again, and Chromium then scrolls back to the field in focus at the
        # next press: between its down and its up, so that the press misses.
        focused = page.evaluate_handle("() => { const one = document.activeElement; one?.blur(); return one; }")
        page.screenshot(path=path, full_page=True)
        focused.evaluate("one => one?.focus({ preventScroll: true })")
        return path

    return take


@pytest.fixture
def no_side_scroll() -> Callable[[Page], None]:
    """no_side_scroll(phone): nothing is wider than the screen."""

    def check(page: Page) -> None:
        # A press on a link returns when the next page has begun: it has no element before its first bytes are read.
        page.wait_for_load_state()
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} pixels wider than the screen"

    return check


@pytest.fixture(scope="session", autouse=True)
def _no_stale_pictures() -> None:
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
