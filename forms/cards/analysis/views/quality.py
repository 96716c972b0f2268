"""A sample of cards for two reviewers, help for writers, and what a writer sees of the own cards."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms.cards import permissions as card_permissions
from forms.cards.analysis import actions, permissions, quality
from forms.cards.analysis.enums import Verdict
from forms.cards.analysis.forms import CoachingDoneForm, CoachingForm, ReviewForm
from forms.cards.analysis.models import CardReview, CoachingTask
from forms.cards.analysis.trends import written
from forms.cards.analysis.views.asked import Asked
from forms.cards.analysis.views.statistics import tabs
from forms.cards.models import Card
from portal.lib.refusals import Refused
from portal.lib.sampling import draw
from portal.lib.shown_again import show_refusal
from portal.org.models import Person
from portal.org.requests import ReaderRequest

TALK_WITHIN = timedelta(days=14)


@never_cache
@login_required
@require_safe
def card_quality(request: ReaderRequest) -> HttpResponse:
    asked = Asked(request, inside=True)
    reviews_cards = permissions.user_can_review(request.user, asked.unit)
    # Help is given where people work together; above it the cards are too many and the writers unknown.
    coaches = permissions.user_can_coach(request.user, asked.unit) and asked.unit.is_leaf()
    cards = _sample(request, asked) if reviews_cards else []
    reviews = list(CardReview.objects.filter(card__in=[card.pk for card in cards]).select_related("reviewer"))
    found = quality.agreement(reviews)
    context = {
        "asked": asked,
        "tabs": tabs(asked, "card_quality"),
        "reviews_cards": reviews_cards,
        "cards": [_reviewed(card, reviews, request.user) for card in cards],
        "agreement": found,
        "percent": written(found.percent, 0, True),
        "kappa": written(found.kappa),
        "coaches": coaches,
        "writers": _writers(request, asked) if coaches else [],
        "tasks": [
            (task, CoachingDoneForm(auto_id=f"id_{task.pk}_%s"))
            for task in CoachingTask.objects.filter(
                unit__path__startswith=asked.unit.path, done_at=None
            ).select_related("person")
        ]
        if coaches
        else [],
    }
    return render(request, "card_analysis/quality.html", context)


def _sample(request: ReaderRequest, asked: Asked) -> list[Card]:
    """Ten cards that anybody can draw again: a card handed in later joins the draw, the others keep their place."""
    cards = card_permissions.readable_cards(request.reader).counted()  # type: ignore[attr-defined]
    found = cards.in_period(asked.period).filter(unit__path__startswith=asked.unit.path)
    keys = [str(key) for key in found.values_list("pk", flat=True)]
    seed = f"cards:{asked.unit.code}:{asked.period.code}"
    drawn = draw(keys, share=Fraction(min(quality.SAMPLE, len(keys)), len(keys) or 1), seed=seed)
    order = {int(key): place for place, key in enumerate(drawn)}
    rows = Card.objects.filter(pk__in=order).select_related("area", "unit").prefetch_related("items", "observers")
    return sorted(rows, key=lambda card: order[card.pk])


def _reviewed(card: Card, reviews: list[CardReview], user: Any) -> dict[str, Any]:
    """What others said is shown only after the own review, so that two reviewers judge by themselves."""
    of_card = [review for review in reviews if review.card_id == card.pk]
    own = next((review for review in of_card if review.reviewer_id == user.pk), None)
    mine = any(person.user_id == user.pk for person in card.observers.all())
    return {
        "card": card,
        "score": quality.score(card, list(card.items.all())),  # type: ignore[attr-defined]
        "count": len(of_card),
        "own": own,
        "others": [review for review in of_card if review is not own] if own else [],
        "can_review": own is None and not mine,
    }


def _writers(request: ReaderRequest, asked: Asked) -> list[dict[str, Any]]:
    """Who is to be helped, in the order of the staff numbers; who has nothing to be told is not listed."""
    habits = {
        person: quality.habits(cards) for person, cards in quality.cards_by_writer(asked.unit, asked.period).items()
    }
    people = Person.objects.filter(pk__in=[person for person, found in habits.items() if found])
    tasks = CoachingTask.objects.filter(unit=asked.unit, period_code=asked.period.code)
    arranged = set(tasks.values_list("person_id", flat=True))
    due = f"{request.reader.day + TALK_WITHIN:%Y-%m-%d}"
    return [
        {"person": person, "habits": habits[person.pk], "arranged": person.pk in arranged, "due": due}
        for person in people
    ]


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def card_review(request: ReaderRequest, pk: int) -> HttpResponse:
    cards = card_permissions.readable_cards(request.reader).select_related("unit", "area")
    card = get_object_or_404(cards.prefetch_related("items", "observers"), pk=pk)
    if not permissions.user_can_review(request.user, card.unit) or any(
        person.user_id == request.user.pk for person in card.observers.all()
    ):
        raise Http404
    form, status = ReviewForm(request.POST or None), 200
    back = f"{reverse('card_quality')}?unit={card.unit.code}&period={card.observed_on:%Y-%m}"
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.review_card(by=request.user, card=card, **form.cleaned_data)
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("Reviewed."))
                return redirect(back)
    items = list(card.items.all())  # type: ignore[attr-defined]
    context = {"card": card, "items": items, "form": form, "score": quality.score(card, items), "back": back}
    return render(request, "card_analysis/review.html", context | {"verdicts": list(Verdict)}, status=status)


@login_required
@require_POST
def card_coach(request: ReaderRequest) -> HttpResponse:
    asked = Asked(request, inside=True)
    if not permissions.user_can_coach(request.user, asked.unit):
        raise Http404
    form = CoachingForm(request.POST)
    if form.is_valid():
        person = get_object_or_404(
            Person.objects.filter(pk__in=quality.cards_by_writer(asked.unit, asked.period)),
            pk=form.cleaned_data["person"],
        )
        try:
            actions.assign_coaching(
                by=request.user,
                unit=asked.unit,
                person=person,
                period=asked.period,
                habits=form.cleaned_data["habits"],
                due=form.cleaned_data["due"],
            )
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, _("The talk is arranged."))
    else:
        messages.error(request, _("Choose a day for the talk."))
    return redirect(asked.address("card_quality"))


@login_required
@require_POST
def card_coaching_done(request: ReaderRequest, pk: int) -> HttpResponse:
    task = get_object_or_404(CoachingTask.objects.select_related("unit"), pk=pk)  # type: ignore[var-annotated]
    if not permissions.user_can_finish_coaching(request.user, task):
        raise Http404
    try:
        actions.finish_coaching(by=request.user, task=task, note=request.POST.get("note", ""))
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Kept."))
    return redirect(f"{reverse('card_quality')}?unit={task.unit.code}&period={task.period_code}")


@never_cache
@login_required
@require_safe
def card_own_writing(request: ReaderRequest) -> HttpResponse:
    """The reader's own cards of the last months with what would make them better, seen by nobody else."""
    person = request.reader.person
    if person is None or not permissions.reader_can_see_statistics(request.reader):
        raise Http404
    since = request.reader.day - timedelta(days=92)
    own = Card.observers.through.objects.filter(person_id=person.pk)
    cards = list(
        card_permissions.readable_cards(request.reader)
        .counted()  # type: ignore[attr-defined]
        .filter(pk__in=own.values("card_id"), observed_on__gte=since)
        .select_related("area")
        .prefetch_related("items")
        .order_by("handed_in_at", "pk")
    )
    pairs = [(card, list(card.items.all())) for card in cards]
    context = {
        "habits": quality.habits(pairs),
        "rows": [(card, quality.score(card, items)) for card, items in reversed(pairs)],
        "tasks": CoachingTask.objects.filter(person=person, done_at=None),
    }
    return render(request, "card_analysis/own_writing.html", context)
