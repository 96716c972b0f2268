"""Searches the portal as somebody would: with --as under that person's account, without it like a visitor."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.lib.refusals import Refused
from portal.org.models import User
from portal.org.readers import ANONYMOUS, Reader, reader_for
from search.results import Hit, Results, find
from search.snippets import Pieces


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("query")
        parser.add_argument("--as", dest="username", help="the account that searches (default: a visitor)")
        parser.add_argument("--kind", default="", help="only hits of one kind: clause, guide, notice ...")
        parser.add_argument("--limit", type=int, default=20, help="how many hits to print, 1 to 100")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        limit = options["limit"]
        if not 1 <= limit <= 100:
            raise CommandError("--limit must lie between 1 and 100.")
        try:
            results = find(options["query"], reader=_reader(options["username"]), kind=options["kind"], size=limit)
        except Refused as refusal:
            raise CommandError(str(refusal.message)) from None
        self.stdout.write(
            json.dumps(as_object(results), ensure_ascii=False) if options["format"] == "json" else _text(results)
        )


def _reader(username: str | None) -> Reader:
    if username is None:
        return ANONYMOUS
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"There is no active account {username!r}.")
    return reader_for(user)


def as_object(results: Results) -> dict[str, Any]:
    """The answer as scripts read it; `count` is of all pages, a snippet is a list of {"text", "marked"}."""
    return {"query": results.query, "count": results.count, "hits": [_hit(hit) for hit in results.hits]}


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "kind": hit.kind,
        "title": hit.title,
        "number": hit.number,
        "url": hit.url,
        "context": hit.context,
        "snippet": [{"text": text, "marked": marked} for text, marked in hit.snippet],
    }


def _text(results: Results) -> str:
    lines = [f"{results.count} found"]
    for hit in results.hits:
        number = hit.number if hit.number_pieces else ""
        lines += ["", " ".join(part for part in (f"[{hit.kind}]", number, hit.title) if part)]
        lines += [f"  {hit.url}", f"  {_bracketed(hit.snippet)}"]
    return "\n".join(lines)


def _bracketed(pieces: Pieces) -> str:
    return "".join(f"[{text}]" if marked else text for text, marked in pieces)
