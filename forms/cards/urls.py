from django.urls import path

from forms.cards import phone, views

urlpatterns = [
    path("observe/", views.ObserveView.as_view(), name="card_observe"),
    path("observe/queue/", phone.queue, name="card_queue"),
    path("observe/worker.js", phone.worker, name="card_worker"),
    path("observe/manifest.webmanifest", phone.manifest, name="card_manifest"),
    path("desk/cards/", views.card_list, name="card_list"),
    path("desk/cards/areas/", views.area_list, name="card_areas"),
    path("desk/cards/areas/<int:pk>/close/", views.area_close, name="card_area_close"),
    path("desk/cards/actions/", views.action_list, name="card_actions"),
    path("desk/cards/actions/<int:pk>/done/", views.action_done, name="card_action_done"),
    path("desk/cards/<int:pk>/", views.card_detail, name="card_detail"),
    path("desk/cards/<int:pk>/withdraw/", views.card_withdraw, name="card_withdraw"),
]
