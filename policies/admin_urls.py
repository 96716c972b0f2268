"""The regulation desk under /admin/regulations/."""

from django.urls import path

from policies.viewsets import appendices, drafts, imports, regulations, review

urlpatterns = [
    path("", regulations.regulation_index, name="policies_index"),
    path("import/", imports.import_upload, name="policies_import"),
    path("import/<uuid:token>/", imports.import_preview, name="policies_import_preview"),
    path("<int:pk>/", regulations.regulation_screen, name="policies_regulation"),
    path("<int:pk>/draft/", regulations.regulation_start_draft, name="policies_start_draft"),
    path("editions/<int:pk>/", regulations.edition_screen, name="policies_edition"),
    path("editions/<int:pk>/details/", drafts.edition_details, name="policies_details"),
    path("editions/<int:pk>/clauses/add/", drafts.clause_add, name="policies_clause_add"),
    path("editions/<int:pk>/clauses/<int:clause_pk>/", drafts.clause_edit, name="policies_clause_edit"),
    path("editions/<int:pk>/clauses/<int:clause_pk>/move/", drafts.clause_move, name="policies_clause_move"),
    path("editions/<int:pk>/clauses/<int:clause_pk>/remove/", drafts.clause_remove, name="policies_clause_remove"),
    path("editions/<int:pk>/clauses/<int:clause_pk>/files/", appendices.clause_files, name="policies_clause_files"),
    path(
        "editions/<int:pk>/clauses/<int:clause_pk>/files/<uuid:file_pk>/remove/",
        appendices.clause_file_remove,
        name="policies_clause_file_remove",
    ),
    path("editions/<int:pk>/submit/", drafts.edition_submit, name="policies_submit"),
    path("editions/<int:pk>/review/", review.edition_review, name="policies_review"),
    path("editions/<int:pk>/issue/", review.edition_issue, name="policies_issue"),
    path("editions/<int:pk>/trial/", review.edition_trial, name="policies_trial"),
    path("editions/<int:pk>/withdraw/", review.edition_withdraw, name="policies_withdraw"),
]
