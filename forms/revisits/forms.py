"""The one screen with which somebody calls a customer, and small forms beside it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forms.revisits.enums import UNREACHED, AttemptOutcome, Condition
from forms.revisits.models import Revisit
from portal.files.fields import SeveralFilesField, SeveralFilesInput
from portal.lib.form_fields import day_input

LONGEST_TEXT = 2000
SATISFIED, UNSATISFIED = "satisfied", "unsatisfied"


class CallForm(forms.Form):
    """What came of a call or visit: satisfied, not satisfied, or not reached and why. One screen, one press."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        widget=forms.RadioSelect,
        choices=[
            (SATISFIED, _("Reached, satisfied")),
            (UNSATISFIED, _("Reached, not satisfied")),
            *((outcome.value, outcome.label) for outcome in UNREACHED),
        ],
    )
    words = forms.CharField(
        label=_("In the customer's words"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed where the customer is not satisfied: rework begins with it."),
    )

    def __init__(self, *args: Any, revisit: Revisit, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": revisit.version, "key": uuid.uuid4()})
        super().__init__(*args, **kwargs)

    @property
    def reached(self) -> bool:
        return self.cleaned_data["outcome"] in {SATISFIED, UNSATISFIED}

    @property
    def attempt_outcome(self) -> str:
        return AttemptOutcome(self.cleaned_data["outcome"]).value


class EndForm(forms.Form):
    """“Not reached”, or not needed any more: a few words."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    words = forms.CharField(
        label=_("In words"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, revisit: Revisit, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": revisit.version})
        super().__init__(*args, **kwargs)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=day_input())


def photos_field(label: Any) -> Any:
    return SeveralFilesField(
        label=label,
        required=False,
        max_length=200,
        help_text=_("Up to 5 photos, each up to 15 MB. Place and time are taken out."),
        widget=SeveralFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class OpenFileForm(forms.Form):
    """A repaired defect comes under watch: from which day, how often, how long."""

    title = forms.CharField(label=_("Defect"), max_length=160)
    first_on = _day(_("First visit by"))
    every_days = forms.IntegerField(label=_("Then every so many days"), min_value=1, max_value=180, initial=30)
    visits = forms.IntegerField(label=_("Number of visits"), min_value=1, max_value=24, initial=3)
    after_rain = forms.BooleanField(label=_("Also after each rain"), required=False, initial=True)


class PlanVisitForm(forms.Form):
    due_on = _day(_("One more visit by"))


class VisitForm(forms.Form):
    """The record of a visit."""

    condition = forms.ChoiceField(label=_("State of the defect"), choices=Condition, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In words"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    files = photos_field(_("Photos"))


class ReleaseForm(forms.Form):
    words = forms.CharField(
        label=_("Why the defect is gone"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )


class RainForm(forms.Form):
    estate = forms.ChoiceField(label=_("Estate"))
    day = _day(_("It rained on"))

    def __init__(self, *args: Any, estates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["estate"].choices = [(str(one.pk), one.name) for one in estates]  # type: ignore[attr-defined]
