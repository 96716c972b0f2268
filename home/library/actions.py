"""The verbs of the library: publish, change, withdraw, and reading what is confidential - which leaves a trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from home.library.enums import EntryAudience, EntryKind, ReadOf
from home.library.models import LibraryEntry, NamedReader
from home.library.permissions import user_can_manage_entry, user_can_publish_for
from portal.files.actions import files_of, keep_files
from portal.files.models import PrivateFile
from portal.files.storage import Upload, private_storage
from portal.jobs import outbox
from portal.journal import actions as journal
from portal.lib import clock, office_files, pdf_text
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Estate, Post, Unit, User
from portal.org.readers import Reader

SOURCE = "library"
READ = "home.read_confidential_entry"
Named = Unit | Post | User | tuple[Unit, Post]


@dataclass(frozen=True)
class EntryDraft:
    """What an entry says. `named` counts only where the audience is those named."""

    kind: str
    title: str
    summary: str
    unit: Unit
    audience: str
    body: str = ""
    number: str = ""
    source: str = ""
    search_text: str = ""
    estate: Estate | None = None
    confidential: bool = False
    publish_on: date | None = None
    expires_on: date | None = None
    named: tuple[Named, ...] = field(default=())


@transaction.atomic
def publish_entry(
    *, by: User, submission_id: UUID, draft: EntryDraft, files: Sequence[Upload] = (), now: datetime | None = None
) -> LibraryEntry:
    """A new entry with its files (SRV-02, SAL-04); the same submission twice is one entry.

    Whoever publishes owns it. Refused: a unit or estate that is not theirs; confidential without readers named; a last
    day before the first.
    """
    now = now or clock.now()
    if not user_can_publish_for(by, draft.unit, draft.estate):
        raise NotYours(_("You publish only for your own unit and its estates."))
    _check(draft, now)
    known = LibraryEntry.objects.filter(submission_id=submission_id).first()
    if known is not None:
        return _same(known, by, draft)
    entry = LibraryEntry(submission_id=submission_id, owner=by, created_at=now, changed_at=now)
    _fill(entry, draft, now)
    try:
        with transaction.atomic():
            entry.save()
    except IntegrityError:
        return _same(LibraryEntry.objects.get(submission_id=submission_id), by, draft)
    _name_readers(entry, draft)
    _add_files(by, entry, files, now)
    outbox.changed(SOURCE, entry.pk)
    journal.record(by=by, action="home.publish_entry", thing=entry, unit=draft.unit, data=_told(entry), now=now)
    return entry


def _same(known: LibraryEntry, by: User, draft: EntryDraft) -> LibraryEntry:
    if known.owner_id != by.pk or known.title != draft.title:
        raise Conflict(_("This form was already sent with other content. Open it anew."))
    return known


@transaction.atomic
def change_entry(
    *,
    by: User,
    entry: LibraryEntry,
    version: int,
    draft: EntryDraft,
    files: Sequence[Upload] = (),
    remove: Sequence[PrivateFile] = (),
    now: datetime | None = None,
) -> LibraryEntry:
    """Brings an entry to what `draft` says, adds files and removes those named.

    `version` is the one that was looked at: somebody else's change in between is a Conflict. A confidential entry stays
    so: what was read under a promise is not opened to everybody by a form; it is withdrawn and published anew.
    """
    now = now or clock.now()
    entry = LibraryEntry.objects.select_for_update().get(pk=entry.pk)
    if not user_can_manage_entry(by, entry) or not user_can_publish_for(by, draft.unit, draft.estate):
        raise NotYours(_("You publish only for your own unit and its estates."))
    if entry.version != version:
        raise Conflict(_("Somebody else changed this entry since you opened it. Look at it anew, then change it."))
    if entry.withdrawn_on is not None:
        raise Refused(_("This entry is withdrawn: publish a new one."))
    if entry.confidential and not draft.confidential:
        raise Refused(
            _("A confidential entry stays confidential: withdraw it and publish a new one."), field="confidential"
        )
    _check(draft, now)
    _fill(entry, draft, now)
    entry.version += 1
    entry.save()
    entry.readers.all().delete()
    _name_readers(entry, draft)
    _remove_files(entry, remove)
    _add_files(by, entry, files, now)
    outbox.changed(SOURCE, entry.pk)
    journal.record(by=by, action="home.change_entry", thing=entry, unit=draft.unit, data=_told(entry), now=now)
    return entry


@transaction.atomic
def withdraw_entry(*, by: User, entry: LibraryEntry, now: datetime | None = None) -> LibraryEntry:
    """Takes an entry out of list and search at once; it and its journal stay. Twice is once."""
    now = now or clock.now()
    entry = LibraryEntry.objects.select_for_update().get(pk=entry.pk)
    if not user_can_manage_entry(by, entry):
        raise NotYours(_("You publish only for your own unit and its estates."))
    if entry.withdrawn_on is None:
        entry.withdrawn_on, entry.changed_at, entry.version = clock.today(now), now, entry.version + 1
        entry.save()
        outbox.changed(SOURCE, entry.pk)
        journal.record(by=by, action="home.withdraw_entry", thing=entry, unit=entry.unit_id, now=now)
    return entry


@transaction.atomic
def read_confidential_entry(
    *, by: Reader, entry: LibraryEntry, what: ReadOf, file: PrivateFile | None = None, now: datetime | None = None
) -> None:
    """Records that somebody read a confidential entry or a file of it (SAL-04): who, when, what, and whom the entry
    named at that moment, so that it can be proved later that the reader was among them. Raises NotYours for anybody
    else: without the record there is no reading."""
    now = now or clock.now()
    if not by.is_signed_in or not by.may_read(entry.audience_tokens()):
        raise NotYours(_("This entry is not for you."))
    data: dict[str, Any] = {"what": what, "audience": sorted(entry.audience_tokens())}
    if file is not None:
        data["file"] = str(file.pk)
    journal.record(by=by.user, action=READ, thing=entry, unit=entry.unit_id, data=data, now=now)


def entries_turn(*, since: date, day: date) -> int:
    """Tells search of entries that begin on `day` or had their last day in (since, day). Idempotent."""
    beginning = LibraryEntry.objects.filter(publish_on__gt=since, publish_on__lte=day)
    ended = LibraryEntry.objects.filter(expires_on__gte=since, expires_on__lt=day)
    keys = set(beginning.values_list("pk", flat=True)) | set(ended.values_list("pk", flat=True))
    for key in sorted(keys):
        outbox.changed(SOURCE, key)
    return len(keys)


# ---- parts of the verbs ---------------------------------------------------------------------------------------------
def _check(draft: EntryDraft, now: datetime) -> None:
    if draft.confidential and draft.audience != EntryAudience.NAMED:
        raise Refused(_('A confidential entry names its readers: choose "only those named".'), field="audience")
    if draft.audience == EntryAudience.NAMED and not draft.named:
        raise Refused(_("Name at least one unit, post or person."), field="audience")
    if draft.kind == EntryKind.INTERNAL and draft.audience in {EntryAudience.PUBLIC, EntryAudience.CUSTOMERS}:
        raise Refused(_("An internal document is for staff or for those named."), field="audience")
    begins = draft.publish_on or clock.today(now)
    if draft.expires_on is not None and draft.expires_on < begins:
        raise Refused(_("The last day lies before the first."), field="expires_on")


def _fill(entry: LibraryEntry, draft: EntryDraft, now: datetime) -> None:
    for name in (
        "kind", "title", "summary", "unit", "audience", "body", "number", "source", "search_text", "estate",
        "confidential", "expires_on",
    ):  # fmt: skip
        setattr(entry, name, getattr(draft, name))
    entry.publish_on = draft.publish_on or clock.today(now)
    entry.changed_at = now


def _name_readers(entry: LibraryEntry, draft: EntryDraft) -> None:
    if draft.audience == EntryAudience.NAMED:
        rows = {row.token: row for row in (_named(entry, one) for one in draft.named)}
        NamedReader.objects.bulk_create(rows.values())


def _named(entry: LibraryEntry, one: Named) -> NamedReader:
    if isinstance(one, tuple):
        token = f"unit:{one[0].pk}+post:{one[1].code}"
        return NamedReader(entry=entry, unit=one[0], post=one[1], token=token)
    if isinstance(one, Unit):
        return NamedReader(entry=entry, unit=one, token=f"unit:{one.pk}")
    if isinstance(one, Post):
        return NamedReader(entry=entry, post=one, token=f"post:{one.code}")
    return NamedReader(entry=entry, user=one, token=f"user:{one.pk}")


def _add_files(by: User, entry: LibraryEntry, files: Sequence[Upload], now: datetime) -> None:
    """Keeps the files; their words are read for search, but never those of a confidential entry."""
    keep_files(by=by, owner=entry, uploads=files, now=now)
    _read_words(entry)


def _remove_files(entry: LibraryEntry, remove: Sequence[PrivateFile]) -> None:
    """Forgets the rows; the daily sweep takes the files away, so that a failure leaves none without its row."""
    files_of(entry).filter(pk__in=[file.pk for file in remove]).delete()


def _read_words(entry: LibraryEntry) -> None:
    """The words of all files that an entry has now."""
    texts = [] if entry.confidential else [_words_of(file) for file in files_of(entry)]
    words = "\n".join(text for text in texts if text)[: office_files.LONGEST_TEXT]
    if words != entry.file_text:
        entry.file_text = words
        entry.save(update_fields=["file_text"])


def _words_of(file: PrivateFile) -> str:
    kind = next((kind for kind, full in office_files.CONTENT_TYPES.items() if full == file.content_type), "")
    if not kind and file.content_type != "application/pdf":
        return ""
    with private_storage().open(file.path) as stored:
        data = stored.read()
    return office_files.text_of(kind, data) if kind else pdf_text.text_of_pdf(data)


def _told(entry: LibraryEntry) -> dict[str, Any]:
    """For the journal: states and ids, never the words of an entry."""
    return {
        "kind": entry.kind,
        "audience": sorted(entry.audience_tokens()),
        "confidential": entry.confidential,
        "publish_on": entry.publish_on,
        "expires_on": entry.expires_on,
    }
