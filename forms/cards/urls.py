from django.urls import path

from forms.cards import views

urlpatterns = [
    path("observe/", views.ObserveView.as_view(), name="card_observe"),
    path("desk/cards/", views.card_list, name="card_list"),
    path("desk/cards/areas/", views.area_list, name="card_areas"),
    path("desk/cards/areas/<int:pk>/close/", views.area_close, name="card_area_close"),
    path("desk/cards/<int:pk>/", views.card_detail, name="card_detail"),
    path("desk/cards/<int:pk>/withdraw/", views.card_withdraw, name="card_withdraw"),
]
