from django.apps import AppConfig
from django.conf import settings


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        from workflows import job_handlers

        job_handlers.load(settings.JOB_HANDLERS)
