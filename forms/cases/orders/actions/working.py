"""The work itself: start, sign the steps off one by one, photos before and after, finish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from forms.cases.orders.actions.changing import changing
from forms.cases.orders.actions.defects import settle_first
from forms.cases.orders.enums import AFTER, BEFORE
from forms.cases.orders.models import OrderStep, WorkOrder
from portal.files.actions import files_of, keep_files
from portal.files.storage import Upload
from portal.lib import clock
from portal.lib.refusals import Conflict, Refused


def start_order(*, by: Any, order: WorkOrder, version: int | None = None, now: datetime | None = None) -> WorkOrder:
    """The work begins. A chargeable order cannot begin before the customer accepted the price (SRV-07)."""
    now = now or clock.now()
    with changing(order=order, verb="start", by=by, now=now, version=version) as change:
        if change.order.chargeable and change.order.accepted_at is None:
            raise Refused(_("The customer has not accepted the price yet: ask for it before you begin."))
        if change.order.worker_id is None:
            raise Refused(_("Nobody was given this order: assign it first."))
        change.order.started_at = now
    return change.order


def sign_step(
    *, by: Any, order: WorkOrder, step: OrderStep, skipped: bool = False, note: str = "", now: datetime | None = None
) -> OrderStep:
    """The next step of the procedure is done, or does not apply and why (SRV-08). Steps are signed in their order."""
    now = now or clock.now()
    note = note.strip()
    if skipped and not note:
        raise Refused(_("Say why the step does not apply here."), field="note")
    with changing(order=order, verb="sign_step", by=by, now=now) as change:
        waiting = OrderStep.objects.filter(order=change.order, signed_at=None).order_by("position").first()
        mine = OrderStep.objects.filter(order=change.order, pk=step.pk).first()
        if mine is None:
            raise Refused(_("This step belongs to another order."))
        if mine.signed_at is not None:
            raise Conflict(_("This step was signed off already."))
        if waiting is not None and waiting.pk != mine.pk:
            raise Refused(_("Sign the step before it first."))
        mine.signed_at, mine.signed_by, mine.skipped, mine.note = now, by, skipped, note[:200]
        mine.save(update_fields=["signed_at", "signed_by", "skipped", "note"])
        change.data.update(step=mine.position, skipped=skipped)
    return mine


def add_photos(
    *, by: Any, order: WorkOrder, purpose: str, uploads: Sequence[Upload], now: datetime | None = None
) -> WorkOrder:
    """Photos before the work or after it; private files of the order."""
    now = now or clock.now()
    if purpose not in {BEFORE, AFTER}:
        raise Refused(_("Say whether the photos are of before or after the work."), field="purpose")
    if not uploads:
        raise Refused(_("Choose at least one photo."), field="files")
    with changing(order=order, verb="add_photos", by=by, now=now) as change:
        if purpose == AFTER and change.order.started_at is None:
            raise Refused(_("The work has not begun: these are photos of before."), field="purpose")
        keep_files(by=by, owner=change.order, uploads=uploads, purpose=purpose, now=now)
        change.data.update(purpose=purpose, files=len(uploads))
    return change.order


@transaction.atomic
def finish_order(
    *,
    by: Any,
    order: WorkOrder,
    words: str = "",
    finished_at: datetime | None = None,
    no_photos: str = "",
    major: bool = False,
    version: int | None = None,
    now: datetime | None = None,
) -> WorkOrder:
    """The work is done: every step signed, photos before and after or the reason why there are none. `finished_at` is
    when it was done, where that is written down later."""
    now = now or clock.now()
    with changing(order=order, verb="finish", by=by, now=now, version=version) as change:
        found = change.order
        if left := OrderStep.objects.filter(order=found, signed_at=None).count():
            message = _("%(count)s steps are not signed off yet: sign each, then finish.")
            raise Refused(message % {"count": left})
        taken = set(files_of(found).values_list("purpose", flat=True))
        if not {BEFORE, AFTER} <= taken and not no_photos.strip():
            raise Refused(_("Take a photo before and after the work, or say why there is none."), field="no_photos")
        at = finished_at or now
        if at > now or (found.started_at is not None and at < found.started_at.replace(second=0, microsecond=0)):
            raise Refused(_("It was finished after it began, and not in the future."), field="finished_at")
        found.finished_at, found.recorded_at, found.ended_at = at, now, at
        found.finish_words, found.no_photos, found.major = words.strip(), no_photos.strip()[:200], major
        change.data.update(finished=at, major=major)
    if change.order.is_rework:
        settle_first(by=by, order=change.order, now=now)
    return change.order
