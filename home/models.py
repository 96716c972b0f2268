"""The home page, and notices."""

from __future__ import annotations

from wagtail.models import Page


class HomePage(Page):
    """Answers "what must I do now" for the reader's role."""

    template = "home/home.html"
