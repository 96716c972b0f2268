"""Admin: what the next edition of the guide would change, and the button that issues it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policies.actions import issue_guide_edition
from policies.actions.guide import draft_changes, draft_digest
from policies.forms import DAY
from policies.models import GuideEdition
from policies.permissions import user_can_issue_guide
from policies.viewsets.screens import tried
from portal.lib import clock
from portal.org.requests import ReaderRequest


class IssueGuideForm(forms.Form):
    """From which day, and what customers are told of it. `seen` says which draft was looked at."""

    effective_on = forms.DateField(
        label=gettext_lazy("effective from"),
        widget=DAY,
        help_text=gettext_lazy("Today or later. Until then customers read the edition in force."),
    )
    note = forms.CharField(
        label=gettext_lazy("what changed"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=gettext_lazy("One or two sentences for customers."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


def guide_desk(request: ReaderRequest) -> HttpResponse:
    """Editors alone; after a refusal the page shows the draft as it is now, with what was typed."""
    if not user_can_issue_guide(request.user):
        raise Http404
    today, status = clock.today(), 200
    form = IssueGuideForm(initial={"effective_on": today, "seen": draft_digest(today)})
    if request.method == "POST":
        form = IssueGuideForm(request.POST)
        status = 400
        if form.is_valid():
            given: dict[str, Any] = form.cleaned_data
            edition, status = tried(form, lambda: issue_guide_edition(by=request.user, **given))
            if edition is not None:
                messages.success(
                    request,
                    _("Edition %(number)s is issued; its booklet is being made.") % {"number": edition.number},
                )
                return redirect("guide_desk")
            # What is shown below is the draft as it stands now: the next attempt speaks of that one.
            typed = {name: request.POST.get(name, "") for name in form.fields}
            form.data = typed | {"seen": draft_digest(today)}
    changes, rows = draft_changes(today)
    title = _("Editions of the Service Guide")
    context = {
        "form": form,
        "changes": changes,
        "row_count": len(rows),
        "editions": GuideEdition.objects.newest_first().prefetch_related("booklets"),
        "in_force": GuideEdition.objects.in_force(today),
        "today": today,
        "page_title": title,
        "header_title": title,
        "header_icon": "history",
        "breadcrumbs_items": [
            {"label": _("Home"), "url": reverse("wagtailadmin_home")},
            {"label": title, "url": ""},
        ],
    }
    return TemplateResponse(request, "policies/admin/guide_desk.html", context, status=status)
