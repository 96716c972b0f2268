"""Template tags and filters that know no app: figures, icons, addresses with changed parameters, dates in Chinese."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms.widgets import ChoiceWidget, MultiWidget, SelectDateWidget
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
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', address, name
    )


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


# Bootstrap's class for a widget, by the widget's `input_type`; what is not listed is a text-like control.
CONTROL_CLASSES = {
    "checkbox": "form-check-input",
    "radio": "form-check-input",
    "select": "form-select",
    "hidden": "",
    "range": "form-range",
}


@register.filter
def styled(field: Any) -> SafeString:
    """A bound field's widget with the class of its kind, marked when it holds an error. What the form set stays."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    classes = [widget.attrs.get("class", ""), CONTROL_CLASSES.get(kind, "form-control")]
    if field.errors:
        classes.append("is-invalid")
    return field.as_widget(attrs={"class": " ".join(name for name in classes if name)})


@register.filter
def styled_choice(choice: Any) -> SafeString:
    """One radio button or checkbox of a group, without its label."""
    choice.data["attrs"]["class"] = "form-check-input"
    return choice.tag()


@register.filter
def control_kind(field: Any) -> str:
    """How form_field.html lays a field out: hidden, checkbox, group (choices), set (several inputs) or control."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, ChoiceWidget):
        return "group" if kind in {"radio", "checkbox"} else "control"
    if isinstance(widget, (MultiWidget, SelectDateWidget)):
        return "set"
    return "checkbox" if kind == "checkbox" else "control"


@register.simple_tag(takes_context=True)
def page_address(context: dict[str, Any], number: int, parameter: str = "") -> str:
    """The present address at another page of its list."""
    return with_query(context, **{parameter or "page": number})


@register.filter
def page_numbers(page: Any) -> list[Any]:
    """The page numbers to show around this one, with an ellipsis for those between."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))


@register.filter
def at(items: Any, index: int) -> Any:
    """items[index], or None."""
    return items[index] if 0 <= index < len(items) else None


@register.filter
def percent(value: float | None, digits: int = 1) -> str:
    """0.8123 -> 81.2%; no number for None."""
    return "–" if value is None else f"{value * 100:.{digits}f}%"


@register.filter
def get_item(mapping: Any, key: Any) -> Any:
    """mapping[key], or None."""
    return mapping.get(key) if mapping else None
