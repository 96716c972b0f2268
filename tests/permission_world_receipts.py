"""A reading on paper for the permission matrix: held at the first office for a guard without an account."""

from __future__ import annotations

import uuid
from datetime import date

from policies.models import Edition
from policies.receipts.actions import Reading, witness_on_paper
from policies.receipts.models import Batch
from portal.files.storage import examine_files
from portal.lib import clock
from portal.org.models import Appointment, Person
from tests.forms.complaints import picture
from tests.people import Company


def reading_on_paper(company: Company, edition: Edition) -> Batch:
    guard = Person.objects.create(name="萬德昌", staff_number="W1")
    unit = company.units["OFFICE1"]
    Appointment.objects.create(person=guard, post=company.posts["employee"], unit=unit, starts_on=date(2020, 1, 1))
    sheet = examine_files([picture()])
    reading = Reading(unit=unit, edition=edition, people=[guard], read_on=clock.today(), sheet=sheet)
    return witness_on_paper(by=company.users["director"], batch_id=uuid.uuid4(), reading=reading)
