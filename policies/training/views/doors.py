"""Who gets into a screen at all: visitors are asked to sign in, for everybody else it is 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase
from django.views.decorators.cache import never_cache

from policies.training import permissions
from portal.org.models import Person
from portal.org.readers import Reader

View = Callable[..., HttpResponseBase]


def only_for(question: Callable[[Reader], bool]) -> Callable[[View], View]:
    """A view for readers of whom the question is true."""

    def around(view: View) -> View:
        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not question(request.reader):
                raise Http404
            return view(request, *args, **kwargs)

        return never_cache(login_required(guarded))

    return around


def person_of(request: Any) -> Person:
    """The person behind the request of a learner."""
    person = request.reader.person
    if person is None:
        raise Http404
    return person


for_learners = only_for(permissions.reader_can_take_courses)
for_keepers = only_for(permissions.reader_keeps_courses)
for_planners = only_for(permissions.reader_can_plan_sessions)
for_managers = only_for(permissions.reader_sees_matrix)
