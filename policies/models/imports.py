"""What was read from an uploaded file, kept between its preview and its confirmation."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class ImportPreview(models.Model):
    """A parsed file that waits for its uploader's confirmation. The tree is kept, not the file: what was shown is
    what is saved."""

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    uploaded_at = models.DateTimeField()
    source_name = models.CharField(max_length=255)
    parsed = models.JSONField()

    class Meta:
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.source_name
