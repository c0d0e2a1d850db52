"""Deadlines: what the desk asks of them, and their settings pages."""

from django.urls import path

from guichet.clocks import pages, panel, promise_pages

app_name = "clocks"
urlpatterns = [
    path("tickets/<int:number>/clocks/", panel.panel, name="panel"),
    path("deadlines/left/", panel.left, name="left"),
    path("deadlines/promises/", promise_pages.promises, name="promises"),
    path("settings/hours/", pages.calendars, name="calendars"),
    path("settings/hours/regions/", pages.regions, name="regions"),
    path("settings/hours/add/", pages.calendar, name="add_calendar"),
    path("settings/hours/<int:pk>/", pages.calendar, name="calendar"),
    path("settings/hours/<int:pk>/remove/", pages.remove_calendar, name="remove_calendar"),
    path("settings/deadlines/", pages.policies, name="policies"),
    path("settings/deadlines/condition/", pages.condition, name="condition"),
    path("settings/deadlines/add/", pages.policy, name="add_policy"),
    path("settings/deadlines/<int:pk>/", pages.policy, name="policy"),
    path("settings/deadlines/<int:pk>/move/", pages.move_policy, name="move_policy"),
    path("settings/deadlines/<int:pk>/remove/", pages.remove_policy, name="remove_policy"),
]
