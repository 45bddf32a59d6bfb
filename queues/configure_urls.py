"""Addresses of the administrators' pages about queues, people and promises."""

from django.urls import path

from queues.views import configure_calendars as calendars
from queues.views import configure_people as people
from queues.views import configure_policies as policies
from queues.views import configure_queues as queues
from queues.views import configure_rules as rules
from queues.views.choose_password import ChoosePassword
from queues.views.configure import configure, skip_reason_edit, skip_reason_remove, skip_reasons

urlpatterns = [
    path("configure/", configure, name="configure"),
    path("configure/queues/", queues.queues, name="queues"),
    path("configure/queues/new/", queues.queue_add, name="queue-add"),
    path("configure/queues/<slug:slug>/", queues.queue_edit, name="queue-edit"),
    path("configure/queues/<slug:slug>/members/", queues.queue_members, name="queue-members"),
    path("configure/people/", people.people, name="people"),
    path("configure/people/new/", people.person_add, name="person-add"),
    path("configure/people/<int:pk>/", people.person_edit, name="person-edit"),
    path("configure/people/<int:pk>/invite/", people.person_invite, name="person-invite"),
    path("configure/skills/", people.skills, name="skills"),
    path("configure/skills/set/", people.skills_set, name="skills-set"),
    path("configure/skills/<int:pk>/remove/", people.skill_remove, name="skill-remove"),
    path("configure/rules/", rules.rules, name="rules"),
    path("configure/rules/new/", rules.rule_add, name="rule-add"),
    path("configure/rules/<int:pk>/", rules.rule_edit, name="rule-edit"),
    path("configure/rules/<int:pk>/move/", rules.rule_move, name="rule-move"),
    path("configure/rules/<int:pk>/remove/", rules.rule_remove, name="rule-remove"),
    path("configure/calendars/", calendars.calendars, name="calendars"),
    path("configure/calendars/new/", calendars.calendar_add, name="calendar-add"),
    path("configure/calendars/<slug:key>/", calendars.calendar_edit, name="calendar-edit"),
    path("configure/policies/", policies.policies_page, name="policies"),
    path("configure/policies/new/", policies.policy_add, name="policy-add"),
    path("configure/policies/<slug:key>/", policies.policy_edit, name="policy-edit"),
    path("configure/skip-reasons/", skip_reasons, name="skip-reasons"),
    path("configure/skip-reasons/<int:pk>/", skip_reason_edit, name="skip-reason-edit"),
    path("configure/skip-reasons/<int:pk>/remove/", skip_reason_remove, name="skip-reason-remove"),
    path("configure/programs/", people.programs, name="programs"),
    path("configure/programs/<int:pk>/", people.program, name="program"),
    path("configure/programs/<int:pk>/switch/", people.program_switch, name="program-switch"),
    path("configure/tokens/<uuid:pk>/revoke/", people.token_revoke, name="token-revoke"),
    path("password/<uidb64>/<token>/", ChoosePassword.as_view(), name="choose-password"),
]
