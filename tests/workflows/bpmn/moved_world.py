"""An instance in memory that goes on in another version: rows by names and places alone."""

from dataclasses import replace

from tests.workflows.bpmn.world import Row, ScopeRow
from workflows.bpmn import migrating, moving
from workflows.bpmn.scopes import ROOT, Role
from workflows.bpmn.tokens import Entered, Opened

# Why an instance of a random model may stay where it is when sub-processes come and go.
STAYS = ("leads to nothing that follows", "does not go there", "No way leads from",
         "has steps undone just now", "which does not fit")  # fmt: skip


def move_reference(world, process, mapping):
    """Rows first, by names and places; the marking has to say the same of them."""
    plan = migrating.plan(world.process, process, mapping)
    moved = moving.moved(world.marking, plan, world.variables)

    def renamed(node):
        return process.nodes[mapping.get(node.id, node.id)]

    left = {number: each for number, each in world.scopes.items() if moved.is_left(number)}
    owners = [each.owner for each in left.values()]
    world.rows = [row for row in world.rows if not any(row is owner for owner in owners)]
    for row in world.rows:
        row.scope = moved.home(row.scope, row.node)
        row.node = mapping.get(row.node, row.node)
        if row.waiting:
            row.flow = plan.flows[row.flow]
        if row.entered:
            row.entered = replace(row.entered, node=renamed(row.entered.node), scope=row.scope)
        if row.stuck:
            row.stuck = replace(row.stuck, node=renamed(row.stuck.node), scope=row.scope)
    kept = {number: each for number, each in world.scopes.items() if number not in left}
    world.scopes = {moved.grouping.numbers[number]: each for number, each in kept.items()}
    for number, each in world.scopes.items():
        now = moved.marking.inner[number]
        each.variables = dict(now.variables)
        each.opened = replace(
            each.opened, node=renamed(each.opened.node), scope=number, parent=now.parent
        )
    for begun in moved.begun:
        add(world, begun)
    world.variables.update(moved.let_out)
    world.marking = moved.marking
    world.process = process
    world._check()
    in_place(world)


def add(world, begun):
    """A sub-process that is new, with the token that performs it."""
    entered = Entered(begun.node, None, begun.parent, work=False)
    owner = Row(begun.node.id, begun.parent, entered=entered)
    opened = Opened(begun.node, begun.number, begun.parent, Role.BODY, begun.variables)
    world.rows.append(owner)
    world.scopes[begun.number] = ScopeRow(opened, owner, dict(begun.variables))


def in_place(world):
    """Every token lies in a scope of the sub-process in which its node is drawn."""
    for row in world.rows:
        if row.scope == ROOT:
            assert not world.process.nodes[row.node].within
        elif (opened := world.scopes[row.scope].opened).role in (Role.BODY, Role.EVENT):
            assert world.process.nodes[row.node].within == opened.node.id
