"""What the migrations leave: our home page at the root of the site, and groups with the rights of roles."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from wagtail.models import GroupPagePermission, Page, Site

from home.models import HomePage, NoticeIndexPage

pytestmark = pytest.mark.django_db


def test_the_site_begins_with_our_home_page():
    site = Site.objects.get(is_default_site=True)
    home = HomePage.objects.get()
    assert site.root_page_id == home.pk
    assert home.url == "/"
    assert NoticeIndexPage.objects.get().url == "/notices/"


def test_the_tree_is_sound():
    assert Page.find_problems() == ([], [], [], [], [])
    assert Page.get_first_root_node().numchild == 1


def test_a_page_can_be_added_beside_the_first():
    home = HomePage.objects.get()
    child = home.add_child(instance=Page(title="One more"))
    assert child.path > NoticeIndexPage.objects.get().path


RIGHTS = {
    "role:administrator": {"add_page", "change_page", "publish_page", "lock_page", "unlock_page"},
    "role:editor": {"add_page", "change_page", "publish_page"},
    "role:approver": {"change_page", "publish_page"},
}


@pytest.mark.parametrize("name", RIGHTS)
def test_rights_with_pages(name):
    rights = GroupPagePermission.objects.filter(group__name=name)
    assert {right.permission.codename for right in rights} == RIGHTS[name]
    assert {right.page_id for right in rights} == {HomePage.objects.get().pk}
    assert Group.objects.get(name=name).permissions.filter(codename="access_admin").exists()


def test_nobody_deletes_a_page_with_all_below_it():
    assert not GroupPagePermission.objects.filter(permission__codename="bulk_delete_page").exists()


def test_there_is_no_other_way_to_rights():
    assert set(Group.objects.values_list("name", flat=True)) == set(RIGHTS)


@pytest.mark.parametrize(
    ("username", "images", "users"),
    [("administrator", 200, 200), ("editor", 200, 302), ("approver", 302, 302), ("clerk", 302, 302)],
)
def test_doors_of_the_admin(company, signed_in, username, images, users):
    client = signed_in(username)
    assert client.get("/admin/images/").status_code == images
    assert client.get("/admin/users/").status_code == users


def test_who_is_no_editor_finds_nothing_at_the_admin(company, signed_in):
    answer = signed_in("clerk").get("/admin/", follow=True)
    assert answer.status_code == 404


def test_wagtails_own_login_form_is_out_of_the_way(client, company):
    answer = client.get("/admin/login/?next=/admin/images/")
    assert answer["Location"] == "/accounts/login/?next=/admin/images/"
    assert client.post("/admin/login/", {"username": "editor", "password": "x"}).status_code == 302
    assert client.get("/admin/password_reset/").status_code == 404


def test_menus_are_short(company, signed_in):
    props = signed_in("editor").get("/admin/").content.decode()
    assert '"name": "reports"' not in props.replace("&quot;", '"')
    assert '"name": "settings"' not in props.replace("&quot;", '"')
