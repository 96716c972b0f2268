"""The plan with its rows, proofs and verdicts, the cause, preventive measures, the report and what it must not say."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cases.corrections import permissions
from forms.cases.corrections.actions import Line, NewPrevention
from forms.cases.corrections.enums import LONGEST_SECTION, LONGEST_TEXT, MOST_WHYS, Branch, Follow, Method, Section
from forms.cases.corrections.models import CauseAnalysis, CorrectiveReport, Plan, PlanItem, items_of
from forms.cases.models import Case
from portal.files.fields import SeveralFilesField, SeveralFilesInput
from portal.lib.form_fields import day_input
from portal.org.models import Person

EMPTY_ROWS, MOST_ROWS = 2, 30
FILES_HELP = _("Photos or PDF, at most five.")


def _text(label: Any, help_text: Any = "", rows: int = 3, most: int = LONGEST_TEXT, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, help_text=help_text, max_length=most, widget=widget, **more)


def _day(label: Any, help_text: Any = "", **more: Any) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, widget=day_input(), **more)


def _files() -> SeveralFilesField:
    accept = {"accept": "image/jpeg,image/png,image/webp,application/pdf"}
    return SeveralFilesField(
        label=_("Photos and papers"), required=False, help_text=FILES_HELP, widget=SeveralFilesInput(attrs=accept)
    )


class VersionedForm(forms.Form):
    """`version` is what the person saw, so that nobody acts on what has changed meanwhile."""

    version = forms.IntegerField(widget=forms.HiddenInput)


# ---- the plan --------------------------------------------------------------------------------------------------------
class Owners:
    """The people and posts an item of this case may be given to, as choices of a form."""

    def __init__(self, case: Case) -> None:
        self.people = {f"person:{one.pk}": one for one in permissions.people_who_may_own(case)}
        self.posts = {f"post:{post.pk}": (post, unit) for post, unit in permissions.posts_that_may_own(case)}

    @property
    def choices(self) -> list[Any]:
        people = [(key, one.name) for key, one in self.people.items()]
        posts = [(key, f"{unit.name} {post.title}") for key, (post, unit) in self.posts.items()]
        groups = [(_("By post: whoever holds it that day"), posts), (_("By name"), people)]
        return [("", _("Choose who does it")), *((label, rows) for label, rows in groups if rows)]

    @staticmethod
    def key_of(item: PlanItem) -> str:
        return f"person:{item.owner_id}" if item.owner_id is not None else f"post:{item.post_id}"


class ItemRow(forms.Form):
    """One item: what, who, until when. An empty row is no item."""

    item = forms.IntegerField(widget=forms.HiddenInput, required=False)
    what = _text(_("What is done"), rows=2, most=1000, required=False)
    owner = forms.ChoiceField(label=_("Who does it"), choices=(), required=False)
    due_on = _day(_("Until"), required=False)
    drop = forms.BooleanField(label=_("Leave this item out"), required=False)

    def __init__(self, *args: Any, owners: Owners, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owners = owners
        cast("forms.ChoiceField", self.fields["owner"]).choices = owners.choices

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = {name: data.get(name) for name in ("what", "owner", "due_on")}
        if data.get("drop") and data.get("item"):
            return data
        if any(said.values()) or data.get("item"):
            messages = {
                "what": _("Say what is done."),
                "owner": _("Choose who does it."),
                "due_on": _("Say until when."),
            }
            for name, value in said.items():
                if not value and name not in self.errors:
                    self.add_error(name, messages[name])
        return data

    @property
    def line(self) -> Line | None:
        data = self.cleaned_data
        if not data.get("what") or (data.get("drop") and data.get("item")):
            return None
        key = data["owner"]
        post, unit = self.owners.posts.get(key, (None, None))
        person = self.owners.people.get(key)
        return Line(data["what"], data["due_on"], owner=person, post=post, unit=unit, item=data.get("item"))


class PlanForm(forms.Form):
    """The rows of a plan, and from the second edition on why it changes. More rows come by a button, without a
    script."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=MOST_ROWS)
    reason = _text(_("Why the plan changes"), most=1000, required=False)

    def __init__(self, data: Any = None, *, case: Case, plan: Plan | None, more: bool = False) -> None:
        owners = Owners(case)
        running = list(items_of(plan).open().order_by("position")) if plan is not None else []
        first = [
            {"item": item.pk, "what": item.what, "owner": owners.key_of(item), "due_on": item.due_on}
            for item in running
        ]
        count = self._count(data) if data is not None else len(first) + (EMPTY_ROWS if first else EMPTY_ROWS + 1)
        shown = min(count + EMPTY_ROWS, MOST_ROWS) if more else count
        if data is not None and more:
            data = data.copy()
            data["rows"] = str(shown)
        initial = {"version": plan.version if plan is not None else 0, "rows": shown}
        super().__init__(data, initial=initial)
        if plan is None:
            del self.fields["reason"]
        self.rows_shown = [
            ItemRow(
                data,
                owners=owners,
                prefix=f"row{place}",
                initial=first[place] if place < len(first) else None,
                auto_id="id_%s",
            )
            for place in range(shown)
        ]

    @staticmethod
    def _count(data: Any) -> int:
        text = data.get("rows", "")
        return min(max(int(text), 1), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 4 else 1

    def is_valid(self) -> bool:
        rows = [row.is_valid() for row in self.rows_shown]
        return super().is_valid() and all(rows)

    @property
    def lines(self) -> list[Line]:
        return [line for row in self.rows_shown if (line := row.line) is not None]

    @property
    def bad_rows(self) -> list[ItemRow]:
        return [row for row in self.rows_shown if row.is_bound and row.errors]


class ProofForm(VersionedForm):
    proof = _text(_("What was done, and what proves it"), rows=4)
    files = _files()  # type: ignore[assignment]


class VerdictForm(VersionedForm):
    verdict = _text(
        _("Words of the company"), _("Needed when the proof is sent back."), rows=2, most=1000, required=False
    )


# ---- causes and preventive measures ----------------------------------------------------------------------------------
class CauseForm(VersionedForm):
    method = forms.ChoiceField(label=_("How the cause was found"), choices=Method, widget=forms.RadioSelect)
    conclusion = _text(_("The cause"), _("In one or two sentences: what has to change."), rows=3)

    def __init__(self, *args: Any, analysis: CauseAnalysis | None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"version": 0, "method": Method.WHYS}
        if analysis is not None:
            initial = {
                "version": analysis.version,
                "method": analysis.method,
                "conclusion": analysis.conclusion,
                **{f"why_{place}": why for place, why in enumerate(analysis.whys, 1)},
                **analysis.branches,
            }
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for place in range(1, MOST_WHYS + 1):
            label = _("Why? (%(number)d)") % {"number": place}
            self.fields[f"why_{place}"] = _text(label, rows=2, most=1000, required=False)
        for branch in Branch:
            self.fields[branch.value] = _text(branch.label, rows=2, most=1000, required=False)

    @property
    def whys(self) -> list[Any]:
        return [self[f"why_{place}"] for place in range(1, MOST_WHYS + 1)]

    @property
    def branches(self) -> list[Any]:
        return [self[branch.value] for branch in Branch]

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "method": data["method"],
            "conclusion": data["conclusion"],
            "whys": [data.get(f"why_{place}", "") for place in range(1, MOST_WHYS + 1)],
            "branches": {branch.value: data.get(branch.value, "") for branch in Branch},
            "version": data["version"],
        }


class PreventionForm(forms.Form):
    text = _text(_("Preventive measure"), rows=2, most=1000)
    owner: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who does it"), queryset=Person.objects.none(), empty_label=_("Choose who does it")
    )
    due_on = _day(_("Until"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = permissions.people_who_may_own(case)
        cast("forms.ModelChoiceField[Person]", self.fields["owner"]).queryset = people

    @property
    def new(self) -> NewPrevention:
        return NewPrevention(**{name: self.cleaned_data.get(name) for name in ("text", "owner", "due_on")})  # type: ignore[arg-type]


class DoneForm(VersionedForm):
    proof = _text(_("What was done, and what proves it"), rows=4)
    files = _files()  # type: ignore[assignment]
    verify_on = _day(_("Effect is verified on"), _("Left empty: 90 days from today."), required=False)


class EffectForm(VersionedForm):
    """Whether it worked, and what follows when it did not."""

    effective = forms.ChoiceField(
        label=_("Did the measure work?"),
        choices=[("yes", _("Yes, effective")), ("no", _("No, not effective"))],
        widget=forms.RadioSelect,
    )
    verdict = _text(_("What was found, and how"), most=1000)
    follow = forms.ChoiceField(
        label=_("What follows, when it did not work"),
        choices=[("", _("Nothing: it worked")), *Follow.choices],
        required=False,
    )
    text = _text(_("New preventive measure"), rows=2, most=1000, required=False)
    owner: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Who does it"), queryset=Person.objects.none(), empty_label=_("Choose who does it"), required=False
    )
    due_on = _day(_("Until"), required=False)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = permissions.people_who_may_own(case)
        cast("forms.ModelChoiceField[Person]", self.fields["owner"]).queryset = people
        if not permissions.reached_the_company(case):
            choices = [("", _("Nothing: it worked")), (Follow.MEASURE.value, Follow.MEASURE.label)]
            cast("forms.ChoiceField", self.fields["follow"]).choices = choices

    @property
    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "effective": data["effective"] == "yes",
            "verdict": data["verdict"],
            "follow": data["follow"],
            "new": NewPrevention(data.get("text", ""), data.get("owner"), data.get("due_on")),
            "version": data["version"],
        }


# ---- major complaints and reports ------------------------------------------------------------------------------------
class ReasonForm(forms.Form):
    reason = _text(pgettext_lazy("act", "Reason"), most=1000)

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["reason"].label = label


class ReportForm(VersionedForm):
    """All parts of a report. Empty parts may be kept in a draft; handing it in asks for them."""

    title = forms.CharField(label=_("Title"), max_length=120)

    def __init__(self, *args: Any, report: CorrectiveReport, **kwargs: Any) -> None:
        initial = {"version": report.version, "title": report.title}
        initial |= {section.value: getattr(report, section.value) for section in Section}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        for section in Section:
            rows = 3 if section in (Section.REVISIT, Section.LESSON) else 6
            self.fields[section.value] = _text(section.label, rows=rows, most=LONGEST_SECTION, required=False)

    @property
    def texts(self) -> dict[str, str]:
        return {name: value.replace("\r\n", "\n") for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def is_new(self) -> bool:
        """Whether it says anything else than the report."""
        return any(value.strip() != self.initial[name] for name, value in self.texts.items())


class StepForm(VersionedForm):
    reason = _text(pgettext_lazy("act", "Reason"), rows=2, most=1000, required=False)


class ConfirmForm(forms.Form):
    """One name, house or number that may stay, and why."""

    field = forms.CharField(widget=forms.HiddenInput, max_length=12)
    trace = forms.CharField(widget=forms.HiddenInput, max_length=10)
    text = forms.CharField(widget=forms.HiddenInput, max_length=120)
    reason = forms.CharField(label=_("Why it may stay"), max_length=500)
