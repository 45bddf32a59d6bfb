from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"

    def ready(self) -> None:
        from queues import attention, unusual
        from reviews import attention as of_reviews
        from reviews import retitling, setting_up, triage
        from workflows import handlers
        from workflows.bpmn.model import Kind

        handlers.register(
            Kind.USER_TASK,
            opened=triage.opened,
            cancelled=triage.cancelled,
            moved=retitling.moved,
        )
        attention.register("blocked", of_reviews.blocked)
        unusual.register(setting_up.unusual)
