"""The forms of training: courses, lessons, questions, quizzes, sessions, checking a certificate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from policies.actions import AudienceLine
from policies.models import Edition, EditionClause, RegulationPage
from policies.training import clause_texts
from policies.training.actions.questions import MOST_CHOICES
from policies.training.enums import QuestionKind, RequirementScope
from policies.training.models import Attempt, Course, Question, RoomSession
from portal.lib.form_fields import day_input
from portal.org.models import Person, Post, Unit


class UnitChoice(forms.ModelChoiceField):
    """Units as a tree: what lies below is set in."""

    def label_from_instance(self, obj: Any) -> str:
        return "\u3000" * (obj.depth - 1) + obj.name


class UnitsChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return "\u3000" * (obj.depth - 1) + obj.name


def line_of(unit: Unit | None, post: Post | None) -> AudienceLine:
    """A line of an audience: neither unit nor post means all staff."""
    if unit and post:
        return AudienceLine(RequirementScope.UNIT_POST, unit, post)
    if unit:
        return AudienceLine(RequirementScope.UNIT, unit)
    if post:
        return AudienceLine(RequirementScope.POST, post=post)
    return AudienceLine(RequirementScope.STAFF)


def _regulations() -> QuerySet[RegulationPage]:
    """Those in force, and those that an edition is written of: its course may open with it."""
    written = Edition.objects.open().values("regulation")
    return RegulationPage.objects.filter(Q(live=True) | Q(pk__in=written)).order_by("title")


class CourseForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    purpose = forms.CharField(
        label=_("Purpose"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What somebody can do after this course."),
    )
    owner_unit = UnitChoice(label=_("Owner department"), queryset=Unit.objects.none(), empty_label=None)
    regulation = forms.ModelChoiceField(
        label=_("Regulation"),
        queryset=RegulationPage.objects.none(),
        required=False,
        help_text=_("Lessons show its clauses and questions rest on them; whoever must know it needs this course."),
    )
    due_days = forms.IntegerField(
        label=_("Days to do it in"),
        min_value=1,
        max_value=730,
        initial=30,
        help_text=_("Counted from the day it is required, for newcomers from the day they join."),
    )
    valid_months = forms.IntegerField(
        label=_("Months it is valid"), min_value=0, max_value=120, initial=0, help_text=_("0: for ever.")
    )
    drawn = forms.IntegerField(
        label=_("Questions in one attempt"),
        min_value=0,
        max_value=50,
        initial=5,
        help_text=_("Drawn from the pool anew for each attempt. 0: no quiz."),
    )
    pass_mark = forms.IntegerField(label=_("Pass mark in percent"), min_value=1, max_value=100, initial=80)
    tries = forms.IntegerField(
        label=_("Tries"), min_value=0, max_value=20, initial=3, help_text=_("0: as many as needed.")
    )
    cooldown_hours = forms.IntegerField(label=_("Hours between two tries"), min_value=0, max_value=720, initial=0)
    by_attendance = forms.BooleanField(
        label=_("Attending a session also counts as having done the course"), required=False
    )
    with_edition = forms.BooleanField(
        label=_("Opens by itself when the next edition of its regulation is issued"),
        required=False,
        help_text=_("Both go out together, or neither does."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, course: Course | None = None, **kwargs: Any) -> None:
        if course is not None:
            names = [name for name in self.base_fields if name not in {"owner_unit", "regulation"}]
            kwargs["initial"] = {name: getattr(course, name) for name in names} | {
                "owner_unit": course.owner_unit_id,
                "regulation": course.regulation_id,
            }
        super().__init__(*args, **kwargs)
        self.fields["owner_unit"].queryset = Unit.objects.filter(closed_on=None)  # type: ignore[attr-defined]
        self.fields["regulation"].queryset = _regulations()  # type: ignore[attr-defined]


class RequirementForm(forms.Form):
    unit = UnitChoice(
        label=_("Unit and what lies below it"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=_("Every unit"),
    )
    post = forms.ModelChoiceField(
        label=_("Post"), queryset=Post.objects.none(), required=False, empty_label=_("Every post")
    )
    since = forms.DateField(label=_("From"), required=False, widget=day_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(closed_on=None)  # type: ignore[attr-defined]
        self.fields["post"].queryset = Post.objects.all()  # type: ignore[attr-defined]

    def line(self) -> AudienceLine:
        return line_of(self.cleaned_data["unit"], self.cleaned_data["post"])


class ClauseChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return "\u3000" * (obj.depth - 1) + clause_texts.label(obj)


class ClausesChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return clause_texts.label(obj)


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; they are examined by portal.files."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in data or [] if one]


def clauses_of(course: Course) -> QuerySet[EditionClause]:
    """Clauses of the edition last issued of the course's regulation."""
    edition = clause_texts.newest_edition(course.regulation)
    return EditionClause.objects.filter(edition=edition).select_related("edition").order_by("order")


class LessonForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14, "data-marks": ""}),
        help_text=_("# at the start of a line makes a heading, - an item; **strong**; [words](address) a link."),
    )
    clauses = ClausesChoice(
        label=_("Clauses shown under the text"),
        queryset=EditionClause.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    pictures = FilesField(
        label=_("Add pictures or PDF files"),
        required=False,
        widget=SeveralFiles(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf"}),
        help_text=_("JPEG, PNG, WebP or PDF, at most 5 at once, each up to 15 MB."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, course: Course, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = clauses_of(course)
        self.fields["clauses"].queryset = rows  # type: ignore[attr-defined]
        if not rows.exists():
            del self.fields["clauses"]


class VideoForm(forms.Form):
    video = forms.FileField(
        label=_("Video"),
        widget=forms.ClearableFileInput(attrs={"accept": "video/mp4,video/webm"}),
        help_text=_("MP4 or WebM up to 300 MB. Say in the text what is said in the video, for who cannot hear it."),
    )


class QuestionForm(forms.Form):
    text = forms.CharField(label=_("Question"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(
        label=_("Answers"), choices=QuestionKind.choices, initial=QuestionKind.SINGLE, widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label=_("Explanation"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown with the result: why this is right."),
    )
    clause = ClauseChoice(
        label=_("Clause it rests on"),
        queryset=EditionClause.objects.none(),
        required=False,
        help_text=_("When the clause changes, the question is put on the list of questions to check."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, course: Course, question: Question | None = None, **kwargs: Any) -> None:
        rows = clauses_of(course)
        if question is not None:
            kwargs.setdefault("initial", _initial_of(question, rows))
        super().__init__(*args, **kwargs)
        self.fields["clause"].queryset = rows  # type: ignore[attr-defined]
        if not rows.exists():
            del self.fields["clause"]
        for number in range(1, MOST_CHOICES + 1):
            self.fields[f"choice_{number}"] = forms.CharField(
                label=_g("Answer %(number)s") % {"number": number}, required=number <= 2, max_length=300
            )
            self.fields[f"right_{number}"] = forms.BooleanField(
                label=_g("Answer %(number)s is right") % {"number": number}, required=False
            )

    def choice_rows(self) -> list[tuple[Any, Any]]:
        """(words, whether right) as bound fields, for the template."""
        return [(self[f"choice_{number}"], self[f"right_{number}"]) for number in range(1, MOST_CHOICES + 1)]

    def plain_fields(self) -> list[Any]:
        return [self[name] for name in ("text", "kind", "explanation", "clause") if name in self.fields]

    def choices(self) -> list[tuple[str, bool]]:
        return [
            (self.cleaned_data.get(f"choice_{number}", ""), bool(self.cleaned_data.get(f"right_{number}")))
            for number in range(1, MOST_CHOICES + 1)
        ]


def _initial_of(question: Question, rows: QuerySet[EditionClause]) -> dict[str, Any]:
    now = rows.filter(clause=question.clause_id).first() if question.clause_id else None
    initial: dict[str, Any] = {
        "text": question.text,
        "kind": question.kind,
        "explanation": question.explanation,
        "clause": now.pk if now else None,
        "version": question.version,
    }
    for number, choice in enumerate(question.choices.all(), start=1):
        initial |= {f"choice_{number}": choice.text, f"right_{number}": choice.correct}
    return initial


class QuizForm(forms.Form):
    """The questions of an attempt, as it drew and worded them."""

    def __init__(self, *args: Any, attempt: Attempt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, question in enumerate(attempt.questions, start=1):
            choices = [(choice["key"], choice["text"]) for choice in question["choices"]]
            several = question["kind"] == QuestionKind.MULTIPLE
            made: type[forms.Field] = forms.MultipleChoiceField if several else forms.ChoiceField
            self.fields[field_of(question["key"])] = made(
                label=f"{place}. {question['text']}",
                choices=choices,  # type: ignore[call-arg]
                widget=forms.CheckboxSelectMultiple if several else forms.RadioSelect,
                help_text=_g("Several answers may be right.") if several else "",
                error_messages={"required": _g("Choose an answer.")},
            )

    def answers(self) -> dict[str, list[str]]:
        """What was chosen, valid or not: nothing is lost."""
        return {name.removeprefix("q_"): self.data.getlist(name) for name in self.fields}  # type: ignore[attr-defined]


def field_of(key: str) -> str:
    return f"q_{key}"


class SessionForm(forms.Form):
    course = forms.ModelChoiceField(
        label=_("Course"),
        queryset=Course.objects.none(),
        required=False,
        empty_label=_("No course: a group activity"),
    )
    title = forms.CharField(
        label=_("Title"), max_length=120, required=False, help_text=_("Left empty, it is called as its course.")
    )
    unit = UnitChoice(label=_("Held by"), queryset=Unit.objects.none(), empty_label=None)
    day = forms.DateField(label=_("Day"), widget=day_input())
    starts = forms.TimeField(label=_("Starts at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("Ends at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("Place"), max_length=120)
    trainer = forms.CharField(
        label=_("Led by"), max_length=80, required=False, help_text=_("Staff number or full name of a colleague.")
    )
    capacity = forms.IntegerField(
        label=_("Places"), min_value=0, max_value=5000, initial=0, help_text=_("0: without limit.")
    )
    all_staff = forms.BooleanField(label=_("All staff are required to come"), required=False)
    units = UnitsChoice(
        label=_("Units required to come"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    post = forms.ModelChoiceField(
        label=_("Of these only the holders of this post"),
        queryset=Post.objects.none(),
        required=False,
        empty_label=_("Every post"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        units: QuerySet[Unit],
        keeps: bool,
        session: RoomSession | None = None,
        **kwargs: Any,
    ) -> None:
        if session is not None:
            kwargs.setdefault("initial", _initial_session(session))
        super().__init__(*args, **kwargs)
        self.keeps = keeps
        self.fields["course"].queryset = Course.objects.open()  # type: ignore[attr-defined]
        for name in ("unit", "units"):
            self.fields[name].queryset = units.filter(closed_on=None)  # type: ignore[attr-defined]
        self.fields["post"].queryset = Post.objects.all()  # type: ignore[attr-defined]
        if not keeps:
            del self.fields["all_staff"]

    def clean_trainer(self) -> Person | None:
        typed = self.cleaned_data["trainer"].strip()
        if not typed:
            return None
        found = list(Person.objects.filter(staff_number__iexact=typed)[:1]) or list(
            Person.objects.filter(name=typed)[:2]
        )
        if not found:
            raise forms.ValidationError(_("Nobody on the staff has this number or name."))
        if len(found) > 1:
            raise forms.ValidationError(_("Two people have this name: write the staff number."))
        return found[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("title") and not cleaned.get("course"):
            self.add_error("title", _("Give the activity a title."))
        if cleaned.get("post") and not cleaned.get("units") and not self.keeps:
            self.add_error("units", _("Choose the units of which these people are."))
        return cleaned

    def moments(self) -> tuple[datetime, datetime]:
        day = self.cleaned_data["day"]
        return tuple(  # type: ignore[return-value]
            timezone.make_aware(datetime.combine(day, self.cleaned_data[name])) for name in ("starts", "ends")
        )

    def lines(self) -> list[AudienceLine]:
        """Of whom it is required; nothing chosen means nobody."""
        units, post = list(self.cleaned_data["units"]), self.cleaned_data["post"]
        if self.cleaned_data.get("all_staff"):
            return [line_of(None, post)]
        if units:
            return [line_of(unit, post) for unit in units]
        return [line_of(None, post)] if post else []


def _initial_session(session: RoomSession) -> dict[str, Any]:
    starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
    lines = list(session.requirements.all())
    return {
        "course": session.course_id,
        "title": session.title,
        "unit": session.unit_id,
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "place": session.place,
        "trainer": session.trainer.staff_number if session.trainer else "",
        "capacity": session.capacity,
        "all_staff": any(line.unit_id is None for line in lines),
        "units": [line.unit_id for line in lines if line.unit_id],
        "post": next((line.post_id for line in lines if line.post_id), None),
        "version": session.version,
    }


class PresenceForm(forms.Form):
    """One row a person: present, excused, neither. `more` adds people who came unasked."""

    CHOICES: Sequence[tuple[str, Any]] = (("present", _("Attended")), ("excused", _("Excused")), ("", _("Not there")))
    more = forms.CharField(
        label=_("Others who came"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Staff numbers, parted by spaces or commas."),
    )

    def clean_more(self) -> list[int]:
        typed = self.cleaned_data["more"].replace(",", " ").replace("，", " ").replace("、", " ").split()
        found = dict(Person.objects.filter(staff_number__in=typed).values_list("staff_number", "pk"))
        unknown = [number for number in typed if number not in found]
        if unknown:
            raise forms.ValidationError(
                _("Nobody has this staff number: %(numbers)s."), params={"numbers": ", ".join(unknown[:5])}
            )
        return list(found.values())


class CheckForm(forms.Form):
    number = forms.CharField(label=_("Number of the certificate"), max_length=30)
    code = forms.CharField(
        label=_("Check code"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code on the sign-in sheet"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class WithdrawForm(forms.Form):
    why = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
