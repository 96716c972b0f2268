"""Rulings and proposals, for readers and for the departments that answer."""

from django.urls import path, re_path

from policies.rulings import views

STEPS = "acknowledge|assign|hand_over|answer|decline|publish"

urlpatterns = [
    path("rulings/", views.ruling_list, name="ruling_list"),
    path("rulings/ask/", views.ruling_ask, name="ruling_ask"),
    path("rulings/mine/", views.ruling_mine, name="ruling_mine"),
    path("rulings/mine/<int:pk>/", views.ruling_mine_detail, name="ruling_mine_detail"),
    path("rulings/desk/", views.ruling_desk, name="ruling_desk"),
    path("rulings/desk/<int:pk>/", views.ruling_question, name="ruling_question"),
    re_path(
        rf"^rulings/desk/(?P<pk>[0-9]{{1,18}})/(?P<step>{STEPS})/$",
        views.ruling_question_step,
        name="ruling_question_step",
    ),
    path("rulings/<str:number>/", views.ruling_detail, name="ruling_detail"),
    re_path(
        r"^rulings/(?P<number>[^/]+)/(?P<step>reaffirm|withdraw)/$",
        views.ruling_step,
        name="ruling_step",
    ),
    path("proposals/", views.proposal_list, name="proposal_list"),
    path("proposals/new/", views.proposal_new, name="proposal_new"),
    path("proposals/mine/", views.proposal_mine, name="proposal_mine"),
    path("proposals/desk/", views.proposal_desk, name="proposal_desk"),
    path("proposals/<int:pk>/", views.proposal_detail, name="proposal_detail"),
    path("proposals/<int:pk>/answer/", views.proposal_answer, name="proposal_answer"),
]
