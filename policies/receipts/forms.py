"""Recording a reading on paper."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from policies.audience import Asking
from portal.lib import clock
from portal.lib.form_fields import day_input
from portal.org.models import Person, Unit


class SheetInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SheetField(forms.FileField):
    """The pages of a sheet as a list; of what kind they are is judged when they are examined."""

    widget = SheetInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if self.required and not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(SheetField, self).clean(file, initial) for file in given]


class ChooseForm(forms.Form):
    """Which unit, which regulation: the people to sign follow from it."""

    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), to_field_name="code", empty_label=None)
    regulation = forms.ChoiceField(label=_("Regulation"))

    def __init__(self, *args: Any, units: QuerySet[Unit], asking: Sequence[Asking], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["regulation"].choices = [(one.slug, str(one)) for one in asking]  # type: ignore[attr-defined]


class ReadingForm(forms.Form):
    """Who signed, on which day, and the sheet. `batch` is made once with the form: sent twice it is one batch."""

    batch = forms.UUIDField(widget=forms.HiddenInput)
    edition = forms.IntegerField(widget=forms.HiddenInput)
    read_on = forms.DateField(label=_("Day of the reading"), widget=day_input())
    people = forms.ModelMultipleChoiceField(
        label=_("Who signed the sheet"), queryset=Person.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    sheet = SheetField(
        label=_("Signed sheet"),
        max_length=500,
        help_text=_("Photos (JPEG, PNG, WebP) or PDF, up to 5 files of 15 MB each."),
        widget=SheetInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
    )

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any) -> None:
        kwargs["initial"] = {"batch": uuid.uuid4(), "read_on": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["people"]
        field.queryset = Person.objects.filter(pk__in=[person.pk for person in people]).order_by("staff_number")
        posts = {person.pk: getattr(person, "post_title", "") for person in people}
        field.label_from_instance = lambda person: f"{person.name} · {person.staff_number} · {posts.get(person.pk, '')}"
