"""100,000 open cases in two offices: the clerk's desk through the web stack, and the escalation tick over all of them.

The peers do it the plain way: the desk reads every case it may see, sorts and counts in Python; the tick looks at each
promise by itself (measured over 2,000 of them, and scaled to all).
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.test import Client, override_settings

CASES = 100_000
SAMPLE = 2_000
BATCH = 2_000
STATES = ("received", "acknowledged", "assigned", "in_progress", "reopened")


def line(table: Any) -> None:
    from django.conf import settings

    from forms.cases import actions
    from forms.cases.enums import ESCALATION, OPEN
    from forms.cases.models import Case, CaseEscalation, CasePromise
    from forms.cases.permissions import visible_cases
    from portal.lib import clock
    from portal.org.models import User
    from portal.org.readers import reader_for
    from tests.bench.__main__ import queries_of
    from tests.bench.inside import seconds

    now = clock.now()
    with transaction.atomic():
        _fill(now)
        officer = User.objects.get(username="quality_officer")
        browser = Client()
        with override_settings(ALLOWED_HOSTS=["*"]):
            browser.force_login(officer, backend=settings.AUTHENTICATION_BACKENDS[1])
            answer = browser.get("/desk/cases/")
            if answer.status_code != 200:
                raise SystemExit(f"The desk answered {answer.status_code}.")
            number = queries_of(lambda: browser.get("/desk/cases/"))
            ours = sorted(seconds(lambda: browser.get("/desk/cases/")) for _round in range(5))[2]

        def plain_desk() -> None:
            cases = list(visible_cases(reader_for(officer)).filter(state__in=OPEN).select_related("office", "estate"))
            cases.sort(key=lambda case: (case.next_due is None, case.next_due))
            for state in STATES:
                sum(case.state == state for case in cases)
            sum(case.is_overdue(now) for case in cases)

        peer = seconds(plain_desk)
        what = f"desk of {CASES:,} open cases, {number} queries"
        table.line(what, 1000 * ours, 1000 * peer, "ms", "< 200 ms, <= 15 queries", lower_is_better=True)

        def tick() -> None:
            actions.notice_breaches(now)
            called.append(actions.escalate_cases(now))

        called: list[int] = []
        ours = seconds(tick)
        again = seconds(tick)
        if called[1]:
            raise SystemExit("A second tick called somebody again.")
        CaseEscalation.objects.all().delete()
        Case.objects.update(escalation=0)
        promises = CasePromise.objects.pending().filter(due_at__lt=now).select_related("case")
        total = promises.count()

        def plain_tick() -> None:
            for promise in promises.order_by("pk")[:SAMPLE]:
                for step in ESCALATION:
                    if promise.due_at >= now - timedelta(hours=step.hours):
                        continue
                    if CaseEscalation.objects.filter(promise=promise, level=step.level).exists():
                        continue
                    CaseEscalation.objects.create(
                        case=promise.case, promise=promise, level=step.level, role=step.role, at=now
                    )
                    promise.case.escalation = step.level
                    promise.case.save(update_fields=["escalation"])

        peer = seconds(plain_tick) * total / min(total, SAMPLE)
        what = f"tick over {CASES:,} open cases, {called[0]:,} calls"
        table.line(what, ours, peer, "s", "< 10 s", lower_is_better=True)
        print(f"    the same tick again, with nothing left to do: {again:.2f} s", flush=True)
        transaction.set_rollback(True)


def _fill(now: Any) -> None:
    from forms.cases.models import Case, CasePromise, ComplaintPage
    from forms.intake.models import Submission
    from portal.org.models import Estate

    page = ComplaintPage.objects.get()
    estates = list(Estate.objects.select_related("office"))
    for start in range(0, CASES, BATCH):
        submissions, cases, promises = [], [], []
        for number in range(start, start + BATCH):
            estate = estates[number % len(estates)]
            received = now - timedelta(minutes=7 * (number % 20_000))
            submission = Submission(
                id=uuid.uuid4(),
                entrance=page,
                kind="case",
                receipt_number=f"B-{number:07d}",
                fingerprint=f"{number:064d}",
                tracking_digest=f"{number:064d}",
                created_at=received,
                language="zh-hant",
            )
            submissions.append(submission)
            cases.append(
                Case(
                    submission=submission,
                    number=submission.receipt_number,
                    kind=("complaint", "request", "enquiry")[number % 3],
                    state=STATES[number % len(STATES)],
                    unit=estate.office,
                    office=estate.office,
                    estate=estate,
                    house=f"{number % 40}棟{number % 1600}",
                    subject="浴室天花板漏水",
                    text="昨晚起浴室天花板一直滴水，已放水桶接着，請盡快派人查看。" * 3,
                    received_at=received,
                    next_due=received + timedelta(days=number % 90),
                )
            )
        Submission.objects.bulk_create(submissions)
        Case.objects.bulk_create(cases)
        for case in cases:
            promises.append(CasePromise(case=case, clock="answer", starts_at=case.received_at, due_at=case.next_due))
        CasePromise.objects.bulk_create(promises)
