"""DMN 1.1 to 1.5: decision models, loaded once, evaluated with a trace of why.

    model = dmn.load(xml)
    result = model.evaluate("Routing", {"amount": 12_000})
    result.value, result.errors, result.trace

A loaded model never changes. A decision sees only what it requires, or all that was given when
the model declares no input data at all; each is evaluated once per evaluation; whatever has no
answer is null and leaves a sentence in `errors` (DMN 1.5, 10.3.2.13).
`dialect` describes what is different for models that were written for Camunda.
"""

from collections.abc import Mapping

from workflows.dmn.evaluation import Model, NoSuchElement, Result
from workflows.dmn.inputs import inputs_from_json
from workflows.dmn.library import Library
from workflows.dmn.model import DmnError, Finding, Severity
from workflows.dmn.trace import MatchedRule, Step, TableTrace, Tested
from workflows.feel import Dialect

__all__ = [
    "DmnError",
    "Finding",
    "MatchedRule",
    "Model",
    "NoSuchElement",
    "Result",
    "Severity",
    "Step",
    "TableTrace",
    "Tested",
    "inputs_from_json",
    "load",
]


def load(
    xml: bytes,
    *,
    dialect: Dialect | None = None,
    imported: Mapping[str, bytes] | None = None,
    tolerant: bool = False,
) -> Model:
    """The model in these bytes, ready to be evaluated.

    `dialect` is "standard" or "camunda"; without it, the file says. `imported` has the models that
    this one imports, directly or not, by namespace. Raises DmnError with everything that is wrong.
    When `tolerant`, what is wrong with single texts and types is a warning in the model's
    `findings` instead, and null when evaluated.
    """
    library = Library(dialect=dialect, imported=imported or {}, tolerant=tolerant)
    return library.loaded(xml)
