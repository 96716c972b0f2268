"""The order itself, the customer's yes, and the small forms of the work."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.files.base import ContentFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from forms.cases.orders.models import WorkOrder
from forms.cases.orders.permissions import workers_of
from policies.models import EditionService, ServiceItem
from portal.files.fields import SeveralFilesField, SeveralFilesInput
from portal.lib.form_fields import moment_input
from portal.lib.shown_again import say_instead
from portal.org.models import Estate, Person

LONGEST_TEXT = 2000
LONGEST_SIGNATURE = 400_000  # characters of the picture that the browser drew
_PNG = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)")


def moment_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=required,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=moment_input(),
    )


def _text(label: Any, help_text: Any = "", rows: int = 3, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class OrderForm(forms.Form):
    """A new order. The services are those of the guide in force; the estates those of the offices the reader keeps."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    item: forms.ModelChoiceField[ServiceItem] = forms.ModelChoiceField(
        label=_("Service"),
        queryset=ServiceItem.objects.none(),
        empty_label=_("Choose a service of the guide"),
        help_text=_("Its price and its procedure come from the Service Guide in force."),
    )
    quantity = forms.DecimalField(label=_("Quantity"), min_value=0, max_digits=8, decimal_places=2, initial=1)
    what = _text(pgettext_lazy("work order", "The work"))
    estate: forms.ModelChoiceField[Estate] = forms.ModelChoiceField(
        label=_("Estate"), queryset=Estate.objects.none(), empty_label=None
    )
    house = forms.CharField(label=_("House or flat"), max_length=60)
    contact_name = forms.CharField(label=pgettext_lazy("person", "Name"), max_length=80, required=False)
    contact_phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    wanted_by = moment_field(_("Wanted by"))
    worker: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Worker"), queryset=Person.objects.none(), required=False, empty_label=_("Nobody yet")
    )

    def __init__(
        self, *args: Any, services: Sequence[EditionService], estates: QuerySet[Estate], **kwargs: Any
    ) -> None:
        given = kwargs.pop("initial", None) or {}
        kwargs["initial"] = {"key": uuid.uuid4(), **given}
        super().__init__(*args, **kwargs)
        item = cast("forms.ModelChoiceField[ServiceItem]", self.fields["item"])
        item.queryset = ServiceItem.objects.filter(pk__in=[row.item_id for row in services])
        item.choices = [("", item.empty_label), *_by_section(services)]  # type: ignore[assignment]
        cast("forms.ModelChoiceField[Estate]", self.fields["estate"]).queryset = estates
        offices = {one.office_id for one in estates}
        people = Person.objects.none()
        for office in offices:
            people = people | workers_of(office)
        cast("forms.ModelChoiceField[Person]", self.fields["worker"]).queryset = people.distinct()

    def clean_contact_phone(self) -> str:
        return " ".join(unicodedata.normalize("NFKC", self.cleaned_data["contact_phone"]).split())

    def with_fresh_key(self) -> None:
        """The form, shown again, is sent as something new; everything typed stays."""
        say_instead(self, key=uuid.uuid4())


def _by_section(services: Sequence[EditionService]) -> list[tuple[str, list[tuple[int, str]]]]:
    found: dict[str, list[tuple[int, str]]] = {}
    for row in services:
        name = f"{row.name} · {row.price_figure}" + (f"（{row.estate_name}）" if row.estate_name else "")
        found.setdefault(row.section_name, []).append((row.item_id, name))
    return list(found.items())


class VersionedForm(forms.Form):
    """One step of an order. `version` is what the person saw, so that nobody acts on what has changed meanwhile."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": order.version, **(kwargs.get("initial") or {})}
        self.order = order
        super().__init__(*args, **kwargs)


class PriceForm(VersionedForm):
    quantity = forms.DecimalField(label=_("Quantity"), min_value=0, max_digits=8, decimal_places=2)

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any) -> None:
        super().__init__(*args, order=order, initial={"quantity": order.quantity}, **kwargs)


class WorkerForm(VersionedForm):
    worker: forms.ModelChoiceField[Person] = forms.ModelChoiceField(
        label=_("Worker"), queryset=Person.objects.none(), empty_label=_("Choose somebody")
    )

    def __init__(self, *args: Any, order: WorkOrder, **kwargs: Any) -> None:
        super().__init__(*args, order=order, initial={"worker": order.worker_id}, **kwargs)
        cast("forms.ModelChoiceField[Person]", self.fields["worker"]).queryset = workers_of(order.office_id)


class CallAcceptedForm(VersionedForm):
    """The customer said yes on the phone."""

    name = forms.CharField(label=_("Who accepted"), max_length=80)
    called_at = moment_field(_("When"))
    words = _text(_("In the customer's words"), rows=2)


class SignForm(VersionedForm):
    """The customer signs on the phone; `drawing` is filled by a script, the name by the customer."""

    name = forms.CharField(label=_("Name of who accepts"), max_length=80)
    drawing = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"data-signature": ""}))

    def clean_drawing(self) -> ContentFile[bytes] | None:
        """The picture as a file, to be examined like every other upload."""
        text = self.cleaned_data["drawing"]
        if not text:
            return None
        found = _PNG.fullmatch(text) if len(text) <= LONGEST_SIGNATURE else None
        if found is None:
            raise forms.ValidationError(_("The signature could not be read: sign once more."))
        try:
            return ContentFile(base64.b64decode(found[1], validate=False), name="signature.png")
        except (binascii.Error, ValueError):
            raise forms.ValidationError(_("The signature could not be read: sign once more.")) from None


class StartForm(VersionedForm):
    pass


class StepForm(forms.Form):
    step = forms.IntegerField(widget=forms.HiddenInput)
    skipped = forms.BooleanField(label=_("Does not apply here"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class PhotosForm(forms.Form):
    files = SeveralFilesField(  # type: ignore[assignment]
        label=_("Photos"),
        max_length=200,
        widget=SeveralFilesInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )


class FinishForm(VersionedForm):
    words = _text(_("How it was done"), rows=2, required=False)
    major = forms.BooleanField(
        label=_("It was a major defect: a leak, a crack …"),
        required=False,
        help_text=_("Then the office keeps watching it after the repair."),
    )
    no_photos = forms.CharField(
        label=_("Why there are no photos"),
        max_length=200,
        required=False,
        help_text=_("Only where there is none of before, or none of after."),
    )
    finished_at = moment_field(_("Finished at"), _("Only where it is written down later. Empty: now."), required=False)


class DefectForm(VersionedForm):
    words = _text(_("What is still wrong, in the customer's words"))


class ReasonForm(VersionedForm):
    reason = _text(_("Why the work is not done"), rows=2)


class CustomerDefectForm(forms.Form):
    words = _text(_("What is still wrong?"))


class CustomerAcceptForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(label=_("I accept this price. The work may begin."))
