"""What must be forgettable is unreadable in the row."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from portal.org.models import Contact


@pytest.fixture
def contact(company):
    return company.household.contacts.get()


def in_the_row(contact):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone FROM org_contact WHERE id = %s", [contact.pk])
        return cursor.fetchone()


def test_the_row_holds_no_plain_text(contact):
    assert contact.name == "鄭女士"
    assert "鄭" not in str(in_the_row(contact))
    assert "1380" not in str(in_the_row(contact))


def test_another_key_reads_nothing_and_fails_nothing(contact, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert Contact.objects.get(pk=contact.pk).name == ""


def test_a_new_key_in_front_still_reads_the_old_rows(contact, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode(), *settings.FIELD_KEYS]
    assert Contact.objects.get(pk=contact.pk).name == "鄭女士"


def test_an_empty_text_stays_empty(contact):
    contact.name = ""
    contact.save()
    assert in_the_row(contact)[0] == ""
