"""What a customer fills in, and the small forms with which staff act on a case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cases import places
from forms.cases.actions import Filing, pending_promises
from forms.cases.clocks import CasePolicy, start_of
from forms.cases.enums import CaseKind, ClockName, ExtensionAnswer, ExtensionWay, WaitReason
from forms.cases.lookalikes import fitting_incidents
from forms.cases.models import CannedAnswer, Case, Incident
from forms.cases.permissions import assignable_people, units_keeping_answers
from forms.intake.forms import EntranceForm
from portal.lib import clock
from portal.lib.clock import end_of
from portal.lib.form_fields import day_input
from portal.org.enums import UnitKind
from portal.org.models import Estate, Person, Unit
from portal.org.readers import Reader

LONGEST_TEXT = 5000
LONGEST_WISH = timedelta(days=366)


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
    wanted_on = forms.DateField(
        label=_("Done by which day?"),
        required=False,
        help_text=_("Only if a day matters to you. We tell you beforehand when we cannot keep it."),
        widget=day_input(),
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

    def clean_wanted_on(self) -> date | None:
        wanted: date | None = self.cleaned_data["wanted_on"]
        if wanted is not None and wanted < clock.today():
            raise forms.ValidationError(_("This day is over: name one that is still to come."))
        if wanted is not None and wanted > clock.today() + LONGEST_WISH:
            raise forms.ValidationError(_("Name a day within one year."))
        return wanted

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


class WaitForm(ActForm):
    reason = forms.ChoiceField(
        label=_("What does it wait for?"),
        choices=WaitReason,
        help_text=_("Only what lies with the customer or an authority stops the clocks."),
    )
    until = forms.DateField(label=_("Work goes on on this day"), widget=day_input())
    text = forms.CharField(
        label=_("Note inside the house"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean_until(self) -> datetime:
        return start_of(self.cleaned_data["until"])


class ExtendForm(ActForm):
    """Which promise, until when, why, and what the customer said: all of it, or it is no extension (SRV-06)."""

    clock_name = forms.ChoiceField(label=_("More time for"), choices=())
    new_due = forms.DateField(label=_("New day"), widget=day_input(), help_text=_("Until the end of that day."))
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    way = forms.ChoiceField(label=_("How was the customer asked?"), choices=ExtensionWay)
    answer = forms.ChoiceField(label=_("What did the customer answer?"), choices=ExtensionAnswer)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        running = [row.clock for row in pending_promises(case) if row.clock != ClockName.ACKNOWLEDGE]
        choices = [(name, str(ClockName(name).label)) for name in running]
        cast("forms.ChoiceField", self.fields["clock_name"]).choices = choices

    def clean_new_due(self) -> datetime:
        return end_of(self.cleaned_data["new_due"])


class ResolveForm(ActForm):
    text = forms.CharField(
        label=_("What was done, for the customer"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5})
    )


class DeclineForm(ActForm):
    text = forms.CharField(
        label=_("Why it is out of scope, and who can help"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class MergeForm(ActForm):
    into = forms.CharField(label=_("Number of the case it is joined to"), max_length=40)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        self.case = case

    def clean_into(self) -> Case:
        same = Case.objects.filter(office=self.case.office_id, level=self.case.level).exclude(pk=self.case.pk)
        found = same.filter(number=self.cleaned_data["into"].strip().replace("\x00", "")).first()
        if found is None:
            raise forms.ValidationError(_("There is no other case with this number here."))
        return found


class GatherForm(ActForm):
    incident: forms.ModelChoiceField[Incident] = forms.ModelChoiceField(
        label=_("Incident"), queryset=None, empty_label=None
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        cast("forms.ModelChoiceField[Incident]", self.fields["incident"]).queryset = fitting_incidents(case)


# ---- the customer's own ----------------------------------------------------------------------------------------------
class AddForm(forms.Form):
    text = forms.CharField(
        label=_("What do you want to add?"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )


class StillBrokenForm(forms.Form):
    text = forms.CharField(
        label=_("What is still wrong?"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )


class RateForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("How satisfied are you?"),
        choices=[(5, _("Very")), (4, _("Satisfied")), (3, _("So so")), (2, _("Little")), (1, _("Not at all"))],
        coerce=int,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("In your words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


# ---- incidents, and what the desk keeps ------------------------------------------------------------------------------
class IncidentForm(forms.Form):
    title = forms.CharField(label=pgettext_lazy("incident", "What happened in a few words"), max_length=120)
    estate: forms.ModelChoiceField[Estate] = forms.ModelChoiceField(
        label=_("Estate"), queryset=Estate.objects.none(), empty_label=_("Choose the estate")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind, initial=CaseKind.COMPLAINT)
    say = forms.CharField(
        label=_("What clerks tell customers now"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        estates = Estate.objects.filter(office__in=units_keeping_answers(reader)).order_by("code")
        cast("forms.ModelChoiceField[Estate]", self.fields["estate"]).queryset = estates


class VersionForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class IncidentSayForm(VersionForm):
    say = forms.CharField(
        label=_("What clerks tell customers now"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class IncidentAnswerForm(VersionForm):
    text = forms.CharField(
        label=_("One answer to all"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 5})
    )


class IncidentCloseForm(VersionForm):
    pass


class LimitsForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind)
    office: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        label=_("Management office"),
        queryset=Unit.objects.filter(kind=UnitKind.OFFICE),
        required=False,
        empty_label=_("All offices without a line of their own"),
    )
    acknowledge_hours = forms.IntegerField(label=_("Acknowledge within (hours)"), min_value=1, max_value=200, initial=4)
    answer_days = forms.IntegerField(label=_("Answer within (days)"), min_value=1, max_value=200, initial=5)
    solution_days = forms.IntegerField(
        label=_("Solve within (days)"),
        min_value=0,
        max_value=400,
        initial=0,
        help_text=_("0: no time is promised for the solution."),
    )
    around_the_clock = forms.BooleanField(
        label=_("Counts day and night"),
        required=False,
        help_text=_("Otherwise working time counts: no weekends and holidays, with make-up workdays."),
    )

    @property
    def values(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {"kind": data.pop("kind"), "office": data.pop("office"), "policy": CasePolicy(**data)}


class CannedForm(forms.Form):
    unit: forms.ModelChoiceField[Unit] = forms.ModelChoiceField(
        label=_("For which unit"), queryset=Unit.objects.none(), empty_label=None
    )
    title = forms.CharField(label=_("For what"), max_length=80)
    understanding = forms.CharField(
        label=_("First: we understand"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    explanation = forms.CharField(
        label=_("Then: what we do, and why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, units: Sequence[int], answer: CannedAnswer | None = None, **kwargs: Any) -> None:
        if answer is not None:
            names = ("unit", "title", "understanding", "explanation")
            kwargs["initial"] = {name: getattr(answer, name) for name in names}
        super().__init__(*args, **kwargs)
        chosen = Unit.objects.filter(pk__in=units, kind__in=[UnitKind.OFFICE, UnitKind.DEPARTMENT, UnitKind.COMPANY])
        cast("forms.ModelChoiceField[Unit]", self.fields["unit"]).queryset = chosen
