"""The entrance for complaints, the desk of the service centre, a customer's own cases."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST
from django_scopes import scopes_disabled

from forms.cases import actions, listing
from forms.cases.desk import ACTS, Act, acts_for
from forms.cases.forms import ActForm, ComplaintForm
from forms.cases.models import Case, ComplaintPage
from forms.cases.permissions import reader_can_act_on_case, reader_can_list_cases, visible_cases
from forms.cases.progress import customer_progress, timeline, tone_of
from forms.intake.actions import Accepted
from forms.intake.attachments import Upload
from forms.intake.forms import EntranceForm
from forms.intake.views import EntranceView
from portal.lib import clock
from portal.lib.refusals import NotYours, Refused
from portal.org.requests import ReaderRequest

PER_PAGE = 25
PERSONAL = ("contact_name", "contact_phone", "contact_email", "text", "house")


@method_decorator(sensitive_post_parameters(*PERSONAL), name="dispatch")
class ComplaintView(EntranceView):
    page_model = ComplaintPage
    form_class = ComplaintForm
    template_name = "cases/complaint.html"

    def form_arguments(self) -> dict[str, Any]:
        """A customer with an account finds the own house and number filled in."""
        if self.request.method == "POST" or not self.request.reader.is_signed_in:
            return {}
        contact = self.request.reader.contact
        if contact is None:
            return {}
        house = contact.household
        initial = {
            "estate": house.estate_id,
            "house": house.house,
            "contact_name": contact.name,
            "contact_phone": contact.phone,
        }
        return {"initial": initial}

    def submit(self, form: EntranceForm, files: list[Upload], **circumstances: Any) -> Accepted:
        assert isinstance(form, ComplaintForm)  # noqa: S101 - form_class says so
        return actions.file_complaint(page=self.page, filing=form.filing, files=files, **circumstances)


# ---- the desk -------------------------------------------------------------------------------------------------------
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
    page = Paginator(listing.shown(cases, wanted, request.reader, now), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "rows": [(case, tone_of(case), case.is_overdue(now)) for case in page.object_list],
        "wanted": wanted,
        "tabs": listing.tabs(cases, wanted, request.reader, now),
        "narrowings": listing.narrowings(wanted),
    }
    return render(request, "cases/list.html", context)


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
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.message))
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
    now = clock.now()
    acts = acts_for(request.reader, case)
    if failed is not None and failed not in acts:
        acts.insert(0, failed)
    forms = [
        {
            "act": act,
            "form": form if act is failed and form is not None else act.form(case),
            "address": reverse(f"case_{act.verb}", args=[case.number]),
            "open": number == 0,
        }
        for number, act in enumerate(sorted(acts, key=lambda act: act is not failed) if failed else acts)
    ]
    if failed is not None and form is not None:
        # The person has now seen what changed: the next try is about the case as it is shown here.
        form.data = {**{name: form.data.get(name) for name in form.data}, "version": str(case.version)}
    context = {
        "case": case,
        "tone": tone_of(case),
        "late": case.is_overdue(now),
        "attachments": list(case.submission.attachments.all()),
        "answers": list(case.submission.answers.all()),
        "promises": [(promise, promise.is_broken(now)) for promise in case.promises.all()],
        "timeline": timeline(case),
        "forms": forms,
        "failed_form": form,
    }
    return render(request, "cases/detail.html", context, status=status)


def _ask_again(request: ReaderRequest, case: Case, act: Act, form: ActForm) -> HttpResponse:
    hidden = [(name, request.POST.get(name, "")) for name in form.fields if name in request.POST]
    context = {
        "case": case,
        "act": act,
        "address": reverse(f"case_{act.verb}", args=[case.number]),
        "hidden": [*hidden, ("confirmed", "yes")],
        "said": form.cleaned_data.get("text") or form.cleaned_data.get("reason") or "",
        "mails": act.verb == "answer" and bool(case.contact_email),
    }
    return render(request, "cases/confirm.html", context)


# ---- a customer's own -----------------------------------------------------------------------------------------------
def _own_cases(request: ReaderRequest) -> QuerySet[Case]:
    """What this account handed in itself, whichever office it went to. Evaluate with scopes disabled."""
    return Case.objects.filter(submission__by=request.user).select_related("estate")


@never_cache
@login_required
@require_GET
def my_cases(request: ReaderRequest) -> HttpResponse:
    with scopes_disabled():
        page = Paginator(_own_cases(request), PER_PAGE).get_page(request.GET.get("page"))
        rows = [(case, tone_of(case)) for case in page.object_list]
    return render(request, "cases/my_list.html", {"page_obj": page, "rows": rows})


@never_cache
@login_required
@require_GET
def my_case(request: ReaderRequest, number: str) -> HttpResponse:
    with scopes_disabled():
        case = _own_cases(request).filter(number=number).first()
    if case is None:
        raise Http404
    return render(request, "cases/my_detail.html", {"case": case, "progress": customer_progress(case)})
