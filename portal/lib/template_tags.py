"""Template tags and filters that know no app: figures, icons, addresses with changed parameters, dates in Chinese."""

from __future__ import annotations

from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One icon of the vendored sheet; hidden from screen readers unless it carries a label of its own."""
    address = static("portal/icons.svg")
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', label, address, name
        )
    return format_html('<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', address, name)


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """The present address's query string with some parameters changed; None removes one."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    encoded = query.urlencode()
    return f"?{encoded}" if encoded else "?"


@register.filter
def percent(value: float | None, digits: int = 1) -> str:
    """0.8123 -> 81.2%; no number for None."""
    return "–" if value is None else f"{value * 100:.{digits}f}%"


@register.filter
def get_item(mapping: Any, key: Any) -> Any:
    """mapping[key], or None."""
    return mapping.get(key) if mapping else None
