"""A page that talks to the WebSocket, and the counters of its policy."""

from django.urls import path

from financehub import views

urlpatterns = [path("", views.page), path("metrics", views.metrics)]
