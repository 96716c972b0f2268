"""Forms of the duty: an excuse, a person's month, a file, the rule about planned cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forms.cards.duty.actions import Day
from forms.cards.duty.enums import LONGEST_REASON
from portal.lib.spreadsheets import MAX_BYTES
from portal.org.enums import RosterState
from portal.org.models import Shift

_AWAY = [(state.value, state.label) for state in (RosterState.LEAVE, RosterState.OFF, RosterState.NO_WORK)]


class ExcuseForm(forms.Form):
    """Why a person or a shift owes no card."""

    state = forms.ChoiceField(
        label=_("What it was"),
        choices=[(state.value, state.label) for state in (RosterState.LEAVE, RosterState.NO_WORK)],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        help_text=_("It stands in the matrix. Write no more about a person's health than is needed."),
    )

    def __init__(self, *args: Any, of_shift: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if of_shift:
            del self.fields["state"]


def value_of(what: Day) -> str:
    """How a day stands in a choice: `12`, `12+13`, `leave`, `no_work:12`, or nothing."""
    shifts = "+".join(str(shift) for shift in what.shifts)
    if what.state == RosterState.WORKING:
        return shifts
    return f"{what.state}:{shifts}" if shifts else str(what.state)


def day_of(value: str) -> Day:
    state, _colon, shifts = value.rpartition(":")
    if value and not value[0].isdigit() and not state:
        return Day((), value)
    return Day(tuple(int(shift) for shift in shifts.split("+") if shift), state or RosterState.WORKING)


class PersonMonthForm(forms.Form):
    """A person's days, one choice each, and one reason for what is changed."""

    version = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(
        self, *args: Any, shifts: Iterable[Shift], there: Mapping[date, Day], days: Iterable[date], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        names = {shift.pk: shift.name for shift in shifts}
        choices = [("", "–"), *((str(pk), name) for pk, name in names.items()), *_AWAY]
        self.days = list(days)
        for day in self.days:
            what = there.get(day, Day())
            value = value_of(what)
            more = [] if value in dict(choices) else [(value, _words(what, names))]
            self.fields[self.name_of(day)] = forms.ChoiceField(
                label=day.isoformat(), choices=[*choices, *more], required=False, initial=value
            )
        self.fields["reason"] = forms.CharField(
            label=_("Reason"),
            max_length=LONGEST_REASON,
            required=False,
            help_text=_("Needed for leave, for a day without work, and for days gone by."),
        )

    @staticmethod
    def name_of(day: date) -> str:
        return f"d{day.isoformat()}"

    def chosen(self) -> dict[date, Day]:
        return {day: day_of(self.cleaned_data[self.name_of(day)]) for day in self.days}


def _words(what: Day, names: Mapping[int, str]) -> str:
    shifts = "、".join(names.get(shift, "?") for shift in what.shifts)
    return shifts if what.state == RosterState.WORKING else f"{RosterState(what.state).label} ({shifts})"


class RosterFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX with the columns unit, staff_number, day, shift, state, reason."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def clean_file(self) -> bytes:
        data: bytes = self.cleaned_data["file"].read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            message = _("The file is larger than %(size)s MB.")
            raise forms.ValidationError(message % {"size": MAX_BYTES // (1024 * 1024)})
        return data


class PlannedRuleForm(forms.Form):
    daily_cards_count = forms.TypedChoiceField(
        label=_("What counts as planned"),
        choices=[("no", _("Only cards that fill a slot of the plan")), ("yes", _("Daily cards too"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
