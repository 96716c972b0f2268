"""The record of the meeting, a measure, the words of a month, a nomination and its decision, a lesson."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cards.enums import Category
from forms.cards.models import Area, Card
from forms.cards.weeks.actions.awards import quote_of
from forms.cards.weeks.enums import LONGEST_LINE, LONGEST_WORDS, AwardKind, MeasureKind
from forms.cards.weeks.models import Lesson, Summary
from portal.lib.form_fields import day_input
from portal.org.models import Person, Shift, Unit

NO_NAMES = _("No names of those observed.")


def _words(label: Any, help_text: Any = NO_NAMES, *, rows: int = 5, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _line(label: Any, help_text: Any = "", *, most: int = LONGEST_LINE) -> forms.CharField:
    return forms.CharField(label=label, help_text=help_text, max_length=most, widget=forms.Textarea(attrs={"rows": 2}))


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=day_input(),
    )


class Versioned(forms.Form):
    """A form that says which version was read, so that nobody writes over somebody else."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class MinutesForm(Versioned):
    met_on = _day(_("Day of the meeting"), required=False)
    met_at = forms.TimeField(
        label=_("Time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    present = forms.ModelMultipleChoiceField(
        label=_("Present"), queryset=Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    discussion = _words(_("What was discussed"), required=False)
    no_measure_reason = _words(
        _("Why no measure is needed"),
        _("Only where something came often or again and no measure is set."),
        rows=2,
        required=False,
    )

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].queryset = people  # type: ignore[attr-defined]


class MeasureForm(forms.Form):
    """A measure, or (`kind` retraining) what somebody learns anew."""

    area: Any = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none(), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    text = _line(_("What is done"))
    owner = forms.ModelChoiceField(label=_("Who does it"), queryset=Person.objects.none())
    due_on = _day(_("Until"))

    def __init__(self, *args: Any, kind: str, unit: Unit, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": kind})
        self.kind = kind
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]
        if kind == MeasureKind.RETRAINING:
            del self.fields["area"], self.fields["category"]
            self.fields["owner"].label = _("Who is trained")
            self.fields["text"].label = _("What is trained, with whom")
        else:
            with_areas = Area.objects.open().filter(unit=unit)  # type: ignore[attr-defined]
            self.fields["area"].queryset = with_areas  # type: ignore[attr-defined]
            self.fields["category"].choices = [("", "---------"), *Category.choices]  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    """A few words with a step."""

    words = _words(_("In words"), rows=3)

    def __init__(self, *args: Any, label: Any = None, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = label or self.fields["words"].label
        self.fields["words"].required = required


class SummaryForm(Versioned):
    situation = _words(_("How the month went"), required=False)
    problems = _words(_("What came often, and why"), required=False)
    plan = _words(_("What is done next month"), required=False)


class ReturnForm(forms.Form):
    reason = _words(_("What is wanting"), rows=3)


class CardChoice(forms.ModelChoiceField):
    """A card by its day, area, observers and what it says that was good."""

    def label_from_instance(self, obj: Any) -> str:
        names = "、".join(person.name for person in obj.observers.all())
        return f"{obj.observed_on:%m-%d} {obj.area} {names}：{quote_of(obj)[:40]}"


class NominationForm(forms.Form):
    """Exactly one of person, team and crew, as the unit awards."""

    kind = forms.ChoiceField(label=_("Award"), widget=forms.RadioSelect)
    person = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none(), required=False)
    team = forms.ModelChoiceField(label=_("Team"), queryset=Shift.objects.none(), required=False)
    crew = forms.ModelChoiceField(label=_("Crew"), queryset=Unit.objects.none(), required=False)
    card = CardChoice(
        label=_("Card that shows it"),
        queryset=Card.objects.none(),
        required=False,
        help_text=_("A card of the nominee with a suggestion, or safe work in words. Only that is quoted."),
    )
    reason = _line(_("What was good"), NO_NAMES)

    def __init__(
        self, *args: Any, kinds: list[AwardKind], people: Any, teams: Any, crews: Any, cards: Any, **kwargs: Any
    ) -> None:
        initial = kwargs.pop("initial", None) or {"kind": kinds[0].value}
        super().__init__(*args, **{**kwargs, "initial": initial, "auto_id": "id_nominate_%s"})
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
        for name, found in (("person", people), ("team", teams), ("crew", crews), ("card", cards)):
            self.fields[name].queryset = found  # type: ignore[attr-defined]
        wanted = {AwardKind.PERSON: "person", AwardKind.TEAM: "team", AwardKind.UNIT: "crew"}
        for kind, name in wanted.items():
            if kind not in kinds:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Only the nominee of the chosen award counts."""
        data = super().clean() or self.cleaned_data
        name = {AwardKind.PERSON: "person", AwardKind.TEAM: "team", AwardKind.UNIT: "crew"}.get(data.get("kind", ""))
        if name in self.fields and name not in self.errors and not data.get(name or ""):
            self.add_error(name, _("Choose who is nominated."))
        for other in {"person", "team", "crew"} - {name}:
            data[other] = None
        return data


class DecisionForm(forms.Form):
    reason = _line(_("Reason of the decision"), NO_NAMES)
    reward = forms.CharField(label=_("Reward"), max_length=120)


class LessonForm(forms.Form):
    title = forms.CharField(label=Lesson._meta.get_field("title").verbose_name, max_length=80)  # type: ignore[union-attr]
    happened = _words(pgettext_lazy("lesson", "What happened"), _("No names of people, nobody to be recognised."))
    why = _words(_("Why"), "", rows=4)
    to_do = _words(_("What to do"), "", rows=4)


class TalkForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    on = _day(_("Talked over on"))
    words = _line(_("What it means for us"), NO_NAMES)

    def __init__(self, *args: Any, units: list[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=[one.pk for one in units])  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].initial = units[0].pk
            self.fields["unit"].widget = forms.HiddenInput()


def initial_words(summary: Summary | None) -> dict[str, Any]:
    names = ("version", "situation", "problems", "plan")
    return {name: getattr(summary, name) for name in names} if summary is not None else {"version": 1}
