from queues.views.board import board, notices, read_notices
from queues.views.items import items

__all__ = ["board", "items", "notices", "read_notices"]
