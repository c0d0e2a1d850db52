"""The agents' addresses. A ticket is named by its number."""

from django.urls import path

from guichet.desk import acts, files, views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("tickets/", views.ticket_list, name="list"),
    path("tickets/<int:number>/", views.ticket, name="ticket"),
    path("tickets/<int:number>/reply/", acts.reply, name="reply"),
    path("tickets/<int:number>/note/", acts.note, name="note"),
    path("tickets/<int:number>/assignee/", acts.assignee, name="assignee"),
    path("tickets/<int:number>/team/", acts.team, name="team"),
    path("tickets/<int:number>/status/", acts.set_status, name="set_status"),
    path("tickets/<int:number>/priority/", acts.set_priority, name="set_priority"),
    path("tickets/<int:number>/tags/", acts.tags, name="tags"),
    path("tickets/<int:number>/seen/", acts.seen, name="seen"),
    path("tickets/<int:number>/unseen/", acts.unseen, name="unseen"),
    path("tickets/<int:number>/again/<int:message>/", acts.again, name="again"),
    path("counts/", views.counts, name="counts"),
    path("appearance/", acts.appearance, name="appearance"),
    path("uploads/", files.upload, name="upload"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("messages/<int:pk>/html/", files.message_html, name="message_html"),
    path("messages/<int:pk>/text/", files.message_text, name="message_text"),
    path("pictures/<str:token>/", files.picture, name="picture"),
]
