from workflows.models.beginnings import Beginning
from workflows.models.calls import Call, CallReport
from workflows.models.decisions import DecisionCase, DecisionDefinition, DecisionDraft
from workflows.models.definitions import ProcessDefinition
from workflows.models.incidents import Incident
from workflows.models.instances import Activity, ProcessInstance
from workflows.models.intake import Receipt
from workflows.models.job_kinds import JobKind
from workflows.models.jobs import Job, WorkerHeartbeat
from workflows.models.journal import JournalEntry
from workflows.models.listeners import Listener
from workflows.models.messages import Message
from workflows.models.observing import Anomaly, Expectation
from workflows.models.process_migrations import MigratedInstance, ProcessMigration
from workflows.models.publishing import Delivery, Event, Subscription
from workflows.models.scopes import Scope
from workflows.models.start_timers import StartTimer
from workflows.models.timers import Timer

__all__ = [
    "Activity",
    "Anomaly",
    "Beginning",
    "Call",
    "CallReport",
    "DecisionCase",
    "DecisionDefinition",
    "DecisionDraft",
    "Delivery",
    "Event",
    "Expectation",
    "Incident",
    "Job",
    "JobKind",
    "JournalEntry",
    "Listener",
    "Message",
    "MigratedInstance",
    "ProcessDefinition",
    "ProcessInstance",
    "ProcessMigration",
    "Receipt",
    "Scope",
    "StartTimer",
    "Subscription",
    "Timer",
    "WorkerHeartbeat",
]
