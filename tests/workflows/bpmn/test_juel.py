"""`${…}` of other tools as FEEL: the same answer, and a sentence where there is none."""

import pytest

from workflows import feel
from workflows.bpmn import juel

FLAGS = {"flags": {"ON": True, "OFF": False}, "state": "MAIN.X", "n": 3, "text": "", "list": [],
         "names": ["a", "b"], "said": "true", "code": "7",
         "odd": {"a key": "q", "b-key": 2}}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("${flags.ON}", True),
        ("#{!flags.OFF}", True),
        ("${not flags.ON}", False),
        ("${flags.MISSING}", False),
        ("${!flags.MISSING}", True),
        ("${missing}", False),
        ("${empty flags.MISSING || !flags.MISSING}", True),
        ("${!empty flags.ON && flags.ON}", True),
        ("${!(!empty flags.OFF && flags.OFF)}", True),
        ("${(empty flags.ON || !flags.ON) || (flags.ON && n > 2)}", True),
        ("${empty text && empty list}", True),
        ("${!empty n}", True),
        ('${state == "MAIN.X"}', True),
        ("${state != 'MAIN.X' && flags.ON}", False),
        ("${flags.OFF || flags.ON && flags.OFF}", False),
        ("${n le 3 and n ge 3 or flags.OFF}", True),
        ("${n * 2 - 1 == 5}", True),
        ("${(n - 1) * 2 == 4}", True),
        ("${n - (1 - 2) == 4}", True),
        ("${-n < 0}", True),
        ("${flags['ON']}", True),
        ("${flags.ON == true}", True),
        ("${missing == null}", True),
        ("${n > 2 ? flags.ON : flags.OFF}", True),
        ("${true}", True),
        ("${state.equals('MAIN.X')}", True),
        ("${'main.x'.equalsIgnoreCase(state)}", True),
        ("${state.contains('IN') && names.contains('b')}", True),
        ("${names.contains('c') or list.contains('c')}", False),
        ("${state.startsWith('MAIN') and !state.endsWith('Y')}", True),
        ("${list.isEmpty()}", True),
        ("${!names.isEmpty() && names.size() == 2}", True),
        ("${names.get(1) == 'b'}", True),
        ("${state.concat('!') == 'MAIN.X!' && 'a'.concat('b').length() == 2}", True),
        ("${' b '.trim() == 'b' && state.substring(5) == 'X'}", True),
        ("${flags.containsKey('OFF') && !flags.containsKey('MISSING')}", True),
        ("${text.isBlank() && !state.isBlank()}", True),
        ("${flags.get('ON')}", True),
        ("${state.toLowerCase().length() == 6}", True),
        ("${(state).toUpperCase() == 'MAIN.X'}", True),
        ("${execution.getVariable('n') == 3}", True),
        ("${execution.hasVariable('n') && !execution.hasVariable('missing')}", True),
        ("${execution.getVariable('flags').ON}", True),
        ("${now().plusDays(n) > dateTime().minusHours(1)}", True),
        ("${vars:get(n) > 2 and vars:eq('state', 'MAIN.X')}", True),
        ("${variables:getOrDefault(missing, 7) == 7}", True),
        ("${vars:exists(n) ? vars:isEmpty(text) : false}", True),
        ("${odd['a key'] == 'q' && odd.get('b-key') == 2 && odd['none such'] == null}", True),
        ("${n % 2 == 1 and (n + 1) mod 2 == 0}", True),
        ("${flags.ON == 'true' and 'false' == flags.OFF and said == 'true'}", True),
        ("${flags.ON != 'true' || missing == 'true'}", False),
        ("${missing != 'false'}", True),
        ("${n == '3' && code == '7' && n != \"4\"}", True),
        ("${state.matches('MAIN[.].') && !state.matches('MAIN')}", True),
        ("${'a,b'.split(',').size() == 2 && 'aXb'.replaceAll('X', '-') == 'a-b'}", True),
    ],
)
def test_a_translated_condition_gives_the_same_answer(text, answer):
    assert feel.evaluate(juel.condition(text), FLAGS, dialect="camunda") is answer


@pytest.mark.parametrize(
    ("text", "value"),
    [("${n + 1}", 4), ("${state}", "MAIN.X"), ('${"a \\"b\\""}', 'a "b"'), ("${list[0]}", None)],
)
def test_a_translated_value_is_the_same(text, value):
    assert feel.as_json(feel.evaluate(juel.value(text), FLAGS)) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("${bean.invoke()}", "calls code of another engine"),
        ("${execution.setVariable('a', 1)}", "calls code of another engine"),
        ("${a ==}", "something is missing"),
        ("${order.getTotal() > 5}", "calls code of another engine"),
        ("${execution.processBusinessKey == 'a'}", "known to another engine alone"),
        ("${execution.getVariable(a.b)}", "')' is missing"),
        ("${list.size(1)}", "takes no arguments here"),
        ("${text.equals()}", "takes 1 arguments here"),
        ("${vars:sum(a)}", "the function sum is not known"),
        ("${vars:get(1)}", "names no variable"),
        ("${vars:eq(a)}", "takes 2 arguments"),
        ("${a" + ".isEmpty()" * 900 + "}", "says too much"),
        ("${" + "empty " * 45 + "a}", "says too much"),
        ("${a b}", "not expected"),
        ("${(a}", "')' is missing"),
        ("${a @ b}", "not understood"),
        ("${a ? b}", "':' is missing"),
        ("${a[b]}", "index"),
        ("${}", "something is missing"),
        ("${" + "(" * 4_000 + "a" + ")" * 4_000 + "}", "nested too deep"),
        ("${" + "!" * 5_000 + "a}", "nested too deep"),
        ("${a" + " " * 20_000 + "}", "longer than"),
    ],
)
def test_what_cannot_be_translated_is_told(text, said):
    with pytest.raises(juel.Untranslatable, match=r".") as caught:
        juel.condition(text)

    assert said in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Hello ${state}!", "Hello MAIN.X!"),
        ("PT${n}M", "PT3M"),
        ("#{n}-${missing}-${n + 1}", "3--4"),
        ('say "${state}"', 'say "MAIN.X"'),
    ],
)
def test_a_text_with_expressions_inside_is_put_together(text, value):
    assert juel.is_template(text)
    assert feel.evaluate(juel.template(text), FLAGS) == value


def test_what_work_calls_is_code_however_plain_it_looks():
    assert juel.value("${list.size()}") == "count(list)"
    with pytest.raises(juel.Untranslatable, match="calls code of another engine"):
        juel.value("${list.size()}", calls=False)


@pytest.mark.parametrize("text", ["a = 1", "= a", "${a} and ${b}", "Hello ${name}", "", "{a: 1}"])
def test_other_texts_are_no_such_expressions(text):
    assert not juel.is_expression(text)
