"""On the home page: what a department owes an answer to, and answers that wait to be read. The doors at the list of
regulations."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from policies.rulings import permissions
from policies.rulings.marks import shortened
from policies.rulings.models import Proposal, Question
from portal.lib import clock
from portal.lib.registries import Tile
from portal.org.readers import Reader

IN_A_TILE = 24  # characters
ROWS = 3


def desk_tiles(reader: Reader) -> list[Tile]:
    """Questions and proposals of the reader's departments; nothing when all are answered."""
    if not permissions.answering_paths(reader):
        return []
    now = clock.now()
    tiles = []
    questions = list(permissions.desk_questions(reader).unanswered().by_due())
    if questions:
        late = any(question.is_late(now) for question in questions)
        tiles.append(
            Tile(
                title=_("Questions on clauses to answer"),
                url=reverse("ruling_desk"),
                text=_("An answer is late.") if late else _("The next one is due on %(day)s.") % _day(questions[0]),
                count=len(questions),
                urgent=late,
                icon="question-circle",
                rows=tuple((shortened(one.text, IN_A_TILE), one.get_absolute_url()) for one in questions[:ROWS]),
            )
        )
    proposals = list(permissions.desk_proposals(reader).unanswered().by_due())
    if proposals:
        late = any(proposal.is_late(now) for proposal in proposals)
        tiles.append(
            Tile(
                title=_("Proposals to answer"),
                url=reverse("proposal_desk"),
                text=_("An answer is late.") if late else _("The next one is due on %(day)s.") % _day(proposals[0]),
                count=len(proposals),
                urgent=late,
                icon="pencil",
            )
        )
    return tiles


def _day(thing: Question | Proposal) -> dict[str, str]:
    return {"day": f"{clock.today(thing.due_at):%Y-%m-%d}"}


def answered_tiles(reader: Reader) -> list[Tile]:
    """Answers to the reader's own questions and proposals that were not opened yet."""
    if not reader.is_signed_in:
        return []
    with scopes_disabled():
        questions = list(Question.objects.filter(sent_by=reader.user).unseen().order_by("-answered_at"))
        proposals = (
            list(Proposal.objects.filter(sent_by=reader.user).unseen().order_by("-answered_at"))
            if reader.is_staff_member
            else []
        )
    tiles = []
    if questions:
        rows = tuple(
            (shortened(one.text, IN_A_TILE), reverse("ruling_mine_detail", args=[one.pk])) for one in questions[:ROWS]
        )
        tiles.append(
            Tile(
                title=_("Your question was answered"),
                url=reverse("ruling_mine"),
                count=len(questions),
                icon="chat-quote",
                rows=rows,
            )
        )
    if proposals:
        rows = tuple((shortened(one.suggestion, IN_A_TILE), one.get_absolute_url()) for one in proposals[:ROWS])
        tiles.append(
            Tile(
                title=_("Your proposal was answered"),
                url=reverse("proposal_mine"),
                count=len(proposals),
                icon="chat-quote",
                rows=rows,
            )
        )
    return tiles


def doors(reader: Reader) -> list[Tile]:
    """Rulings for everybody; proposals for the staff."""
    found = [Tile(title=_("Rulings"), url=reverse("ruling_list"), icon="chat-quote")]
    if permissions.reader_sees_proposals(reader):
        found.append(Tile(title=_("Proposals for improvement"), url=reverse("proposal_list"), icon="pencil"))
    return found
