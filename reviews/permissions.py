"""Who may do what with a review. Whether it is possible now is for the operations to say."""

from queues import requirements
from queues.models import Membership, User, WorkItem
from reviews import parties
from reviews.models import Review


def is_entitled(account: User, item: WorkItem) -> bool:
    """Works in the item's queue and has what the item asks for, as things stand now."""
    if account.person_id is None:
        return False
    works_here = Membership.objects.filter(queue=item.queue_id, user=account, can_work=True)
    if item.requirement.key != requirements.ANYBODY:
        works_here = works_here.filter(user__person__eligible_for__requirement=item.requirement_id)
    return works_here.exists()


def may_unblock(account: User, review: Review) -> bool:
    """Managers of the queue it would go to, and administrators, without a part in it."""
    if not (account.is_active and account.is_person):
        return False
    if account.person in parties.excluded(review, review.instance):
        return False
    manages = Membership.objects.filter(queue=review.queue_id, user=account, can_manage=True)
    return account.is_admin or manages.exists()
