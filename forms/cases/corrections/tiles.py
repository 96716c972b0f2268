"""What of corrections waits for a person on the home page, the door to the reports."""

from __future__ import annotations

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from forms.cases.corrections import permissions
from forms.cases.corrections.enums import ASKED_FOR, ItemState
from forms.cases.corrections.models import CorrectiveReport
from forms.cases.corrections.standing import unread_by
from forms.cases.permissions import reader_answers_for_company
from portal.lib import clock
from portal.lib.registries import Tile
from portal.org.readers import Reader

ROWS = 3


def correction_tiles(reader: Reader) -> list[Tile]:
    """For owners and the office: items to carry out. For the company: proofs to look at, reports to read over. For who
    owns measures or verifies them: those. Four queries at most, two for most people."""
    if not reader.is_staff_member:
        return []
    company = reader_answers_for_company(reader)
    tiles = [*_item_tiles(reader, company), *_prevention_tiles(reader, company)]
    return [*tiles, *_draft_tiles(reader)] if company else tiles


def _item_tiles(reader: Reader, company: bool) -> list[Tile]:
    today, address = clock.today(), reverse("correction_list")
    found = []
    mine = permissions.items_to_carry_out(reader).open()
    counts = mine.aggregate(open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today)))
    if counts["open"]:
        first = mine.order_by("due_on", "pk").values_list("pk", "what", "due_on")[:ROWS]
        rows = tuple((f"{due:%m-%d} {what[:60]}", reverse("correction_item", args=[pk])) for pk, what, due in first)
        text = _("The company issued a plan: carry it out and show the proof.")
        if counts["late"]:
            text = _("%(late)d overdue. The case cannot be closed before.") % counts
        tiles_url = f"{address}?view={'overdue' if counts['late'] else 'mine'}"
        found.append(
            Tile(_("Corrective plan: to do"), tiles_url, text, counts["open"], bool(counts["late"]), "list-check", rows)
        )
    if company:
        waiting = permissions.visible_items(reader).aggregate(
            proofs=Count("pk", filter=Q(state=ItemState.REPORTED)),
            late=Count("pk", filter=Q(state=ItemState.OPEN, due_on__lt=today)),
        )
        if waiting["proofs"]:
            text = _("Accept each proof, or send it back.")
            url = f"{address}?view=reported"
            found.append(Tile(_("Proofs to look at"), url, text, waiting["proofs"], icon="clipboard-check"))
        if waiting["late"]:
            text = _("Items of corrective plans that offices did not carry out in time.")
            url = f"{address}?view=overdue"
            found.append(Tile(_("Plan items overdue"), url, text, waiting["late"], True, "hourglass-split"))
    return found


def _prevention_tiles(reader: Reader, company: bool) -> list[Tile]:
    today, address = clock.today(), reverse("prevention_list")
    measures = permissions.visible_preventions(reader)
    own = Q(owner=reader.person) if reader.person is not None else Q(pk__in=())
    counts = measures.aggregate(
        mine=Count("pk", filter=own & Q(state="open")),
        late=Count("pk", filter=own & Q(state="open", due_on__lt=today)),
        verify=Count("pk", filter=~own & Q(state="done", verify_on__lte=today)),
    )
    found = []
    if counts["mine"]:
        text = _("So that it does not happen again.")
        url = f"{address}?view=mine"
        found.append(
            Tile(_("Preventive measures: to do"), url, text, counts["mine"], bool(counts["late"]), "shield-check")
        )
    if company and counts["verify"]:
        text = _("Look whether the measure worked.")
        found.append(Tile(_("Effects to verify"), f"{address}?view=verify", text, counts["verify"], icon="search"))
    return found


def _draft_tiles(reader: Reader) -> list[Tile]:
    counts = permissions.visible_drafts(reader).aggregate(waiting=Count("pk", filter=Q(state="submitted")))
    if not counts["waiting"]:
        return []
    text = _("Somebody who did not write them reads them over.")
    address = f"{reverse('corrective_drafts')}?view=submitted"
    return [Tile(_("Reports to approve"), address, text, counts["waiting"], icon="file-earmark-text")]


def report_tiles(reader: Reader) -> list[Tile]:
    """Published reports that this reader has not confirmed."""
    if reader.person is None or not reader.is_staff_member:
        return []
    unread: list[CorrectiveReport] = list(
        unread_by(reader, clock.now() - ASKED_FOR).only("number", "title", "published_at")[: ROWS + 1]
    )
    if not unread:
        return []
    with scopes_disabled():
        count = len(unread) if len(unread) <= ROWS else unread_by(reader, clock.now() - ASKED_FOR).count()
    rows = tuple((report.title, report.get_absolute_url()) for report in unread[:ROWS])
    text = _("What went wrong, why, and what changes: read it and confirm.")
    return [Tile(_("Reports to read"), reverse("corrective_reports"), text, count, icon="file-earmark-text", rows=rows)]


def report_doors(reader: Reader) -> list[Tile]:
    """Above the list of regulations, for all the staff."""
    if not reader.is_staff_member:
        return []
    return [Tile(_("Corrective-action reports"), reverse("corrective_reports"), icon="file-earmark-text")]
