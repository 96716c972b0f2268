"""Reading WordprocessingML whichever of its two namespaces (transitional, strict) it is written in."""

from __future__ import annotations

from lxml import etree


def local(element: etree._Element) -> str:
    """The name of an element without its namespace; "" for what is no element (an instruction)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: etree._Element | None, *path: str) -> etree._Element | None:
    """The first descendant along a path of local names, None when one is missing."""
    for name in path:
        if element is None:
            return None
        element = next((one for one in element if local(one) == name), None)
    return element


def attribute(element: etree._Element | None, name: str) -> str:
    """The value of an attribute by its local name; "" when absent."""
    if element is None:
        return ""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def number(text: str, default: int | None = None) -> int | None:
    """A small integer of an attribute, or the default when it is none."""
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and len(digits) <= 9 else default
