"""What an app that owns records tells intake: how to find one, who may see its files, what a customer may know.

An app registers one `Kind` in `apps.py: ready()`; its name is the `kind` of its entrance page and of its submissions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from forms.intake.models import EntrancePage, Submission
from portal.lib.registries import Registry

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseBase


@dataclass(frozen=True)
class Step:
    """One thing that happened, as the customer is told: `text` is what somebody wrote to the customer, if anything."""

    label: Any
    at: datetime
    text: str = ""


@dataclass(frozen=True)
class Progress:
    """What a tracking code shows: no name, no number, no address, no text of the customer's own."""

    title: Any
    state: Any
    steps: tuple[Step, ...]
    tone: str = "info"  # of the state's badge
    next_step: Any = ""
    closed_at: datetime | None = None


@dataclass(frozen=True)
class Mail:
    """A mail to a customer; the address is read from the record at the moment of sending and stands nowhere else."""

    to: str
    subject: str
    text: str


def no_progress(record: models.Model) -> Progress | None:
    return None


def no_mail(record: models.Model, event: str) -> Mail | None:
    return None


def nobody(reader: Any, record: models.Model) -> bool:
    return False


@dataclass(frozen=True)
class Kind:
    """`serve(request, page)` answers an entrance page that Wagtail's routing found (None: Wagtail's own answer).

    `record_of(submission)` finds the record regardless of scopes; whoever asks has proved a right to it, and
    `may_see_files(reader, record)` decides about attachments. `progress(record)` None: its code shows nothing.
    `track(request, record, progress)` answers the page behind the code (None: intake's own page).
    """

    name: str
    label: Any
    record_of: Callable[[Submission], models.Model | None]
    serve: Callable[[HttpRequest, EntrancePage], HttpResponseBase] | None = None
    may_see_files: Callable[[Any, Any], bool] = nobody
    progress: Callable[[Any], Progress | None] = no_progress
    mail: Callable[[Any, str], Mail | None] = no_mail
    track: Callable[[HttpRequest, Any, Progress], HttpResponse] | None = None


kinds: Registry[Kind] = Registry("kind of submission")
# (submission) -> (words, address): what else the holder of its tracking code may open, beside its progress.
progress_doors: Registry[Callable[[Submission], Sequence[tuple[Any, str]]]] = Registry("door beside progress")


def register(kind: Kind) -> Kind:
    return kinds.register(kind.name, kind)
