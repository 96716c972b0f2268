"""The public library: documents and information by kind and estate; and papers that only those named may read."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from home.library.enums import FOR_CUSTOMERS, EntryAudience, EntryKind
from portal.lib import chinese, clock
from portal.org.readers import CUSTOMER, PUBLIC, STAFF, Reader, estate_token


class EntryQuerySet(models.QuerySet["LibraryEntry"]):
    def valid_on(self, day: date) -> EntryQuerySet:
        """Published, not yet expired (the last day counts), not withdrawn by that day."""
        return (
            self.filter(publish_on__lte=day)
            .filter(Q(expires_on=None) | Q(expires_on__gte=day))
            .filter(Q(withdrawn_on=None) | Q(withdrawn_on__gt=day))
        )

    def readable_by(self, reader: Reader) -> EntryQuerySet:
        """Entries this reader is in the audience of, decided by the database; nothing else may list them."""
        tokens = reader.tokens
        allowed = Q(audience=EntryAudience.PUBLIC)
        if STAFF in tokens:
            allowed |= Q(audience__in=[EntryAudience.STAFF, EntryAudience.CUSTOMERS])
        if CUSTOMER in tokens:
            allowed |= Q(audience=EntryAudience.CUSTOMERS, estate=None)
            allowed |= Q(audience=EntryAudience.CUSTOMERS, estate__in=_estates_of(tokens))
        if reader.is_signed_in:
            named = NamedReader.objects.filter(entry=OuterRef("pk"), token__in=tokens)
            mine = Q(Exists(named)) | Q(owner_id=reader.user.pk)
            allowed |= Q(audience=EntryAudience.NAMED) & mine
        return self.filter(allowed)

    def for_list(self) -> EntryQuerySet:
        """What lists show: kinds in their order, newest first, estate and unit joined in."""
        order = models.Case(
            *[models.When(kind=kind, then=place) for place, kind in enumerate(EntryKind)],
            output_field=models.IntegerField(),
        )
        listed = self.select_related("estate", "unit").defer("body", "file_text").annotate(kind_order=order)
        return listed.order_by("kind_order", "-publish_on", "-pk")


def _estates_of(tokens: frozenset[str]) -> list[int]:
    return [int(token.partition(":")[2]) for token in tokens if token.startswith("estate:")]


class LibraryEntry(models.Model):
    """One document or piece of information. `file_text` holds the words of its files, for search."""

    submission_id = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind)
    title = models.CharField(_("title"), max_length=120)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    source = models.CharField(_("issued by"), max_length=120, blank=True)
    summary = models.CharField(_("summary"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    search_text = models.TextField(_("words for search"), blank=True)
    file_text = models.TextField(blank=True, editable=False)
    estate = models.ForeignKey(
        "org.Estate", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("estate")
    )
    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    audience = models.CharField(_("who may read it"), max_length=12, choices=EntryAudience)
    confidential = models.BooleanField(_("confidential"), default=False)
    publish_on = models.DateField(_("published on"), default=clock.today)
    expires_on = models.DateField(_("last day"), null=True, blank=True)
    withdrawn_on = models.DateField(null=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("owner"))
    created_at = models.DateTimeField(editable=False)
    changed_at = models.DateTimeField(editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the library")
        verbose_name_plural = _("library")
        constraints = [
            models.CheckConstraint(
                condition=Q(confidential=False) | Q(audience=EntryAudience.NAMED), name="confidential_names_its_readers"
            ),
            models.CheckConstraint(
                condition=Q(expires_on=None) | Q(expires_on__gte=F("publish_on")), name="library_entry_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["kind", "publish_on"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("library_entry", args=[self.pk])

    def audience_tokens(self) -> frozenset[str]:
        """The tokens of which a reader needs one; the owner is always among those named."""
        if self.audience == EntryAudience.PUBLIC:
            return frozenset({PUBLIC})
        if self.audience == EntryAudience.STAFF:
            return frozenset({STAFF})
        if self.audience == EntryAudience.CUSTOMERS:
            return frozenset({STAFF, estate_token(self.estate_id) if self.estate_id else CUSTOMER})
        named = {reader.token for reader in self.readers.all()}
        return frozenset(named | {f"user:{self.owner_id}"})

    def is_valid_on(self, day: date) -> bool:
        """The same as `EntryQuerySet.valid_on`, for an entry at hand."""
        begun = self.publish_on <= day and (self.expires_on is None or self.expires_on >= day)
        return begun and (self.withdrawn_on is None or self.withdrawn_on > day)

    @property
    def is_for_customers(self) -> bool:
        return self.audience in FOR_CUSTOMERS

    def matches(self, words: list[str]) -> bool:
        """Whether each word occurs in what a list shows, or in the words for search, in either script."""
        parts = (self.title, self.number, self.source, self.summary, self.search_text)
        text = chinese.fold(" ".join(parts))
        return all(chinese.fold(word) in text for word in words)


class NamedReader(models.Model):
    """One rule of an entry for those named: a unit with all below it, a post, a post in a unit, or a person."""

    entry = models.ForeignKey(LibraryEntry, models.CASCADE, related_name="readers")
    unit = models.ForeignKey("org.Unit", models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey("org.Post", models.PROTECT, to_field="code", null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=120)  # as readers hold it (portal.org.readers)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "token"], name="named_reader_once")]
        indexes = [models.Index(fields=["token"])]

    def __str__(self) -> str:
        return self.token
