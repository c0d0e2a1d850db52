"""Macros: their settings pages, and what the reply box asks."""

from django.urls import path

from guichet.rules.macros import pages, panel

app_name = "rules"
urlpatterns = [
    path("settings/macros/", pages.macros, name="macros"),
    path("settings/macros/add/", pages.macro, name="add_macro"),
    path("settings/macros/<int:pk>/", pages.macro, name="macro"),
    path("settings/macros/<int:pk>/remove/", pages.remove, name="remove_macro"),
    path("tickets/<int:number>/macros/", panel.choose, name="choose_macro"),
    path("tickets/<int:number>/macros/<int:pk>/", panel.use, name="use_macro"),
    path("tickets/<int:number>/macros/undo/", panel.undo_macro, name="undo_macro"),
]
