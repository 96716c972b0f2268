"""Lines measured inside one process: a bulletin on paper, and the import of 10,000 cards."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import transaction  # noqa: E402
from django_scopes import scopes_disabled  # noqa: E402

from tests.bench import receipts  # noqa: E402

CARDS = 10_000


def seconds(work: Callable[[], Any]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def lines(table: Any, only: set[str]) -> None:
    with scopes_disabled():
        if "bulletin" in only:
            bulletin_line(table)
        if "import" in only:
            import_line(table)
        if "training" in only:
            from tests.bench.training import matrix_line

            matrix_line(table)
        if "receipts" in only:
            receipts.line(table)
        if "cases" in only:
            from tests.bench import cases

            cases.line(table)
        if "duty" in only:
            from tests.bench import duty

            duty.line(table)
        if "million" in only:  # the last one: its cards stay
            from tests.bench import million

            million.lines(table)


def bulletin_line(table: Any) -> None:
    import weasyprint

    from forms.bulletins.models import BulletinPage
    from forms.bulletins.paper import bulletin_html, print_assets
    from portal.lib.pdf import render_pdf
    from tests.bench.__main__ import in_turns

    page = BulletinPage.objects.live().first()
    assert page is not None
    html = bulletin_html(page)
    styles = [path.read_text(encoding="utf-8") for path in print_assets().values()]
    unlinked = re.sub(r"<link[^>]*stylesheet[^>]*>", "", html)
    bare = unlinked.replace("</head>", "".join(f"<style>{style}</style>" for style in styles) + "</head>")

    def ours() -> float:
        return 1000 * seconds(lambda: render_pdf(bulletin_html(page), assets=print_assets()))

    def peer() -> float:
        return 1000 * seconds(lambda: weasyprint.HTML(string=bare, base_url="https://portal.invalid/").write_pdf())

    peer()
    table.line("bulletin to PDF", *in_turns(ours, peer), "ms", "about 1x", lower_is_better=True)


def import_line(table: Any) -> None:
    from forms.cards.importing import COLUMNS, EXAMPLE, import_cards
    from forms.cards.models import Area, Card, CardImport, CardItem
    from portal.lib import clock
    from portal.org.enums import Role
    from portal.org.models import Person, User
    from tests.bench.__main__ import in_turns

    area = Area.objects.select_related("unit").filter(unit__code="CREW1").first()
    assert area is not None
    user = User.objects.get(username="unit_manager")
    crew = Person.objects.filter(appointments__unit=area.unit, appointments__post__role=Role.EMPLOYEE)
    people = list(crew[:2])
    team = [person.staff_number for person in people]

    def file() -> bytes:
        out = io.StringIO()
        writer = csv.DictWriter(out, COLUMNS, restval="")
        writer.writeheader()
        for number in range(CARDS):
            day = clock.today() - timedelta(days=1 + number % 20)
            row = {"unit": area.unit.code, "area": area.name, "observed_on": day, "seconds": 60 + number // 20}
            writer.writerow({**EXAMPLE, **row, "observers": " ".join(team)})
        return out.getvalue().encode("utf-8-sig")

    content = file()

    def ours() -> float:
        with transaction.atomic():
            start = time.perf_counter()
            report = import_cards(content, by=user)
            taken = time.perf_counter() - start
            transaction.set_rollback(True)
        if report.imported != CARDS:
            raise SystemExit(f"The cards of the benchmark were refused: {report.errors[:2]}")
        return taken

    def peer() -> float:
        day = clock.today() - timedelta(days=1)
        with transaction.atomic():
            batch = CardImport.objects.create(at=clock.now())
            fields = {"unit": area.unit, "area": area, "observed_on": day, "observed_at": "09:00", "seconds": 60}
            fields |= {"planned": False, "out_of_sight": True, "handed_in_at": clock.now(), "batch": batch}

            def write() -> None:
                cards = Card.objects.bulk_create([Card(**fields) for _number in range(CARDS)], batch_size=1000)
                CardItem.objects.bulk_create(
                    [
                        CardItem(card=card, category=category, safe=3)
                        for card in cards
                        for category in ("protection", "positions")
                    ],
                    batch_size=1000,
                )
                seats = Card.observers.through
                seats.objects.bulk_create(
                    [seats(card=card, person=person) for card in cards for person in people], batch_size=1000
                )

            taken = seconds(write)
            transaction.set_rollback(True)
        return taken

    table.line(f"import of {CARDS:,} cards", *in_turns(ours, peer), "s", "at most 2x the peer", lower_is_better=True)
