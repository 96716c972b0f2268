"""What regulations put on the home page: what waits to be read, written, reviewed, approved, issued."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from policies import waiting
from policies.deadlines import own_deadlines
from policies.models import Edition
from policies.permissions import reader_leads_units, user_can_see_regulation_desk
from policies.reading import person_id_of
from portal.lib import clock
from portal.lib.registries import Tile
from portal.org.readers import Reader

ROWS = 5


def to_read(reader: Reader) -> list[Tile]:
    """The editions that ask this person for a receipt, the one due first at the top; nothing once all are confirmed.
    Urgent when a deadline is over."""
    person_id = person_id_of(reader) if reader.is_staff_member else None
    if person_id is None:
        return []
    editions = (
        Edition.objects.to_read_by(person_id, reader.tokens).select_related("regulation").order_by("effective_on")
    )
    due = own_deadlines(person_id, list(editions), reader.day)
    if not due:
        return []
    rows = sorted(due, key=lambda edition: due[edition])
    overdue = sum(last < reader.day for last in due.values())
    text = _("Read them and confirm with a receipt. The first is due by %(day)s.")
    if overdue:
        text = _("The deadline is over for %(many)s of them: read and confirm today.")
    return [
        Tile(
            title=_("Regulations to read"),
            url=reverse("regulation_list"),
            text=text % {"day": due[rows[0]].isoformat(), "many": overdue},
            count=len(rows),
            urgent=bool(overdue),
            icon="journal-text",
            rows=tuple(
                (row.title, reverse("regulation_edition", args=[row.regulation.slug, row.number]))
                for row in rows[:ROWS]
            ),
        )
    ]


def guide_door(reader: Reader) -> list[Tile]:
    """The way to the Service Guide, for everybody."""
    return [
        Tile(
            title=_("Service Guide"),
            url=reverse("service_guide"),
            text=_("Every service, its hours, phone and price."),
            icon="compass",
        )
    ]


def desk_work(reader: Reader) -> list[Tile]:
    """What waits for this reader at the regulation desk, and the way to it."""
    if not user_can_see_regulation_desk(reader.user):
        return []
    user, now = reader.user, clock.now()
    drafts, to_review = waiting.drafts_of(user), waiting.to_review_by(user)
    to_approve, to_issue = waiting.to_approve_by(user), waiting.to_issue_by(user, reader.day)
    tiles = [
        _waiting(_("Drafts of yours"), drafts, "pencil-square", [_draft_line(edition) for edition in drafts]),
        _waiting(
            _("Regulations to review"),
            to_review,
            "search",
            [_line(edition, "policies_review") for edition in to_review],
            urgent=any(waiting.is_late(edition.submitted_at, now) for edition in to_review),
        ),
        _waiting(
            _("Regulations to approve"),
            to_approve,
            "check-circle",
            [_line(edition, "policies_review") for edition in to_approve],
            urgent=any(waiting.is_late(edition.reviewed_at, now) for edition in to_approve),
        ),
        _waiting(
            _("Approved, to be issued"),
            to_issue,
            "send",
            [_line(edition, "policies_edition") for edition in to_issue],
            urgent=any(edition.trial_is_over(reader.day) for edition in to_issue),
            why=_("Trial over: issue or withdraw"),
        ),
    ]
    room = Tile(
        title=_("Editing room"),
        url=reverse("policies_index"),
        text=_("Regulations: drafts, reviews, issues, and their history."),
        icon="journal-text",
    )
    return [*(tile for tile in tiles if tile is not None), room]


def _waiting(
    title: str, editions: list[Edition], icon: str, rows: list[tuple[str, str]], *, urgent: bool = False, why: str = ""
) -> Tile | None:
    """A tile where there is something; `why` it is urgent, if not for having waited too long."""
    if not editions:
        return None
    text = (why or _("The longest waits for more than 7 days.")) if urgent else ""
    return Tile(
        title=title,
        url=reverse("policies_index"),
        text=text,
        count=len(editions),
        urgent=urgent,
        icon=icon,
        rows=tuple(rows[:ROWS]),
    )


def _line(edition: Edition, name: str) -> tuple[str, str]:
    return (edition.title, reverse(name, args=[edition.pk]))


def _draft_line(edition: Edition) -> tuple[str, str]:
    label, url = _line(edition, "policies_edition")
    return (_("%(title)s – returned to you") % {"title": label} if edition.returned_at else label, url)


def reviews_due(reader: Reader) -> list[Tile]:
    """For who leads an owner department: its regulations whose review is due or overdue (SAF-23)."""
    if not reader_leads_units(reader):
        return []
    editions = waiting.reviews_due_for(reader)
    if not editions:
        return []
    late = [edition for edition in editions if edition.review_due_on and edition.review_due_on < reader.day]
    return [
        Tile(
            title=_("Reviews due"),
            url=reverse("regulation_list") + "#reviews",
            text=_("Read the text again: keep it as it is, or have it changed."),
            count=len(editions),
            urgent=bool(late),
            icon="calendar3",
            rows=tuple(
                (edition.title, reverse("regulation_review", args=[edition.regulation.slug]))
                for edition in editions[:ROWS]
            ),
        )
    ]
