"""The questionnaire as a form, the code of a letter, a new campaign."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from forms.intake.forms import EntranceForm
from forms.surveys.enums import SURVEY_MONTHS
from forms.surveys.models import SurveyPage
from portal.lib import clock
from portal.lib.form_fields import day_input
from portal.lib.periods import Period
from portal.org.models import Unit


class SurveyForm(EntranceForm):
    """All questions are the editor's. `letter` says whose letter was opened, should the session end meanwhile."""

    takes_files = False

    letter = forms.CharField(widget=forms.HiddenInput, max_length=300)


class CodeForm(forms.Form):
    """The code of a letter, typed by hand."""

    code = forms.CharField(
        label=_("Code of your letter"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class CampaignForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    page = forms.ModelChoiceField(
        label=_("Questionnaire"),
        queryset=SurveyPage.objects.none(),
        empty_label=None,
        help_text=_("An editor writes it: one question on a scale is the overall question."),
    )
    period = forms.CharField(label=_("Half-year"), max_length=10)
    opens_on = forms.DateField(label=_("Opens on"), widget=day_input())
    closes_on = forms.DateField(label=_("Last day"), widget=day_input())
    offices = forms.ModelMultipleChoiceField(
        label=_("Offices"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offices: QuerySet[Unit], **kwargs: Any) -> None:
        month = _next_survey_month()
        initial = {
            "period": Period.of("half", month.start).code,
            "opens_on": max(month.start, clock.today()),
            "closes_on": month.end,
            "offices": list(offices),
        }
        super().__init__(*args, initial=initial, **kwargs)  # type: ignore[misc]
        self.fields["page"].queryset = SurveyPage.objects.live().order_by("-first_published_at")  # type: ignore[attr-defined]
        self.fields["offices"].queryset = offices  # type: ignore[attr-defined]


def _next_survey_month() -> Period:
    """This month if surveys are made in it, else the next in which they are (SRV-12)."""
    month = Period.of("month", clock.today())
    while month.start.month not in SURVEY_MONTHS:
        month = month.next()
    return month
