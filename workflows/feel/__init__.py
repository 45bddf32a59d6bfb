"""FEEL, the expression language of DMN 1.5 and BPMN conditions: read once, compiled to closures."""
