from django.urls import path

from portal.notifications import views

urlpatterns = [
    path("notifications/", views.notification_list, name="notification_list"),
    path("notifications/read/", views.read_all, name="notification_read_all"),
    path("notifications/settings/", views.notification_settings, name="notification_settings"),
    path("notifications/<int:pk>/", views.open_notification, name="notification_open"),
    path("notifications/<int:pk>/read/", views.read_one, name="notification_read"),
    path("notifications/gateways/", views.gateways, name="notification_gateways"),
    path("notifications/gateways/new/", views.gateway, name="notification_gateway_new"),
    path("notifications/gateways/<int:pk>/", views.gateway, name="notification_gateway"),
    path("notifications/gateways/<int:pk>/test/", views.test, name="notification_gateway_test"),
    path("notifications/deliveries/<uuid:pk>/again/", views.again, name="notification_delivery_again"),
]
