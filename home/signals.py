"""A notice is published, withdrawn, moved or deleted, whatever the way: search hears of it, the journal keeps it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from wagtail.log_actions import get_active_log_context
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from home.models import NoticeIndexPage, NoticePage
from home.sources import SOURCE
from portal.jobs import outbox
from portal.journal import actions as journal


def _acting(revision: Any = None) -> Any:
    """Who is at work in Wagtail's admin or verb; the schedule publishes in the portal's own name."""
    return get_active_log_context().user or getattr(revision, "user", None) or journal.SYSTEM


@transaction.atomic
def _keep(verb: str, notice: NoticePage, revision: Any = None) -> None:
    outbox.changed(SOURCE, notice.pk)
    journal.record(by=_acting(revision), action=f"home.{verb}", thing=notice, unit=notice.unit_id)


def notice_published(sender: Any, instance: Any, revision: Any = None, **kwargs: Any) -> None:
    if isinstance(instance, NoticePage):
        _keep("publish_notice", instance, revision)


def notice_withdrawn(sender: Any, instance: Any, **kwargs: Any) -> None:
    if isinstance(instance, NoticePage):
        _keep("withdraw_notice", instance)


def notice_deleted(sender: Any, instance: NoticePage, **kwargs: Any) -> None:
    _keep("delete_notice", instance)


def address_changed(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A new slug or place: the addresses that search keeps are old, those of all notices below as well."""
    if isinstance(instance, NoticePage):
        outbox.changed(SOURCE, instance.pk)
    elif isinstance(instance, NoticeIndexPage):
        for key in NoticePage.objects.child_of(instance).values_list("pk", flat=True):
            outbox.changed(SOURCE, key)


def connect() -> None:
    page_published.connect(notice_published)
    page_unpublished.connect(notice_withdrawn)
    post_delete.connect(notice_deleted, sender=NoticePage)
    page_slug_changed.connect(address_changed)
    post_page_move.connect(address_changed)
