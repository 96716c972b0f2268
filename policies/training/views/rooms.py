"""Sessions: planned, signed up for, the sheet at the door, signing in by its code, ticking who was there."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from policies.training import actions, own, papers, permissions
from policies.training import sign_in as codes_of
from policies.training.actions.rooms import COUNTED
from policies.training.enums import Presence, SessionState
from policies.training.forms import CodeForm, PresenceForm, SessionForm
from policies.training.models import RoomSession
from policies.training.participation import names_any, required_people
from policies.training.views.certificates import pdf_response
from policies.training.views.doors import for_learners, for_planners, person_of
from policies.training.views.taking import doors_of
from portal.lib import clock
from portal.lib.refusals import Refused
from portal.org.models import Person
from portal.org.requests import ReaderRequest


@for_learners
@require_safe
def session_list(request: ReaderRequest) -> HttpResponse:
    """Sessions to come for the reader; for who leads some also the last ones."""
    reader, now = request.reader, clock.now()
    led = RoomSession.objects.filter(unit__in=permissions.session_units(reader).values("pk"))
    led = (led | RoomSession.objects.filter(trainer=person_of(request))).select_related("course", "unit")
    context = {
        "sessions": own.sessions_of(person_of(request).pk, reader.appointments, now),
        "led_coming": led.coming(now)[:50],  # type: ignore[attr-defined]
        "led_over": led.over(now)[:30],  # type: ignore[attr-defined]
        "now": now,
    }
    return render(request, "training/sessions.html", context | doors_of(request))


def _session(request: ReaderRequest, pk: int) -> RoomSession:
    """Trainings for all staff; an activity for who is asked, signed up, or leads it."""
    session = get_object_or_404(RoomSession.objects.select_related("course", "unit", "trainer"), pk=pk)
    reader = request.reader
    if session.course_id or permissions.reader_can_lead_session(reader, session):
        return session
    if session.attendances.filter(person=reader.person).exists():
        return session
    if names_any(session.requirements.select_related("unit"), reader.appointments):
        return session
    raise Http404


def _led_session(request: ReaderRequest, pk: int) -> RoomSession:
    session = get_object_or_404(RoomSession.objects.select_related("course", "unit", "trainer"), pk=pk)
    if not permissions.reader_can_lead_session(request.reader, session):
        raise Http404
    return session


@for_learners
@require_safe
def session_page(request: ReaderRequest, pk: int) -> HttpResponse:
    session, reader, now = _session(request, pk), request.reader, clock.now()
    taken = session.attendances.filter(presence__in=COUNTED).count()
    context = {
        "session": session,
        "lines": session.requirements.select_related("unit", "post"),
        "required": names_any(session.requirements.select_related("unit"), reader.appointments),
        "own": session.attendances.filter(person=reader.person).first(),
        "taken": taken,
        "full": bool(session.capacity) and taken >= session.capacity,
        "begun": session.starts_at <= now,
        "over": session.ends_at < now,
        "cancelled": session.state == SessionState.CANCELLED,
        "leads": permissions.reader_can_lead_session(reader, session),
        "attended": session.attendances.filter(presence=Presence.PRESENT).count(),
    }
    return render(request, "training/session.html", context)


@for_learners
@require_POST
def session_place(request: ReaderRequest, pk: int) -> HttpResponse:
    """Takes or gives back a place."""
    session = _session(request, pk)
    try:
        if request.POST.get("take") == "1":
            actions.enrol(by=request.user, session=session)
            messages.success(request, _("Your place is kept."))
        else:
            actions.leave(by=request.user, session=session)
            messages.success(request, _("You gave your place back."))
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect(session)


@for_planners
@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: ReaderRequest, pk: int | None = None) -> HttpResponse:
    session = _led_session(request, pk) if pk is not None else None
    units, keeps = permissions.session_units(request.reader), permissions.reader_keeps_courses(request.reader)
    if session is not None and not units.filter(pk=session.unit_id).exists():
        raise Http404  # a trainer leads the session, who planned it changes it
    initial = {"course": request.GET.get("course", "")[:20]} if session is None else {}
    extra: dict[str, Any] = {"initial": initial} if initial.get("course") else {}
    form = SessionForm(request.POST or None, units=units, keeps=keeps, session=session, **extra)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                saved = actions.plan_session(
                    by=request.user, details=_details(form), session=session, version=form.cleaned_data["version"]
                )
            except Refused as refused:
                name = {"starts_at": "starts", "ends_at": "ends"}.get(refused.field or "", refused.field)
                form.add_error(name if name in form.fields else None, str(refused.message))
                status = refused.status
            else:
                messages.success(request, _("The session is planned."))
                return redirect(saved)
    return render(request, "training/session_edit.html", {"form": form, "session": session}, status=status)


def _details(form: SessionForm) -> actions.SessionDetails:
    starts_at, ends_at = form.moments()
    cleaned = form.cleaned_data
    return actions.SessionDetails(
        title=cleaned["title"],
        unit=cleaned["unit"],
        starts_at=starts_at,
        ends_at=ends_at,
        place=cleaned["place"],
        course=cleaned["course"],
        trainer=cleaned["trainer"],
        capacity=cleaned["capacity"],
        required_of=form.lines(),
    )


@for_learners
@require_http_methods(["GET", "HEAD", "POST"])
def session_attendance(request: ReaderRequest, pk: int) -> HttpResponse:
    """Who was there: those required, signed up or signed in, and others by staff number."""
    session = _led_session(request, pk)
    held = {row.person_id: row for row in session.attendances.select_related("person")}
    people = {person.pk: person for person in required_people(session)}
    people |= {row.person_id: row.person for row in held.values()}
    form = PresenceForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            chosen = {key: request.POST.get(f"p_{key}", "") for key in people if f"p_{key}" in request.POST}
            try:
                actions.mark_attendance(
                    by=request.user,
                    session=session,
                    present={key for key, word in chosen.items() if word == "present"} | set(form.cleaned_data["more"]),
                    excused={key for key, word in chosen.items() if word == "excused"},
                    asked=set(chosen),
                )
            except Refused as refused:
                form.add_error(None, str(refused.message))
                status = refused.status
            else:
                messages.success(request, _("The attendance is kept."))
                return redirect("training_attendance", pk=session.pk)
    context = {
        "session": session,
        "rows": [_row(request, person, held.get(person.pk)) for person in _by_unit(people)],
        "form": form,
        "choices": PresenceForm.CHOICES,
        "begun": session.starts_at <= clock.now() and session.state == SessionState.PLANNED,
    }
    return render(request, "training/attendance.html", context, status=status)


def _by_unit(people: dict[int, Person]) -> list[Person]:
    return sorted(people.values(), key=lambda person: person.staff_number)


def _row(request: ReaderRequest, person: Person, held: Any) -> dict[str, Any]:
    """What was sent comes first, so that nothing ticked is lost."""
    kept = held.presence if held and held.presence != Presence.ENROLLED else ""
    return {
        "person": person,
        "name": f"p_{person.pk}",
        "chosen": request.POST.get(f"p_{person.pk}", kept),
        "held": held,
    }


@for_learners
@require_safe
def session_sheet(request: ReaderRequest, pk: int) -> HttpResponse:
    session = _led_session(request, pk)
    return pdf_response(papers.sheet_pdf(session, request.build_absolute_uri("/")), f"sign-in-{session.pk}")


@for_learners
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: ReaderRequest, pk: int) -> HttpResponse:
    session = _led_session(request, pk)
    if request.method == "POST":
        try:
            actions.cancel_session(by=request.user, session=session)
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, _("The session was cancelled."))
        return redirect(session)
    return render(request, "training/session_cancel.html", {"session": session})


# ---- the code at the door --------------------------------------------------------------------------------------------
@for_learners
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: ReaderRequest) -> HttpResponse:
    """For who types the code instead of scanning it."""
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            session = codes_of.find_session(form.cleaned_data["code"])
            if session is not None:
                return redirect("training_sign_in", token=codes_of.token_of(session.seed))
            form.add_error("code", _("No session has this code: compare it with the sheet."))
    return render(request, "training/sign_in_code.html", {"form": form}, status=status)


@for_learners
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: ReaderRequest, token: str) -> HttpResponse:
    """The address in the QR code: shows the session, one press signs in."""
    session = codes_of.find_session(token)
    if session is None:
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            actions.sign_in(by=request.user, session=session)
        except Refused as refused:
            refusal = str(refused.message)
    now = clock.now()
    context = {
        "session": session,
        "own": session.attendances.filter(person=request.reader.person, presence=Presence.PRESENT).first(),
        "open": session.takes_signatures(now),
        "refusal": refusal,
        "early": session.starts_at > now,
    }
    return render(request, "training/sign_in.html", context, status=409 if refusal else 200)
