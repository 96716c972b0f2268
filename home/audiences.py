"""Who may read a page: rules that an editor gives it, and the tokens that they mean (see portal.org.readers)."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import InlinePanel

from portal.org.readers import STAFF, Reader


class AudienceMixin:
    """Put before Page in the bases of a page model: `class NoticePage(AudienceMixin, Page)`. Not yours to read is 404.

    A page without rules is for the staff: what an editor forgot to say never goes out to the public.
    """

    audience_panels = [
        InlinePanel(
            "audience_rules",
            heading=_("Who may read it"),
            label=_("reader"),
            help_text=_("A unit includes all units below it. Without any entry the page is for all staff."),
        )
    ]

    def audience_tokens(self) -> frozenset[str]:
        """The tokens of which a reader needs one. One query, none when `audience_rules` is prefetched."""
        rules = self.audience_rules.all()  # type: ignore[attr-defined]
        return frozenset(rule.token for rule in rules) or frozenset({STAFF})

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        preview = getattr(request, "is_preview", False)  # an editor's, and Wagtail checked the right to it
        if not preview and not request.reader.may_read(self.audience_tokens()):  # type: ignore[attr-defined]
            raise Http404
        return super().serve(request, *args, **kwargs)  # type: ignore[misc]


def readable_by(pages: Any, reader: Reader) -> Any:
    """Those of the pages (a queryset of pages with AudienceMixin) this reader may read, decided by the database."""
    rules = pages.model._meta.get_field("audience_rules").related_model.objects.filter(page_id=OuterRef("pk"))
    readable = Q(Exists(rules.filter(_rules_met_by(reader))))
    if STAFF in reader.tokens:
        readable |= ~Exists(rules)  # type: ignore[assignment]
    return pages.filter(readable)


def _rules_met_by(reader: Reader) -> Q:
    """Reads the reader's tokens back into the columns of a rule."""
    groups, units, posts, met = [], [], [], Q()
    for token in reader.tokens:
        unit, plus, post = token.partition("+")
        if plus:
            met |= Q(unit_id=int(unit.removeprefix("unit:")), post_id=post.removeprefix("post:"))
        elif token.startswith("unit:"):
            units.append(int(token.removeprefix("unit:")))
        elif token.startswith("post:"):
            posts.append(token.removeprefix("post:"))
        elif ":" not in token:
            groups.append(token)
    return met | Q(group__in=groups) | Q(unit_id__in=units, post=None) | Q(post_id__in=posts, unit=None)
