"""The verbs of the Service Guide: services are edited as a draft, an edition freezes them for customers."""

from __future__ import annotations

import hashlib
import logging
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from home.models import Hotline
from policies.enums import BookletState, Script
from policies.guide.comparing import ServiceChange, compare, price_changed
from policies.models import EditionService, GuideBooklet, GuideEdition, ServiceItem, ServiceSection
from policies.models.guide_editions import digest_of, frozen_copy
from policies.permissions import user_can_edit_guide, user_can_issue_guide
from portal.jobs import outbox
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.refusals import Conflict, NotYours, Refused
from portal.org.models import Estate, User

logger = logging.getLogger(__name__)
GUIDE_SOURCE = "guide"
NAMED_AT_ONCE = 5


@transaction.atomic
def save_service(
    *,
    by: User,
    section: str,
    name: str,
    price: str = "",
    amount: Decimal | None = None,
    unit: str = "",
    estate: Estate | None = None,
    valid_from: date | None = None,
    order: int = 10,
    section_order: int = 10,
    now: datetime | None = None,
    **told: Any,
) -> ServiceItem:
    """Writes a service of the draft (SRV-03); the same name in the same section and estate is the same service.

    `told` is what else a customer reads: what, who_may_ask, hours, phone, duration, steps, valid_until, pinyin. A
    service with an amount is chargeable and is refused without the price that the customer reads (SRV-07). Customers
    see the change with the next edition.
    """
    if not user_can_edit_guide(by):
        raise NotYours(_("Only an editor may change the Service Guide."))
    home = ServiceSection.objects.get_or_create(name=section, defaults={"order": section_order})[0]
    item = ServiceItem.objects.filter(section=home, name=name, estate=estate).first()
    item = item or ServiceItem(section=home, name=name, estate=estate)
    for field in ("what", "who_may_ask", "hours", "phone", "duration", "steps", "pinyin"):
        setattr(item, field, told.pop(field, ""))
    item.valid_until = told.pop("valid_until", None)
    if told:
        raise TypeError(f"save_service knows no {', '.join(told)}")
    item.price, item.amount, item.unit, item.order = price, amount, unit, order
    item.chargeable = amount is not None
    item.valid_from = valid_from or clock.today(now)
    try:
        item.full_clean()
    except ValidationError as problem:
        field, messages = next(iter(problem.message_dict.items()))
        raise Refused(messages[0], field=field) from None
    item.save()
    record_service(by=by, item=item, verb="save", now=now)
    return item


def record_service(*, by: Any, item: ServiceItem, verb: str, now: datetime | None = None) -> None:
    """Journals a change of a service; Wagtail's forms call it, too. Part of the caller's transaction."""
    journal.record(
        by=by,
        action=f"policies.{verb}_service",
        thing=item,
        data={"name": item.name, "price": item.price, "valid_from": item.valid_from, "withdrawn": item.withdrawn},
        now=now,
    )


# ---- editions -------------------------------------------------------------------------------------------------------
def draft_rows(day: date, before: GuideEdition | None = None) -> list[EditionService]:
    """What an edition that takes effect on `day` would tell; not saved. A new price holds from that day."""
    rows = [frozen_copy(item, place) for place, item in enumerate(ServiceItem.objects.for_edition(day), start=1)]
    known = {row.item_id: row for row in before.rows()} if before else {}
    for row in rows:
        old = known.get(row.item_id)
        if old is not None and price_changed(old, row) and row.valid_from == old.valid_from:
            row.valid_from = day
    return rows


def draft_changes(day: date) -> tuple[list[ServiceChange], list[EditionService]]:
    """What the next edition would change against the newest one, and its rows."""
    before = GuideEdition.objects.newest()
    rows = draft_rows(day, before)
    return compare(before.rows() if before else [], rows), rows


def draft_digest(day: date) -> str:
    """By which issuing notices that the draft changed after somebody looked at it."""
    return digest_of(None, draft_rows(day, GuideEdition.objects.newest()))


@transaction.atomic
def issue_guide_edition(
    *, by: User, effective_on: date, note: str, seen: str | None = None, now: datetime | None = None
) -> GuideEdition:
    """Freezes the draft as the next edition (SRV-03): customers read it from `effective_on` on, the booklet follows.

    `seen` is the digest of the draft that the editor looked at: another one is a Conflict. Refused: nothing changed; a
    day that is over or earlier than the newest edition's; no word of what changed; services without hours, phone or a
    price that holds on the day.
    """
    now = now or clock.now()
    if not user_can_issue_guide(by):
        raise NotYours(_("Only an editor may issue the Service Guide."))
    list(ServiceSection.objects.select_for_update())  # one edition at a time
    newest = GuideEdition.objects.newest()
    rows = draft_rows(effective_on, newest)
    if seen is not None and seen != digest_of(None, draft_rows(clock.today(now), newest)):
        raise Conflict(_("The services changed, or an edition was issued, since you looked: look again, then issue."))
    _require_day(effective_on, newest, now)
    if newest is not None and not compare(newest.rows(), rows):
        raise Refused(_("Nothing changed since the newest edition: there is nothing to issue."))
    if not note.strip():
        raise Refused(_("Write what changed: customers read it beside the edition."), field="note")
    _require_complete(rows, effective_on)
    edition = GuideEdition(
        number=newest.number + 1 if newest else 1,
        effective_on=effective_on,
        note=note.strip(),
        hotlines=list(Hotline.objects.order_by("sort_order").values("label", "number", "hours")),
        issued_at=now,
        issued_by=by,
    )
    edition.digest = digest_of(edition, rows)
    edition.save()
    for row in rows:
        row.edition = edition
    EditionService.objects.bulk_create(rows)
    for row in rows:
        ServiceItem.objects.filter(pk=row.item_id).exclude(valid_from=row.valid_from).update(valid_from=row.valid_from)
    _tell_search(edition, newest)
    data = {"number": edition.number, "effective_on": effective_on, "services": len(rows), "digest": edition.digest}
    journal.record(by=by, action="policies.issue_guide_edition", thing=edition, data=data, now=now)
    return edition


def _require_day(effective_on: date, newest: GuideEdition | None, now: datetime) -> None:
    if effective_on < clock.today(now):
        raise Refused(
            _("An edition takes effect today or later: nobody is told a price afterwards."), field="effective_on"
        )
    if newest is not None and effective_on < newest.effective_on:
        day = {"number": newest.number, "day": newest.effective_on}
        raise Refused(
            _("Edition %(number)s takes effect on %(day)s: the next one cannot come before it.") % day,
            field="effective_on",
        )


def _require_complete(rows: list[EditionService], day: date) -> None:
    """Every service tells hours, phone and a price that holds on the day; the sentence names those that do not."""
    if not rows:
        raise Refused(_("There is no service to tell: write the first ones."))
    lacking = [row.name for row in rows if not (row.hours and row.phone and (row.price or not row.chargeable))]
    if lacking:
        raise Refused(
            _("Hours, phone or price are missing: %(names)s.") % {"names": "、".join(lacking[:NAMED_AT_ONCE])}
        )
    ended = [row.name for row in rows if row.price_expired(day)]
    if ended:
        raise Refused(
            _("The price ends before the edition begins: %(names)s.") % {"names": "、".join(ended[:NAMED_AT_ONCE])}
        )


def _tell_search(edition: GuideEdition, before: GuideEdition | None) -> None:
    editions = [one.pk for one in (edition, before) if one is not None]
    for key in EditionService.objects.filter(edition__in=editions).values_list("item_id", flat=True).distinct():
        outbox.changed(GUIDE_SOURCE, key)


@transaction.atomic
def guide_takes_effect(*, by: Any, now: datetime) -> GuideEdition | None:
    """On an edition's first day search turns to it; every page reads the day itself. Idempotent."""
    edition = GuideEdition.objects.filter(effective_on=clock.today(now)).newest_first().first()
    if edition is None:
        return None
    before = GuideEdition.objects.filter(number__lt=edition.number).newest_first().first()
    _tell_search(edition, before)
    journal.record(by=by, action="policies.guide_takes_effect", thing=edition, data={"number": edition.number}, now=now)
    return edition


def make_booklet(edition: GuideEdition, script: Script, *, now: datetime | None = None) -> GuideBooklet:
    """Renders the booklet and keeps it. The same edition gives the same bytes and is not rendered twice.

    One that cannot be printed (a character no font has) leaves the reason for the editor in `problem`.
    """
    from policies.guide.booklet import booklet_html, print_assets
    from portal.lib.pdf import PdfProblem, check_pdf, render_pdf  # loads fonts and styles: only the worker pays for it

    html = booklet_html(edition, script)
    digest = hashlib.sha256(html.encode("utf-8")).hexdigest()
    booklet, _created = GuideBooklet.objects.get_or_create(edition=edition, script=script)
    if booklet.state == BookletState.READY and booklet.digest == digest:
        return booklet
    try:
        data = render_pdf(html, assets=print_assets())
    except PdfProblem as problem:
        logger.warning("the booklet of guide edition %s cannot be printed: %s", edition.number, problem)
        booklet.state, booklet.problem = BookletState.FAILED, "\n".join([str(problem), *problem.details])
        booklet.save()
        return booklet
    if booklet.file:
        booklet.file.delete(save=False)
    booklet.file.save(f"guide-{edition.number}-{script}.pdf", ContentFile(data), save=False)
    booklet.pages = check_pdf(data).pages
    booklet.state, booklet.digest, booklet.problem, booklet.made_at = BookletState.READY, digest, "", now or clock.now()
    booklet.save()
    return booklet
