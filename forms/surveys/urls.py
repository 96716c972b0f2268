from django.urls import path, re_path

from forms.surveys import views

urlpatterns = [
    path("survey/", views.SurveyView.as_view(), name="survey_answer"),
    path("survey/code/", views.survey_code, name="survey_code"),
    path("survey/<str:token>/", views.survey_token, name="survey_token"),
    path("desk/surveys/", views.survey_list, name="survey_list"),
    path("desk/surveys/new/", views.survey_new, name="survey_new"),
    path("desk/surveys/<int:pk>/", views.survey_campaign, name="survey_campaign"),
    re_path(r"^desk/surveys/(?P<pk>[0-9]+)/(?P<step>open|close)/$", views.survey_state, name="survey_state"),
    path("desk/surveys/<int:pk>/offices/<str:code>/", views.survey_office, name="survey_office"),
    path("desk/surveys/<int:pk>/offices/<str:code>/letters/", views.survey_letters, name="survey_letters"),
    path("desk/surveys/invitations/<int:pk>/reissue/", views.survey_reissue, name="survey_reissue"),
]
