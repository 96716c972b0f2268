"""Confirming that one has read an edition."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from policies import freezing
from policies.enums import EditionState, ReceiptMode
from policies.models import Edition, Receipt
from policies.permissions import reader_can_give_receipt
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours
from portal.org.models import User
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
        given = Receipt.objects.filter(person=reader.person, edition=current).first()
        if given is not None:
            return given
    if current.state != EditionState.ISSUED:
        raise Conflict(_("This edition is no longer in force: read and confirm the one that is."))
    if not reader_can_give_receipt(reader, current):
        raise NotYours(_("This regulation does not ask you for a receipt."))
    if language not in dict(settings.LANGUAGES):
        language = settings.LANGUAGE_CODE
    with freezing.verb():
        receipt = Receipt.objects.create(  # type: ignore[misc]
            person=reader.person,
            edition=current,
            tree_hash=current.tree_hash,
            language=language,
            mode=ReceiptMode.READ,
            at=now,
        )
    journal.record(
        by=by,
        action="policies.give_receipt",
        thing=receipt,
        unit=current.owner_unit,
        data={"edition": current.pk, "hash": current.tree_hash, "language": language},
        now=now,
    )
    return receipt
