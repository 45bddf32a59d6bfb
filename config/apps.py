from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Countersign"

    def ready(self) -> None:
        from config import broker_checks, celery  # noqa: F401  registers its check; is Celery's app
