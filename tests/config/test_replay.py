"""A log of what happened elsewhere, played at its own times."""

import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from queues.models import Breach, User, WorkItem
from reviews import audit
from reviews.models import Decision
from workflows import journal, wakeups
from workflows.models import ProcessInstance

MUNICIPALITY = Path(__file__).parents[3] / "shared" / "data" / "receipt_municipality.csv.gz"
# ruff: noqa: E501 - lines of a log
HEADER = "case:concept:name,time:timestamp,org:resource,case:startdate,case:deadline,case:enddate,case:department,case:channel,case:responsible"
IN_TIME = [
    "P-1,2011-10-11T13:45:40+02:00,Anna,2011-10-11T13:42:22+02:00,2011-12-06T13:41:31+01:00,2011-11-24T15:36:51+01:00,General,Internet,Anna",
    "P-1,2011-11-24T15:36:00+01:00,Ben,2011-10-11T13:42:22+02:00,2011-12-06T13:41:31+01:00,2011-11-24T15:36:51+01:00,General,Internet,Anna",
]
LATE = "P-2,2011-10-12T08:00:00+02:00,Anna,2011-10-12T08:00:00+02:00,2011-10-20T08:00:00+02:00,2011-10-21T08:00:00+02:00,General,Desk,Anna"
OPEN = "P-3,2011-10-13T08:00:00+02:00,Ben,2011-10-13T08:00:00+02:00,2012-10-20T08:00:00+02:00,,General,Post,Ben"


@pytest.fixture(autouse=True)
def nobody_to_wake(monkeypatch):
    monkeypatch.setattr(wakeups, "send", lambda *_: True)


@pytest.fixture
def log(tmp_path):
    def written(*lines, header=HEADER):
        path = tmp_path / "log.csv"
        path.write_text("\n".join([header, *lines, ""]))
        return path

    return written


def replay(path, *words):
    said = StringIO()
    call_command("replay", str(path), "--processes=1", *words, stdout=said)
    return said.getvalue()


def refusal(path, *words):
    with pytest.raises(CommandError) as refused:
        replay(path, *words)
    assert not ProcessInstance.objects.exists()
    return str(refused.value)


@pytest.mark.django_db
def test_cases_end_when_the_log_says_and_by_whom(log):
    said = replay(log(*IN_TIME, LATE, OPEN))

    assert "3 cases, 3 of them new." in said
    assert "2 have a deadline and an end; 1 of these ended late." in said
    assert "1 of these have a breach on record." in said
    decision = Decision.objects.get(review__instance__business_key="P-1")
    assert decision.decided_at.isoformat() == "2011-11-24T14:36:51+00:00"
    assert str(decision.account) == "Ben"
    assert WorkItem.objects.get(instance__business_key="P-3").status == "ready"


@pytest.mark.django_db
def test_a_breach_is_at_the_deadline_of_the_case(log):
    replay(log(LATE))

    assert Breach.objects.get().at.isoformat() == "2011-10-20T06:00:00+00:00"


@pytest.mark.django_db
def test_a_second_time_changes_nothing(log):
    path = log(*IN_TIME, LATE, OPEN)
    replay(path)
    before = [model.objects.count() for model in (ProcessInstance, Breach, Decision, User)]
    said = replay(path)

    assert "3 cases, 0 of them new." in said
    after = [model.objects.count() for model in (ProcessInstance, Breach, Decision, User)]
    assert after == before


@pytest.mark.django_db
def test_what_is_played_is_on_record_like_everything_else(log):
    replay(log(*IN_TIME, LATE))

    for instance in ProcessInstance.objects.all():
        assert journal.verifies(instance)
        assert audit.four_eyes_violations(instance) == []


@pytest.mark.django_db
def test_nobody_signs_in_as_somebody_of_the_log(log):
    replay(log(*IN_TIME))

    assert not any(user.has_usable_password() for user in User.objects.all())


@pytest.mark.django_db
def test_a_packed_log_is_read_too(log, tmp_path):
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(log(LATE).read_bytes()))

    assert "1 cases, 1 of them new." in replay(packed)


@pytest.mark.django_db
def test_a_check_changes_nothing(log):
    assert "2 cases can be played. Nothing was changed." in replay(log(LATE, OPEN), "--check")
    assert not ProcessInstance.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (LATE.replace("2011-10-20T08", "2011-13-20T08"), "Line 3: '2011-13-20T08:00:00+02:00' in"),
        (
            LATE.replace("2011-10-12T08:00:00+02:00,A", "2011-10-12T08:00:00,A"),
            "names no time zone",
        ),
        (LATE.replace("P-2", ""), "Line 3: The column 'case:concept:name' is empty."),
        (LATE + ",more", "Line 3: It has another number of fields than the header."),
        (LATE.replace("P-2,2011-10-12T08:00:00+02:00", "P-2,"), "'time:timestamp' is empty"),
        (OPEN.replace("2012-10-20", "2012-10-21").replace("P-3", "P-1"), "differs from the one on"),
        (LATE.replace("General", "x" * 1_001), "is longer than 1000 characters"),
        (LATE.replace("Desk", "De\x00sk"), "control character"),
    ],
)
def test_a_bad_line_stops_everything_and_is_named(log, line, sentence):
    said = refusal(log(IN_TIME[0], line))

    assert sentence in said
    assert "Nothing was changed." in said


@pytest.mark.django_db
def test_a_column_that_is_not_there_is_named_with_those_that_are(log):
    said = refusal(log("a,b", header="x,y"))

    assert "There is no column 'case:concept:name'. The columns are 'x', 'y'." in said


@pytest.mark.django_db
def test_columns_may_be_called_otherwise(log):
    path = log(LATE, header=HEADER.replace("case:concept:name", "Case ID"))

    assert "1 cases, 1 of them new." in replay(path, "--case=Case ID")


@pytest.mark.django_db
def test_many_bad_lines_are_counted(log):
    said = refusal(log(*[f",{n}" for n in range(30)]))

    assert "… and 10 more." in said


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "There is no column"),
        (f"{HEADER}\n".encode(), "a header and no event"),
        (b"\x1f\x8b\x08broken", "is not a whole gzip file"),
        (f"{HEADER}\n\xff".encode("latin-1"), "This is not UTF-8"),
    ],
)
def test_a_file_that_is_no_log_is_refused(tmp_path, content, sentence):
    path = tmp_path / "log"
    path.write_bytes(content)

    assert sentence in refusal(path)


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "cannot be opened" in refusal(tmp_path / "nothing.csv")


@pytest.mark.django_db(transaction=True)
def test_the_municipalitys_late_cases_are_the_breaches():
    """CoSeLoG: 1,434 permits, of which 1,329 have a deadline and an end."""
    if not MUNICIPALITY.exists():
        pytest.skip(f"{MUNICIPALITY.name} is not beside the project")
    said = StringIO()
    call_command("replay", str(MUNICIPALITY), stdout=said)

    assert "1434 cases, 1434 of them new." in said.getvalue()
    assert "1329 have a deadline and an end; 377 of these ended late." in said.getvalue()
    assert "377 of these have a breach on record." in said.getvalue()
