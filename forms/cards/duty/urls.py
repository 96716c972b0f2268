from django.urls import path, re_path

from forms.cards.duty.views import collecting, matrix, overview, rosters

_DAY = r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
_UNIT = r"^desk/cards/duty/units/(?P<code>[A-Za-z0-9_.-]{1,40})/"

urlpatterns = [
    path("desk/cards/duty/", overview.duty_overview, name="duty_overview"),
    path("desk/cards/duty/planned/", overview.duty_rule, name="duty_rule"),
    path("desk/cards/duty/import/", rosters.roster_import, name="duty_import"),
    path("desk/cards/duty/import/template.csv", rosters.roster_template, name="duty_import_template"),
    path("desk/cards/duty/import/<uuid:token>/", rosters.roster_preview, name="duty_import_preview"),
    re_path(_UNIT + r"$", matrix.duty_matrix, name="duty_matrix"),
    re_path(_UNIT + r"excuse/$", matrix.duty_excuse, name="duty_excuse"),
    re_path(_UNIT + r"roster/$", rosters.roster_grid, name="duty_roster"),
    re_path(_UNIT + r"roster/(?P<person_pk>[0-9]{1,9})/$", rosters.roster_person, name="duty_roster_person"),
    re_path(_UNIT + r"days/$", collecting.day_list, name="duty_days"),
    re_path(_UNIT + rf"days/{_DAY}/$", collecting.day_detail, name="duty_day"),
    re_path(_UNIT + rf"days/{_DAY}/collect/$", collecting.day_collect, name="duty_collect"),
]
