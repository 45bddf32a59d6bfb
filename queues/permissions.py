"""Who may do what with queues. Whether it is possible now is for the operations to say."""

from queues.models import Queue, User


def may_manage(user: User, queue: Queue) -> bool:
    """Managers of the queue, and administrators. Programs manage nothing."""
    if not (user.is_active and user.is_person):
        return False
    return user.is_admin or user.memberships.filter(queue=queue, can_manage=True).exists()


def may_configure(user: User) -> bool:
    return user.is_active and user.is_person and user.is_admin
