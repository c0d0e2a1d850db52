"""Addresses of the pages about people and organisations."""

from django.urls import path

from guichet.desk.contacts import acts, card_acts, exchange_pages, field_pages, merge_pages, organisation_pages, pages

app_name = "contacts"

urlpatterns = [
    path("", pages.people, name="people"),
    path("add/", acts.add_person, name="add_person"),
    path("find/", pages.find, name="find"),
    path("duplicates/", merge_pages.duplicates, name="duplicates"),
    path("<int:pk>/", pages.person, name="person"),
    path("<int:pk>/edit/", acts.edit_person, name="edit_person"),
    path("<int:pk>/active/", acts.set_active, name="set_active"),
    path("<int:pk>/addresses/", acts.add_identity, name="add_identity"),
    path("<int:pk>/addresses/<int:identity>/remove/", acts.remove_identity, name="remove_identity"),
    path("<int:pk>/addresses/<int:identity>/first/", acts.make_first, name="make_first"),
    path("<int:pk>/addresses/<int:identity>/move/", acts.move_address, name="move_address"),
    path("<int:pk>/notes/", acts.add_note, name="add_note"),
    path("<int:pk>/merge/", merge_pages.merge, name="merge"),
    path("notes/<int:pk>/", acts.change_note, name="change_note"),
    path("changes/<int:pk>/undo/", acts.undo, name="undo"),
    path("card/<int:number>/more/", card_acts.more, name="card_more"),
    path("card/<int:number>/edit/", card_acts.edit, name="card_edit"),
    path("card/<int:number>/undo/<int:change>/", card_acts.undo, name="card_undo"),
    path("card/<int:number>/note/", card_acts.note, name="card_note"),
    path("card/<int:number>/private/", card_acts.private, name="card_private"),
    path("card/<int:number>/requester/", card_acts.requester, name="card_requester"),
    path("organisations/", organisation_pages.organisations, name="organisations"),
    path("organisations/add/", organisation_pages.add_organisation, name="add_organisation"),
    path("organisations/<int:pk>/", organisation_pages.organisation, name="organisation"),
    path("organisations/<int:pk>/edit/", organisation_pages.edit_organisation, name="edit_organisation"),
    path("organisations/<int:pk>/active/", organisation_pages.set_active, name="set_organisation_active"),
    path("organisations/<int:pk>/notes/", organisation_pages.add_note, name="add_organisation_note"),
    path("organisations/<int:pk>/merge/", merge_pages.merge_organisation, name="merge_organisation"),
    path("fields/", field_pages.fields, name="fields"),
    path("fields/add/<str:of>/", field_pages.add_field, name="add_field"),
    path("fields/<int:pk>/", field_pages.field, name="field"),
    path("fields/<int:pk>/up/", field_pages.move_field, name="move_field"),
    path("lists/", exchange_pages.exchanges, name="exchanges"),
    path("lists/export/", exchange_pages.export, name="export"),
    path("lists/bring/", exchange_pages.bring, name="bring"),
    path("lists/<int:pk>/", exchange_pages.exchange, name="exchange"),
    path("lists/<int:pk>/check/", exchange_pages.check, name="check_exchange"),
    path("lists/<int:pk>/begin/", exchange_pages.begin, name="begin_exchange"),
    path("lists/<int:pk>/undo/", exchange_pages.take_back, name="undo_exchange"),
    path("lists/<int:pk>/remove/", exchange_pages.remove, name="remove_exchange"),
]
