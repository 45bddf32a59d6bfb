"""What `bench.engine` measures, said once for every engine: plain Python, in any interpreter.

A process splits into so many branches with two steps for people each. Measured are the start, which
comes to rest at the first step of every branch, and the completion of a first step, after which its
branch rests at the second one.
"""

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

TOKENS = (5, 50, 1_000)
# How many instances are started of each size, and how many first steps completed in each of them.
INSTANCES = {5: 12, 50: 4, 1_000: 1}
STEPS = {5: 3, 50: 8, 1_000: 12}

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  targetNamespace="urn:bench">
  <bpmn:process id="{key}" name="{key}" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="begun" sourceRef="start" targetRef="split" />
    <bpmn:parallelGateway id="split" />
    {branches}
  </bpmn:process>
</bpmn:definitions>
"""
# Ours wants to know what is asked; the others read over it.
ASKS = (
    '<bpmn:extensionElements><c:review xmlns:c="urn:countersign:bpmn:1" kind="any" />'
    "</bpmn:extensionElements>"
)
BRANCH = """
    <bpmn:sequenceFlow id="f{n}" sourceRef="split" targetRef="a{n}" />
    <bpmn:userTask id="a{n}" name="First {n}">{asks}</bpmn:userTask>
    <bpmn:sequenceFlow id="g{n}" sourceRef="a{n}" targetRef="b{n}" />
    <bpmn:userTask id="b{n}" name="Second {n}">{asks}</bpmn:userTask>
    <bpmn:sequenceFlow id="h{n}" sourceRef="b{n}" targetRef="end{n}" />
    <bpmn:endEvent id="end{n}" />"""

ROUNDS = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
                  targetNamespace="urn:bench">
  <bpmn:process id="rounds_{tokens}" name="rounds_{tokens}" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:sequenceFlow id="begun" sourceRef="start" targetRef="each" />
    <bpmn:subProcess id="each" name="Each">
      <bpmn:multiInstanceLoopCharacteristics>
        <bpmn:loopCardinality>= {tokens}</bpmn:loopCardinality>
      </bpmn:multiInstanceLoopCharacteristics>
      <bpmn:startEvent id="in" />
      <bpmn:sequenceFlow id="f" sourceRef="in" targetRef="a" />
      <bpmn:userTask id="a" name="First">{asks}</bpmn:userTask>
      <bpmn:sequenceFlow id="g" sourceRef="a" targetRef="b" />
      <bpmn:userTask id="b" name="Second">{asks}</bpmn:userTask>
      <bpmn:sequenceFlow id="h" sourceRef="b" targetRef="out" />
      <bpmn:endEvent id="out" />
    </bpmn:subProcess>
    <bpmn:sequenceFlow id="done" sourceRef="each" targetRef="end" />
    <bpmn:endEvent id="end" />
  </bpmn:process>
</bpmn:definitions>
"""

Figures = dict[str, float]  # milliseconds of the clock and of this process, statements


def branches(tokens: int) -> str:
    """The model, as a file."""
    inside = "".join(BRANCH.format(n=number, asks=ASKS) for number in range(tokens))
    return MODEL.format(key=f"crowd_{tokens}", branches=inside)


def rounds(tokens: int) -> str:
    """The same two steps, so many times at once inside of one sub-process."""
    return ROUNDS.format(tokens=tokens, asks=ASKS)


class Stopwatch:
    """How long each of several operations took, by the clock and in this process."""

    def __init__(self) -> None:
        self.taken: list[tuple[float, float]] = []

    def time(self, operation: Callable[[], object]) -> None:
        begun, cpu = time.perf_counter(), time.process_time()
        operation()
        self.taken.append((time.perf_counter() - begun, time.process_time() - cpu))

    def figures(self, *, statements: int) -> Figures:
        """The medians; `statements` of one more, which was counted and not timed."""
        clock, cpu = zip(*self.taken, strict=True)
        return {
            "ms": statistics.median(clock) * 1000,
            "cpu": statistics.median(cpu) * 1000,
            "statements": statements,
        }


def measure(
    start: Callable[[], Any],
    steps_of: Callable[[Any], list[Callable[[], object]]],
    counted: Callable[[Callable[[], object]], int],
    tokens: int,
) -> dict[str, Figures]:
    """Figures of one engine at one size.

    `start` begins an instance, `steps_of` it are its first steps, each to be completed by a call;
    `counted` runs an operation and tells how many statements went to the database.
    """
    starts, completions = Stopwatch(), Stopwatch()
    begun: list[Any] = []

    def begin() -> None:
        begun.append(start())

    begin()  # what is read once is known from here on
    of_start = counted(begin)
    first, *warming_up = steps_of(begun[-1])
    gc.collect()
    gc.freeze()  # what is loaded by now is not looked through while it is measured
    of_step = counted(first)
    for step in warming_up[:3]:
        step()
    for _ in range(INSTANCES[tokens]):
        starts.time(begin)
        for step in steps_of(begun[-1])[: STEPS[tokens]]:
            completions.time(step)
    return {
        "start": starts.figures(statements=of_start),
        "complete": completions.figures(statements=of_step),
    }
