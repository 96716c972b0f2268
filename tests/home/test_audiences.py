"""Who may read a page: the same answer from a page's tokens, from the database and from the page's address."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from home.actions import publish_notice
from home.audiences import readable_by
from home.enums import AudienceGroup
from home.models import NoticePage, PageAudience
from portal.org.models import User
from portal.org.readers import reader_for


def notice(company, audience) -> NoticePage:
    """A notice for `audience`: words for groups, codes for units ("CREW1"), roles for posts, pairs for both."""
    named = {"public": AudienceGroup.PUBLIC, "staff": AudienceGroup.STAFF, "customer": AudienceGroup.CUSTOMER}
    named |= company.units | company.posts

    def meant(entry):
        return tuple(named[part] for part in entry) if isinstance(entry, tuple) else named[entry]

    return publish_notice(
        by=company.users["editor"], title="T", summary="S", body="<p>B</p>", audience=[meant(one) for one in audience]
    )


# audience, who reads it, who does not
TABLE = [
    (["public"], ["", "customer", "employee"], []),
    (["staff"], ["employee", "clerk", "administrator"], ["", "customer"]),
    (["customer"], ["customer"], ["", "employee"]),
    ([], ["employee"], ["", "customer"]),
    (["CREW1"], ["employee", "crew_leader", "unit_manager"], ["", "customer", "other_crew_leader", "clerk"]),
    (["PROJECT1"], ["employee", "other_crew_leader"], ["clerk", "customer"]),  # with all units below
    (["crew_leader"], ["crew_leader", "other_crew_leader"], ["employee", "clerk", ""]),
    ([("CREW1", "crew_leader")], ["crew_leader"], ["other_crew_leader", "employee", ""]),
    ([("PROJECT1", "crew_leader")], ["crew_leader", "other_crew_leader"], ["employee"]),
    (["customer", "OFFICE1"], ["customer", "clerk", "director"], ["", "other_clerk", "employee"]),
]


@pytest.mark.parametrize(("audience", "readers", "others"), TABLE)
def test_tokens_database_and_address_agree(company, signed_in, audience, readers, others):
    page = notice(company, audience)
    for name in [*readers, *others]:
        reader = reader_for(company.users[name] if name else None)
        expected = name in readers
        assert reader.may_read(page.audience_tokens()) is expected, name
        assert readable_by(NoticePage.objects.all(), reader).filter(pk=page.pk).exists() is expected, name
        client = signed_in(name) if name else Client()
        assert client.get(page.url).status_code == (200 if expected else 404), name


def test_a_reader_meets_each_page_once(company):
    page = notice(company, ["public", "staff", "CREW1", "crew_leader"])
    found = readable_by(NoticePage.objects.all(), reader_for(company.users["crew_leader"]))
    assert list(found) == [page]


def test_an_account_without_appointment_reads_what_is_public(company, signed_in):
    left = User.objects.create(username="left")
    reader = reader_for(left)
    assert not reader.may_read(notice(company, ["staff"]).audience_tokens())
    assert reader.may_read(notice(company, ["public"]).audience_tokens())


@pytest.mark.parametrize(
    ("fields", "fine"),
    [
        ({"group": "staff"}, True),
        ({"unit": "CREW1"}, True),
        ({}, False),
        ({"group": "staff", "unit": "CREW1"}, False),
    ],
)
def test_a_rule_names_a_group_or_a_place(company, fields, fine):
    rule = PageAudience(page=notice(company, ["staff"]), **fields | {"unit": company.units.get(fields.get("unit"))})
    if fine:
        rule.full_clean(exclude=["page"])
    else:
        with pytest.raises(ValidationError):
            rule.full_clean(exclude=["page"])


def test_an_editor_previews_what_is_meant_for_others(company, signed_in):
    page = notice(company, ["CREW1"])
    draft = signed_in("administrator").get(f"/admin/pages/{page.pk}/view_draft/")
    assert draft.status_code == 200


def test_tokens_of_a_list_cost_one_query(company, django_assert_num_queries):
    for audience in (["staff"], ["CREW1", "crew_leader"], [("CREW1", "crew_leader")]):
        notice(company, audience)
    with django_assert_num_queries(2):
        pages = list(NoticePage.objects.order_by("pk").prefetch_related("audience_rules"))
        tokens = [page.audience_tokens() for page in pages]
    unit = company.units["CREW1"].pk
    assert tokens == [{"staff"}, {f"unit:{unit}", "post:crew_leader"}, {f"unit:{unit}+post:crew_leader"}]
