"""The home page, and notices."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from home import tiles
from home.audiences import AudienceMixin, readable_by
from home.context_processors import doors
from home.enums import AudienceGroup
from home.library.models import LibraryEntry, NamedReader  # noqa: F401 - tables of this app
from portal.org.readers import Reader

NOTICE_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "image", "hr", "blockquote"]
NOTICES_ON_A_PAGE = 20


class PageAudience(Orderable):
    """One rule: a group; or a unit (with all below it); or a post; or a post within a unit. A page's rules add up."""

    page = ParentalKey("wagtailcore.Page", on_delete=models.CASCADE, related_name="audience_rules")
    group = models.CharField(_("group"), max_length=20, choices=AudienceGroup, blank=True)
    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    # By code: a rule's token then needs no look at the post.
    post = models.ForeignKey(
        "org.Post", models.PROTECT, to_field="code", null=True, blank=True, related_name="+", verbose_name=_("post")
    )

    panels = [FieldPanel("group"), FieldPanel("unit"), FieldPanel("post")]

    class Meta(Orderable.Meta):
        verbose_name = _("reader")
        verbose_name_plural = _("readers")

    def __str__(self) -> str:
        return self.token

    def clean(self) -> None:
        super().clean()
        if not (self.group or self.unit_id or self.post_id):
            raise ValidationError(_("Choose a group, a unit or a post."))
        if self.group and (self.unit_id or self.post_id):
            raise ValidationError(_("Choose either a group, or a unit and post: a second rule can hold the other."))

    @property
    def token(self) -> str:
        if self.group:
            return self.group
        if self.unit_id and self.post_id:
            return f"unit:{self.unit_id}+post:{self.post_id}"
        return f"unit:{self.unit_id}" if self.unit_id else f"post:{self.post_id}"


class HomePage(Page):
    """Answers "what must I do now" for the reader's role; a visitor sees the doors, the hotlines and the notices."""

    welcome = models.CharField(
        _("welcome"), max_length=80, blank=True, help_text=_("The heading that visitors see who are not signed in.")
    )
    lead = models.CharField(_("lead"), max_length=200, blank=True, help_text=_("A sentence under the heading."))

    max_count = 1
    template = "home/home.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("welcome"),
        FieldPanel("lead"),
        InlinePanel("hotlines", label=_("hotline"), heading=_("Hotlines")),
    ]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        reader = request.reader  # type: ignore[attr-defined]
        context = super().get_context(request, *args, **kwargs)
        context["board"] = tiles.board_for(reader)
        context["doors"] = doors(reader)
        context["notices"] = latest_notices(reader)
        context["notice_index"] = NoticeIndexPage.objects.live().first()
        context["hotlines"] = list(self.hotlines.all())
        return context


class Hotline(Orderable):
    """A number to call, and when somebody answers it (service handbook: complaints, services, duty; all 24 hours)."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="hotlines")
    label = models.CharField(_("label"), max_length=40)
    number = models.CharField(_("number"), max_length=40)
    hours = models.CharField(_("hours"), max_length=40, blank=True)

    panels = [FieldPanel("label"), FieldPanel("number"), FieldPanel("hours")]

    class Meta(Orderable.Meta):
        verbose_name = _("hotline")
        verbose_name_plural = _("hotlines")

    def __str__(self) -> str:
        return f"{self.label} {self.number}"

    @property
    def dial(self) -> str:
        """The number as a telephone wants it: digits and a leading plus."""
        return "".join(sign for sign in self.number if sign.isdigit() or sign == "+")


class NoticeIndexPage(Page):
    """All notices that this reader may read, newest first; those pinned stand on top."""

    lead = models.CharField(_("lead"), max_length=200, blank=True)

    max_count = 1
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NoticePage"]
    template = "home/notice_index.html"
    content_panels = [*Page.content_panels, FieldPanel("lead")]

    class Meta:
        verbose_name = _("notices")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        notices = NoticePage.objects.child_of(self).readable_by(request.reader)  # type: ignore[attr-defined]
        context["page_obj"] = Paginator(notices, NOTICES_ON_A_PAGE).get_page(request.GET.get("page"))
        return context


class NoticeQuerySet(PageQuerySet):
    def readable_by(self, reader: Reader) -> NoticeQuerySet:
        """Published notices for this reader, pinned ones first, then the newest."""
        return readable_by(self.live(), reader).select_related("unit").order_by("-pinned", "-first_published_at", "-pk")


NoticeManager = PageManager.from_queryset(NoticeQuerySet)


class NoticePage(AudienceMixin, Page):
    """A notice: for everybody, for the staff, for some units or posts; from a day until a day (Wagtail's schedule)."""

    unit = models.ForeignKey(
        "org.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    summary = models.CharField(_("summary"), max_length=200, help_text=_("One sentence, shown in lists."))
    body = RichTextField(_("text"), features=NOTICE_FEATURES)
    pinned = models.BooleanField(_("stands on top"), default=False)

    objects = NoticeManager()

    parent_page_types = ["home.NoticeIndexPage"]
    subpage_types: list[str] = []
    template = "home/notice.html"
    content_panels = [
        *Page.content_panels,
        FieldPanel("unit"),
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("pinned"),
        MultiFieldPanel(AudienceMixin.audience_panels, heading=_("Who may read it")),
    ]
    search_fields = [*Page.search_fields, index.SearchField("summary"), index.SearchField("body")]

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")


def latest_notices(reader: Reader, many: int = 4) -> list[NoticePage]:
    """The notices for this reader's home page."""
    return list(NoticePage.objects.readable_by(reader)[:many])
