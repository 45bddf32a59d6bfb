"""How Celery talks to Redis or Valkey. What sits in the broker is disposable by design."""

from django.conf import settings

broker_url = settings.REDIS_URL
broker_transport = "config.broker_transport:Transport"
broker_connection_retry_on_startup = True
broker_transport_options = {
    "visibility_timeout": 3600,
    "global_keyprefix": "countersign:",
    "socket_timeout": 10,
    "socket_connect_timeout": 5,
    "socket_keepalive": True,
    "health_check_interval": 15,
    "max_retries": 1,
}
accept_content = ["json"]
task_serializer = "json"
result_backend = None
task_ignore_result = True
task_acks_late = False  # a lost wake-up is found by the sweep; a repeated one is only noise
task_default_queue = "wakeups"
task_publish_retry = False
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
worker_cancel_long_running_tasks_on_connection_loss = True
worker_send_task_events = False
task_time_limit = 300
task_soft_time_limit = 270
