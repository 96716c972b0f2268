"""Forms of the plan: its frame, teams, observations, a few words with a step; an entry of the register, a file."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cards.enums import Category
from forms.cards.models import Area
from forms.cards.plans.actions.incidents import IncidentDraft
from forms.cards.plans.actions.writing import SlotDraft, TeamDraft
from forms.cards.plans.cells import pairs_of
from forms.cards.plans.enums import LATEST_REPORT_DAY, LONGEST_TEXT, MOST_A_MONTH, Band, Severity, Source
from forms.cards.plans.models import Incident, Plan, PlanSlot, Team
from portal.lib.form_fields import day_input
from portal.org.models import Person, Shift, Unit


def _area_text(label: Any, help_text: Any = "", rows: int = 3, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, max_length=LONGEST_TEXT, widget=widget, **kwargs)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=day_input())


class WhyForm(forms.Form):
    """Every form that writes in a plan: once it is approved, the reason is asked for."""

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if plan.state == "approved":
            help_text = _("The plan is approved: every change is kept with who, when and why.")
            self.fields["why"] = _area_text(_("Why"), help_text, rows=2)

    @property
    def why(self) -> str:
        return self.cleaned_data.get("why", "")


class ReportsForm(WhyForm):
    report_day = forms.IntegerField(
        label=_("Report due on day"),
        min_value=1,
        max_value=LATEST_REPORT_DAY,
        help_text=_("Of the month after: 5 means that the report on March is due on 5 April."),
    )
    report_needs = _area_text(
        _("What is reported"), _("Such as: cards made of those planned, frequent items, measures.")
    )


class PlanForm(forms.Form):
    """The frame of a new plan."""

    unit = forms.ChoiceField(label=_("Unit"))
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    first_month = forms.TypedChoiceField(
        label=_("First month"),
        coerce=int,
        choices=[(number, f"{number:02d}") for number in range(1, 13)],
        help_text=_("A plan that is made during the year begins with a later month."),
    )
    report_day = ReportsForm.base_fields["report_day"]
    report_needs = _area_text(
        _("What is reported"),
        _("Such as: cards made of those planned, frequent items, measures."),
        required=False,
    )

    def __init__(self, *args: Any, units: Sequence[Unit], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(unit.code, unit.name) for unit in units]  # type: ignore[attr-defined]
        years = [(year, str(year)) for year in (today.year, today.year + 1)]
        self.fields["year"].choices = years  # type: ignore[attr-defined]
        self.initial.setdefault("report_day", 5)
        self.initial.setdefault("first_month", today.month)


class TeamForm(WhyForm):
    name = forms.CharField(label=_("Name of the team"), max_length=40)
    members = forms.TypedMultipleChoiceField(
        label=_("People"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Two or three, the leader included. Managers and crew leaders are marked; each stands in a team."),
    )
    leader = forms.TypedChoiceField(label=_("Leader"), coerce=int)
    per_month = forms.IntegerField(
        label=_("Observations a month"), min_value=1, max_value=MOST_A_MONTH, help_text=_("From 1 to 31.")
    )

    def __init__(
        self, *args: Any, people: Sequence[Person], leaders: set[int], team: Team | None = None, **kwargs: Any
    ) -> None:
        if team is not None:
            members = [person.pk for person in team.members.all()]
            kwargs["initial"] = {
                "name": team.name,
                "members": members,
                "leader": team.leader_id,
                "per_month": team.per_month,
            }
        super().__init__(*args, **kwargs)
        self.people = {person.pk: person for person in people}
        named = [(p.pk, f"{p.name} ★" if p.pk in leaders else p.name) for p in people]
        self.fields["members"].choices = named  # type: ignore[attr-defined]
        self.fields["leader"].choices = [("", "—"), *named]  # type: ignore[attr-defined]

    def draft(self) -> TeamDraft:
        said = self.cleaned_data
        members = [self.people[pk] for pk in said["members"]]
        return TeamDraft(said["name"], self.people[said["leader"]], members, said["per_month"])


class SlotForm(WhyForm):
    team = forms.TypedChoiceField(label=_("Team"), coerce=int)
    area = forms.TypedChoiceField(label=_("Area"), coerce=int)
    pair = forms.ChoiceField(label=_("Shift and time of day"))
    first_day = _day(_("From"))
    last_day = _day(_("Until"))

    def __init__(
        self,
        *args: Any,
        teams: Sequence[Team],
        areas: Sequence[Area],
        shifts: Sequence[Shift],
        slot: PlanSlot | None = None,
        **kwargs: Any,
    ) -> None:
        if slot is not None:
            kwargs["initial"] = {
                "team": slot.team_id,
                "area": slot.area_id,
                "pair": f"{slot.shift_id or ''}:{slot.band}",
                "first_day": slot.first_day,
                "last_day": slot.last_day,
            }
        super().__init__(*args, **kwargs)
        self.teams = {team.pk: team for team in teams}
        self.areas = {area.pk: area for area in areas}
        self.shifts = {shift.pk: shift for shift in shifts}
        self.fields["team"].choices = [(team.pk, team.name) for team in teams]  # type: ignore[attr-defined]
        self.fields["area"].choices = [(area.pk, area.name) for area in areas]  # type: ignore[attr-defined]
        self.fields["pair"].choices = [  # type: ignore[attr-defined]
            (f"{shift.pk if shift else ''}:{band}", pair_label(shift, band)) for shift, band in pairs_of(shifts)
        ]

    def draft(self) -> SlotDraft:
        said = self.cleaned_data
        shift, _colon, band = said["pair"].partition(":")
        return SlotDraft(
            team=self.teams[said["team"]],
            area=self.areas[said["area"]],
            shift=self.shifts[int(shift)] if shift else None,
            band=band,
            first_day=said["first_day"],
            last_day=said["last_day"],
        )


def pair_label(shift: Shift | None, band: Band) -> str:
    name = f"{shift.name} · " if shift else ""
    return f"{name}{band.label} {band.hours}"


class NoteForm(forms.Form):
    note = _area_text(_("In words"), required=False, rows=2)


class IncidentForm(forms.Form):
    """An injury or near miss, without names."""

    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    unit = forms.CharField(widget=forms.HiddenInput)
    source = forms.ChoiceField(label=_("Source"), choices=Source, widget=forms.RadioSelect)
    happened_on = _day(_("Date"))
    area = forms.TypedChoiceField(label=_("Area"), coerce=int)
    category = forms.ChoiceField(label=_("Category"), choices=Category)
    severity = forms.ChoiceField(label=_("Severity"), choices=Severity, widget=forms.RadioSelect)
    what = _area_text(
        pgettext_lazy("incident", "What happened"),
        _("What was done and where; nobody's name, number or post. Nothing is punished from here."),
    )

    def __init__(self, *args: Any, unit: Unit, areas: Sequence[Area], **kwargs: Any) -> None:
        kwargs["initial"] = {"submission_id": uuid.uuid4(), "unit": unit.code, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.here, self.areas = unit, {area.pk: area for area in areas}
        self.fields["area"].choices = [(area.pk, area.name) for area in areas]  # type: ignore[attr-defined]

    def draft(self) -> IncidentDraft:
        said = self.cleaned_data
        names = ("happened_on", "source", "category", "severity", "what")
        return IncidentDraft(unit=self.here, area=self.areas[said["area"]], **{name: said[name] for name in names})


class CorrectIncidentForm(IncidentForm):
    """The same fields as they stand, with the reason. An area that was closed since stays to be chosen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    why = _area_text(_("Why"), _("The reason stays with the entry, with your name and the time."), rows=2)

    def __init__(self, *args: Any, incident: Incident, areas: Sequence[Area], **kwargs: Any) -> None:
        names = ("happened_on", "source", "category", "severity", "what", "version")
        initial = {name: getattr(incident, name) for name in names} | {"area": incident.area_id}
        known = [*areas] if incident.area in areas else [*areas, incident.area]
        super().__init__(*args, unit=incident.unit, areas=known, initial=initial, **kwargs)
        del self.fields["submission_id"], self.fields["unit"]


class WithdrawIncidentForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    why = _area_text(_("Why"), _("The reason stays with the entry, with your name and the time."), rows=2)


class FileForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("XLSX or CSV, up to 5,000 lines."), max_length=500)
