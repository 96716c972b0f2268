from django.urls import path, re_path

from forms.cards.weeks.views import awards, lessons, months, weeks

_WEEK = "desk/cards/weeks/<slug:unit>/<slug:week>/"
_MONTH = "desk/cards/months/<slug:unit>/<slug:month>/"

urlpatterns = [
    path("desk/cards/weeks/", weeks.week_list, name="card_weeks"),
    path("desk/cards/weeks/measures/", weeks.measure_list, name="card_week_measures"),
    path("desk/cards/weeks/measures/<int:pk>/", weeks.measure_detail, name="card_week_measure"),
    re_path(
        r"^desk/cards/weeks/measures/(?P<pk>[0-9]{1,9})/(?P<step>done|verify|return)/$",
        weeks.measure_step,
        name="card_week_measure_step",
    ),
    path(_WEEK, weeks.week_detail, name="card_week"),
    path(f"{_WEEK}measure/", weeks.week_measure, name="card_week_set_measure"),
    path(f"{_WEEK}record.pdf", weeks.week_record, name="card_week_record"),
    path("desk/cards/months/", months.month_list, name="card_months"),
    path(_MONTH, months.month_detail, name="card_month"),
    path(f"{_MONTH}receive/", months.month_receive, name="card_month_receive"),
    path(f"{_MONTH}return/", months.month_return, name="card_month_return"),
    path(f"{_MONTH}summary.pdf", months.month_record, name="card_month_record"),
    path("desk/cards/awards/", awards.award_list, name="card_awards"),
    path("desk/cards/awards/merits.xlsx", awards.merits, name="card_merits"),
    path("desk/cards/awards/nominations/<int:pk>/vote/", awards.award_vote, name="card_award_vote"),
    path("desk/cards/awards/nominations/<int:pk>/decide/", awards.award_decide, name="card_award_decide"),
    path("desk/cards/awards/<slug:unit>/<slug:period>/", awards.award_round, name="card_award_round"),
    path("safety-lessons/", lessons.lesson_list, name="safety_lessons"),
    re_path(
        r"^safety-lessons/from/(?P<kind>week|month)/(?P<pk>[0-9]{1,9})/$", lessons.lesson_new, name="safety_lesson_new"
    ),
    path("safety-lessons/<int:pk>/", lessons.lesson_detail, name="safety_lesson"),
    path("safety-lessons/<int:pk>/judge/", lessons.lesson_judge, name="safety_lesson_judge"),
    path("safety-lessons/<int:pk>/talk/", lessons.lesson_talk, name="safety_lesson_talk"),
]
