"""Files that belong to a record of any app, served only to whom that app lets see the record."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PrivateFile(models.Model):
    """A cleaned file under a random name no web server serves. `owner_type` is the label of its record's model."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_type = models.CharField(max_length=80)
    owner_id = models.CharField(max_length=40)
    purpose = models.CharField(max_length=40, blank=True)  # where one record has files of several kinds
    position = models.PositiveSmallIntegerField(default=0)
    path = models.CharField(max_length=120, unique=True)  # in STORAGES["private"]
    name = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("private file")
        verbose_name_plural = _("private files")
        ordering = ["position", "kept_at"]
        indexes = [models.Index(fields=["owner_type", "owner_id"])]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")
