"""Sign-in, and the settings pages of people. Of allauth only what is used: no sign-up, no addresses of one's own."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from guichet.accounts import absences, pages, returns, skill_pages, views
from guichet.accounts.rota import pages as rota

settings_pages = [
    path("", pages.home, name="home"),
    path("me/", pages.me, name="me"),
    path("absence/", absences.absence, name="absence"),
    path("people/<int:pk>/absence/", absences.absence, name="absence_of"),
    path("absences/<int:pk>/end/", absences.end_absence, name="end_absence"),
    path("absence/back/", returns.back, name="back"),
    path("absence/take-back/", returns.take_back_work, name="take_back_work"),
    path("people/<int:pk>/absence/take-back/", returns.take_back_work, name="take_back_work_of"),
    path("shifts/", rota.month, name="shifts"),
    path("shifts/people/<int:pk>/", rota.shift, name="shift"),
    path("shifts/people/<int:pk>/<str:day>/", rota.shift_day, name="shift_day"),
    path("shifts/teams/<int:pk>/", rota.team_shift, name="team_shift"),
    path("shifts/teams/<int:pk>/<str:day>/", rota.team_day, name="team_day"),
    path("house/", pages.the_house, name="house"),
    path("people/", pages.people, name="people"),
    path("people/invite/", pages.invite, name="invite"),
    path("people/invitations/<int:pk>/resend/", pages.resend_invitation, name="resend_invitation"),
    path("people/invitations/<int:pk>/withdraw/", pages.withdraw_invitation, name="withdraw_invitation"),
    path("people/<int:pk>/", pages.person, name="person"),
    path("people/<int:pk>/active/", pages.set_active, name="set_active"),
    path("skills/", skill_pages.skills, name="skills"),
    path("skills/add/", skill_pages.add, name="add_skill"),
    path("skills/<int:pk>/remove/", skill_pages.remove, name="remove_skill"),
    path("teams/", pages.teams, name="teams"),
    path("teams/add/", pages.team, name="add_team"),
    path("teams/<int:pk>/", pages.team, name="team"),
    path("teams/<int:pk>/delete/", pages.delete_team, name="delete_team"),
]
account_pages = [
    path("login/", allauth.login, name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
urlpatterns = [
    path("account/", include(account_pages)),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("requests/", views.requests, name="requests"),
    path("settings/", include((settings_pages, "settings"))),
]
