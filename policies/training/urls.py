"""Training on the public site. Wagtail's catch-all comes after these."""

from django.urls import path, re_path

from policies.training import views

urlpatterns = [
    # ---- taking courses
    path("training/", views.training, name="training"),
    path("training/courses/<int:pk>/", views.course_page, name="training_course"),
    path("training/courses/<int:pk>/lessons/<int:lesson_pk>/", views.lesson_page, name="training_lesson"),
    path("training/courses/<int:pk>/quiz/", views.quiz_start, name="training_quiz"),
    path("training/attempts/<uuid:pk>/", views.attempt_page, name="training_attempt"),
    path("training/videos/<int:pk>/", views.lesson_video, name="training_video"),
    # ---- certificates
    path("training/certificates/<int:pk>/", views.certificate_pdf, name="training_certificate"),
    path("training/certificates/<int:pk>/withdraw/", views.certificate_withdraw, name="training_withdraw"),
    path("certificates/", views.certificate_check, name="certificate_check"),
    path("certificates/<str:number>/", views.certificate_found, name="certificate"),
    # ---- sessions
    path("training/sessions/", views.session_list, name="training_sessions"),
    path("training/sessions/new/", views.session_edit, name="training_session_new"),
    path("training/sessions/<int:pk>/", views.session_page, name="training_session"),
    path("training/sessions/<int:pk>/edit/", views.session_edit, name="training_session_edit"),
    path("training/sessions/<int:pk>/place/", views.session_place, name="training_session_place"),
    path("training/sessions/<int:pk>/attendance/", views.session_attendance, name="training_attendance"),
    path("training/sessions/<int:pk>/sheet/", views.session_sheet, name="training_sheet"),
    path("training/sessions/<int:pk>/cancel/", views.session_cancel, name="training_session_cancel"),
    path("training/sign-in/", views.sign_in_code, name="training_sign_in_code"),
    path("training/sign-in/<str:token>/", views.sign_in_page, name="training_sign_in"),
    # ---- who is trained
    path("training/matrix/", views.matrix, name="training_matrix"),
    path("training/matrix/export/", views.matrix_export, name="training_matrix_export"),
    path("training/people/<int:pk>/", views.person_page, name="training_person"),
    path("training/people/<int:pk>/courses/<int:course_pk>/tries/", views.person_tries, name="training_tries"),
    path("training/activities/", views.activities, name="training_activities"),
    # ---- keeping courses
    path("training/desk/", views.desk, name="training_desk"),
    path("training/desk/new/", views.course_edit, name="training_course_new"),
    path("training/desk/to-check/", views.questions_to_check, name="training_to_check"),
    path("training/desk/<int:pk>/", views.course_desk, name="training_course_desk"),
    path("training/desk/<int:pk>/edit/", views.course_edit, name="training_course_edit"),
    re_path(r"^training/desk/(?P<pk>[0-9]+)/(?P<step>open|close)/$", views.course_step, name="training_course_step"),
    path("training/desk/<int:pk>/required/", views.requirement_add, name="training_require"),
    path("training/desk/required/<int:pk>/drop/", views.requirement_drop, name="training_require_drop"),
    path("training/desk/<int:pk>/certificates/", views.course_certificates, name="training_course_certificates"),
    path("training/desk/<int:pk>/lessons/new/", views.lesson_new, name="training_lesson_new"),
    path("training/desk/lessons/<int:pk>/", views.lesson_edit, name="training_lesson_edit"),
    path("training/desk/lessons/<int:pk>/move/", views.lesson_move, name="training_lesson_move"),
    path("training/desk/lessons/<int:pk>/remove/", views.lesson_remove, name="training_lesson_remove"),
    path("training/desk/lessons/<int:pk>/video/", views.lesson_video_upload, name="training_video_upload"),
    path("training/desk/lessons/<int:pk>/video/remove/", views.lesson_video_remove, name="training_video_remove"),
    path("training/desk/pictures/<uuid:pk>/remove/", views.picture_remove, name="training_picture_remove"),
    path("training/desk/<int:pk>/questions/new/", views.question_new, name="training_question_new"),
    path("training/desk/questions/<int:pk>/", views.question_edit, name="training_question_edit"),
    path("training/desk/questions/<int:pk>/retire/", views.question_retire, name="training_question_retire"),
    path("training/desk/questions/<int:pk>/checked/", views.question_checked, name="training_question_checked"),
]
