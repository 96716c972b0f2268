"""Bulletins: frozen figures of a unit and period, the editor's words, a page and its PDF."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.fields import RichTextField
from wagtail.models import Page

from forms.bulletins.enums import BulletinKind, PaperState
from forms.bulletins.wording import is_untouched
from forms.figures.frozen import Frozen
from home.audiences import AudienceMixin, readable_by
from portal.lib.periods import Period

# What no form, revision or copy can change: set when composed, refreshed only by the verb.
FROZEN_FIELDS = ("unit_id", "kind", "period_code", "period_start", "figures", "chart_names", "composed_by_id")
TEXT_FEATURES = ["h3", "bold", "italic", "ol", "ul", "link"]


def private_storage() -> Storage:
    return storages["private"]


class BulletinIndexPage(Page):
    """All bulletins this reader may read, newest period first."""

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["bulletins.BulletinPage"]
    template = "bulletins/index.html"

    class Meta:
        verbose_name = _("bulletins")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        pages = BulletinPage.objects.child_of(self).live().select_related("unit").order_by("-period_start", "title")
        context["bulletins"] = readable_by(pages, request.reader)  # type: ignore[attr-defined]
        return context


class BulletinPage(AudienceMixin, Page):
    """One bulletin. Its figures are frozen when it is composed and are no field of the editor's form."""

    unit = models.ForeignKey("org.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=20, choices=BulletinKind, default=BulletinKind.QUARTERLY)
    period_code = models.CharField(_("period"), max_length=12)
    period_start = models.DateField(_("period begins"))
    figures = models.JSONField(default=dict, blank=True)
    chart_names = models.JSONField(default=list, blank=True)
    composed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    summary = RichTextField(_("summary"), blank=True, features=TEXT_FEATURES)
    analysis = RichTextField(_("analysis"), blank=True, features=TEXT_FEATURES)
    measures = RichTextField(_("what we will do"), blank=True, features=TEXT_FEATURES)

    parent_page_types = ["bulletins.BulletinIndexPage"]
    subpage_types: list[str] = []
    template = "bulletins/bulletin.html"
    content_panels = [
        *Page.content_panels,
        HelpPanel(template="bulletins/admin/figures_panel.html", heading=_("Frozen figures")),
        FieldPanel("summary"),
        FieldPanel("analysis"),
        FieldPanel("measures"),
        *AudienceMixin.audience_panels,
    ]

    class Meta:
        verbose_name = _("bulletin")
        verbose_name_plural = _("bulletins")
        constraints = [models.UniqueConstraint(fields=["unit", "period_code", "kind"], name="bulletin_once")]

    @cached_property
    def period(self) -> Period:
        return Period.parse(self.period_code)

    @cached_property
    def frozen(self) -> Frozen:
        return Frozen(self.figures)

    @property
    def written_analysis(self) -> str:
        """The editor's analysis; '' while only the prompt stands there."""
        return "" if is_untouched(self.analysis) else self.analysis

    @property
    def written_measures(self) -> str:
        return "" if is_untouched(self.measures) else self.measures

    def charts(self) -> list[Any]:
        """The charts of this bulletin, each with its table, in the language that is active now."""
        return [self.frozen.chart(name) for name in self.chart_names if name in self.frozen.chart_names()]

    def with_content_json(self, content: Any) -> Any:
        """A revision carries words alone: figures, unit and period stay those of the row, whatever a revision says."""
        page = super().with_content_json(content)
        # Asked of the database, because the instance that a revision is unpacked from may be older than the row.
        row = BulletinPage.objects.filter(pk=self.pk).values(*FROZEN_FIELDS).first() or {}
        for name, value in row.items():
            setattr(page, name, value)
        return page

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        paper = Paper.objects.filter(page_id=self.pk).first() if self.pk else None
        context["paper"] = paper if paper and paper.state == PaperState.READY else None
        return context


class Paper(models.Model):
    """The PDF of a published bulletin, one row a page; `digest` says which text and figures it was made of."""

    page = models.OneToOneField(BulletinPage, models.CASCADE, related_name="paper")
    state = models.CharField(max_length=10, choices=PaperState, default=PaperState.NONE)
    digest = models.CharField(max_length=64, blank=True)
    file = models.FileField(storage=private_storage, upload_to="bulletins/", blank=True)
    problem = models.TextField(blank=True)
    made_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.page_id} {self.state}"
