"""The decision table as it is edited: everything around it in one place.

`sheet_of` and `with_sheet` read and write it in its file, which declares afterwards what the table
reads; `as_json` and `from_json` talk to the page, `problems` says per cell what is wrong.
"""

from workflows.dmn.declaring import with_sheet
from workflows.dmn.sheet_json import as_json, check, from_json
from workflows.dmn.sheet_new import new_model
from workflows.dmn.sheet_parts import (
    AGGREGATIONS,
    HIT_POLICIES,
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_RULES,
    InputColumn,
    NamedType,
    OutputColumn,
    Row,
    Sheet,
    SheetError,
    Surroundings,
    letters_of,
    policy_of,
)
from workflows.dmn.sheet_problems import Problem, problems
from workflows.dmn.sheet_types import TYPES
from workflows.dmn.sheet_xml import decisions_in, sheet_of, surroundings_of, tables_in, types_in

__all__ = [
    "AGGREGATIONS",
    "HIT_POLICIES",
    "LONGEST_CELL",
    "MOST_COLUMNS",
    "MOST_RULES",
    "TYPES",
    "InputColumn",
    "NamedType",
    "OutputColumn",
    "Problem",
    "Row",
    "Sheet",
    "SheetError",
    "Surroundings",
    "as_json",
    "check",
    "decisions_in",
    "from_json",
    "letters_of",
    "new_model",
    "policy_of",
    "problems",
    "sheet_of",
    "surroundings_of",
    "tables_in",
    "types_in",
    "with_sheet",
]
