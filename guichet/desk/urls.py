"""The agents' addresses. A ticket is named by its number."""

from django.urls import path

from guichet.desk import acts, compose, files, mail_acts, views
from guichet.desk.agenda import hands
from guichet.desk.agenda import views as agenda
from guichet.desk.board import views as board
from guichet.desk.installed import views as installed
from guichet.desk.lists import bulk, saved
from guichet.desk.lists import views as lists
from guichet.desk.outbound import elsewhere, release, rules
from guichet.desk.regroup import link_views, template_pages
from guichet.desk.regroup import views as regroup
from guichet.desk.search import pages as search
from guichet.desk.together import followers, mentioning
from guichet.desk.writing import drafts

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("tickets/", lists.ticket_list, name="list"),
    path("tickets/<int:number>/", views.ticket, name="ticket"),
    path("tickets/new/", compose.new, name="new"),
    path("tickets/<int:number>/compose/", compose.compose, name="compose"),
    path("tickets/<int:number>/reply/", compose.reply, name="reply"),
    path("tickets/<int:number>/ask/", compose.ask, name="ask"),
    path("tickets/<int:number>/take-back/<int:message>/", compose.take_back, name="take_back"),
    path("tickets/<int:number>/reschedule/<int:message>/", compose.reschedule, name="reschedule"),
    path("tickets/<int:number>/drafts/<slug:panel>/", drafts.keep, name="draft"),
    path("tickets/<int:number>/drafts/<slug:panel>/share/", drafts.share, name="share_draft"),
    path("tickets/<int:number>/drafts/<int:pk>/take/", drafts.take, name="take_draft"),
    path("drafts/", drafts.mine, name="drafts"),
    path("drafts/<int:pk>/discard/", drafts.discard, name="discard_draft"),
    path("tickets/<int:number>/similar/", search.similar, name="similar"),
    path("search/", search.results, name="search"),
    path("people/", compose.people, name="people"),
    path("release/", release.queue, name="to_release"),
    path("release/link/", release.link, name="release_link"),
    path("tickets/<int:number>/release/<int:message>/", release.release, name="release"),
    path("tickets/<int:number>/not-released/<int:message>/", release.give_back, name="not_released"),
    path("tickets/<int:number>/elsewhere/", elsewhere.answered, name="elsewhere"),
    path("settings/checks/", rules.rules, name="checks"),
    path("settings/checks/<int:pk>/", rules.rules, name="checks"),
    path("tickets/<int:number>/note/", acts.note, name="note"),
    path("tickets/<int:number>/assignee/", acts.assignee, name="assignee"),
    path("tickets/<int:number>/team/", acts.team, name="team"),
    path("tickets/<int:number>/status/", acts.set_status, name="set_status"),
    path("tickets/<int:number>/priority/", acts.set_priority, name="set_priority"),
    path("tickets/<int:number>/snooze/", agenda.snooze, name="snooze"),
    path("tickets/<int:number>/pend/", agenda.pend, name="pend"),
    path("tickets/<int:number>/plan/", agenda.plan, name="plan"),
    path("tickets/<int:number>/unplan/", agenda.unplan, name="unplan"),
    path("tickets/<int:number>/claim/", hands.claim, name="claim"),
    path("tickets/<int:number>/hand-over/", hands.hand_over, name="hand_over"),
    path("tickets/<int:number>/take-back-assignment/", hands.take_back, name="take_back_assignment"),
    path("tickets/<int:number>/whisper/", hands.whisper, name="whisper"),
    path("board/", board.board, name="board"),
    path("board/assign/<int:number>/", board.assign, name="board_assign"),
    path("board/undo/<int:number>/", board.undo, name="board_undo"),
    path("board/members/<int:pk>/", board.member, name="member"),
    path("tickets/<int:number>/give-back/", agenda.give_back, name="give_back"),
    path("tickets/<int:number>/tags/", acts.tags, name="tags"),
    path("tickets/<int:number>/seen/", acts.seen, name="seen"),
    path("tickets/<int:number>/unseen/", acts.unseen, name="unseen"),
    path("tickets/<int:number>/again/<int:message>/", acts.again, name="again"),
    path("tickets/<int:number>/accept/<int:message>/", mail_acts.accept, name="accept"),
    path("tickets/<int:number>/join/<int:message>/", mail_acts.join, name="join"),
    path("tickets/<int:number>/split/<int:message>/", mail_acts.split, name="split"),
    path("tickets/<int:number>/keep/<int:message>/", mail_acts.keep, name="keep"),
    path("tickets/<int:number>/followers/", followers.followers, name="followers"),
    path("tickets/<int:number>/mentionable/", mentioning.mentionable, name="mentionable"),
    path("counts/", lists.counts, name="counts"),
    path("condition/", lists.condition, name="condition"),
    path("condition/complete/", lists.complete, name="complete"),
    path("bulk/", bulk.act, name="bulk"),
    path("bulk/count/", bulk.count, name="bulk_count"),
    path("bulk/choices/<str:verb>/", bulk.choices, name="bulk_choices"),
    path("bulk/<int:pk>/", bulk.progress, name="bulk_run"),
    path("bulk/<int:pk>/undo/", bulk.undo, name="bulk_undo"),
    path("bulk/<int:pk>/stop/", bulk.stop, name="bulk_stop"),
    path("columns/", saved.columns, name="columns"),
    path("views/", saved.overview, name="views"),
    path("views/new/", saved.new, name="new_view"),
    path("views/<int:pk>/", saved.edit, name="view"),
    path("views/<int:pk>/keep/", saved.keep, name="keep_view"),
    path("views/<int:pk>/pin/", saved.pin, name="pin_view"),
    path("views/<int:pk>/move/", saved.move, name="move_view"),
    path("views/<int:pk>/delete/", saved.delete, name="delete_view"),
    path("views/<int:pk>/restore/", saved.restore, name="restore_view"),
    path("tickets/<int:number>/merge/", regroup.merge, name="merge"),
    path("tickets/<int:number>/carry/", regroup.carry, name="carry"),
    path("tickets/<int:number>/inbox/", regroup.inbox, name="move"),
    path("tickets/<int:number>/undo-regrouping/", regroup.undo, name="undo_regrouping"),
    path("tickets/<int:number>/link/", link_views.link, name="link"),
    path("tickets/<int:number>/unlink/<int:pk>/", link_views.unlink, name="unlink"),
    path("tickets/<int:number>/follow-up/", link_views.follow_up, name="follow_up"),
    path("settings/ticket-templates/", template_pages.templates, name="templates"),
    path("settings/ticket-templates/add/", template_pages.template, name="add_template"),
    path("settings/ticket-templates/<int:pk>/", template_pages.template, name="template"),
    path("settings/ticket-templates/<int:pk>/delete/", template_pages.delete_template, name="delete_template"),
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("sw.js", installed.worker, name="worker"),
    path("offline/", installed.offline, name="offline"),
    path("appearance/", acts.appearance, name="appearance"),
    path("writing/", acts.writing, name="writing"),
    path("uploads/", files.upload, name="upload"),
    path("uploads/<str:token>/", files.uploaded, name="uploaded"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("messages/<int:pk>/html/", files.message_html, name="message_html"),
    path("messages/<int:pk>/text/", files.message_text, name="message_text"),
    path("pictures/<str:token>/", files.picture, name="picture"),
]
