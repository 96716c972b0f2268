"""The desk of revisits, the weekly draws, defects under watch."""

from __future__ import annotations

from django.urls import path, re_path

from forms.revisits.views import defects, desk, draws

urlpatterns = [
    path("desk/revisits/", desk.revisit_list, name="revisit_list"),
    path("desk/defects/", defects.defect_list, name="defect_list"),
    path("desk/defects/rain/", defects.rain, name="defect_rain"),
    path("desk/defects/<str:number>/", defects.defect_file, name="defect_file"),
    path("desk/defects/<str:number>/plan/", defects.defect_plan, name="defect_plan"),
    path("desk/defects/<str:number>/visits/<int:visit_pk>/", defects.defect_visit, name="defect_visit"),
    path("desk/defects/<str:number>/release/", defects.defect_release, name="defect_release"),
    path("desk/revisits/draws/", draws.draw_list, name="draw_list"),
    re_path(r"^desk/revisits/draws/(?P<week>[0-9]{4}-W[0-9]{2})/$", draws.draw_week_page, name="draw_week"),
    path("desk/revisits/<str:number>/", desk.revisit_detail, name="revisit_detail"),
    path("desk/revisits/<str:number>/call/", desk.revisit_call, name="revisit_call"),
    re_path(
        r"^desk/revisits/(?P<number>[-0-9A-Z]{1,40})/(?P<verb>give_up|cancel)/$", desk.revisit_end, name="revisit_end"
    ),
]
