"""Every example ends as it is told, in tests and for a newcomer on the command line."""

import subprocess
import sys

import pytest

from examples import ledger, stage, stories
from examples.playing import House, NotAsTold
from examples.stories import Example, Scenario
from tests.test_house_rules import ROOT
from workflows import definitions, journal
from workflows.bpmn import check
from workflows.models import Activity, Job, Listener, ProcessInstance, Scope, Timer

TOLD = [
    pytest.param(name, scenario.name, id=f"{name}: {scenario.name}")
    for name in stories.NAMES
    for scenario in stories.named(name).scenarios
]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "scenario"), TOLD)
def test_every_story_ends_as_told_and_leaves_nothing_open(house, name, scenario):
    example = stories.named(name)
    stories.settle(example, now=house.now)

    played = stories.play(example.scenario(scenario), house)

    assert played.problems == []
    assert left_open() == []
    assert all(journal.verifies(each) for each in ProcessInstance.objects.all())


def left_open() -> list[object]:
    """Whatever still waits for something although every process is over."""
    return [
        *Activity.objects.filter(status__in=["active", "waiting"]),
        *Job.objects.filter(status__in=["ready", "leased", "dead"]),
        *Timer.objects.filter(status="waiting"),
        *Listener.objects.filter(status="open"),
        *Scope.objects.filter(status="open"),
    ]


@pytest.mark.parametrize("name", stories.NAMES)
def test_models_of_examples_are_drawn_and_leave_nothing_to_be_said(name):
    for file in stories.named(name).files:
        for process in check.accept(file.read_bytes()):
            assert check.check(process) == []
            assert process.nodes.keys() <= process.diagram.shapes.keys()
            assert process.flows.keys() <= process.diagram.edges.keys()


@pytest.mark.django_db
def test_an_example_is_put_in_place_once(house):
    for name in stories.NAMES:
        example = stories.named(name)
        stories.settle(example, now=house.now)
        stories.settle(example, now=house.now)

        assert {each.version for each in definitions.ProcessDefinition.objects.all()} == {1}


@pytest.mark.django_db
def test_what_goes_otherwise_is_said_in_sentences(house):
    def play(_house: House) -> None:
        raise NotAsTold("The parcel came back.")

    played = stories.play(Scenario("lost", "", play, ("order.completed",)), house)

    assert played.problems == [
        "The parcel came back.", "Published were nothing, not order.completed.",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_process_that_goes_on_and_trouble_nobody_saw_to_are_said(house):
    from examples.order_fulfilment import story

    def play(house: House) -> None:
        story.order(house, "O-1", lines=[{"item": "lamp"}])
        for _ in range(5):
            house.pass_time(minutes=10)

    stories.settle(story.EXAMPLE, now=house.now)
    played = stories.play(Scenario("stuck", "", play, ()), house)

    assert played.problems[0] == "O-1 has not come to an end."
    assert played.problems[1].startswith("Nobody has looked at this: ")


@pytest.mark.parametrize(
    ("name", "scenario", "said"),
    [("nothing", None, "There is no example nothing."), ("order_fulfilment", "x", "no scenario x")],
)
def test_who_asks_for_what_is_not_there_is_told_what_is(name, scenario, said):
    with pytest.raises(KeyError, match=said):
        stage.show(name, scenario)


def test_all_examples_are_listed_with_their_scenarios(capsys):
    assert stage.show(None, None) == 0

    listed = capsys.readouterr().out
    for name in stories.NAMES:
        assert stories.named(name).title in listed
        assert all(each.says in listed for each in stories.named(name).scenarios)


@pytest.mark.django_db
def test_a_story_reads_in_order_with_who_did_what_and_when(house):
    example = stories.named("order_fulfilment")
    stories.settle(example, now=house.now)

    lines = stories.play(example.scenario("shipped"), house).lines

    assert lines[0] == "Mon 10:00:00  → webshop sends order.received for O-1."
    assert lines[1].split("  ")[-1].strip() == "The process began"
    assert "webshop (program)" in lines[1]
    assert lines[-1].endswith("The process came to its end")


@pytest.mark.django_db
@pytest.mark.parametrize(("ends", "code"), [(("order.completed",), 0), (("order.lost",), 1)])
def test_the_exit_code_tells_whether_it_ended_as_told(house, capsys, monkeypatch, ends, code):
    told = stories.named("order_fulfilment")
    scenario = Scenario("shipped", "It is shipped", told.scenario("shipped").play, ends)
    other = Example(told.name, told.title, (scenario,))
    monkeypatch.setattr(stories, "named", lambda _name: other)

    assert stage.show("order_fulfilment", "shipped") == code

    assert ("Ended as told." in capsys.readouterr().out) == (code == 0)
    assert [entry["kind"] for entry in ledger.entries()].count("parcel") == 1


def test_the_command_plays_in_a_database_of_its_own():
    asked = [sys.executable, "manage.py", "example", "order_fulfilment", "payment_rejected"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "Published order.cancelled" in done.stdout
    assert done.stdout.endswith("Ended as told.\n\n")


def test_the_command_refuses_in_a_sentence():
    asked = [sys.executable, "manage.py", "example", "nothing"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.startswith("There is no example nothing. There are: ")
