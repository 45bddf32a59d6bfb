"""A model together with those that it imports (DMN 1.5, 6.3.3)."""

from collections.abc import Mapping
from dataclasses import replace

from workflows.dmn import model
from workflows.dmn.evaluation import Model
from workflows.dmn.linking import Linked, Report
from workflows.dmn.parser import parse
from workflows.feel import Dialect

_DMN = "/spec/DMN/"  # in the kind of an import: the namespaces of all versions have it
MOST_MODELS = 100  # that one may import, directly or not


class Library:
    """Reads and links models; each namespace once."""

    def __init__(
        self, *, dialect: Dialect | None, imported: Mapping[str, bytes], tolerant: bool
    ) -> None:
        self._dialect = dialect
        self._given = imported
        self._tolerant = tolerant
        self._linked: dict[str, Linked] = {}
        self._open: list[str] = []  # namespaces that are being linked
        self._by_namespace: dict[str, model.Definitions] | None = None
        self.findings: list[model.Finding] = []

    def loaded(self, xml: bytes) -> Model:
        """The model in these bytes; raises DmnError when anything in it is an error."""
        linked = self._link(parse(xml, dialect=self._dialect))
        self._refuse_errors()
        return Model(linked, tuple(self.findings))

    def _refuse_errors(self) -> None:
        errors = [each for each in self.findings if each.severity is model.Severity.ERROR]
        if errors:
            raise model.DmnError(errors)

    def _link(self, definitions: model.Definitions, within: str = "") -> Linked:
        def report(finding: model.Finding) -> None:
            sentence = f"{within}: {finding.sentence}" if within else finding.sentence
            self.findings.append(replace(finding, sentence=sentence))

        def report_text(finding: model.Finding) -> None:
            mild = model.Severity.WARNING if self._tolerant else finding.severity
            report(replace(finding, severity=mild))

        for finding in definitions.findings:
            report(finding)
        self._open.append(definitions.namespace)
        imported = {}
        for each in definitions.imports:
            other = self._imported(each, report)
            if other is not None:
                imported[each.name] = other
        self._open.pop()
        linked = Linked(definitions, imported, report, report_text)
        self._linked[definitions.namespace] = linked
        return linked

    def _imported(self, wanted: model.Import, report: Report) -> Linked | None:
        """The linked model of an import; None and a finding when it cannot be had."""
        if wanted.namespace in self._linked:
            return self._linked[wanted.namespace]
        place = (wanted.name, wanted.line)
        if wanted.namespace in self._open:
            sentence = f"Models import each other in a circle through {wanted.namespace}."
            report(model.Finding(*place, sentence))
            return None
        definitions = self._definitions(wanted.namespace)
        if definitions is not None and len(self._linked) < MOST_MODELS:
            return self._link(definitions, definitions.name)
        if wanted.kind and _DMN not in wanted.kind:
            sentence = f"The import {wanted.name} is no DMN and is left out."
            report(model.Finding(*place, sentence, model.Severity.WARNING))
        else:
            sentence = f"The model imports {wanted.namespace}, which is not here. Give it, too."
            report(model.Finding(*place, sentence))
        return None

    def _definitions(self, namespace: str) -> model.Definitions | None:
        xml = self._given.get(namespace)
        if xml is not None:
            return parse(xml, dialect=self._dialect)
        if self._by_namespace is None:
            read = [parse(each, dialect=self._dialect) for each in self._given.values()]
            self._by_namespace = {each.namespace: each for each in read}
        return self._by_namespace.get(namespace)
