"""Confirming that one has read an edition."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from policies import freezing
from policies.enums import EditionState, ReceiptMode
from policies.models import Edition, Receipt, receipts_counting_for
from policies.permissions import reader_can_give_receipt
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours
from portal.lib.registries import passed_proofs
from portal.org.models import Person, User
from portal.org.readers import reader_for


@transaction.atomic
def give_receipt(*, by: User, edition: Edition, language: str, now: datetime | None = None) -> Receipt:
    """The person behind the account confirms having read an issued edition (SAL-01, SAF-01). Twice gives the same
    receipt.

    Kept with it: the hash of the text and the language it was read in.
    """
    now = now or clock.now()
    current = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    reader = reader_for(by, clock.today(now))
    if reader.person is not None:
        given = Receipt.objects.filter(person=reader.person, edition=current).order_by("at", "pk").first()
        if given is not None:
            return given
    if current.state != EditionState.ISSUED:
        raise Conflict(_("This edition is no longer in force: read and confirm the one that is."))
    if not reader_can_give_receipt(reader, current):
        raise NotYours(_("This regulation does not ask you for a receipt."))
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    mode = ReceiptMode.PASSED if has_passed(reader.person.pk, current, clock.today(now)) else ReceiptMode.READ  # type: ignore[union-attr]
    with freezing.verb():
        receipt = Receipt.objects.create(  # type: ignore[misc]
            person=reader.person,
            edition=current,
            tree_hash=current.tree_hash,
            language=language,
            mode=mode,
            at=now,
        )
    journal.record(
        by=by,
        action="policies.give_receipt",
        thing=receipt,
        unit=current.owner_unit,
        data={"edition": current.pk, "hash": current.tree_hash, "language": language, "mode": mode},
        now=now,
    )
    return receipt


def has_passed(person_id: int, edition: Edition, day: date) -> bool:
    """Whether the person did, besides reading, all that is asked: at least one registered proof says so."""
    return any(proof(person_id, edition, day) for proof in passed_proofs)


@transaction.atomic
def note_passed(*, by: User, person: Person, regulation_id: int, now: datetime | None = None) -> Receipt | None:
    """Whoever confirmed the edition in force, and has now passed what the regulation asks, has a receipt that says
    "read and passed" (SAL-01, SAF-01). None where something is still missing, or it was said before."""
    now = now or clock.now()
    day = clock.today(now)
    edition = Edition.objects.in_force(day).filter(regulation=regulation_id).first()
    if edition is None:
        return None
    given = receipts_counting_for(edition).filter(person=person).order_by("-edition__number", "at")
    read = given.first()
    if read is None or given.filter(mode=ReceiptMode.PASSED).exists() or not has_passed(person.pk, edition, day):
        return None
    with freezing.verb():
        receipt = Receipt.objects.create(
            person=person,
            edition=read.edition,
            tree_hash=read.tree_hash,
            language=read.language,
            mode=ReceiptMode.PASSED,
            at=now,
        )
    data = {"edition": read.edition_id, "hash": read.tree_hash, "person": person.pk}
    journal.record(
        by=by, action="policies.note_passed", thing=receipt, unit=read.edition.owner_unit, data=data, now=now
    )
    return receipt
