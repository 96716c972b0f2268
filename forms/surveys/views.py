"""The questionnaire for who holds a letter, and the desk of campaigns: counts, letters, results."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from forms.intake.actions import Accepted
from forms.intake.attachments import Upload
from forms.intake.forms import EntranceForm
from forms.intake.views import EntranceView
from forms.surveys import actions, letters, permissions, statistics
from forms.surveys.actions import AlreadyAnswered, CannotAnswer
from forms.surveys.enums import SMALLEST_GROUP, InvitationState
from forms.surveys.forms import CampaignForm, CodeForm, SurveyForm
from forms.surveys.models import Campaign, Invitation
from forms.surveys.tokens import find_invitation, invitation_of_digest
from portal.journal.actions import CUSTOMER
from portal.lib.addresses import client_address
from portal.lib.refusals import NotYours, Refused, TooMany
from portal.lib.shown_again import show_refusal
from portal.org.enums import UnitKind
from portal.org.models import Unit
from portal.org.requests import ReaderRequest

SESSION_KEY = "survey_letter"
PROBLEM_KEY = "survey_problem"
LETTER_SALT = "surveys.letter"
LETTER_AGE = 14 * 24 * 3600
UNKNOWN, OFTEN = "unknown", "often"
PART = letters.LETTERS_A_PART


# ---- for who holds a letter -----------------------------------------------------------------------------------------
@never_cache
@sensitive_variables("token")
@require_safe
def survey_token(request: ReaderRequest, token: str) -> HttpResponse:
    """The address of a letter: the session keeps whose letter it is, and the reader is led on without the token."""
    _take_token(request, token)
    response = redirect("survey_answer")
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@sensitive_post_parameters("code")
@require_POST
def survey_code(request: ReaderRequest) -> HttpResponse:
    """The same for a code typed by hand."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return render(request, "surveys/code.html", {"form": form}, status=400)
    _take_token(request, form.cleaned_data["code"])
    return redirect("survey_answer")


def _take_token(request: ReaderRequest, token: str) -> None:
    """Wrong, expired, replaced: all leave the same note for the page that follows."""
    request.session.pop(SESSION_KEY, None)
    try:
        invitation = find_invitation(token[:200], address=client_address(request))
    except TooMany as refused:
        request.session[PROBLEM_KEY] = [OFTEN, str(refused.message)]
        return
    if invitation is None:
        request.session[PROBLEM_KEY] = [UNKNOWN, ""]
    else:
        request.session[SESSION_KEY] = invitation.token_digest


class SurveyView(EntranceView):
    """The questionnaire of the campaign whose letter this browser opened."""

    form_class = SurveyForm
    template_name = "surveys/answer.html"

    def dispatch(self, request: ReaderRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        digest = _letter_of(request)
        invitation = invitation_of_digest(digest) if digest else None
        if invitation is None:
            return _ask_for_code(request, unknown=digest is not None)
        if request.method != "POST":
            if invitation.state == InvitationState.RETURNED:
                return _already(request, invitation)
            if not invitation.campaign.takes_answers():
                return _ask_for_code(request, unknown=True)
        self.invitation = invitation
        return super().dispatch(request, *args, page=invitation.campaign.page, **kwargs)

    def form_arguments(self) -> dict[str, Any]:
        return {"initial": {"letter": signing.dumps(self.invitation.token_digest, salt=LETTER_SALT)}}

    def more_context(self) -> dict[str, Any]:
        return {"campaign": self.invitation.campaign, "invitation": self.invitation, "smallest_group": SMALLEST_GROUP}

    def submit(self, form: EntranceForm, files: list[Upload], **circumstances: Any) -> Accepted:
        """Always as a customer: whoever is signed in at this browser, the answer is the household's."""
        return actions.answer_survey(invitation=self.invitation, **{**circumstances, "by": CUSTOMER})

    def refuse(self, form: EntranceForm, refused: Refused) -> HttpResponseBase:
        if isinstance(refused, AlreadyAnswered):
            return _already(self.request, refused.invitation, status=refused.status)
        if isinstance(refused, CannotAnswer):
            return _ask_for_code(self.request, unknown=True, status=refused.status)
        return super().refuse(form, refused)


def preview(request: ReaderRequest, page: Any) -> HttpResponseBase:
    """The questions as a household will see them; without a letter nothing can be sent."""
    form = SurveyForm(page=page, own_questions=list(page.questions.all()))
    return TemplateResponse(
        request, "surveys/answer.html", {"page": page, "form": form, "smallest_group": SMALLEST_GROUP}
    )


def _letter_of(request: ReaderRequest) -> str | None:
    """Whose letter this is: from the form itself when it is sent, else from the session."""
    try:
        return signing.loads(request.POST["letter"], salt=LETTER_SALT, max_age=LETTER_AGE)
    except (KeyError, signing.BadSignature):
        return request.session.get(SESSION_KEY)


def _ask_for_code(request: ReaderRequest, *, unknown: bool = False, status: int = 200) -> HttpResponse:
    problem, sentence = request.session.pop(PROBLEM_KEY, None) or ["", ""]
    context = {"form": CodeForm(), "unknown": unknown or problem == UNKNOWN, "often": sentence}
    return render(request, "surveys/code.html", context, status=429 if problem == OFTEN else status)


def _already(request: ReaderRequest, invitation: Invitation, *, status: int = 200) -> HttpResponse:
    return render(request, "surveys/already.html", {"invitation": invitation}, status=status)


# ---- the desk -------------------------------------------------------------------------------------------------------
def _campaign(request: ReaderRequest, pk: int) -> Campaign:
    """The campaign, or 404 as if it did not exist."""
    return get_object_or_404(permissions.visible_campaigns(request.reader), pk=pk)


def _office(request: ReaderRequest, code: str) -> Unit:
    return get_object_or_404(Unit.objects.filter(pk__in=permissions.office_ids(request.reader)), code=code)


@never_cache
@login_required
@require_GET
def survey_list(request: ReaderRequest) -> HttpResponse:
    if not permissions.reader_sees_campaigns(request.reader):
        raise Http404
    offices = permissions.office_ids(request.reader)
    rows = [
        (campaign, statistics.returns_in_all(campaign, offices))
        for campaign in permissions.visible_campaigns(request.reader)[:20]
    ]
    context = {"rows": rows, "runs": permissions.user_can_run_campaigns(request.user)}
    return render(request, "surveys/campaign_list.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def survey_new(request: ReaderRequest) -> HttpResponse:
    if not permissions.user_can_run_campaigns(request.user):
        raise Http404
    offices = Unit.objects.filter(kind=UnitKind.OFFICE, closed_on=None, estates__isnull=False).distinct()
    form = CampaignForm(request.POST or None, offices=offices)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                campaign = actions.draft_campaign(by=request.user, **form.cleaned_data)
            except Refused as refused:
                status = show_refusal(form, refused)
            else:
                return redirect(campaign)
    return render(request, "surveys/campaign_new.html", {"form": form}, status=status)


@never_cache
@login_required
@require_GET
def survey_campaign(request: ReaderRequest, pk: int) -> HttpResponse:
    """Counts of every office that the reader may see; results for who may see them, never of fewer than five."""
    campaign = _campaign(request, pk)
    offices = _offices_asked(request)
    runs = permissions.user_can_run_campaigns(request.user)
    total = statistics.returns_in_all(campaign, offices)
    shows = permissions.reader_sees_results(request.reader, campaign)
    enough = runs or total.returned >= SMALLEST_GROUP
    satisfied = statistics.satisfaction_by_office(campaign, offices) if shows and enough else {}
    results = statistics.results_by_question(campaign, offices) if shows and enough else []
    context = {
        "campaign": campaign,
        "rows": [
            (row, satisfied.get(row.office.pk) if runs or row.returned >= SMALLEST_GROUP else None)  # type: ignore[union-attr]
            for row in statistics.returns_by_office(campaign, offices)
        ],
        "total": total,
        "satisfaction": statistics.satisfaction(campaign, offices) if shows and enough else None,
        "results": results,
        "scales": [result for result in results if result.kind == "scale"],
        "choices": [result for result in results if result.kind != "scale"],
        "scale": statistics.SCALE_VALUES,
        "opinions": statistics.opinions(campaign, offices) if runs else [],
        "shows": shows,
        "enough": enough,
        "runs": runs,
        "smallest_group": SMALLEST_GROUP,
    }
    return render(request, "surveys/campaign_detail.html", context)


def _offices_asked(request: ReaderRequest) -> list[int]:
    """The reader's offices, of these the ones at or below `?unit=`."""
    visible = Unit.objects.filter(pk__in=permissions.office_ids(request.reader))
    if code := request.GET.get("unit", "")[:40]:
        above = get_object_or_404(Unit, code=code)
        visible = visible.filter(path__startswith=above.path)
    return list(visible.values_list("pk", flat=True))


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def survey_state(request: ReaderRequest, pk: int, step: str) -> HttpResponse:
    """Asks once before a campaign is opened or closed."""
    campaign = _campaign(request, pk)
    if not permissions.user_can_run_campaigns(request.user):
        raise Http404
    if request.method == "POST":
        verb = {"open": actions.open_campaign, "close": actions.close_campaign}[step]
        try:
            verb(by=request.user, campaign=campaign)
        except Refused as refused:
            messages.error(request, str(refused.message))
        return redirect(campaign)
    return render(request, "surveys/campaign_state.html", {"campaign": campaign, "step": step})


@never_cache
@login_required
@require_GET
def survey_office(request: ReaderRequest, pk: int, code: str) -> HttpResponse:
    """The households of an office: who has returned, never what; letters to print and to replace."""
    campaign, office = _campaign(request, pk), _office(request, code)
    invitations = _letters_of(campaign, office)
    waiting = invitations.filter(state=InvitationState.ISSUED).count()
    parts = range(1, -(-invitations.count() // PART) + 1)
    context = {
        "campaign": campaign,
        "office": office,
        "page_obj": Paginator(invitations, 50).get_page(request.GET.get("page")),
        "waiting": waiting,
        "parts": parts,
    }
    return render(request, "surveys/office.html", context)


def _letters_of(campaign: Campaign, office: Unit) -> Any:
    found = Invitation.objects.filter(campaign=campaign, office=office)
    return found.select_related("household__estate").order_by("household__estate__code", "household__house", "pk")


@never_cache
@login_required
@require_POST
def survey_letters(request: ReaderRequest, pk: int, code: str) -> HttpResponse:
    """The letters of an office as PDF, a part at a time, or the one of `invitation`; answered ones are left out.

    A part is a fixed stretch of the census: what comes back between two downloads moves no letter from one to the next.
    """
    campaign, office = _campaign(request, pk), _office(request, code)
    number = _whole_number(request.POST.get("part", "")) or 1
    if "invitation" in request.POST:
        asked = list(_letters_of(campaign, office).filter(pk=_whole_number(request.POST["invitation"])))
    else:
        asked = list(_letters_of(campaign, office)[(number - 1) * PART : number * PART])
    invitations = [invitation for invitation in asked if invitation.state == InvitationState.ISSUED]
    if not invitations:
        messages.info(request, _("There is no letter left to print."))
        return redirect("survey_office", pk=pk, code=code)
    try:
        made = actions.make_letters(by=request.user, campaign=campaign, office=office, invitations=invitations)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("survey_office", pk=pk, code=code)
    pdf = letters.letters_pdf(campaign, office, made, request.build_absolute_uri("/"))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="letters-{office.code}-{number}.pdf"'
    response["Cache-Control"] = "no-store, private"
    return response


def _whole_number(text: str) -> int | None:
    """A positive number as a browser sends it; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 and int(text) else None


@login_required
@require_POST
def survey_reissue(request: ReaderRequest, pk: int) -> HttpResponse:
    """Replaces the letter of a household; the new one is then printed from the list."""
    found = Invitation.objects.filter(office__in=permissions.office_ids(request.reader))
    invitation = get_object_or_404(found.select_related("office", "household__estate"), pk=pk)  # type: ignore[var-annotated]
    try:
        actions.reissue_token(by=request.user, invitation=invitation)
    except NotYours:
        raise Http404 from None
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        message = _("The letter of %(house)s was replaced: the old code is dead. Print the new one.")
        messages.success(request, message % {"house": invitation.household})
    return redirect("survey_office", pk=invitation.campaign_id, code=invitation.office.code)
