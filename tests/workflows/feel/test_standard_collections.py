"""Lists, filters, contexts, ranges and iterations (DMN 1.5, 10.3.2.5 to 10.3.2.7, 10.3.2.14)."""

import pytest

from tests.workflows.feel.standard import cases, written


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        [1,2,3,4][item > 2]         ⇒ [3, 4]
        [{x:1, y:2}, {x:2, y:3}][x=1] ⇒ [{x: 1, y: 2}]
        [{x:1, y:2}, {x:null, y:3}][x < 2] ⇒ [{x: 1, y: 2}]
        [{x:1}, {y:1}][x = 1]       ⇒ [{x: 1}]
        [{x:1}, {y:1}][x = null]    ⇒ [{y: 1}]
        [{item:1}, {item:2}][item > 1] ⇒ [{item: 2}]
        [{item:{a:1}}][item.a = 1]  ⇒ [{item: {a: 1}}]
        [1,2,3][1]                  ⇒ 1
        [1,2,3][-1]                 ⇒ 3
        [1,2,3][-3]                 ⇒ 1
        [1,2,3][0]                  ⇒ null
        [1,2,3][4]                  ⇒ null
        [1,2,3][-4]                 ⇒ null
        [1,2,3][1.5]                ⇒ null
        [1,2,3][1.0]                ⇒ 1
        [1,2,3][10 ** 400]          ⇒ null
        [1,2,3][1 + 1]              ⇒ 2
        [1,2,3][count([1,2])]       ⇒ 2
        [1,2,3][if true then 3 else 1] ⇒ 3
        {n: 2, r: [4,5,6][n]}.r     ⇒ 5
        {n: 2, l: [{n: 1}, {n: 2}], r: l[n = 2]}.r ⇒ [{n: 2}]
        [1,2,3][true]               ⇒ [1, 2, 3]
        [1,2,3][false]              ⇒ []
        [1,2,3][null]               ⇒ []
        [][1]                       ⇒ null
        [][item > 1]                ⇒ []
        [null][1]                   ⇒ null
        [null, 1][item = null]      ⇒ [null]
        [1,2,3][item > 1][item < 3] ⇒ [2]
        [[1,2],[3,4]][2][1]         ⇒ 3
        [1,2,3,4][even(item)]       ⇒ [2, 4]
        [1,2,3][item in (1, 3)]     ⇒ [1, 3]
        ["a","b"][item = "b"]       ⇒ ["b"]
        3[item > 2]                 ⇒ [3]
        3[item > 5]                 ⇒ []
        "foo"[1]                    ⇒ "foo"
        "foo"[2]                    ⇒ null
        {a: 1}[a = 1]               ⇒ [{a: 1}]
        {a: 1}[1]                   ⇒ {a: 1}
        null[1]                     ⇒ null
        null[item = 1]              ⇒ null
    """),
)
def test_filters_choose_by_condition_or_position(text, expected):
    """10.3.2.5, table 68 and the conversion to a singleton list of 10.3.2.9.4."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        [{x:1, y:2}, {x:2, y:3}].y  ⇒ [2, 3]
        [{x:1}, {y:2}].x            ⇒ [1, null]
        [].x                        ⇒ []
        [{a: {b: [1]}}, {a: {b: [2.1, 2.2]}}, {a: {b: [3]}}].a.b ⇒ [[1], [2.1, 2.2], [3]]
        {a: {b: {c: 1}}}.a.b.c      ⇒ 1
        {a: 1}.b                    ⇒ null
        {a: 1}.a.b                  ⇒ null
        null.a                      ⇒ null
        1.a                         ⇒ null
        {a: [{b: 1}, {b: 2}]}.a[2].b ⇒ 2
        {a: [{b: 1}, {b: 2}]}.a[b = 2].b ⇒ [2]
        {a: 1 + 1, b: a + 1}        ⇒ {a: 2, b: 3}
        {"a b": 1, c: a b}.c        ⇒ 1
        {a: 1, a: 2}                ⇒ null
        {a: 1, b: {a: 2, c: a}}.b.c ⇒ 2
        {a: 1, b: {c: a}}.b.c       ⇒ 1
        {f: function(x) x * 2, r: f(4)}.r ⇒ 8
        {pos: function(x) x > 0, zero: function(x) pos(x + 1), r: zero(0)}.r ⇒ true
        {fact: function(n) if n <= 1 then 1 else n * fact(n - 1), r: fact(10)}.r ⇒ 3628800
        get entries({key1: "value1"})[key = "key1"].value ⇒ ["value1"]
        [1..10].start               ⇒ 1
        (1..10].start included      ⇒ false
        (1..10].end included        ⇒ true
        (<= 10).start               ⇒ null
        (<= 10).end                 ⇒ 10
        (<= 10).end included        ⇒ true
        (<= 10).start included      ⇒ false
        (> 1).start                 ⇒ 1
        (> 1).end                   ⇒ null
        [5..1]                      ⇒ null
        [1.."a"]                    ⇒ null
        [1..null]                   ⇒ null
        [1..1].end                  ⇒ 1
    """),
)
def test_paths_contexts_and_ranges(text, expected):
    """10.3.1.4, 10.3.2.6, 10.3.2.7 with table 42, and table 69."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        for i in [1,2,3] return i * 2 ⇒ [2, 4, 6]
        for i in 1..3 return i      ⇒ [1, 2, 3]
        for i in 3..1 return i      ⇒ [3, 2, 1]
        for i in 2..2 return i      ⇒ [2]
        for i in -1..1 return i     ⇒ [-1, 0, 1]
        {x: 2, r: for i in x..x+2 return i}.r ⇒ [2, 3, 4]
        for i in [1..3] return i    ⇒ [1, 2, 3]
        for i in (1..4) return i    ⇒ [2, 3]
        for i in (1..2) return i    ⇒ []
        for d in @"2021-01-31"..@"2021-02-01" return d ⇒ [@"2021-01-31", @"2021-02-01"]
        for d in @"2021-01-02"..@"2021-01-01" return d.day ⇒ [2, 1]
        for d in [@"2021-01-01"..@"2021-01-03") return d.day ⇒ [1, 2]
        for i in [] return i        ⇒ []
        for i in 5 return i         ⇒ [5]
        for i in {a: 1} return i.a  ⇒ [1]
        for i in [1,2], j in [3,4] return i * j ⇒ [3, 4, 6, 8]
        for i in [[1,2],[3]], j in i return j ⇒ [1, 2, 3]
        for i in 1..3, j in 1..i return j ⇒ [1, 1, 2, 1, 2, 3]
        for i in [1,2], j in [i, i * 10] return j ⇒ [1, 10, 2, 20]
        for i in 0..4 return if i = 0 then 1 else i * partial[-1] ⇒ [1, 1, 2, 6, 24]
        for i in 1..2, j in 1..2 return count(partial) ⇒ [0, 1, 2, 3]
        for i in [1,2] return partial ⇒ [[], [[]]]
        for i in [1,2] return for j in [i] return partial ⇒ [[[]], [[]]]
        for i in [1,2], i in [3] return i ⇒ [3, 3]
        for i in null return i      ⇒ null
        for i in 1..null return i   ⇒ null
        for i in null..1 return i   ⇒ null
        for i in 1.5..3 return i    ⇒ null
        for i in "a".."c" return i  ⇒ null
        for i in 1..@"2021-01-01" return i ⇒ null
        for i in [1, null] return i + 1 ⇒ [2, null]
    """),
)
def test_for_walks_through_lists_and_ranges(text, expected):
    """10.3.2.14: later variables see earlier ones; `partial` holds the results so far."""
    assert written(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    cases(r"""
        some i in [1,2] satisfies i > 1 ⇒ true
        some i in [1,2] satisfies i > 2 ⇒ false
        every i in [1,2] satisfies i > 0 ⇒ true
        every i in [1,2] satisfies i > 1 ⇒ false
        some i in [] satisfies true ⇒ false
        every i in [] satisfies false ⇒ true
        some i in [], j in [1] satisfies true ⇒ false
        every i in [1], j in [] satisfies false ⇒ true
        some i in [1, null] satisfies i > 0 ⇒ true
        some i in [0, null] satisfies i > 0 ⇒ null
        every i in [1, null] satisfies i > 0 ⇒ null
        every i in [0, null] satisfies i > 0 ⇒ false
        some i in [1] satisfies "true" ⇒ null
        every i in [1] satisfies 1  ⇒ null
        some i in [1,2], j in [2,3] satisfies i = j ⇒ true
        every i in [1,2], j in [i + 1] satisfies j > i ⇒ true
        some i in 1..3 satisfies i = 3 ⇒ true
        every i in [1..3] satisfies i < 4 ⇒ true
        some i in 5 satisfies i = 5 ⇒ true
        some i in null satisfies true ⇒ null
        every i in null satisfies true ⇒ null
    """),
)
def test_quantifiers_are_disjunctions_and_conjunctions(text, expected):
    """Table 49, rule 46: three-valued, and settled where the product of the lists is empty."""
    assert written(text) == expected
