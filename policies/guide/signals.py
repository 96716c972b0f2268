"""An edition of the guide was issued, whoever called the verb: its booklets are to be made."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save
from django.dispatch import receiver

from policies.enums import Script
from policies.guide.tasks import make_booklet_job
from policies.models import GuideEdition


@receiver(post_save, sender=GuideEdition, dispatch_uid="policies.guide_booklets")
def make_booklets(instance: GuideEdition, created: bool, **kwargs: Any) -> None:
    """Both scripts wait in the queue, in the transaction of the edition."""
    if created:
        for script in Script:
            make_booklet_job.enqueue(instance.pk, script.value)
