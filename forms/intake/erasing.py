"""Taking what is personal out of submissions, for the app that owns their records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forms.intake.models import Answer, Attachment, Submission


def erase_submissions(keys: Sequence[Any]) -> list[str]:
    """Answers, attachments, sender, fingerprint and tracking code of these submissions go; the receipt number stays.

    Call it in a transaction. Returns the paths of files that no row names any more: remove them after the commit.
    """
    attached = Attachment.objects.filter(submission__in=keys)
    paths = list(attached.values_list("path", flat=True))
    attached.delete()
    Answer.objects.filter(submission__in=keys).update(value=None)
    for key in keys:
        Submission.objects.filter(pk=key).update(
            by=None, address_digest="", fingerprint="", tracking_digest=f"erased:{key}"
        )
    return paths
