from django.apps import AppConfig


class QueuesConfig(AppConfig):
    name = "queues"

    def ready(self) -> None:
        from queues import clocks
        from workflows import handlers

        handlers.register_over(clocks.stop_resolve)
