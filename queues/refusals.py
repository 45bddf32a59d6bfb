"""What queues say when they do not do what was asked."""

from workflows.refusals import NotAllowed, OutOfDate, Refusal


class NotAPerson(NotAllowed):
    """Only people work on items; programs and agents do not."""

    slug = "not-a-person"


class AccountInactive(NotAllowed):
    """The account is switched off."""

    slug = "account-inactive"


class NotAMember(NotAllowed):
    """Only members who work on a queue's items take them."""

    slug = "not-a-member"


class NotEligible(NotAllowed):
    """The item needs something that this person does not have."""

    slug = "not-eligible"


class Excluded(NotAllowed):
    """Four eyes: this person has a part in what the item is about."""

    slug = "excluded"


class QueueClosed(Refusal):
    """The queue is not open for work."""

    slug = "queue-closed"


class WorkLimitReached(Refusal):
    """This person holds as much work as the limit allows."""

    slug = "work-limit-reached"


class AlreadyReserved(OutOfDate):
    """Somebody else was faster."""

    slug = "already-reserved"


class NotReady(OutOfDate):
    """The item does not wait for anybody: it is over, or put aside."""

    slug = "not-ready"


class LeaseLost(OutOfDate):
    """The item is not this account's any more; says who has it now."""

    slug = "lease-lost"


class NowhereToGo(Refusal):
    """No routing rule says where an item goes."""

    slug = "nowhere-to-go"
