"""What a customer fills in, and the small forms with which staff act on a case."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from forms.cases import places
from forms.cases.actions import Filing
from forms.cases.enums import CaseKind
from forms.cases.models import Case
from forms.cases.permissions import assignable_people
from forms.intake.forms import EntranceForm
from portal.org.models import Person

LONGEST_TEXT = 5000


class ComplaintForm(EntranceForm):
    kind = forms.ChoiceField(
        label=_("What is it?"), choices=CaseKind, initial=CaseKind.COMPLAINT, widget=forms.RadioSelect
    )
    estate = forms.TypedChoiceField(
        label=_("Estate"), choices=places.choices, coerce=places.estate, empty_value=None, required=False
    )
    house = forms.CharField(label=_("House or flat"), max_length=60, required=False)
    subject = forms.CharField(label=_("In a few words"), max_length=120)
    text = forms.CharField(
        label=_("What happened, and what do you wish?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    about_director = forms.BooleanField(
        label=_("It is about the director of the management office"),
        required=False,
        help_text=_("Then it goes to the company's leaders; the office does not see it."),
    )
    compensation = forms.BooleanField(
        label=_("I ask for compensation"),
        required=False,
        help_text=_("Then it goes to the company's leaders."),
    )
    contact_name = forms.CharField(
        label=_("Your name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_phone = forms.CharField(
        label=_("Phone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    contact_email = forms.EmailField(
        label=_("E-mail"),
        max_length=200,
        required=False,
        help_text=_("The answer is sent here too."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_contact_phone(self) -> str:
        phone = " ".join(unicodedata.normalize("NFKC", self.cleaned_data["contact_phone"]).split())
        if phone and not re.fullmatch(r"\+?[0-9][0-9 ()/#*-]{4,29}", phone):
            raise forms.ValidationError(_("Write the phone number in digits, for example 138 0000 0000."))
        return phone

    @property
    def filing(self) -> Filing:
        return Filing(**self.core)


class ActForm(forms.Form):
    """One step of a case. `version` is what the person saw, so that nobody acts on what has changed meanwhile."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"version": case.version})
        super().__init__(*args, **kwargs)


class AssignForm(ActForm):
    person: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Assign to"), queryset=Person.objects.none(), empty_label=_("Choose somebody")
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        cast("forms.ModelChoiceField[Person]", self.fields["person"]).queryset = assignable_people(case)


class NoteForm(ActForm):
    text = forms.CharField(label=_("Internal note"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))


class AnswerForm(ActForm):
    text = forms.CharField(
        label=_("Answer to the customer"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 7})
    )


class ReasonForm(ActForm):
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class TransferForm(ReasonForm):
    about_director = forms.BooleanField(label=_("It is about the director of the office"), required=False)
    compensation = forms.BooleanField(label=_("The customer asks for compensation"), required=False)
