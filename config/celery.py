"""Celery: messages only wake workers up; every fact is a row in PostgreSQL (docs/adr/0003)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("countersign")
app.config_from_object("config.broker")
app.autodiscover_tasks()
