from django.urls import path, re_path

from forms.cards.analysis.views import proposals, quality, statistics, trends

_HERE = "desk/cards/analysis/"
urlpatterns = [
    path(_HERE, statistics.card_statistics, name="card_statistics"),
    path(f"{_HERE}appendix-b.xlsx", statistics.card_statistics_xlsx, name="card_statistics_xlsx"),
    path(f"{_HERE}appendix-b.pdf", statistics.card_statistics_pdf, name="card_statistics_pdf"),
    path(f"{_HERE}sign/<str:code>/<str:period_code>/", statistics.card_analysis_sign, name="card_analysis_sign"),
    path(f"{_HERE}trends/", trends.card_trends, name="card_trends"),
    path(f"{_HERE}trends/<str:code>/<str:grain>/begin/", trends.card_phase_begin, name="card_phase_begin"),
    path(f"{_HERE}phases/<int:pk>/end/", trends.card_phase_end, name="card_phase_end"),
    path(f"{_HERE}closing/", trends.card_closing, name="card_closing"),
    path(f"{_HERE}quality/", quality.card_quality, name="card_quality"),
    path(f"{_HERE}quality/cards/<int:pk>/", quality.card_review, name="card_review"),
    path(f"{_HERE}quality/talks/", quality.card_coach, name="card_coach"),
    path(f"{_HERE}quality/talks/<int:pk>/done/", quality.card_coaching_done, name="card_coaching_done"),
    path(f"{_HERE}mine/", quality.card_own_writing, name="card_own_writing"),
    path(f"{_HERE}proposals/", proposals.card_proposals, name="card_proposals"),
    path(f"{_HERE}proposals/new/", proposals.card_proposal_new, name="card_proposal_new"),
    path(f"{_HERE}proposals/<int:pk>/", proposals.card_proposal, name="card_proposal"),
    re_path(
        rf"^{_HERE}proposals/(?P<pk>[0-9]{{1,9}})/(?P<step>accept|decline|finish)/$",
        proposals.card_proposal_step,
        name="card_proposal_step",
    ),
]
