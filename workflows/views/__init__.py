from workflows.views.incidents import incidents
from workflows.views.instances import instance, instances
from workflows.views.ways_out import cancel, retry

__all__ = ["cancel", "incidents", "instance", "instances", "retry"]
