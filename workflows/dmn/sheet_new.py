"""A new DMN file with one table that waits for its first rule."""

from xml.sax.saxutils import quoteattr

from workflows.dmn.sheet_fragments import ID
from workflows.dmn.sheet_parts import SheetError

_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" \
xmlns:dmndi="https://www.omg.org/spec/DMN/20230324/DMNDI/" \
xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" \
xmlns:di="http://www.omg.org/spec/DMN/20180521/DI/" \
id={file_id} name={name} namespace={namespace}>
  <inputData id={input_id} name="input">
    <variable id={input_variable_id} name="input" typeRef="string"/>
  </inputData>
  <decision id={key} name={name}>
    <variable id={variable_id} name={name}/>
    <informationRequirement id={requirement_id}>
      <requiredInput href={input_href}/>
    </informationRequirement>
    <decisionTable id={table_id} hitPolicy="UNIQUE">
      <input id="input_1" label="Input">
        <inputExpression id="input_expression_1" typeRef="string">
          <text>input</text>
        </inputExpression>
      </input>
      <output id="output_1" label="Result" name="result" typeRef="string"/>
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram>
      <dmndi:DMNShape dmnElementRef={key}>
        <dc:Bounds x="160" y="80" width="180" height="80"/>
      </dmndi:DMNShape>
      <dmndi:DMNShape dmnElementRef={input_id}>
        <dc:Bounds x="160" y="220" width="125" height="45"/>
      </dmndi:DMNShape>
      <dmndi:DMNEdge dmnElementRef={requirement_id}>
        <di:waypoint x="222.5" y="220"/>
        <di:waypoint x="250" y="160"/>
      </dmndi:DMNEdge>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""


def new_model(key: str, name: str) -> bytes:
    """A DMN 1.5 file whose decision has this key as its id: one input, one output, no rule."""
    if not (ID.fullmatch(key) and key.isascii() and len(key) <= 100):
        raise SheetError(
            f"{key[:40]} cannot be a key. Use letters, digits, - and _, beginning with a letter."
        )
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise SheetError("The name has to have 1 to 200 characters, all of them visible.")
    values = {
        "key": key,
        "name": name.strip(),
        "namespace": f"urn:countersign:decision:{key}",
        "file_id": f"definitions_{key}",
        "table_id": f"table_{key}",
        "variable_id": f"variable_{key}",
        "input_id": f"data_{key}",
        "input_href": f"#data_{key}",
        "input_variable_id": f"variable_data_{key}",
        "requirement_id": f"requires_data_{key}",
    }
    return _MODEL.format_map({word: quoteattr(value) for word, value in values.items()}).encode()
