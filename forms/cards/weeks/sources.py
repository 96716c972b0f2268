"""What search reads of lessons: the published ones, for all the staff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from forms.cards.weeks.actions.lessons import SEARCH_SOURCE
from forms.cards.weeks.models import Lesson
from portal.lib.registries import Passage, SearchSource
from portal.org.readers import STAFF


def lesson_keys() -> Iterator[str]:
    for pk in Lesson.objects.published().values_list("pk", flat=True).iterator():  # type: ignore[attr-defined]
        yield str(pk)


def lesson_passages(keys: Iterable[str]) -> Iterator[Passage]:
    for lesson in Lesson.objects.published().filter(pk__in=[int(key) for key in keys]):  # type: ignore[attr-defined]
        yield Passage(
            key=str(lesson.pk),
            kind="lesson",
            title=lesson.title,
            body="\n".join((lesson.happened, lesson.why, lesson.to_do)),
            url=lesson.get_absolute_url(),
            audience=frozenset({STAFF}),
            version=1,
        )


LESSONS = SearchSource(SEARCH_SOURCE, _("Safety lessons"), lesson_keys, lesson_passages)
