"""Finding things for those who hold a proof instead of a permission: an entrance, progress by a tracking code."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models.signals import post_delete, post_save

from forms.intake import limits
from forms.intake.kinds import Kind, Progress, kinds, progress_doors
from forms.intake.models import EntrancePage, EntranceQuestion, Submission
from portal.lib import clock, codes
from portal.lib.encryption import index_key

TRACKING_TERM: Final = timedelta(days=90)  # after the matter was closed
# An entrance changes a few times a year and is asked for with every submission: each process keeps it for some seconds.
ENTRANCE_KEPT_SECONDS: Final = 5.0

_entrances: dict[type, tuple[float, tuple[EntrancePage, list[EntranceQuestion]]]] = {}


def entrance(model: type[EntrancePage] | None) -> tuple[EntrancePage, list[EntranceQuestion]] | None:
    """The live entrance of a model with its questions, at most some seconds old; None where no editor published one."""
    if model is None:
        return None
    kept = _entrances.get(model)
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    page = model.objects.live().order_by("path").first()
    if page is None:
        return None
    found = with_questions(page)
    _entrances[model] = (time.monotonic() + ENTRANCE_KEPT_SECONDS, found)
    return found


def with_questions(page: Any) -> tuple[EntrancePage, list[EntranceQuestion]]:
    """An entrance and the editor's questions; every concrete entrance has them under the name `questions`."""
    return page, list(page.questions.all())


def forget_entrances(**_signal: Any) -> None:
    """After an editor saved: this process looks anew at once, the others within seconds."""
    _entrances.clear()


def watch_entrances() -> None:
    """Forgets kept entrances whenever a page is saved or deleted in this process."""
    for signal in (post_save, post_delete):
        signal.connect(_forget_if_page, dispatch_uid=f"intake.entrances.{id(signal)}")


def _forget_if_page(sender: Any, **_signal: Any) -> None:
    if issubclass(sender, EntrancePage | EntranceQuestion):
        _entrances.clear()


def entrance_of(submission: Submission) -> EntrancePage | None:
    """The page a submission came through, as it is now (its thanks stand on the receipt)."""
    return submission.entrance.specific


def find_by_code(code: str, *, address: str, now: datetime | None = None) -> Submission | None:
    """The submission of a tracking code that still shows something. Counts the try; raises TooMany at the limit.

    A code that nobody holds goes the same way as a right one: two counters, one look-up by digest.
    """
    now = now or clock.now()
    limits.enforce(limits.LOOKUPS, address, now=now)
    limits.enforce(limits.LOOKUPS_OF_CODE, code, now=now)
    submission = Submission.objects.filter(tracking_digest=codes.digest(index_key(), code)).first()
    if submission is None or _current_progress(submission, now) is None:
        return None
    return submission


def progress_of(submission_id: str | UUID | None, *, now: datetime | None = None) -> Progress | None:
    """What the holder of a code may know, or None when the code has lapsed."""
    submission = Submission.objects.filter(pk=submission_id).first() if submission_id else None
    return _current_progress(submission, now or clock.now()) if submission else None


def doors_of(submission_id: str | UUID | None) -> list[tuple[Any, str]]:
    """(words, address) of what else the holder of a code may open; the code itself was judged by progress_of."""
    submission = Submission.objects.filter(pk=submission_id).first() if submission_id else None
    return [door for doors in progress_doors for door in doors(submission)] if submission else []


def tracked_record(submission_id: str | UUID | None) -> tuple[Kind, Any]:
    """The kind and record behind a code that shows something (see progress_of)."""
    if submission_id is None:
        raise LookupError("no code was given")
    submission = Submission.objects.get(pk=submission_id)
    kind = kinds.get(submission.kind)
    if kind is None:
        raise LookupError(submission.kind)
    return kind, kind.record_of(submission)


def _current_progress(submission: Submission, now: datetime) -> Progress | None:
    kind = kinds.get(submission.kind)
    record = kind.record_of(submission) if kind else None
    progress = kind.progress(record) if kind and record is not None else None
    if progress is None or (progress.closed_at is not None and progress.closed_at + TRACKING_TERM < now):
        return None
    return progress
