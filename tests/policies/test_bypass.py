"""No way round the verbs: every page tool of Wagtail, every action behind them, for every account of the admin."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from policies import freezing
from policies.models import Edition, RegulationIndexPage, RegulationPage
from portal.org.models import User

DESK = ["administrator", "editor", "approver"]


@pytest.fixture
def page(draft) -> RegulationPage:
    """A regulation of which nothing was issued: publishing it would be the crime."""
    return draft.regulation


@pytest.fixture
def superuser(company) -> Client:
    user = User.objects.create(username="root", is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[1])
    return client


def state_of(page: Page) -> tuple:
    row = Page.objects.filter(pk=page.pk).values_list("live", "path", "title", "slug", "locked").first()
    return (row, RegulationPage.objects.count(), Edition.objects.values_list("state", flat=True).get())


ROUTES = {
    "edit": lambda p: (reverse("wagtailadmin_pages:edit", args=[p.pk]), {"title": "偷改", "action-publish": "1"}),
    "schedule": lambda p: (
        reverse("wagtailadmin_pages:edit", args=[p.pk]),
        {"title": p.title, "slug": p.slug, "go_live_at": "2026-01-01 00:00", "action-publish": "1"},
    ),
    "submit to workflow": lambda p: (reverse("wagtailadmin_pages:edit", args=[p.pk]), {"action-submit": "1"}),
    "unpublish": lambda p: (reverse("wagtailadmin_pages:unpublish", args=[p.pk]), {"include_descendants": "on"}),
    "delete": lambda p: (reverse("wagtailadmin_pages:delete", args=[p.pk]), {}),
    "copy": lambda p: (
        reverse("wagtailadmin_pages:copy", args=[p.pk]),
        {"new_title": "副本", "new_slug": "copy", "new_parent_page": p.get_parent().pk, "publish_copies": "on"},
    ),
    "alias": lambda p: (
        reverse("wagtailadmin_pages:copy", args=[p.pk]),
        {"new_title": "分身", "new_slug": "alias", "new_parent_page": p.get_parent().pk, "alias": "on"},
    ),
    "move": lambda p: (reverse("wagtailadmin_pages:move_confirm", args=[p.pk, p.get_parent().get_parent().pk]), {}),
    "reorder": lambda p: (reverse("wagtailadmin_pages:set_page_position", args=[p.pk]) + "?position=0", {}),
    "lock": lambda p: (reverse("wagtailadmin_pages:lock", args=[p.pk]), {}),
    "privacy": lambda p: (reverse("wagtailadmin_pages:set_privacy", args=[p.pk]), {"restriction_type": "login"}),
    "create": lambda p: (
        reverse("wagtailadmin_pages:add", args=["policies", "regulationpage", p.get_parent().pk]),
        {"title": "野生規定", "slug": "wild", "action-publish": "1"},
    ),
    **{
        f"bulk {action}": lambda p, action=action: (
            reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={p.pk}&next=/admin/",
            {"include_descendants": "on", "chooser": p.get_parent().get_parent().pk},
        )
        for action in ("publish", "unpublish", "delete", "move")
    },
    **{
        f"bulk {action} from above": lambda p, action=action: (
            reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
            + f"?id={p.get_parent().pk}&next=/admin/",
            {"include_descendants": "on", "chooser": p.get_parent().get_parent().pk},
        )
        for action in ("publish", "unpublish", "delete", "move")
    },
    "delete from above": lambda p: (reverse("wagtailadmin_pages:delete", args=[p.get_parent().pk]), {}),
    "unpublish from above": lambda p: (
        reverse("wagtailadmin_pages:unpublish", args=[p.get_parent().pk]),
        {"include_descendants": "on"},
    ),
    "copy from above": lambda p: (
        reverse("wagtailadmin_pages:copy", args=[p.get_parent().pk]),
        {
            "new_title": "副本",
            "new_slug": "copy",
            "new_parent_page": "1",
            "copy_subpages": "on",
            "publish_copies": "on",
        },
    ),
}


def press(client: Client, page: RegulationPage, route: str) -> int:
    address, data = ROUTES[route](page)
    return client.post(address, data).status_code


@pytest.mark.parametrize("fixture", ["draft", "issued"])
def test_no_page_tool_changes_a_regulation(request, fixture, superuser, signed_in):
    page = request.getfixturevalue(fixture).regulation
    before = state_of(page)
    for client in (superuser, *(signed_in(username) for username in DESK)):
        for route in ROUTES:
            assert press(client, page, route) in {302, 403, 404}, route
            assert state_of(page) == before, route


def our_hooks_gone(monkeypatch):
    from wagtail import hooks

    ours = {
        name: [one for one in found if one[0].__module__ != "policies.wagtail_hooks"]
        for name, found in hooks._hooks.items()
    }
    monkeypatch.setattr(hooks, "_hooks", ours)


def our_tester_gone(monkeypatch):
    for model in (RegulationPage, RegulationIndexPage):
        monkeypatch.setattr(model, "permissions_for_user", Page.permissions_for_user)


def our_locks_gone(monkeypatch):
    """The model and the signals let everything pass."""
    monkeypatch.setattr(freezing, "require_verb", lambda: None)


@pytest.mark.parametrize("gone", [our_hooks_gone, our_tester_gone, our_locks_gone])
def test_each_of_the_three_guards_can_fail(superuser, signed_in, draft, issue, company, gone, monkeypatch):
    """Hooks, permission tester, locks of the model: any two of them hold without the third."""
    page = draft.regulation
    before = state_of(page)
    gone(monkeypatch)
    for client in (superuser, signed_in("editor")):
        for route in ROUTES:
            with transaction.atomic():
                try:
                    press(client, page, route)
                except PermissionDenied:
                    transaction.set_rollback(True)
            assert state_of(page) == before, route


def test_with_all_guards_gone_the_tools_work(superuser, draft, monkeypatch):
    """The broken twin: what the tests above press does change a regulation where nothing refuses."""
    for gone in (our_hooks_gone, our_tester_gone, our_locks_gone):
        gone(monkeypatch)
    before = state_of(draft.regulation)
    assert press(superuser, draft.regulation, "bulk publish") == 302
    assert state_of(draft.regulation) != before


ACTIONS = {
    "save": lambda p, u: p.save(),
    "base save": lambda p, u: Page.objects.get(pk=p.pk).save(),
    "publish": lambda p, u: p.save_revision().publish(user=u, skip_permission_checks=True),
    "schedule": lambda p, u: p.save_revision(approved_go_live_at=timezone.now()),
    "delete": lambda p, u: p.delete(),
    "base delete": lambda p, u: Page.objects.get(pk=p.pk).delete(),
    "delete many": lambda p, u: RegulationPage.objects.filter(pk=p.pk).delete(),
    "delete from above": lambda p, u: RegulationIndexPage.objects.get().delete(),
    "move": lambda p, u: p.move(p.get_parent().get_parent(), pos="last-child"),
    "move from above": lambda p, u: RegulationIndexPage.objects.get().move(Page.objects.get(depth=1), pos="last-child"),
    "copy": lambda p, u: p.copy(update_attrs={"slug": "copy"}),
    "copy from above": lambda p, u: RegulationIndexPage.objects.get().copy(recursive=True, update_attrs={"slug": "c"}),
    "alias": lambda p, u: p.create_alias(update_slug="alias"),
    "new": lambda p, u: p.get_parent().add_child(instance=RegulationPage(title="野生規定")),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_no_code_changes_a_regulation_outside_a_verb(page, company, action):
    before = state_of(page)
    with pytest.raises((freezing.OnlyByVerb, ProtectedError)), transaction.atomic():
        ACTIONS[action](page, company.users["editor"])
    assert state_of(page) == before


def test_no_code_unpublishes_outside_a_verb(issued):
    with pytest.raises(freezing.OnlyByVerb), transaction.atomic():
        RegulationPage.objects.get(pk=issued.regulation_id).unpublish()
    assert RegulationPage.objects.get(pk=issued.regulation_id).live


def test_the_lock_is_open_inside_a_verb_only(page):
    with freezing.verb():
        page.save()
    with pytest.raises(freezing.OnlyByVerb):
        page.save()


def test_a_scheduled_revision_that_got_in_somehow_publishes_nothing(page):
    """Whatever the page says: what readers read is decided by the edition's state."""
    with freezing.verb():
        page.save_revision(approved_go_live_at=timezone.now())
    with pytest.raises(freezing.OnlyByVerb), transaction.atomic():
        call_command("publish_scheduled")
    assert not Page.objects.get(pk=page.pk).live


def test_a_page_made_live_behind_all_backs_shows_nothing(page, signed_in):
    Page.objects.filter(pk=page.pk).update(live=True)
    assert signed_in("employee").get(page.reading_url()).status_code == 404
    assert signed_in("employee").get(page.get_url()).status_code == 404


def test_the_pages_of_wagtail_itself_lead_to_the_reading_view(rf, issued):
    request = rf.get("/")
    assert issued.regulation.serve(request)["Location"] == issued.regulation.reading_url()
    assert issued.regulation.serve_preview(request, "")["Location"] == issued.regulation.reading_url()
    assert issued.regulation.get_sitemap_urls() == []


def test_the_explorer_offers_no_tool_on_a_regulation(superuser, page):
    tester = page.permissions_for_user(User.objects.get(username="root"))
    offered = [name for name in dir(tester) if name.startswith("can_") and name not in {"can_move_to", "can_copy_to"}]
    assert [name for name in offered if getattr(tester, name)()] == ["can_view_revisions"]
    explorer = superuser.get(reverse("wagtailadmin_explore", args=[page.get_parent().pk]))
    assert reverse("policies_regulation", args=[page.pk]) in explorer.content.decode()
    assert reverse("wagtailadmin_pages:copy", args=[page.pk]) not in explorer.content.decode()
