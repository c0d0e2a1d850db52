"""Macros and rules: their settings pages, and what the reply box and the ticket page ask."""

from django.urls import path

from guichet.rules import panel
from guichet.rules.automation import pages as automation
from guichet.rules.macros import pages as macros
from guichet.rules.macros import panel as macro_panel

app_name = "rules"
urlpatterns = [
    path("settings/macros/", macros.macros, name="macros"),
    path("settings/macros/add/", macros.macro, name="add_macro"),
    path("settings/macros/<int:pk>/", macros.macro, name="macro"),
    path("settings/macros/<int:pk>/remove/", macros.remove, name="remove_macro"),
    path("tickets/new/macros/", macro_panel.choose_new, name="choose_new"),
    path("tickets/new/macros/<int:pk>/", macro_panel.use_new, name="use_new"),
    path("tickets/<int:number>/macros/", macro_panel.choose, name="choose_macro"),
    path("tickets/<int:number>/macros/<int:pk>/", macro_panel.use, name="use_macro"),
    path("tickets/<int:number>/promise/", macro_panel.use_promise, name="use_promise"),
    path("tickets/<int:number>/macros/undo/", macro_panel.undo_macro, name="undo_macro"),
    path("settings/rules/", automation.rules, name="rules"),
    path("settings/rules/add/", automation.rule, name="add_rule"),
    path("settings/rules/condition/", automation.condition, name="condition"),
    path("settings/rules/condition/complete/", automation.complete, name="complete"),
    path("settings/rules/<int:pk>/", automation.rule, name="rule"),
    path("settings/rules/<int:pk>/history/", automation.history, name="history"),
    path("settings/rules/<int:pk>/move/", automation.move, name="move_rule"),
    path("settings/rules/<int:pk>/switch/", automation.switch, name="switch_rule"),
    path("settings/rules/<int:pk>/remove/", automation.remove, name="remove_rule"),
    path("tickets/<int:number>/rules/", panel.done, name="done"),
    path("tickets/<int:number>/rules/<int:pk>/<int:version>/", panel.as_it_was, name="as_it_was"),
    path("tickets/<int:number>/suggestion/", panel.suggestion, name="suggestion"),
    path("board/waiting/", panel.waiting, name="waiting"),
    path("next/", panel.take_next, name="take_next"),
    path("rules/runs/<int:pk>/undo/", panel.undo_run, name="undo_run"),
]
