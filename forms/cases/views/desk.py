"""The desk of the service centre: its list, a case, one step of it."""

from __future__ import annotations

import io
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django_scopes import scopes_disabled

from forms.cases import actions, listing
from forms.cases.desk import ACTS, Act, acts_for
from forms.cases.enums import CaseKind
from forms.cases.forms import ActForm
from forms.cases.lookalikes import MOST_SHOWN, likely_duplicates, suggestion_for
from forms.cases.models import CannedAnswer, Case, SavedFilter
from forms.cases.permissions import (
    people_to_give_to,
    reader_can_act_on_case,
    reader_can_list_cases,
    reader_can_see_board,
    reader_can_set_limits,
    visible_cases,
    visible_incidents,
)
from forms.cases.progress import timeline, tone_of
from forms.cases.registries import case_offers, case_sections, reasons_not_to_close
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.lib.shown_again import say_instead, show_refusal
from portal.lib.spreadsheets import write_xlsx
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

PER_PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@login_required
@require_GET
def case_list(request: ReaderRequest) -> HttpResponse:
    """The cases this reader answers for, what is due next first."""
    if not reader_can_list_cases(request.reader):
        raise Http404
    wanted = listing.Wanted.from_query(request.GET)
    now = clock.now()
    cases = listing.narrowed(visible_cases(request.reader), wanted)
    tabs = listing.tabs(cases, wanted, request.reader, now)
    shown = listing.Counted(
        cases, wanted, request.reader, now, total=next(tab["count"] for tab in tabs if tab["current"])
    )
    page: Page[Case] = Paginator(cast("Any", shown), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [(case, tone_of(case), case.is_overdue(now)) for case in page.object_list],
        "wanted": wanted,
        "tabs": tabs,
        "narrowings": listing.narrowings(wanted),
        "kinds": CaseKind.choices,
        "filters": SavedFilter.objects.filter(user=request.user),
        "people": people_to_give_to(request.reader),
        "here": wanted.address(),
        "sees_board": reader_can_see_board(request.reader),
        "sets_limits": reader_can_set_limits(request.reader),
    }
    return render(request, "cases/list.html", context)


@never_cache
@login_required
@require_POST
def bulk_assign(request: ReaderRequest) -> HttpResponse:
    """Gives every case that was ticked to one person; what could not be given is said, each with its reason."""
    if not reader_can_list_cases(request.reader):
        raise Http404
    wanted = listing.Wanted.from_query(QueryDict(request.POST.get("here", "").lstrip("?")))
    back = f"{reverse('case_list')}{wanted.address()}"
    person = people_to_give_to(request.reader).filter(pk=number_or_nothing(request.POST.get("person", ""))).first()
    cases = list(visible_cases(request.reader).filter(number__in=request.POST.getlist("case")[:PER_PAGE]))
    if person is None or not cases:
        messages.error(request, _("Tick the cases, and choose a person."))
        return redirect(back)
    given, refused = actions.assign_cases(cases=cases, by=request.user, person=person)
    if given:
        said = ngettext("%(number)d case was given to %(name)s.", "%(number)d cases were given to %(name)s.", given)
        messages.success(request, said % {"number": given, "name": person.name})
    for case, reason in refused:
        messages.error(request, f"{case.number}: {reason}")
    return redirect(back)


def number_or_nothing(text: str) -> int:
    """A key as a form sends it; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@never_cache
@login_required
@require_GET
def case_export(request: ReaderRequest) -> HttpResponse:
    """What the list shows, as a spreadsheet; no names, phones or addresses of customers."""
    if not reader_can_list_cases(request.reader):
        raise Http404
    wanted, now = listing.Wanted.from_query(request.GET), clock.now()
    cases = listing.shown(listing.narrowed(visible_cases(request.reader), wanted), wanted, request.reader, now)
    out = io.BytesIO()
    write_xlsx(listing.export_rows(cases, now), out, [str(title) for title in listing.EXPORT_TITLES])
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="cases-{clock.today(now)}.xlsx"'
    return response


@never_cache
@login_required
@require_GET
def case_detail(request: ReaderRequest, number: str) -> HttpResponse:
    return _show_case(request, _case_for(request, number))


@never_cache
@login_required
@require_POST
def case_act(request: ReaderRequest, number: str, verb: str) -> HttpResponse:
    """One step. What goes to a customer or cannot be taken back is shown once more before it is done."""
    case, act = _case_for(request, number), ACTS[verb]
    if not reader_can_act_on_case(request.reader, verb, case):
        raise Http404
    form = act.form(case, request.POST)
    if not form.is_valid():
        return _show_case(request, case, act, form, status=400)
    if request.POST.get("back") == "yes":
        return _show_case(request, case, act, form)
    if act.confirm and request.POST.get("confirmed") != "yes":
        return _ask_again(request, case, act, form)
    try:
        act.run(case=case, by=request.user, **form.cleaned_data)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        show_refusal(form, refused)
        return _show_case(request, _case_for(request, number), act, form, status=refused.status)
    messages.success(request, act.done)
    if visible_cases(request.reader).filter(pk=case.pk).exists():
        return redirect("case_detail", number)
    return redirect("case_list")


def _case_for(request: ReaderRequest, number: str) -> Case:
    found = visible_cases(request.reader).select_related("office", "estate", "unit", "assigned_to", "submission")
    case = found.filter(number=number).first()
    if case is None:
        raise Http404
    return case


def _show_case(
    request: ReaderRequest, case: Case, failed: Act | None = None, form: ActForm | None = None, status: int = 200
) -> HttpResponse:
    now, reader = clock.now(), request.reader
    acts = acts_for(reader, case)
    duplicates = list(likely_duplicates(case)[:MOST_SHOWN])
    canned = canned_for(case) if any(act.verb == "answer" for act in acts) else []
    initial = first_values(request, case, duplicates, canned)
    if failed is not None and failed not in acts:
        acts.insert(0, failed)
    forms: list[dict[str, Any]] = [
        {
            "act": act,
            "form": form if act is failed and form is not None else act.form(case, None, initial.get(act.verb)),
            "address": reverse(f"case_{act.verb}", args=[case.number]),
            "open": number == 0 or (act.verb == "answer" and "answer" in initial),
        }
        for number, act in enumerate(sorted(acts, key=lambda act: act is not failed) if failed else acts)
    ]
    if failed is not None and form is not None:
        # The person has now seen what changed: the next try is about the case as it is shown here.
        say_instead(form, version=case.version)
    context = {
        "case": case,
        "tone": tone_of(case),
        "late": case.is_overdue(now),
        "attachments": list(case.submission.attachments.all()),
        "answers": list(case.submission.answers.all()),
        "promises": [(promise, promise.is_broken(now)) for promise in case.promises.all()],
        "timeline": timeline(case),
        "extensions": list(case.extensions.all()),
        "escalations": list(case.escalations.all()),
        "rating": getattr(case, "rating", None),
        "suggestion": suggestion_for(case),
        "duplicates": duplicates,
        "joined": list(visible_cases(reader).filter(merged_into=case)),
        "merged_into": visible_cases(reader).filter(pk=case.merged_into_id).first() if case.merged_into_id else None,
        "incident": visible_incidents(reader).filter(pk=case.incident_id).first() if case.incident_id else None,
        "canned": canned,
        "not_to_close": reasons_not_to_close(case) if any(act.verb == "close" for act in acts) else [],
        "sections": [section for room in case_sections if (section := room(case, reader)) is not None],
        "offers": [offer for room in case_offers for offer in room(case, reader)],
        "forms": forms,
        "has_rare": any(item["act"].rare and not item["open"] for item in forms),
        "failed_form": form,
    }
    return render(request, "cases/detail.html", context, status=status)


def first_values(
    request: ReaderRequest, case: Case, duplicates: list[Case], canned: list[CannedAnswer]
) -> dict[str, dict[str, Any]]:
    """What the address, the words and the house suggest for the forms; nothing is sent without a person."""
    found: dict[str, dict[str, Any]] = {}
    if suggestion := suggestion_for(case):
        found["transfer"] = {"about_director": suggestion.about_director, "compensation": suggestion.compensation}
    if duplicates:
        found["merge"] = {"into": duplicates[0].number}
    key = number_or_nothing(request.GET.get("canned", ""))
    chosen = next((answer for answer in canned if answer.pk == key), None)
    if chosen is not None:
        found["answer"] = {"text": chosen.text}
    return found


def canned_for(case: Case) -> list[CannedAnswer]:
    """Answers kept ready by the unit of the case and by those above it."""
    path = (case.office or case.unit).path
    above = [path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen)]
    with scopes_disabled():
        return list(CannedAnswer.objects.filter(unit__path__in=above))


def _ask_again(request: ReaderRequest, case: Case, act: Act, form: ActForm) -> HttpResponse:
    hidden = [(name, request.POST.get(name, "")) for name in form.fields if name in request.POST]
    context = {
        "case": case,
        "act": act,
        "address": reverse(f"case_{act.verb}", args=[case.number]),
        "hidden": [*hidden, ("confirmed", "yes")],
        "said": form.cleaned_data.get("text") or form.cleaned_data.get("reason") or "",
        "mails": act.to_customer and bool(case.contact_email),
    }
    return render(request, "cases/confirm.html", context)
