from queues.models.clocks import Breach, Clock, Escalation, Notice
from queues.models.items import Exclusion, Lease, Skip, TableRouting, WorkItem
from queues.models.people import (
    Eligibility,
    Membership,
    Person,
    PersonSkill,
    ServiceToken,
    Skill,
    User,
)
from queues.models.promises import Calendar, Rung, SLAGoal, SLAPolicy
from queues.models.queues import Queue, Requirement, RoutingRule, SkipReason

__all__ = [
    "Breach",
    "Calendar",
    "Clock",
    "Eligibility",
    "Escalation",
    "Exclusion",
    "Lease",
    "Membership",
    "Notice",
    "Person",
    "PersonSkill",
    "Queue",
    "Requirement",
    "RoutingRule",
    "Rung",
    "SLAGoal",
    "SLAPolicy",
    "ServiceToken",
    "Skill",
    "Skip",
    "SkipReason",
    "TableRouting",
    "User",
    "WorkItem",
]
