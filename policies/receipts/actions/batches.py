"""Receipts for people without accounts: read out before a witness, signed on a sheet, recorded once with the scan."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies import freezing
from policies.audience import Staff, asking_on, confirmed_by
from policies.enums import EditionState, ReceiptMode
from policies.models import Edition, Receipt
from policies.receipts.models import Batch, BatchLine
from policies.receipts.permissions import reader_can_witness
from portal.files.actions import keep_files
from portal.files.storage import Upload
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Person, Unit, User
from portal.org.readers import Reader, reader_for

SHEET = "sheet"


@dataclass(frozen=True)
class Reading:
    """What the form says: which edition was read to whom of which unit, when, and the signed sheet as scanned."""

    unit: Unit
    edition: Edition
    people: Sequence[Person]
    read_on: date
    sheet: Sequence[Upload]

    @property
    def digest(self) -> str:
        facts = [
            self.unit.pk,
            self.edition.pk,
            sorted(person.pk for person in self.people),
            self.read_on.isoformat(),
            [upload.sent_sha256 for upload in self.sheet],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


@transaction.atomic
def witness_on_paper(*, by: User, batch_id: UUID, reading: Reading, now: datetime | None = None) -> Batch:
    """Gives the people of a unit who have no account their receipts for an edition that was read to them (SAL-01,
    SAF-01). The same id and content again is the same batch; the same id with other content is refused.

    Raises NotYours for who is neither manager nor safety officer there, Conflict where somebody confirmed meanwhile,
    Refused for whoever cannot be witnessed.
    """
    now = now or clock.now()
    reader = reader_for(by, clock.today(now))
    if not reader_can_witness(reader, reading.unit):
        raise NotYours(_("A reading is witnessed by a manager or safety officer of the unit."))
    with scopes_disabled():
        known = Batch.objects.filter(pk=batch_id).first()
    if known is not None:
        if known.content_digest != reading.digest or known.witness_id != by.pk:
            raise Conflict(_("This form was sent before with other content: open the page again and start anew."))
        return known
    edition = Edition.objects.select_for_update(of=("self",)).select_related("regulation").get(pk=reading.edition.pk)
    _check_reading(edition, reading, clock.today(now))
    _check_people(edition, reading, reader, clock.today(now))
    batch = Batch.objects.create(
        id=batch_id,
        unit=reading.unit,
        edition=edition,
        read_on=reading.read_on,
        witness=by,
        at=now,
        content_digest=reading.digest,
    )
    receipts = _give_receipts(batch, edition, reading.people, now)
    keep_files(by=by, owner=batch, uploads=reading.sheet, purpose=SHEET, now=now)
    journal.record(
        by=by,
        action="receipts.witness_on_paper",
        thing=batch,
        unit=reading.unit,
        data={
            "edition": edition.pk,
            "hash": edition.tree_hash,
            "read_on": reading.read_on,
            "receipts": sorted(receipt.pk for receipt in receipts),
        },
        now=now,
    )
    return batch


def _check_reading(edition: Edition, reading: Reading, today: date) -> None:
    if edition.state != EditionState.ISSUED or edition.issued_at is None:
        raise Conflict(_("This edition is no longer in force: choose the one that is and let it be read."))
    if reading.read_on > today:
        raise Refused(_("The reading is still to come: record it when it was held."), field="read_on")
    if reading.read_on < clock.today(edition.issued_at):
        raise Refused(
            _("The edition was issued on %(day)s: a reading cannot have been held before.")
            % {"day": clock.today(edition.issued_at).isoformat()},
            field="read_on",
        )
    if not reading.people:
        raise Refused(_("Choose at least one person who signed the sheet."), field="people")
    if not reading.sheet:
        raise Refused(_("Add the signed sheet as a photo or PDF: without it nothing is recorded."), field="sheet")


def _check_people(edition: Edition, reading: Reading, reader: Reader, today: date) -> None:
    if reader.person is not None and reader.person.pk in {person.pk for person in reading.people}:
        raise Refused(_("Nobody witnesses the own reading: confirm it on the page of the regulation."), field="people")
    with_account = [person.name for person in reading.people if person.user_id is not None]
    if with_account:
        raise Refused(
            _("Who has an account confirms there: %(names)s. Take them off the list.")
            % {"names": "、".join(with_account)},
            field="people",
        )
    asking = asking_on(today, Edition.objects.filter(pk=edition.pk))
    asked = Staff(today, [reading.unit.path]).asked(asking[0].rules) if asking else {}
    strangers = [person.name for person in reading.people if person.pk not in asked]
    if strangers:
        raise Refused(
            _("This regulation asks these people of the unit for nothing: %(names)s.")
            % {"names": "、".join(strangers)},
            field="people",
        )
    confirmed = confirmed_by(asking, people=[person.pk for person in reading.people])[edition.pk]
    again = [person.name for person in reading.people if person.pk in confirmed]
    if again:
        raise Conflict(
            _("Confirmed already: %(names)s. Take them off the list.") % {"names": "、".join(again)}, field="people"
        )


def _give_receipts(batch: Batch, edition: Edition, people: Sequence[Person], now: datetime) -> list[Receipt]:
    receipts = [
        Receipt(
            person=person,
            edition=edition,
            tree_hash=edition.tree_hash,
            language=settings.LANGUAGE_CODE,
            mode=ReceiptMode.WITNESSED,
            at=now,
        )
        for person in people
    ]
    try:
        with transaction.atomic(), freezing.verb():
            made = Receipt.objects.bulk_create(receipts)
    except IntegrityError:
        raise Conflict(_("Somebody on the list was confirmed at the same moment: load the page again.")) from None
    with scopes_disabled():
        BatchLine.objects.bulk_create(BatchLine(batch=batch, receipt=receipt) for receipt in made)
    return made
