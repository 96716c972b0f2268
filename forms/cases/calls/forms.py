"""The one form of a call, the numbers, the roster, an export, a mail that was set aside."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cases.calls.actions import WAYS, NewCall, NewEntry
from forms.cases.calls.enums import CallOutcome, NoteReason, ShownAs
from forms.cases.calls.models import Call, Hotline
from forms.cases.calls.permissions import people_on_roster
from forms.cases.enums import CaseKind
from forms.cases.models import Case
from portal.lib import clock
from portal.lib.form_fields import MOMENT_FORMAT, moment_input
from portal.lib.periods import Period
from portal.lib.shown_again import say_instead
from portal.org.models import Estate, Person

LONGEST_TEXT = 4000
MISSED = "missed"
FEWEST_WORDS = 6
ENTERED = (CallOutcome.CASE, CallOutcome.ADDED, CallOutcome.ANSWERED)


def _moment(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateTimeField:
    formats = [MOMENT_FORMAT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
    return forms.DateTimeField(
        label=label, help_text=help_text, required=required, input_formats=formats, widget=moment_input()
    )


def _text(label: Any, rows: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class CallForm(forms.Form):
    """Everything of a call on one screen. What an outcome does not need is left alone. `sure`: what looks alike was
    shown, and it is something new all the same."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    returns = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    phone = forms.CharField(
        label=_("Caller's number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    estate: forms.ModelChoiceField[Estate] = forms.ModelChoiceField(
        label=_("Estate"), queryset=Estate.objects.none(), required=False, empty_label=_("Not known")
    )
    house = forms.CharField(
        label=_("House or flat"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    caller_name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    hotline: forms.ModelChoiceField[Hotline] = forms.ModelChoiceField(
        label=_("Hotline"), queryset=Hotline.objects.none(), empty_label=None, widget=forms.RadioSelect
    )
    began_at = _moment(pgettext_lazy("call", "Began"))
    ended_at = _moment(pgettext_lazy("call", "Ended"), _("Empty: now."), required=False)
    text = _text(_("What was said"), 5)
    outcome = forms.ChoiceField(
        label=_("What became of it"),
        widget=forms.RadioSelect,
        choices=[
            (CallOutcome.CASE.value, CallOutcome.CASE.label),
            (CallOutcome.ADDED.value, CallOutcome.ADDED.label),
            (CallOutcome.ANSWERED.value, CallOutcome.ANSWERED.label),
            (CallOutcome.NOTE.value, CallOutcome.NOTE.label),
            (MISSED, _("Missed: somebody must call back")),
        ],
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=CaseKind, required=False, widget=forms.RadioSelect)
    subject = forms.CharField(
        label=_("In a few words"),
        required=False,
        max_length=120,
        help_text=_("Empty: the first words of what was said."),
    )
    about_director = forms.BooleanField(
        label=_("It is about the director of the office"),
        required=False,
        help_text=_("Then it goes to the company's leaders, and the call with it."),
    )
    compensation = forms.BooleanField(label=_("The customer asks for compensation"), required=False)
    case = forms.ChoiceField(label=_("Which case"), required=False, choices=(), widget=forms.RadioSelect)
    answer = _text(_("The answer that was given"), 3)
    reason = forms.ChoiceField(label=_("Why nothing more is needed"), required=False, choices=())
    sure = forms.CharField(required=False, max_length=3, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        hotlines: Sequence[Hotline],
        cases: Sequence[Case] = (),
        returned: Call | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cases, self.returned = {case.number: case for case in cases}, returned
        lines = cast("forms.ModelChoiceField[Hotline]", self.fields["hotline"])
        lines.queryset = Hotline.objects.all()
        lines.choices = [(one.pk, f"{one.label} {one.number}") for one in hotlines]
        cast("forms.ModelChoiceField[Estate]", self.fields["estate"]).queryset = Estate.objects.select_related(
            "office"
        ).order_by("code")
        shown = [(one.number, f"{one.number} {one.subject}") for one in cases]
        cast("forms.ChoiceField", self.fields["case"]).choices = shown
        reasons = [one for one in NoteReason if one != NoteReason.UNREACHED or returned is not None]
        cast("forms.ChoiceField", self.fields["reason"]).choices = [
            ("", _("Choose a reason")),
            *((one.value, one.label) for one in reasons),
        ]
        if returned is not None:
            outcome = cast("forms.ChoiceField", self.fields["outcome"])
            outcome.choices = [pair for pair in cast("Any", outcome.choices) if pair[0] != MISSED]

    def clean_phone(self) -> str:
        return " ".join(unicodedata.normalize("NFKC", self.cleaned_data["phone"]).split())

    def clean_house(self) -> str:
        return "".join(unicodedata.normalize("NFKC", self.cleaned_data["house"]).split())[:60]

    @property
    def new_call(self) -> NewCall:
        """What the verb takes; the fields of other outcomes are left alone."""
        outcome = self.cleaned_data["outcome"]
        given = self._given("hotline", "began_at", "ended_at")
        missed = outcome == MISSED
        return NewCall(**given, missed=missed, outcome="" if missed else outcome, returns=self.returned)

    def _given(self, *more: str) -> dict[str, Any]:
        """Who it is, what was said, and what the outcome asks for."""
        typed = self.cleaned_data
        outcome = typed["outcome"]
        given = {name: typed[name] for name in ("phone", "caller_name", "estate", "house", "text", *more)}
        if outcome == CallOutcome.CASE:
            names = ("kind", "subject", "about_director", "compensation")
            given |= {name: typed[name] for name in names} | {"kind": typed["kind"] or CaseKind.COMPLAINT}
        elif outcome == CallOutcome.ADDED:
            given["case"] = self.cases.get(typed["case"])
        elif outcome == CallOutcome.ANSWERED:
            given |= {"answer": typed["answer"], "subject": typed["subject"]}
        elif outcome == CallOutcome.NOTE:
            given["reason"] = typed["reason"]
        return given

    def with_fresh_key(self) -> None:
        """The form, shown again, is sent as something new; everything typed stays."""
        say_instead(self, key=uuid.uuid4())


class EntryForm(CallForm):
    """What came in another way than by phone: no hotline, no times, nothing missed."""

    channel = forms.ChoiceField(label=_("How it came"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, cases: Sequence[Case] = (), **kwargs: Any) -> None:
        super().__init__(*args, hotlines=(), cases=cases, **kwargs)
        for name in ("hotline", "began_at", "ended_at", "reason", "returns"):
            del self.fields[name]
        cast("forms.ChoiceField", self.fields["channel"]).choices = [(one.value, one.label) for one in WAYS]
        outcome = cast("forms.ChoiceField", self.fields["outcome"])
        outcome.choices = [pair for pair in cast("Any", outcome.choices) if pair[0] in ENTERED]
        self.fields["phone"].label = _("The customer's number")
        self.fields["text"].label = _("What the customer said or wrote")
        self.fields["subject"].help_text = _("Empty: the first words of it.")

    @property
    def new_entry(self) -> NewEntry:
        """What the verb takes; the fields of other outcomes are left alone."""
        typed = self.cleaned_data
        return NewEntry(**self._given("channel"), outcome=typed["outcome"])


class HotlineForm(forms.Form):
    kind = forms.CharField(widget=forms.HiddenInput)
    label = forms.CharField(label=pgettext_lazy("hotline", "Name"), max_length=40)
    number = forms.CharField(
        label=_("Number"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
    )
    words = forms.CharField(label=_("What it is for"), max_length=160, required=False)
    shown_as = forms.ChoiceField(label=_("Who is on duty is shown as"), choices=ShownAs)


class TurnsForm(forms.Form):
    """Who answers which hotlines on which days of a week, from when to when."""

    hotlines: forms.ModelMultipleChoiceField[Hotline] = forms.ModelMultipleChoiceField(
        label=pgettext_lazy("calls", "Hotlines"), queryset=Hotline.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    person: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=pgettext_lazy("roster", "Who answers"), queryset=Person.objects.none(), empty_label=_("Choose somebody")
    )
    days = forms.TypedMultipleChoiceField(
        label=pgettext_lazy("roster", "Days"),
        choices=(),
        coerce=date.fromisoformat,
        widget=forms.CheckboxSelectMultiple,
    )
    begins = forms.TimeField(
        label=pgettext_lazy("time of day", "From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=pgettext_lazy("time of day", "Until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("Not later than “From”: on the next day."),
    )

    def __init__(self, *args: Any, week: Period, hotlines: Sequence[Hotline], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = cast("forms.ModelMultipleChoiceField[Hotline]", self.fields["hotlines"])
        lines.queryset = Hotline.objects.filter(pk__in=[one.pk for one in hotlines])
        lines.choices = [(one.pk, one.label) for one in hotlines]
        cast("forms.ModelChoiceField[Person]", self.fields["person"]).queryset = people_on_roster()
        days = [week.start + timedelta(days=number) for number in range(7)]
        today = clock.today()
        cast("forms.TypedMultipleChoiceField", self.fields["days"]).choices = [
            (day.isoformat(), date_format(day, "D m-d")) for day in days if day >= today - timedelta(days=1)
        ]


class ExportForm(forms.Form):
    purpose = forms.CharField(
        label=_("What is it for?"),
        min_length=FEWEST_WORDS,
        max_length=200,
        help_text=_("It is written into the journal. Names, numbers, houses and what was said stay in the portal."),
    )


class SettleForm(forms.Form):
    words = forms.CharField(label=_("What was done with it"), max_length=200)
