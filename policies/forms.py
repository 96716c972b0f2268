"""The forms of the regulation desk in Wagtail's admin. They check shapes; rules are the verbs'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policies.actions import AudienceLine, IssueNotice
from policies.enums import AudienceScope, ClauseKind, RegulationKind
from policies.models import Edition, EditionClause
from portal.org.models import Post, Unit

# The browser's own calendar: it is named, keyboard-friendly and speaks the reader's language.
DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
NOTE = forms.Textarea(attrs={"rows": 4})


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"), help_text=_("TXT, DOCX or HTML, up to 20 MB. Nothing is saved before you confirm the preview.")
    )


class ClauseForm(forms.Form):
    """A clause of a draft. `version` is the one the editor saw when the form was opened."""

    kind = forms.ChoiceField(label=_("What it is"), choices=ClauseKind.choices)
    number = forms.CharField(
        label=pgettext_lazy("clause", "Number"),
        required=False,
        max_length=40,
        help_text=_("As people cite it, such as 4.5.3"),
    )
    heading = forms.CharField(label=_("Heading"), required=False, max_length=255)
    text = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 10}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, row: EditionClause) -> ClauseForm:
        names = ("kind", "number", "heading", "text", "version")
        return cls(initial={name: getattr(row, name) for name in names})


class DetailsForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=255)
    number = forms.CharField(label=_("Document number"), required=False, max_length=40)
    kind = forms.ChoiceField(label=_("Kind"), choices=RegulationKind.choices)

    @classmethod
    def of(cls, edition: Edition) -> DetailsForm:
        page = edition.regulation
        return cls(initial={"title": edition.title, "number": page.number, "kind": page.kind})


class SubmitForm(forms.Form):
    change_note = forms.CharField(label=_("What changed and why"), required=False, max_length=2000, widget=NOTE)


class ApproveForm(forms.Form):
    remark = forms.CharField(
        label=_("Remark"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReasonForm(forms.Form):
    """The reason may be empty here: the verb says what is to be written, in its own words."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=2000, widget=NOTE)


class ConfirmReviewForm(forms.Form):
    """A review that leaves the text as it is. `due_before` is the review date that the person saw."""

    note = forms.CharField(
        label=_("What was looked at, and why the text stays as it is"),
        error_messages={"required": _("Write what was looked at and why the text stays as it is.")},
        max_length=2000,
        widget=NOTE,
        help_text=_("For example: what was compared with practice, law and earlier complaints."),
    )
    next_review_due_on = forms.DateField(
        label=_("Next review by"),
        required=False,
        widget=DAY,
        help_text=_("At most 3 years from today; left empty: 3 years from today"),
    )
    due_before = forms.DateField(required=False, widget=forms.HiddenInput)


class _SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files of one field; Django takes one."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class AppendixFilesForm(forms.Form):
    files = FilesField(  # type: ignore[assignment]
        label=_("Files"),
        required=False,
        widget=_SeveralFiles(attrs={"accept": ".pdf,image/*"}),
        help_text=_("PDF or pictures, up to 5 at once. They are locked when the edition is issued."),
    )


class NoticeFields(forms.Form):
    """The notice that goes out with an edition; nothing typed means no notice."""

    notice_title = forms.CharField(label=_("Title of the notice"), required=False, max_length=255)
    notice_summary = forms.CharField(
        label=_("What is new, in one sentence"),
        required=False,
        max_length=200,
        help_text=_(
            "With a title and this sentence a notice is published to the same audience, together with the edition."
        ),
    )
    notice_text = forms.CharField(label=_("Text of the notice"), required=False, max_length=4000, widget=NOTE)

    def notice(self) -> IssueNotice | None:
        """What was typed; the verb refuses a notice of which only a part was."""
        given = [self.cleaned_data.get(f"notice_{name}", "").strip() for name in ("title", "summary", "text")]
        return IssueNotice(*given) if any(given) else None

    def values(self) -> dict[str, Any]:
        """The arguments of the verb."""
        values = {name: value for name, value in self.cleaned_data.items() if not name.startswith("notice_")}
        return values | {"notice": self.notice()}


class TrialForm(NoticeFields):
    field_order = ["ends_on", "owner_unit", "interpreting_unit", "change_note"]

    ends_on = forms.DateField(label=_("Last day of the trial"), widget=DAY)
    owner_unit = forms.ModelChoiceField(label=_("Owner department"), queryset=Unit.objects.none())
    interpreting_unit = forms.ModelChoiceField(
        label=_("Interpreting department"),
        required=False,
        queryset=Unit.objects.none(),
        help_text=_("Left empty: the owner department"),
    )
    change_note = forms.CharField(label=_("What changed and why"), required=False, max_length=2000, widget=NOTE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner_unit", "interpreting_unit"):
            self.fields[name].queryset = Unit.objects.filter(closed_on=None)  # type: ignore[attr-defined]


class IssueForm(NoticeFields):
    effective_on = forms.DateField(label=_("Effective date"), widget=DAY)
    owner_unit = forms.ModelChoiceField(label=_("Owner department"), queryset=Unit.objects.none())
    interpreting_unit = forms.ModelChoiceField(
        label=_("Interpreting department"),
        required=False,
        queryset=Unit.objects.none(),
        help_text=_("Left empty: the owner department"),
    )
    review_due_on = forms.DateField(
        label=_("Review date"),
        required=False,
        widget=DAY,
        help_text=_("At most 3 years after the effective date; left empty: 3 years after it"),
    )
    material = forms.TypedChoiceField(
        label=_("Weight of the change"),
        choices=[("yes", _("Material: everybody is asked for a receipt again")), ("no", _("Minor: wording only"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        initial="yes",
    )
    change_note = forms.CharField(label=_("What changed and why"), required=False, max_length=2000, widget=NOTE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("owner_unit", "interpreting_unit"):
            self.fields[name].queryset = Unit.objects.filter(closed_on=None)  # type: ignore[attr-defined]


class AudienceForm(forms.Form):
    """One line of the audience. An untouched line says nothing."""

    scope = forms.ChoiceField(
        label=pgettext_lazy("audience", "Who"), required=False, choices=[("", "—"), *AudienceScope.choices]
    )
    unit = forms.ModelChoiceField(label=_("Unit"), required=False, queryset=Unit.objects.none())
    post = forms.ModelChoiceField(label=_("Post"), required=False, queryset=Post.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(closed_on=None)  # type: ignore[attr-defined]
        self.fields["post"].queryset = Post.objects.all()  # type: ignore[attr-defined]

    def line(self) -> AudienceLine | None:
        data = self.cleaned_data
        if not data.get("scope"):
            return None
        return AudienceLine(data["scope"], unit=data.get("unit"), post=data.get("post"))


MOST_LINES = 30


def audience_formset(lines: int) -> type[forms.BaseFormSet]:
    """A formset that shows this many lines and accepts up to MOST_LINES."""
    return forms.formset_factory(AudienceForm, extra=lines, max_num=MOST_LINES, absolute_max=MOST_LINES)
