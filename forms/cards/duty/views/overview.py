"""Units side by side, and whether daily cards count as planned."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from forms.cards.duty import actions, permissions, rules, statistics
from forms.cards.duty.enums import Duty
from forms.cards.duty.forms import PlannedRuleForm
from forms.cards.duty.matrix import Sums
from forms.cards.duty.models import PlannedRule
from forms.cards.duty.views import period_of
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.lib.shown_again import show_refusal
from portal.org.requests import ReaderRequest


@never_cache
@login_required
@require_safe
def duty_overview(request: ReaderRequest) -> HttpResponse:
    """The sums of each unit in a period. Who leads one unit alone finds its matrix behind its name."""
    units = list(permissions.visible_units(request.reader))
    if not units:
        raise Http404
    period = period_of(request, "month")
    found = statistics.sums_by_unit([unit.pk for unit in units], period.start, period.end, clock.now())
    totals = {unit: sum(duties.values(), Sums()) for unit, duties in found.items()}
    rows = [
        {
            "unit": unit,
            "duties": [found[unit.pk][duty] for duty in Duty] if unit.pk in totals else None,
            "total": totals.get(unit.pk),
        }
        for unit in units
    ]
    context = {
        "period": period,
        "rows": rows,
        "duties": list(Duty),
        "total": sum(totals.values(), Sums()),
        "keeps": bool(permissions.kept_unit_ids(request.reader)),
        "decides": permissions.user_can_set_rule(request.user),
    }
    return render(request, "card_duty/overview.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def duty_rule(request: ReaderRequest) -> HttpResponse:
    """What holds, since when, by whom and why; the safety department decides anew."""
    unit = permissions.visible_units(request.reader).first()
    if unit is None:
        raise Http404
    company = rules.company_of(unit)
    decides = permissions.user_can_set_rule(request.user)
    if request.method == "POST" and not decides:
        raise Http404
    form, status = PlannedRuleForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.decide_planned_rule(by=request.user, company=company, **form.cleaned_data)
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                messages.success(request, _("The decision is recorded."))
                return redirect("duty_rule")
    context = {
        "company": company,
        "counts": rules.daily_cards_count_as_planned(company),
        "history": PlannedRule.objects.filter(company=company).select_related("by"),
        "form": form if decides else None,
    }
    return render(request, "card_duty/rule.html", context, status=status)
