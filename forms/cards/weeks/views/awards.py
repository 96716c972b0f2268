"""Awards by week and month, the nominations of one period, merits for the monthly appraisal (SAF-19)."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from forms.cards.models import Card
from forms.cards.permissions import readable_cards
from forms.cards.weeks import permissions, standing
from forms.cards.weeks.actions import awards as actions
from forms.cards.weeks.actions.awards import NominationDraft
from forms.cards.weeks.forms import DecisionForm, NominationForm
from forms.cards.weeks.models import Award, Nomination, Vote
from forms.cards.weeks.views.asked import asked_period, narrowed, period_of
from portal.lib.periods import Period
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.lib.spreadsheets import write_xlsx
from portal.org.enums import UnitKind
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

WEEKS_SHOWN, MONTHS_SHOWN = 8, 4
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@login_required
@require_safe
def award_list(request: ReaderRequest) -> HttpResponse:
    """Who was awarded, week by week and month by month; a period without an award is shown as missed."""
    reader, day = request.reader, request.reader.day
    shown = permissions.awarding_units(reader)
    if not permissions.reader_meets_weeks(reader) or not shown.exists():
        raise Http404
    unit, units = narrowed(request, shown)
    period = asked_period(request)
    weeks, months = standing.latest("week", day, WEEKS_SHOWN), standing.latest("month", day, MONTHS_SHOWN)
    if period is not None:
        weeks, months = standing.weeks_due(period, day)[::-1], standing.months_due(period, day)[::-1]
    crews = [one for one in units if one.kind == UnitKind.CREW]
    projects = [one for one in units if one.kind == UnitKind.PROJECT]
    context = {
        "weekly": standing.award_rows(crews, weeks, day),
        "monthly": standing.award_rows(projects, months, day),
        "unit": unit,
        "period": period,
        "can_export": permissions.reader_can_export_merits(reader),
        "merit_month": Period.of("month", day).previous(),
    }
    return render(request, "card_weeks/award_list.html", context)


def _round(request: ReaderRequest, unit: str, period: str) -> tuple[Unit, Period]:
    found = get_object_or_404(permissions.awarding_units(request.reader), code=unit)
    asked = period_of(period, "month" if found.kind == UnitKind.PROJECT else "week")
    if asked.start > request.reader.day:
        raise Http404
    return found, asked


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def award_round(request: ReaderRequest, unit: str, period: str) -> HttpResponse:
    """The nominations of a period; POST is one more."""
    found, asked = _round(request, unit, period)
    if request.method != "POST":
        return _shown(request, found, asked)
    if not permissions.user_can_nominate(request.user, found):
        raise Http404
    form = _nomination_form(request, found, asked, request.POST)
    if not form.is_valid():
        return _shown(request, found, asked, form=form, status=400)
    chosen = {name: form.cleaned_data.get(name) for name in ("person", "team", "crew", "card")}
    draft = NominationDraft(form.cleaned_data["reason"], **chosen)
    try:
        actions.nominate(by=request.user, unit=found, period=asked, draft=draft)
    except Refused as refused:
        return _shown(request, found, asked, form=form, status=show_refusal(form, refused))
    messages.success(request, _("The nomination stands below."))
    return redirect("card_award_round", found.code, asked.code)


def _nomination_form(request: ReaderRequest, unit: Unit, period: Period, data: Any = None) -> NominationForm:
    return NominationForm(
        data,
        kinds=permissions.kinds_of(unit),
        people=permissions.people_of(unit, request.reader.day),
        teams=unit.shifts.all(),
        crews=Unit.objects.filter(path__startswith=unit.path, kind=UnitKind.CREW, closed_on=None),
        cards=_quotable(request, unit, period),
    )


def _quotable(request: ReaderRequest, unit: Unit, period: Period) -> Any:
    """The cards of the period that this reader reads and that hold something good in words."""
    cards = readable_cards(request.reader).counted().in_period(period)  # type: ignore[attr-defined]
    cards = cards.filter(unit__path__startswith=unit.path).prefetch_related("items")
    good = [card.pk for card in cards if actions.quote_of(card)]
    found = Card.objects.filter(pk__in=good).select_related("area").prefetch_related("items", "observers")
    return found.order_by("observed_on", "pk")


def _shown(
    request: ReaderRequest,
    unit: Unit,
    period: Period,
    *,
    form: NominationForm | None = None,
    deciding: tuple[int, DecisionForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows = Nomination.objects.filter(unit=unit, starts_on=period.start)
    rows = rows.select_related("person", "team", "crew", "by", "unit", "award__decided_by", "card__area")
    rows = rows.annotate(voices=Count("votes")).order_by("kind", "-voices", "at")
    own = {vote.nomination_id for vote in Vote.objects.filter(by=request.user, nomination__in=rows)}
    can_vote = permissions.user_can_nominate(request.user, unit)
    can_decide = permissions.user_can_decide_award(request.user, unit)
    person, over = request.reader.person, permissions.period_is_over(period, request.reader.day)
    groups = []
    for kind in permissions.kinds_of(unit):
        of_kind = [one for one in rows if one.kind == kind]
        won = next((one.award for one in of_kind if hasattr(one, "award")), None)
        entries = [
            {
                "nomination": one,
                "is_won": won is not None and won.nomination_id == one.pk,
                "is_own": one.pk in own,
                "form": _decision_form(one, deciding) if can_decide and over and not won else None,
                "is_me": one.person_id is not None and person is not None and one.person_id == person.pk,
            }
            for one in of_kind
        ]
        groups.append({"kind": kind, "award": won, "entries": entries})
    context = {
        "unit": unit,
        "period": period,
        "groups": groups,
        "row": standing.award_rows([unit], [period], request.reader.day)[0],
        "can_vote": can_vote,
        "waits": can_decide and not over,
        "form": (form or _nomination_form(request, unit, period)) if can_vote else None,
        "failed_form": form or (deciding[1] if deciding else None),
        "is_open": form is not None or not rows,
    }
    return render(request, "card_weeks/award_round.html", context, status=status)


def _decision_form(nomination: Nomination, deciding: tuple[int, DecisionForm] | None) -> DecisionForm:
    if deciding is not None and deciding[0] == nomination.pk:
        return deciding[1]
    return DecisionForm(auto_id=f"id_decide_{nomination.pk}_%s")


def _nomination(request: ReaderRequest, pk: int) -> Nomination:
    rows = Nomination.objects.filter(unit__in=permissions.awarding_units(request.reader))
    return get_object_or_404(rows.select_related("unit"), pk=pk)


@login_required
@require_POST
def award_vote(request: ReaderRequest, pk: int) -> HttpResponse:
    nomination = _nomination(request, pk)
    if not permissions.user_can_nominate(request.user, nomination.unit):
        raise Http404
    try:
        actions.vote(by=request.user, nomination=nomination)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Your vote is counted. Until the decision you may give it to another."))
    return redirect("card_award_round", nomination.unit.code, nomination.period.code)


@login_required
@require_POST
def award_decide(request: ReaderRequest, pk: int) -> HttpResponse:
    nomination = _nomination(request, pk)
    if not permissions.user_can_decide_award(request.user, nomination.unit):
        raise Http404
    form = DecisionForm(request.POST, auto_id=f"id_decide_{nomination.pk}_%s")
    status = 400
    if form.is_valid():
        try:
            actions.decide_award(by=request.user, nomination=nomination, **form.cleaned_data)
        except Refused as refused:
            status = show_refusal(form, refused)
        else:
            messages.success(request, _("The award stands on the home page of the unit."))
            return redirect("card_award_round", nomination.unit.code, nomination.period.code)
    return _shown(request, nomination.unit, nomination.period, deciding=(nomination.pk, form), status=status)


@never_cache
@login_required
@require_safe
def merits(request: ReaderRequest) -> HttpResponse:
    """Who was awarded what, for which period, with which reward. Nothing else: no cards, no numbers, no one without."""
    reader = request.reader
    if not permissions.reader_can_export_merits(reader):
        raise Http404
    period = asked_period(request) or Period.of("month", reader.day).previous()
    found = Award.objects.filter(
        nomination__unit__in=permissions.merit_unit_ids(reader),
        nomination__starts_on__gte=period.start,
        nomination__starts_on__lte=period.end,
    ).select_related("nomination__person", "nomination__team", "nomination__crew", "nomination__unit")
    rows = [
        [
            award.nomination.nominee,
            f"{award.nomination.unit.name} {award.nomination.get_kind_display()}",
            award.nomination.period.label,
            award.reward,
        ]
        for award in found.order_by("nomination__starts_on", "nomination__unit__path", "pk")
    ]
    out = BytesIO()
    write_xlsx(rows, out, [_("Awarded"), _("Award"), _("Period"), _("Reward")], sheet=period.code)
    units = reader.units or list(Unit.get_root_nodes())
    actions.record_export(by=request.user, unit=units[0], rows=len(rows), since=period.start, until=period.end)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="merits-{period.code}.xlsx"'
    return response
