"""The observation card as a form: who, where, how long, what was counted and said. It has no field for the observed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forms.cards import rules
from forms.cards.actions import problems_of, texts_of
from forms.cards.directory import staff_name_guard
from forms.cards.enums import (
    LONGEST_NOTE,
    LONGEST_OBSERVATION,
    LONGEST_TEXT,
    MOST_COUNTED,
    MOST_PHOTOS,
    SHORTEST_OBSERVATION,
    Category,
    Step,
    SubItem,
)
from forms.cards.models import Area, Card, CardAction, CardItem
from forms.cards.permissions import possible_owners
from forms.cards.registries import SlotChoice, card_plan
from forms.cards.rules import CardDraft, FollowUp, ItemDraft
from forms.intake.forms import EntranceForm
from portal.files.fields import SeveralFilesField, SeveralFilesInput
from portal.lib import clock
from portal.lib.form_fields import day_input
from portal.lib.names_guard import FindingKind
from portal.org.models import Appointment, Person, Shift, Unit

PLANNED, RANDOM = "planned", "random"
# A camera names its files by long numbers, which may look like these.
NUMBERS_OF_CAMERAS = frozenset({FindingKind.PHONE, FindingKind.IDENTITY_NUMBER})


def observers_of(unit: Unit, day: Any) -> QuerySet[Person]:
    """Who may have observed here: the staff of the unit, of the units above it and right below it."""
    step = Unit.steplen
    above = [unit.path[:end] for end in range(step, len(unit.path) + 1, step)]
    units = Unit.objects.filter(path__in=above) | Unit.objects.filter(path__startswith=unit.path, depth=unit.depth + 1)
    held = Appointment.objects.on(day).filter(unit__in=units)
    return Person.objects.filter(pk__in=held.values("person_id")).order_by("name")


@dataclass(frozen=True)
class CategoryFields:
    """The fields of one category, for the template."""

    category: Category
    counts: list[forms.BoundField]
    sub_items: forms.BoundField
    note: forms.BoundField
    action: forms.BoundField
    later: forms.BoundField
    owner: forms.BoundField
    due: forms.BoundField

    @property
    def is_open(self) -> bool:
        """Whether note and action are shown at once: something stands there, or must."""
        parts = [self.sub_items, self.note, self.action]
        return self.is_later_open or any(part.value() or part.errors for part in parts)

    @property
    def is_later_open(self) -> bool:
        parts = [self.later, self.owner, self.due]
        return any(part.value() or part.errors for part in parts)


class ObservationForm(EntranceForm):
    files = SeveralFilesField(  # type: ignore[assignment]
        label=_("Photos"),
        required=False,
        max_length=500,
        help_text=_(
            "At most 3, of the place and the equipment. No face may be seen. "
            "Where and when a photo was taken is removed from it."
        ),
        widget=SeveralFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp", "data-photos": MOST_PHOTOS}),
    )
    no_faces = forms.BooleanField(label=_("No face can be seen on the photos"), required=False)
    # Whose card it is: what waits on a phone is never handed in by whoever is signed in there later.
    writer = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    slot = forms.TypedChoiceField(label=_("Planned observation"), required=False, coerce=int, empty_value=None)
    unit = forms.ModelChoiceField(queryset=Unit.objects.none(), to_field_name="code", widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Kind of observation"),
        choices=[
            (RANDOM, _("Random – I came by; one person may observe")),
            (PLANNED, _("Planned – by the plan, in a team of two or three")),
        ],
        initial=RANDOM,
        widget=forms.RadioSelect,
    )
    area = forms.ModelChoiceField(label=_("Area"), queryset=Area.objects.none(), empty_label=_("Choose an area"))  # type: ignore[var-annotated]
    observed_on = forms.DateField(label=_("Date"), widget=day_input())
    observed_at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    shift = forms.ModelChoiceField(
        label=_("Shift"), queryset=Shift.objects.none(), required=False, empty_label=_("Not stated")
    )
    i_observed = forms.BooleanField(label=_("I observed myself"), required=False, initial=True)
    colleague_1 = forms.ModelChoiceField(
        label=_("Who observed with me"), queryset=Person.objects.none(), required=False
    )
    colleague_2 = forms.ModelChoiceField(label=_("And who else"), queryset=Person.objects.none(), required=False)
    colleague_3 = forms.ModelChoiceField(
        label=_("Third observer of a card that you hand in for others"), queryset=Person.objects.none(), required=False
    )
    came_close = forms.BooleanField(label=_("I stopped near enough to see clearly what was being done"), required=False)
    seconds = forms.IntegerField(
        label=_("Seconds observed"),
        help_text=_("At least 30. The timer helps; write what it really was."),
        widget=forms.NumberInput(
            attrs={"min": SHORTEST_OBSERVATION, "max": LONGEST_OBSERVATION, "inputmode": "numeric"}
        ),
    )
    steps = forms.MultipleChoiceField(
        label=_("What did you do after looking?"),
        choices=Step.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    out_of_sight = forms.BooleanField(
        label=_("I am filling this in where the people observed do not see it"), required=False
    )

    def __init__(self, *args: Any, reader: Any, unit: Unit, **kwargs: Any) -> None:
        now = timezone.localtime(clock.now())
        initial = {
            "unit": unit.code,
            "writer": reader.user.pk if reader.user is not None else "",
            "observed_on": now.date(),
            "observed_at": now.time().replace(second=0, microsecond=0),
            **(kwargs.pop("initial", None) or {}),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.reader = reader
        self.here = unit
        self.slots = self._open_slots(now.date())
        self._add_counts()
        self._add_texts()
        self.fields["unit"].queryset = Unit.objects.filter(pk=unit.pk)  # type: ignore[attr-defined]
        self.fields["area"].queryset = Area.objects.open().filter(unit=unit)  # type: ignore[attr-defined]
        self.fields["shift"].queryset = Shift.objects.filter(unit=unit).order_by("starts_at")  # type: ignore[attr-defined]
        people = observers_of(unit, now.date()).exclude(pk=reader.person.pk if reader.person else None)  # type: ignore[misc]
        owners = possible_owners(unit)
        if reader.person is not None:
            owners = (owners | Person.objects.filter(pk=reader.person.pk)).order_by("name")
        for category in Category:
            self.fields[f"{category}_owner"].queryset = owners  # type: ignore[attr-defined]
        for name in ("colleague_1", "colleague_2", "colleague_3"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
            self.fields[name].empty_label = _("Nobody")  # type: ignore[attr-defined]
        if self.slots:
            choices = [("", _("Choose the planned observation")), *((slot.pk, slot.label) for slot in self.slots)]
            self.fields["slot"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["slot"]
        self.order_fields([*self.fields, *self.question_names])

    def _open_slots(self, day: Any) -> list[SlotChoice]:
        """The planned observations of this unit that wait for this reader; none where nobody keeps a plan."""
        plan = card_plan.get("plan")
        found = plan.open_slots(self.reader, day) if plan is not None else ()
        return [slot for slot in found if slot.unit_id == self.here.pk]

    def _add_counts(self) -> None:
        for category in Category:
            for count in rules.COUNTS:
                self.fields[f"{category}_{count}"] = forms.IntegerField(
                    label=capfirst(CardItem._meta.get_field(count).verbose_name),  # type: ignore[union-attr]
                    required=False,
                    initial=0,
                    widget=forms.NumberInput(
                        attrs={"min": 0, "max": MOST_COUNTED, "inputmode": "numeric", "data-counter": count}
                    ),
                )
            self.fields[f"{category}_sub_items"] = forms.MultipleChoiceField(
                label=_("What exactly"),
                required=False,
                choices=[(item.value, item.label) for item in SubItem.of(category)],
                widget=forms.CheckboxSelectMultiple,
            )
            self._add_follow_up(category)
            for part in ("note", "action"):
                self.fields[f"{category}_{part}"] = forms.CharField(
                    label=capfirst(CardItem._meta.get_field(part).verbose_name),  # type: ignore[union-attr]
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_NOTE}),
                )

    def _add_follow_up(self, category: Category) -> None:
        self.fields[f"{category}_later"] = forms.CharField(
            label=capfirst(CardAction._meta.get_field("what").verbose_name),  # type: ignore[union-attr]
            required=False,
            widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_NOTE}),
        )
        self.fields[f"{category}_owner"] = forms.ModelChoiceField(
            label=_("Who sees to it"),
            queryset=Person.objects.none(),
            required=False,
            empty_label=_("Choose who sees to it"),
            help_text=_("Somebody who leads, or an observer. Never the person observed: this is no penalty."),
        )
        self.fields[f"{category}_due"] = forms.DateField(label=_("By when"), required=False, widget=day_input())

    def _add_texts(self) -> None:
        for name in rules.TEXT_FIELDS:
            self.fields[name] = forms.CharField(
                label=capfirst(Card._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
                required=False,
                widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_TEXT}),
            )

    # ---- for the template ------------------------------------------------------------------------------------------
    @property
    def categories(self) -> Iterator[CategoryFields]:
        for category in Category:
            yield CategoryFields(
                category,
                [self[f"{category}_{count}"] for count in rules.COUNTS],
                *(self[f"{category}_{part}"] for part in ("sub_items", "note", "action", "later", "owner", "due")),
            )

    @property
    def text_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in rules.TEXT_FIELDS]

    # ---- what it says ----------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        """Every problem of the card at once; names are looked for even while other fields are still wrong."""
        cleaned = super().clean() or self.cleaned_data
        draft = self.draft()
        if self.errors:
            found = list(rules.name_problems(draft, staff_name_guard()))
        else:
            found = problems_of(draft, by=self.reader.user)
        for problem in found:
            self.add_error(self._field_of(problem.field), problem.message)
        if self.slots and draft.planned and draft.slot is None and "slot" not in self.errors:
            message = _("Choose which planned observation this was, or mark it as random.")
            self.add_error("slot", message)
        if cleaned.get("files") and not cleaned.get("no_faces"):
            message = _("Look at the photos: no face may be seen on them. Confirm it here, or leave them out.")
            self.add_error("no_faces", message)
        return cleaned

    def clean_files(self) -> list[Any]:
        """The names of files are texts as well: one that names somebody is refused before anything is stored."""
        files = self.cleaned_data.get("files") or []
        for file in files:
            for found in staff_name_guard().find(PurePath(file.name).stem):
                if found.kind not in NUMBERS_OF_CAMERAS:
                    raise forms.ValidationError(rules.name_message(self.fields["files"].label, found))
        return files

    @property
    def problems_by_field(self) -> dict[str, list[str]]:
        """Every sentence with the field it belongs to ("" for the card as a whole): what the queue on a phone shows."""
        return {
            "" if name == NON_FIELD_ERRORS else name: [str(text) for text in said] for name, said in self.errors.items()
        }

    def _field_of(self, name: str | None) -> str | None:
        name = "colleague_1" if name == "observers" else name
        return name if name in self.fields else None

    def draft(self) -> CardDraft:
        """The card as far as it is filled in; what is missing is None."""
        said = self.cleaned_data
        team = [self.reader.person] if said.get("i_observed") and self.reader.person else []
        team += [said[name] for name in ("colleague_1", "colleague_2", "colleague_3") if said.get(name)]
        return CardDraft(
            unit=said.get("unit"),  # type: ignore[arg-type]
            planned=said.get("kind") == PLANNED,
            observers=list({person.pk: person for person in team}.values()),
            area=said.get("area"),  # type: ignore[arg-type]
            observed_on=said.get("observed_on"),  # type: ignore[arg-type]
            observed_at=said.get("observed_at"),  # type: ignore[arg-type]
            seconds=said.get("seconds"),  # type: ignore[arg-type]
            items=[self._item(category) for category in Category],
            steps=frozenset(said.get("steps") or ()),
            shift=said.get("shift"),
            came_close=bool(said.get("came_close")),
            out_of_sight=bool(said.get("out_of_sight")),
            slot=said.get("slot") if said.get("kind") == PLANNED else None,
            other_texts=texts_of(self.answers),
            **{name: said.get(name) or "" for name in rules.TEXT_FIELDS},
        )

    def _item(self, category: str) -> ItemDraft:
        said = self.cleaned_data
        return ItemDraft(
            category,
            **{count: said.get(f"{category}_{count}") or 0 for count in rules.COUNTS},
            note=said.get(f"{category}_note") or "",
            action=said.get(f"{category}_action") or "",
            sub_items=tuple(said.get(f"{category}_sub_items") or ()),
            follow_up=self._follow_up(category),
        )

    def _follow_up(self, category: str) -> FollowUp | None:
        what, owner, due = (self.cleaned_data.get(f"{category}_{part}") for part in ("later", "owner", "due"))
        return FollowUp(what or "", owner, due) if what or owner or due else None


class FinishActionForm(forms.Form):
    note = forms.CharField(
        label=_("What was done"), widget=forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST_NOTE}), required=False
    )


class AreaForm(forms.Form):
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), empty_label=None)
    name = forms.CharField(label=_("Name of the area"), max_length=60)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
