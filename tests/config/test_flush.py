import pytest
from django.db import connection
from django.db.utils import Error

from workflows.models import JournalEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_starts_with_an_empty_journal(turn):
    assert not JournalEntry.objects.exists()


def test_outside_of_that_the_journal_cannot_be_emptied():
    with pytest.raises(Error), connection.cursor() as cursor:
        cursor.execute("TRUNCATE workflows_journalentry CASCADE")
