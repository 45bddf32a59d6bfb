from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from reviews.diffs import ABSENT, Change, Kind, Piece, changes, fields, word_diff


def test_each_field_that_differs_is_named_with_both_values():
    current = {"amount": 100, "applicant": {"name": "Ann", "debts": [1, 2]}, "note": None}
    proposed = {"amount": 90, "applicant": {"name": "Ann", "debts": [1, 3, 4]}, "term": 12}

    found = [(c.label, c.kind, c.current, c.proposed) for c in changes(current, proposed)]

    assert found == [
        ("amount", Kind.CHANGED, 100, 90),
        ("applicant.debts[1]", Kind.CHANGED, 2, 3),
        ("applicant.debts[2]", Kind.ADDED, ABSENT, 4),
        ("note", Kind.REMOVED, None, ABSENT),
        ("term", Kind.ADDED, ABSENT, 12),
    ]


def test_true_is_not_one_and_one_is_one_point_zero():
    assert changes({"a": 1, "b": 0}, {"a": 1.0, "b": 0}) == []
    assert changes({"a": 1}, {"a": True}) == [Change(("a",), Kind.CHANGED, 1, True)]
    assert len(changes({"a": [0]}, {"a": [False]})) == 1


def test_null_is_not_absent():
    assert changes({"a": None}, {}) == [Change(("a",), Kind.REMOVED, None, ABSENT)]


def test_fields_that_stay_can_be_shown_too():
    assert [change.kind for change in fields({"a": 1, "b": 2}, {"a": 1, "b": 3})] == [
        Kind.SAME,
        Kind.CHANGED,
    ]


def test_a_changed_shape_is_one_change():
    assert changes({"a": [1]}, {"a": {"b": 1}}) == [Change(("a",), Kind.CHANGED, [1], {"b": 1})]


def test_words_that_changed_stand_alone():
    assert word_diff("The quick brown fox.", "The slow brown fox.") == [
        Piece(Kind.SAME, "The "),
        Piece(Kind.REMOVED, "quick "),
        Piece(Kind.ADDED, "slow "),
        Piece(Kind.SAME, "brown fox."),
    ]


def test_only_long_texts_get_a_word_diff():
    long = "word " * 30

    assert changes({"a": "short"}, {"a": "brief"})[0].words == []
    assert changes({"a": 1}, {"a": long})[0].words == []
    assert changes({"a": long}, {"a": long + "more"})[0].words[-1] == Piece(Kind.ADDED, "more")


def test_a_hostile_text_is_compared_in_bounded_time():
    one, other = "a b " * 499 + "x", "b a " * 499 + "y"
    huge, changed = "a b " * 200_000, "b a " * 200_000

    begun = process_time()
    word_diff(one, other)
    word_diff(huge, changed)

    assert process_time() - begun < 5


words = st.lists(st.sampled_from(["a ", "b\n", "cd ", " ", "e"]), max_size=30).map("".join)


@given(words, words)
def test_the_pieces_give_either_text_back(one, other):
    pieces = word_diff(one, other)

    assert "".join(p.text for p in pieces if p.kind is not Kind.ADDED) == one
    assert "".join(p.text for p in pieces if p.kind is not Kind.REMOVED) == other


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values)
def test_a_value_does_not_differ_from_itself(value):
    assert changes(value, value) == []
