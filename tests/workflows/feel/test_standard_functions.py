"""Built-in and user-defined functions (DMN 1.5, 10.3.2.13, tables 63 and 72 to 82)."""

import pytest

from tests.workflows.feel.calling import new_run
from tests.workflows.feel.standard import cases, written
from workflows.feel.functions import BUILTINS
from workflows.feel.functions.kinds import Kind
from workflows.feel.temporal import parse_at
from workflows.feel.values import Range, number

EXAMPLES = (
    *(number(1), "a", [], {"a": number(1)}, True, BUILTINS["abs"]),
    *map(parse_at, ["2020-01-01", "10:00:00", "2020-01-01T10:00:00", "P1D", "P1M"]),
    Range(number(1), number(2), includes_low=True, includes_high=True),
)


def fitting(kind: Kind):
    """Some value of a kind."""
    return next(value for value in EXAMPLES if kind.fits(value))


def required():
    """Every parameter that takes null in no overload."""
    for name, function in BUILTINS.items():
        for parameters in function.signatures:
            for place, parameter in enumerate(parameters):
                alike = [each[place] for each in function.signatures if len(each) > place]
                if not any(each.nullable for each in alike):
                    yield pytest.param(function, parameters, place, id=f"{name}-{parameter.name}")


@pytest.mark.parametrize(("function", "parameters", "place"), list(required()))
def test_null_where_a_parameter_needs_a_value_gives_null(function, parameters, place):
    """10.3.4: whenever a parameter is outside of its domain, the result is null."""
    arguments = [fitting(parameter.kind) for parameter in parameters[: place + 1]]
    arguments[place] = None
    run = new_run()

    assert function.call(arguments, run) is None
    assert function.name in run.notes[0]


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_too_many_arguments_and_unknown_names_give_null(name):
    """Table 63: the count has to match, and so do the names."""
    run = new_run()
    function = BUILTINS[name]
    takes_many = any(p.several or p.variadic for each in function.signatures for p in each)

    assert takes_many or function.call([number(1)] * 12, run) is None
    assert function.call_named({"no such parameter": number(1)}, run) is None
    assert run.notes


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        (function(x) x)(1)          ⇒ 1
        (function(x) x)()           ⇒ null
        (function(x) x)(1, 2)       ⇒ null
        (function() 1)()            ⇒ 1
        (function() 1)(2)           ⇒ null
        (function(x, y) x - y)(y: 1, x: 3) ⇒ 2
        (function(x, y) [x, y])(y: 1) ⇒ [null, 1]
        (function(x) x)(z: 1)       ⇒ null
        (function(x) x)(x: 1, z: 2) ⇒ null
        (function(x: number) x)("1") ⇒ null
        (function(x: number) "called")("1") ⇒ null
        (function(x: number) "called")(null) ⇒ "called"
        (function(x: number) x)([1]) ⇒ 1
        (function(x: number) x)([1, 2]) ⇒ null
        (function(x: list<number>) x)(1) ⇒ [1]
        (function(x: list<number>) x)(["a"]) ⇒ null
        (function(x: list<list<number>>) x)([1]) ⇒ null
        (function(x: date and time) x)(@"2020-01-01") ⇒ @"2020-01-01T00:00:00Z"
        (function(x: date) x)(@"2020-01-01T10:00:00") ⇒ null
        (function(x: context<a: number>) x.a)({a: 1, b: 2}) ⇒ 1
        (function(x: context<a: number>) x.a)({b: 2}) ⇒ null
        (function(f: function<number> -> Any) f(2))(function(n) n * 2) ⇒ 4
        (function(f) f(2))(abs)     ⇒ 2
        {x: 1, f: function(y) x + y, r: {x: 100, r: f(1)}.r}.r ⇒ 2
        (function(x) function(y) x + y)(1)(2) ⇒ 3
        1(2)                        ⇒ null
        null(2)                     ⇒ null
        missing(2)                  ⇒ null
        {f: 1}.f(2)                 ⇒ null
        for f in [abs, sqrt] return f(4) ⇒ [4, 2]
    """),
)
def test_invocations_match_parameters(text, expected):
    """10.3.2.13.2, 10.3.2.13.5, table 63, and the conversions of 10.3.2.9.4."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        contains(["foobar"], "of")  ⇒ false
        contains(["foobar", "x"], "of") ⇒ null
        abs([-1])                   ⇒ 1
        abs([])                     ⇒ null
        abs([null])                 ⇒ null
        string length(["abc"])      ⇒ 3
        count(1)                    ⇒ 1
        count([null])               ⇒ 1
        count([1, [2, 3]])          ⇒ 2
        append(1, 2)                ⇒ [1, 2]
        append([])                  ⇒ []
        append([1], null)           ⇒ [1, null]
        append([1], [2])            ⇒ [1, [2]]
        append(list: [1], item: 2)  ⇒ [1, 2]
        concatenate([1], 2)         ⇒ [1, 2]
        concatenate([1])            ⇒ [1]
        concatenate([1], null)      ⇒ null
        list contains([1, null], null) ⇒ true
        list contains(list: [1, null]) ⇒ true
        list contains([[1]], 1)     ⇒ false
        min(1)                      ⇒ 1
        min([1])                    ⇒ 1
        max([])                     ⇒ null
        max([1, null])              ⇒ null
        max(1, "a")                 ⇒ null
        max(["a", "b"])             ⇒ "b"
        min([@"P1D", @"PT1H"])      ⇒ @"PT1H"
        sum([])                     ⇒ null
        sum([1, null])              ⇒ null
        sum(1)                      ⇒ 1
        mean([])                    ⇒ null
        product([])                 ⇒ null
        median([6, 1, 2, 3])        ⇒ 2.5
        median([])                  ⇒ null
        median("a")                 ⇒ null
        mode([6, 1, 9, 6, 1])       ⇒ [1, 6]
        mode([])                    ⇒ []
        mode([1, null])             ⇒ null
        stddev([47])                ⇒ null
        stddev(2, 4, 7, 5)          ⇒ 2.081665999466132735282297706979931
        all([false, null, true])    ⇒ false
        all([true, null])           ⇒ null
        all([])                     ⇒ true
        all(0)                      ⇒ null
        any([false, null, true])    ⇒ true
        any([false, null])          ⇒ null
        any([])                     ⇒ false
        any("a")                    ⇒ null
        sublist([4,5,6], 1, 2)      ⇒ [4, 5]
        sublist([4,5,6], 0)         ⇒ null
        sublist([4,5,6], 2, 3)      ⇒ null
        sublist([4,5,6], -2, 1)     ⇒ [5]
        sublist([4,5,6], 1, 0)      ⇒ null
        insert before([1,3], 1, 2)  ⇒ [2, 1, 3]
        insert before([1,3], 3, 2)  ⇒ null
        insert before([], 1, 2)     ⇒ null
        insert before([1], 1, null) ⇒ [null, 1]
        remove([1,2,3], 2)          ⇒ [1, 3]
        remove([1,2,3], -1)         ⇒ [1, 2]
        remove([1,2,3], 4)          ⇒ null
        reverse([1,2,3])            ⇒ [3, 2, 1]
        index of([1,2,3,2], 2)      ⇒ [2, 4]
        index of([1,null], null)    ⇒ [2]
        index of([1], 2)            ⇒ []
        union([1,2], [2,3], 3)      ⇒ [1, 2, 3]
        distinct values([1, "1", 1.0, null, null]) ⇒ [1, "1", null]
        flatten([[1,2], [[3]], 4])  ⇒ [1, 2, 3, 4]
        flatten([null, []])         ⇒ [null]
        list replace([2,4,7,8], 3, 6) ⇒ [2, 4, 6, 8]
        list replace([2,4,7,8], function(item, newItem) item < newItem, 5) ⇒ [5, 5, 7, 8]
        list replace([1], 2, 3)     ⇒ null
        list replace([1], function(item) true, 3) ⇒ null
        list replace([1], function(item, newItem) "x", 3) ⇒ null
        sort([3,1,4,5,2], function(x,y) x < y) ⇒ [1, 2, 3, 4, 5]
        sort([{a:2},{a:1}], function(x,y) x.a < y.a) ⇒ [{a: 1}, {a: 2}]
        sort([], function(x,y) x < y) ⇒ []
        sort([1,2], function(x) true) ⇒ null
        sort([1,2], null)           ⇒ null
        string join(["a", null, "c"], "X") ⇒ "aXc"
        string join([], "X")        ⇒ ""
        string join(["a", "b"], null) ⇒ "ab"
        string join("a", "X")       ⇒ "a"
        string join(["a", 1])       ⇒ null
    """),
)
def test_list_functions(text, expected):
    """Tables 74, 75 and 80, with conversions to and from lists of one (10.3.2.9.4)."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        decimal(1/3, 2)             ⇒ 0.33
        decimal(1.5, 0)             ⇒ 2
        decimal(2.5, 0)             ⇒ 2
        decimal(1, 2)               ⇒ 1.00
        decimal(123, -2)            ⇒ 100
        decimal(1, 6177)            ⇒ null
        decimal(1, -6112)           ⇒ null
        floor(-1.56, 1)             ⇒ -1.6
        ceiling(-1.56, 1)           ⇒ -1.5
        floor(-1.5)                 ⇒ -2
        ceiling(-1.5)               ⇒ -1
        round up(-1.126, 2)         ⇒ -1.13
        round up(1.121, 2)          ⇒ 1.13
        round down(-1.126, 2)       ⇒ -1.12
        round half up(-5.5, 0)      ⇒ -6
        round half up(1.121, 2)     ⇒ 1.12
        round half down(-5.5, 0)    ⇒ -5
        round half down(-1.126, 2)  ⇒ -1.13
        round up(5.5)               ⇒ null
        abs(@"-P1M")                ⇒ @"P1M"
        modulo(12, -5)              ⇒ -3
        modulo(-10.1, 4.5)          ⇒ 3.4
        modulo(10, 0)               ⇒ null
        sqrt(16)                    ⇒ 4
        sqrt(-1)                    ⇒ null
        log(0)                      ⇒ null
        log(1)                      ⇒ 0
        exp(0)                      ⇒ 1
        exp(10 ** 9)                ⇒ null
        odd(-5)                     ⇒ true
        even(0)                     ⇒ true
        even(2.0)                   ⇒ true
        odd(1.5)                    ⇒ null
    """),
)
def test_numeric_functions(text, expected):
    """Table 76."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        replace("banana", "a", "o") ⇒ "bonono"
        replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") ⇒ "[1=ab][2=]cd"
        replace("abracadabra", "a.*?a", "*") ⇒ "*c*bra"
        replace("0123456789", "(\d{3})(\d{3})(\d{4})", "($1) $2-$3") ⇒ "(012) 345-6789"
        replace("hello", "(l)(l)", "$0-$2$1") ⇒ "hell-llo"
        replace("a", "(a)", "$12")  ⇒ "a2"
        replace("a", "a", "\\$1")   ⇒ "$1"
        replace("a", "a", "\\\\")   ⇒ "\\"
        replace("a", "a", "$")      ⇒ null
        replace("a", "a", "\\x")    ⇒ null
        replace("a", "a*", "x")     ⇒ null
        replace("a", "[", "x")      ⇒ null
        replace("Foo", "foo", "x", "i") ⇒ "x"
        replace("foo bar", "o b", "x", "x") ⇒ "foo bar"
        replace("a\nb", "^b", "x", "m") ⇒ "a\nx"
        replace("a\nb", "a.b", "x", "s") ⇒ "x"
        replace("a", "a", "b", "im") ⇒ "b"
        replace("a", "a", "b", "z") ⇒ null
        replace("a", "a", "b", null) ⇒ "b"
        replace("a", "a", null)     ⇒ null
        matches("foobar", "^fo*b")  ⇒ true
        matches("foobar", "^Fo*b", "i") ⇒ true
        matches("foobar", "b$")     ⇒ false
        matches("foobar", "")       ⇒ true
        matches("a", "(a")          ⇒ null
        matches("a", "\\y")         ⇒ null
        matches("a", "(?=a)")       ⇒ null
        matches("x", "[a-z-[aeiou]]") ⇒ true
        split("John Doe", "\\s")    ⇒ ["John", "Doe"]
        split("a;b;c;;", ";")       ⇒ ["a", "b", "c", "", ""]
        split("abc", "")            ⇒ null
        substring("foobar", 3)      ⇒ "obar"
        substring("foobar", 3, 3)   ⇒ "oba"
        substring("foobar", -2, 1)  ⇒ "a"
        substring("foobar", 0)      ⇒ null
        substring("foobar", 7)      ⇒ null
        substring("foobar", 5, 3)   ⇒ null
        substring("", 1)            ⇒ null
        substring before("foobar", "xyz") ⇒ ""
        substring after("", "a")    ⇒ ""
        substring after("foobar", "ob") ⇒ "ar"
        starts with("foobar", "")   ⇒ true
        ends with("foobar", "r")    ⇒ true
        upper case("aBc4")          ⇒ "ABC4"
        lower case("aBc4")          ⇒ "abc4"
    """),
)
def test_string_functions(text, expected):
    """Table 74; patterns, replacements and flags are those of XPath 2.0, 7.6."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        get value({a: 1}, "a")      ⇒ 1
        get value({a: 1}, "b")      ⇒ null
        get value({a: null}, "a")   ⇒ null
        get entries({a: 1, b: 2})   ⇒ [{key: "a", value: 1}, {key: "b", value: 2}]
        get entries({})             ⇒ []
        context([{key: "a", value: 1}, {key: "b", value: 2}]) ⇒ {a: 1, b: 2}
        context([{key: "a", value: 1}, {key: "b", value: 2, c: 3}]) ⇒ {a: 1, b: 2}
        context({key: "a", value: 1}) ⇒ {a: 1}
        context([])                 ⇒ {}
        context([{key: "a", value: 1}, {key: "a", value: 2}]) ⇒ null
        context([{key: "a"}])       ⇒ null
        context([{key: 1, value: 1}]) ⇒ null
        context([1])                ⇒ null
        context put({x: 1}, "y", 2) ⇒ {x: 1, y: 2}
        context put({x: 1, y: 0}, "y", 2) ⇒ {x: 1, y: 2}
        context put({x: 1, y: {a: 0}}, ["y", "a"], 2) ⇒ {x: 1, y: {a: 2}}
        context put({x: 1}, ["y", "a"], 2) ⇒ null
        context put({x: 1}, [], 2)  ⇒ null
        context put({x: 1}, null, 2) ⇒ null
        context put({x: 1}, [1], 2) ⇒ null
        context put({}, "a", null)  ⇒ {a: null}
        context merge([{x: 1}, {y: 2}]) ⇒ {x: 1, y: 2}
        context merge([{x: 1, y: 0}, {y: 2}]) ⇒ {x: 1, y: 2}
        context merge([])           ⇒ {}
        context merge({x: 1})       ⇒ {x: 1}
        context merge([{x: 1}, null]) ⇒ null
        range("[18..21)")           ⇒ [18..21)
        range("[\"a\"..\"c\"]")     ⇒ ["a".."c"]
        range("(@\"2020-01-01\"..@\"2020-02-01\"]") ⇒ (@"2020-01-01"..@"2020-02-01"]
        range("[2..1]")             ⇒ null
        range("[a..b]")             ⇒ null
        range("1..2")               ⇒ null
        before(1, [1..10])          ⇒ false
        before([1..10), [10..20])   ⇒ true
        after(10, [1..10))          ⇒ true
        meets([1..5], [5..10])      ⇒ true
        met by([5..10], [1..5))     ⇒ false
        overlaps((<= 5), [5..10])   ⇒ true
        includes([1..10], (1..10))  ⇒ true
        during(1, (1..10])          ⇒ false
        starts([1..5), [1..10])     ⇒ true
        finished by([5..10), 10)    ⇒ false
        coincides([1..5], [1..5])   ⇒ true
        before(1, "a")              ⇒ null
        before(null, 1)             ⇒ null
    """),
)
def test_context_and_range_functions(text, expected):
    """Tables 72, 78 and 81."""
    assert written(text) == expected
