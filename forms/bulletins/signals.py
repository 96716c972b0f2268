"""Every publication of a bulletin is followed up, whichever button, schedule or command published it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from wagtail.signals import page_published, page_unpublished

from forms.bulletins import actions
from forms.bulletins.models import BulletinPage
from forms.bulletins.tasks import make_paper_job
from portal.jobs import outbox


def published(sender: Any, instance: BulletinPage, revision: Any = None, **kwargs: Any) -> None:
    with transaction.atomic():
        actions.on_published(page=instance, by=getattr(revision, "user", None))
        make_paper_job.enqueue(instance.pk)


def gone(sender: Any, instance: BulletinPage, **kwargs: Any) -> None:
    outbox.changed("bulletins", instance.pk)


def connect() -> None:
    page_published.connect(published, sender=BulletinPage, dispatch_uid="bulletins.published")
    page_unpublished.connect(gone, sender=BulletinPage, dispatch_uid="bulletins.unpublished")
    post_delete.connect(gone, sender=BulletinPage, dispatch_uid="bulletins.deleted")
