"""Several workers and people at once on a real database: when all is done, the index says what the database says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from django.db import transaction

from portal.jobs import outbox
from portal.lib.registries import Passage, SearchSource, search_sources
from portal.org.models import Post
from search import actions
from search.engines import engine
from search.models import Passage as Row
from search.words import plan_of
from tests.patience import at_once

CHANGES = 30


def read_posts(keys: Iterable[str]) -> Iterator[Passage]:
    for post in Post.objects.filter(code__in=keys):
        yield Passage(post.code, "post", post.title, "觀察", f"/{post.code}/", frozenset({"public"}))


def change_posts(seed: int) -> None:
    """Renames, removes and makes anew the same few posts, each with its outbox row, as verbs do."""
    for number in range(CHANGES):
        code = f"post{(number * seed) % 5}"
        with transaction.atomic():
            if number % 4 == seed % 4:
                Post.objects.filter(code=code).delete()
            else:
                Post.objects.update_or_create(code=code, defaults={"title": f"第{seed}次{number}", "role": "employee"})
            outbox.changed("posts", code)


def drain_for_a_while() -> None:
    for _round in range(CHANGES):
        actions.drain()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_the_index_follows_whoever_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_sources, "_entries", {})
    monkeypatch.setattr(actions, "BATCH", 7)
    source = SearchSource("posts", "Posts", lambda: list(Post.objects.values_list("code", flat=True)), read_posts)
    search_sources.register("posts", source)
    workers = [lambda seed=seed: change_posts(seed) for seed in (1, 2, 3)]
    assert not [
        problem for problem in at_once(*workers, drain_for_a_while, drain_for_a_while, actions.repair)
        if isinstance(problem, BaseException)
    ]  # fmt: skip
    while actions.drain():
        pass
    posts = dict(Post.objects.filter(code__startswith="post").values_list("code", "title"))
    assert dict(Row.objects.values_list("key", "title")) == posts
    assert engine().missing() == []
    assert engine().count(plan_of("觀察"), audience=["public"]) == ({"post": len(posts)} if posts else {})
