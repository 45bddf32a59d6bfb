"""The kinds of flow node (BPMN 2.0.2, chapter 10), and the groups that rules speak of."""

from enum import StrEnum


class Kind(StrEnum):
    """What a flow node is. A value is what rows and pages call it."""

    START = "startEvent"
    MESSAGE_START = "messageStartEvent"
    TIMER_START = "timerStartEvent"
    SIGNAL_START = "signalStartEvent"
    CONDITIONAL_START = "conditionalStartEvent"
    ERROR_START = "errorStartEvent"
    ESCALATION_START = "escalationStartEvent"
    COMPENSATION_START = "compensationStartEvent"

    END = "endEvent"
    TERMINATE_END = "terminateEndEvent"
    ERROR_END = "errorEndEvent"
    MESSAGE_END = "messageEndEvent"
    SIGNAL_END = "signalEndEvent"
    ESCALATION_END = "escalationEndEvent"
    CANCEL_END = "cancelEndEvent"
    COMPENSATION_END = "compensationEndEvent"

    TASK = "task"
    USER_TASK = "userTask"
    SERVICE_TASK = "serviceTask"
    SCRIPT_TASK = "scriptTask"
    RULE_TASK = "businessRuleTask"
    SEND_TASK = "sendTask"
    RECEIVE_TASK = "receiveTask"
    MANUAL_TASK = "manualTask"
    CALL_ACTIVITY = "callActivity"
    SUB_PROCESS = "subProcess"
    TRANSACTION = "transaction"
    AD_HOC = "adHocSubProcess"
    EVENT_SUB_PROCESS = "eventSubProcess"

    EXCLUSIVE_GATEWAY = "exclusiveGateway"
    PARALLEL_GATEWAY = "parallelGateway"
    INCLUSIVE_GATEWAY = "inclusiveGateway"
    EVENT_GATEWAY = "eventBasedGateway"

    BOUNDARY_TIMER = "boundaryTimerEvent"
    BOUNDARY_MESSAGE = "boundaryMessageEvent"
    BOUNDARY_SIGNAL = "boundarySignalEvent"
    BOUNDARY_CONDITIONAL = "boundaryConditionalEvent"
    BOUNDARY_ERROR = "boundaryErrorEvent"
    BOUNDARY_ESCALATION = "boundaryEscalationEvent"
    BOUNDARY_CANCEL = "boundaryCancelEvent"
    BOUNDARY_COMPENSATION = "boundaryCompensationEvent"

    TIMER_CATCH = "intermediateTimerCatchEvent"
    MESSAGE_CATCH = "intermediateMessageCatchEvent"
    SIGNAL_CATCH = "intermediateSignalCatchEvent"
    CONDITIONAL_CATCH = "intermediateConditionalCatchEvent"
    LINK_CATCH = "intermediateLinkCatchEvent"

    NONE_THROW = "intermediateThrowEvent"
    MESSAGE_THROW = "intermediateMessageThrowEvent"
    SIGNAL_THROW = "intermediateSignalThrowEvent"
    ESCALATION_THROW = "intermediateEscalationThrowEvent"
    COMPENSATION_THROW = "intermediateCompensationThrowEvent"
    LINK_THROW = "intermediateLinkThrowEvent"

    UNKNOWN = "unknown"  # read and kept, so that a picture shows it; never run


STARTS = frozenset(
    [
        Kind.START,
        Kind.MESSAGE_START,
        Kind.TIMER_START,
        Kind.SIGNAL_START,
        Kind.CONDITIONAL_START,
        Kind.ERROR_START,
        Kind.ESCALATION_START,
        Kind.COMPENSATION_START,
    ]
)
ENDS = frozenset(
    [
        Kind.END,
        Kind.TERMINATE_END,
        Kind.ERROR_END,
        Kind.MESSAGE_END,
        Kind.SIGNAL_END,
        Kind.ESCALATION_END,
        Kind.CANCEL_END,
        Kind.COMPENSATION_END,
    ]
)
TASKS = frozenset(
    [
        Kind.TASK,
        Kind.USER_TASK,
        Kind.SERVICE_TASK,
        Kind.SCRIPT_TASK,
        Kind.RULE_TASK,
        Kind.SEND_TASK,
        Kind.RECEIVE_TASK,
        Kind.MANUAL_TASK,
    ]
)
# A worker may do these.
WORKED = frozenset(
    [
        Kind.SERVICE_TASK,
        Kind.SEND_TASK,
        Kind.RULE_TASK,
        Kind.SCRIPT_TASK,
        Kind.MESSAGE_THROW,
        Kind.MESSAGE_END,
    ]
)
# Activities with flow nodes inside. An event sub-process has some too, but is no activity.
BODIES = frozenset([Kind.SUB_PROCESS, Kind.TRANSACTION, Kind.AD_HOC])
CONTAINERS = BODIES | {Kind.EVENT_SUB_PROCESS}
ACTIVITIES = TASKS | BODIES | {Kind.CALL_ACTIVITY}
GATEWAYS = frozenset(
    [
        Kind.EXCLUSIVE_GATEWAY,
        Kind.PARALLEL_GATEWAY,
        Kind.INCLUSIVE_GATEWAY,
        Kind.EVENT_GATEWAY,
    ]
)
BOUNDARIES = frozenset(
    [
        Kind.BOUNDARY_TIMER,
        Kind.BOUNDARY_MESSAGE,
        Kind.BOUNDARY_SIGNAL,
        Kind.BOUNDARY_CONDITIONAL,
        Kind.BOUNDARY_ERROR,
        Kind.BOUNDARY_ESCALATION,
        Kind.BOUNDARY_CANCEL,
        Kind.BOUNDARY_COMPENSATION,
    ]
)
CATCHES = frozenset(
    [
        Kind.TIMER_CATCH,
        Kind.MESSAGE_CATCH,
        Kind.SIGNAL_CATCH,
        Kind.CONDITIONAL_CATCH,
        Kind.LINK_CATCH,
    ]
)
THROWS = frozenset(
    [
        Kind.NONE_THROW,
        Kind.MESSAGE_THROW,
        Kind.SIGNAL_THROW,
        Kind.ESCALATION_THROW,
        Kind.COMPENSATION_THROW,
        Kind.LINK_THROW,
    ]
)
