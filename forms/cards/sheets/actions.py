"""The verbs of paper and of leaving the portal: type in a paper card, log a reading, export cards."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from forms.cards import rules
from forms.cards.actions import hand_in_card
from forms.cards.directory import staff_name_guard
from forms.cards.models import Card, ObservationPage
from forms.cards.permissions import readable_cards
from forms.cards.rules import CardDraft
from forms.cards.sheets import permissions
from forms.cards.sheets.enums import FEWEST_WORDS, LONGEST_WORDS, OnBehalfReason, Purpose
from forms.cards.sheets.models import CardExport, CardReading, PaperCard
from forms.intake.actions import Accepted
from portal.journal import actions as journal
from portal.lib import clock
from portal.lib.chinese import strip_invisible
from portal.lib.refusals import NotYours, Refused
from portal.org.models import Unit
from portal.org.readers import reader_for


def enter_paper_card(
    *,
    by: Any,
    page: ObservationPage,
    submission_id: UUID,
    draft: CardDraft,
    reason: str,
    words: str = "",
    language: str = "zh-hant",
    now: datetime | None = None,
) -> Accepted:
    """Takes the paper card of others, with the reason why they did not hand it in (SAF-12, clause 5.2).

    The same submission id and content again is the same card. Raises NotYours for who does not collect the cards of
    the unit, Refused with the first problem: of the reason, or of the card (a manager's card among them).
    """
    now = now or clock.now()
    if not permissions.user_can_collect_cards(by, draft.unit):
        raise NotYours(_("Paper cards are entered by the managers and crew leaders of the unit."))
    words = _words(words, _("in words"))
    if reason not in OnBehalfReason.values:
        raise Refused(_("Say why the observers did not hand in the card themselves."), field="reason")
    if reason == OnBehalfReason.OTHER and not words:
        raise Refused(_("Write the reason in words."), field="words")
    with transaction.atomic():
        accepted = hand_in_card(by=by, page=page, submission_id=submission_id, draft=draft, language=language, now=now)
        if not accepted.repeated:
            if not accepted.record.on_behalf:
                raise Refused(_("You took part in this observation: hand in the card yourself."), field="observers")
            paper = PaperCard.objects.create(
                card=accepted.record, reason=reason, words=words, entered_by=by, entered_at=now
            )
            journal.record(
                by=by,
                action="card_sheets.enter_paper_card",
                thing=paper,
                unit=draft.unit,
                data={"card": accepted.record.pk, "reason": reason},
                now=now,
            )
    return accepted


@transaction.atomic
def log_reading(*, by: Any, card: Card, now: datetime | None = None) -> CardReading | None:
    """Notes that somebody from outside the unit read a card: once a reader and day. None for who is not outside."""
    now = now or clock.now()
    if not permissions.reader_is_outside(reader_for(by), card):
        return None
    reading, created = CardReading.objects.get_or_create(
        card=card, reader=by, day=clock.today(now), defaults={"at": now}
    )
    if created:
        journal.record(by=by, action="card_sheets.read_card", thing=card, unit=card.unit_id, now=now)
    return reading


@transaction.atomic
def export_cards(
    *,
    by: Any,
    unit: Unit,
    starts_on: date,
    ends_on: date,
    purpose: str,
    words: str,
    now: datetime | None = None,
) -> tuple[CardExport, Sequence[Card]]:
    """The cards of a unit and those below it in some days, and the note that they left the portal.

    Raises NotYours, or Refused without a purpose from the list and words that say what it is.
    """
    now = now or clock.now()
    if not permissions.user_can_export_cards(by, unit):
        raise NotYours(_("Cards are exported by the managers of the unit and the safety department."))
    if purpose not in Purpose.values:
        raise Refused(_("Choose what the cards are exported for."), field="purpose")
    words = _words(words, _("purpose"))
    if len(words) < FEWEST_WORDS:
        message = _("Say in at least %(least)s characters what is done with the cards.")
        raise Refused(message % {"least": FEWEST_WORDS}, field="words")
    if ends_on < starts_on:
        raise Refused(_("The last day lies before the first."), field="ends_on")
    cards = (
        readable_cards(reader_for(by))
        .filter(unit__path__startswith=unit.path, observed_on__gte=starts_on, observed_on__lte=ends_on)
        .counted()  # type: ignore[attr-defined]
        .select_related("unit", "area")
        .prefetch_related("items")
        .order_by("observed_on", "pk")
    )
    rows = list(cards)
    if not rows:
        raise Refused(_("There are no cards in these days."), field="starts_on")
    export = CardExport.objects.create(
        unit=unit, starts_on=starts_on, ends_on=ends_on, purpose=purpose, words=words, cards=len(rows), by=by, at=now
    )
    data = {"purpose": purpose, "cards": len(rows), "from": str(starts_on), "until": str(ends_on)}
    journal.record(by=by, action="card_sheets.export_cards", thing=export, unit=unit, data=data, now=now)
    return export, rows


def _words(words: str, label: Any) -> str:
    words = " ".join(strip_invisible(words).split())
    if len(words) > LONGEST_WORDS:
        raise Refused(_("Shorten this text to %(most)s characters.") % {"most": LONGEST_WORDS}, field="words")
    for found in staff_name_guard().find(words):
        raise Refused(rules.name_message(label, found), field="words")
    return words
