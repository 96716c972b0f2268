"""The entrance for complaints, requests, enquiries and praise."""

from __future__ import annotations

from typing import Any

from forms.cases import actions
from forms.cases.forms import ComplaintForm
from forms.cases.models import ComplaintPage
from forms.intake.actions import Accepted
from forms.intake.attachments import Upload
from forms.intake.forms import EntranceForm
from forms.intake.views import EntranceView


class ComplaintView(EntranceView):
    personal = ("contact_name", "contact_phone", "contact_email", "text", "house")
    page_model = ComplaintPage
    form_class = ComplaintForm
    template_name = "cases/complaint.html"

    def form_arguments(self) -> dict[str, Any]:
        """A customer with an account finds the own house and number filled in."""
        if self.request.method == "POST" or not self.request.reader.is_signed_in:
            return {}
        contact = self.request.reader.contact
        if contact is None:
            return {}
        house = contact.household
        initial = {
            "estate": house.estate_id,
            "house": house.house,
            "contact_name": contact.name,
            "contact_phone": contact.phone,
        }
        return {"initial": initial}

    def submit(self, form: EntranceForm, files: list[Upload], **circumstances: Any) -> Accepted:
        assert isinstance(form, ComplaintForm)  # noqa: S101 - form_class says so
        return actions.file_complaint(page=self.page, filing=form.filing, files=files, **circumstances)
