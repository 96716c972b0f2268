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
from policies.enums import EditionState
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


@pytest.mark.parametrize("fixture", ["draft", "reviewed", "in_trial", "issued"])
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


# ---- round the three people ------------------------------------------------------------------------------------------

LEAPS = {
    "save": lambda e: (setattr(e, "state", EditionState.ISSUED), e.save()),
    "save the state alone": lambda e: (setattr(e, "state", EditionState.APPROVED), e.save(update_fields=["state"])),
    "update": lambda e: Edition.objects.filter(pk=e.pk).update(state=EditionState.APPROVED),
    "update from the page": lambda e: e.regulation.editions.update(state=EditionState.ISSUED),
    "many at once": lambda e: Edition.objects.bulk_update([setattr(e, "state", "issued") or e], ["state"]),
    "many new": lambda e: Edition.objects.bulk_create(
        [Edition(regulation=e.regulation, number=9, title="偷發", state="issued", drafted_at=timezone.now())]
    ),
    "new": lambda e: Edition.objects.create(
        regulation=e.regulation, number=9, title="偷發", state=EditionState.ISSUED, drafted_at=timezone.now()
    ),
}


@pytest.mark.parametrize("leap", LEAPS)
@pytest.mark.parametrize("state", ["draft", "in_review", "reviewed"])
def test_no_code_leaps_over_a_person(request, state, leap):
    edition = request.getfixturevalue(state)
    before = edition.state
    with pytest.raises((freezing.OnlyByVerb, freezing.Frozen)), transaction.atomic():
        LEAPS[leap](edition)
    assert [row.state for row in Edition.objects.all()] == [before]


def test_the_broken_twin_of_the_leaps(in_review, monkeypatch):
    monkeypatch.setattr(freezing, "require_verb", lambda: None)
    LEAPS["update"](in_review)
    assert Edition.objects.get().state == EditionState.APPROVED


POSTS = [
    ("policies_review", {"pass": "1"}),
    ("policies_review", {"approve": "1"}),
    ("policies_review", {"pass": "1", "approve": "1"}),
    ("policies_issue", {"issue": "1", "effective_on": "2026-03-02", "owner_unit": "1", "material": "yes"}),
    ("policies_trial", {"issue": "1", "ends_on": "2026-12-31", "owner_unit": "1"}),
]


@pytest.mark.parametrize("username", ["editor", "administrator", "employee", "unit_manager", "customer"])
@pytest.mark.parametrize("state", ["draft", "in_review", "reviewed"])
def test_no_screen_lets_the_drafter_or_an_outsider_decide(request, signed_in, state, username):
    edition = request.getfixturevalue(state)
    before = (edition.state, edition.reviewed_by_id)
    client = signed_in(username)
    for name, data in POSTS:
        assert client.post(reverse(name, args=[edition.pk]), data).status_code in {302, 404}
        edition.refresh_from_db()
        assert (edition.state, edition.reviewed_by_id) == before, name


def test_one_press_is_one_step(signed_in, in_review):
    """Passing and approving at once: the first alone, and the same person gets no further."""
    client = signed_in("second_editor")
    place = reverse("policies_review", args=[in_review.pk])
    client.post(place, {"pass": "1", "approve": "1"})
    client.post(place, {"approve": "1"})
    in_review.refresh_from_db()
    assert (in_review.state, in_review.reviewed_by.username) == (EditionState.IN_REVIEW, "second_editor")


@pytest.mark.parametrize("state", ["draft", "in_review", "reviewed", "approved"])
def test_preview_paper_and_comparison_show_nothing_before_its_time(request, signed_in, superuser, state):
    edition = request.getfixturevalue(state)
    page = edition.regulation
    addresses = [
        page.reading_url(),
        reverse("regulation_editions", args=[page.slug]),
        reverse("regulation_edition", args=[page.slug, edition.number]),
        reverse("regulation_pdf", args=[page.slug, edition.number]),
        reverse("regulation_compare", args=[page.slug]),
        reverse("regulation_comparison", args=[page.slug, edition.number, edition.number + 1]),
    ]
    for client in (superuser, signed_in("editor"), signed_in("employee")):
        for address in addresses:
            assert client.get(address).status_code == 404, address
    preview = superuser.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk]))
    assert preview.status_code in {302, 403, 404}
    assert superuser.get(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])).status_code in {302, 403, 404}


def test_no_api_serves_or_takes_pages(superuser, draft):
    for address in ("/api/", "/api/v2/pages/", "/api/v3/pages/", "/admin/api/v2beta/pages/"):
        for answer in (superuser.post(address, {}), superuser.patch(address), superuser.delete(address)):
            assert answer.status_code in {301, 302, 403, 404, 405}, address
    draft.refresh_from_db()
    assert draft.state == EditionState.DRAFT


def test_the_dashboard_offers_the_desk_and_no_way_round_it(signed_in, superuser, in_review):
    for client in (signed_in("editor"), signed_in("approver"), superuser):
        shown = client.get(reverse("wagtailadmin_home")).content.decode()
        assert reverse("policies_edition", args=[in_review.pk]) in shown
        assert reverse("wagtailadmin_pages:edit", args=[in_review.regulation_id]) not in shown
