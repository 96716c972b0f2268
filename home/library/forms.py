"""The form of an entry. Its audience is a choice, and for those named some lines of unit and post, and people."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from home.library import permissions
from home.library.actions import EntryDraft, Named
from home.library.enums import EntryAudience, EntryKind
from home.library.models import LibraryEntry
from portal.files.actions import files_of
from portal.lib import clock
from portal.org.models import Estate, Person, Post, Unit
from portal.org.readers import Reader

RULES = 3
DATE = {"type": "date"}


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """Any number of files as a list; of what kind is judged when they are examined."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        return [super(SeveralFilesField, self).clean(file, initial) for file in given]


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, unit: Unit) -> str:  # type: ignore[override]
        return "　" * (unit.depth - 1) + unit.name


class EntryForm(forms.Form):
    submission_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=EntryKind)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    summary = forms.CharField(
        label=gettext_lazy("Summary"), max_length=200, help_text=gettext_lazy("One sentence, shown in lists.")
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    number = forms.CharField(label=gettext_lazy("Document number"), max_length=60, required=False)
    source = forms.CharField(
        label=gettext_lazy("Issuing body"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Where it comes from outside: the authority or association."),
    )
    unit = UnitChoice(label=gettext_lazy("Published by"), queryset=Unit.objects.none())
    estate = forms.ModelChoiceField(
        label=gettext_lazy("Estate"),
        queryset=Estate.objects.none(),
        required=False,
        empty_label=gettext_lazy("All estates"),
    )
    publish_on = forms.DateField(
        label=gettext_lazy("Published on"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d")
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        help_text=gettext_lazy("The day after, it leaves the list and search by itself. Empty: until withdrawn."),
    )
    files = SeveralFilesField(  # type: ignore[assignment]
        label=gettext_lazy("Files"),
        required=False,
        help_text=gettext_lazy("PDF, Word (DOCX), Excel (XLSX) or pictures, at most 5 at once, 15 MB each."),
        widget=SeveralFilesInput(attrs={"accept": ".pdf,.docx,.xlsx,.jpg,.jpeg,.png,.webp"}),
    )
    remove = forms.MultipleChoiceField(
        label=gettext_lazy("Remove these files"), required=False, widget=forms.CheckboxSelectMultiple
    )
    search_text = forms.CharField(
        label=gettext_lazy("Words for search"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("For scans and pictures, whose text cannot be read: the main words in them."),
    )
    audience = forms.ChoiceField(
        label=gettext_lazy("Who may read it"), choices=EntryAudience, widget=forms.RadioSelect, initial="customers"
    )
    people = forms.CharField(
        label=gettext_lazy("People"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Staff number or full name, one a line."),
    )
    confidential = forms.BooleanField(
        label=gettext_lazy("Confidential: every reading is recorded, and you see by whom"), required=False
    )

    def __init__(self, *args: Any, reader: Reader, entry: LibraryEntry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_initial(entry), **kwargs)  # type: ignore[misc]
        self.entry = entry
        units = permissions.units_of(reader)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["estate"].queryset = permissions.estates_of(reader)  # type: ignore[attr-defined]
        if entry is None and reader.units:
            self.fields["unit"].initial = next((unit.pk for unit in reader.units if unit in units), None)
        files = list(files_of(entry)) if entry else []
        self.fields["remove"].choices = [(str(file.pk), file.name) for file in files]  # type: ignore[attr-defined]
        if not files:
            del self.fields["remove"]
        self._add_rules(entry)

    def _add_rules(self, entry: LibraryEntry | None) -> None:
        """Lines of unit and post; some more than are filled, so that one can be added without a script."""
        kept = [row for row in entry.readers.all() if not row.user_id] if entry else []
        self.rule_count = max(RULES, len(kept) + 1)
        for place in range(self.rule_count):
            row = kept[place] if place < len(kept) else None
            self.fields[f"unit_{place}"] = UnitChoice(
                label=_("Unit (with all below it)"),
                queryset=Unit.objects.filter(closed_on=None),
                required=False,
                empty_label="–",
                initial=row.unit_id if row else None,
            )
            self.fields[f"post_{place}"] = forms.ModelChoiceField(
                label=_("Post"),
                queryset=Post.objects.all(),
                to_field_name="code",
                required=False,
                empty_label="–",
                initial=row.post_id if row else None,
            )

    @property
    def rules(self) -> list[tuple[Any, Any]]:
        """The lines for the template."""
        return [(self[f"unit_{place}"], self[f"post_{place}"]) for place in range(self.rule_count)]

    def clean_people(self) -> list[Any]:
        """The accounts of those named; the sentence names the lines that fit nobody or several people."""
        wanted = [line.strip() for line in re.split(r"[\n、，,；;]", self.cleaned_data["people"]) if line.strip()]
        found, unknown = [], []
        for line in dict.fromkeys(wanted):
            people = list(Person.objects.filter(staff_number__iexact=line, user__isnull=False).select_related("user"))
            people = people or list(Person.objects.filter(name=line, user__isnull=False).select_related("user"))
            if len(people) == 1:
                found.append(people[0].user)
            else:
                unknown.append(line)
        if unknown:
            raise forms.ValidationError(
                _("Nobody on the staff with an account, or several people: %(lines)s. Write the staff number.")
                % {"lines": "、".join(unknown[:5])}
            )
        return found

    def draft(self) -> EntryDraft:
        """What was typed, for the verbs."""
        given = self.cleaned_data
        named: list[Named] = list(given["people"])
        for place in range(self.rule_count):
            unit, post = given.get(f"unit_{place}"), given.get(f"post_{place}")
            if unit or post:
                named.append((unit, post) if unit and post else unit or post)  # type: ignore[arg-type]
        names = ("kind", "title", "summary", "body", "number", "source", "unit", "estate", "publish_on", "expires_on")
        values = {name: given[name] for name in (*names, "search_text", "audience", "confidential")}
        return EntryDraft(**values, named=tuple(named))


def _initial(entry: LibraryEntry | None) -> dict[str, Any]:
    if entry is None:
        return {"submission_id": uuid.uuid4(), "publish_on": clock.today()}
    names = (
        "submission_id", "version", "kind", "title", "summary", "body", "number", "source", "publish_on", "expires_on",
        "search_text", "audience", "confidential",
    )  # fmt: skip
    users = [row.user_id for row in entry.readers.all() if row.user_id]
    people = Person.objects.filter(user__in=users).values_list("staff_number", flat=True)
    return {name: getattr(entry, name) for name in names} | {
        "unit": entry.unit_id,
        "estate": entry.estate_id,
        "people": "\n".join(people),
    }
