from workflows.views.incidents import incidents
from workflows.views.instances import instance, instances
from workflows.views.ways_out import cancel, correct, retry, retry_many, settle

__all__ = [
    "cancel",
    "correct",
    "incidents",
    "instance",
    "instances",
    "retry",
    "retry_many",
    "settle",
]
