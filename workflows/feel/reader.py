"""Moving over the words of a FEEL text, and reading names from it."""

from workflows.feel.errors import FeelError
from workflows.feel.lexer import END, KEYWORDS, NAME, QUOTED, Words
from workflows.feel.names import (
    FUNCTION_NAMES,
    MOST_WORDS,
    WITHIN_NAMES,
    Names,
    add,
    drop,
    longest,
    parts_of,
)
from workflows.feel.syntax import Tree

DEEPEST = 150  # levels, in the text and in the tree

STARTS_NAMES = frozenset([NAME, QUOTED, *KEYWORDS])


class Reader:
    """Reads a text once, from left to right. One reader per text."""

    __slots__ = (
        "bound", "declared", "depth", "filters", "keys", "kinds", "offsets", "open_ranges",
        "position", "text", "texts",
    )  # fmt: skip

    def __init__(self, words: Words, declared: Names) -> None:
        self.text, self.kinds = words.text, words.kinds
        self.texts, self.offsets = words.texts, words.offsets
        self.position = 0
        self.depth = 0
        self.open_ranges = 0  # ranges whose upper end is being read
        self.filters = 0  # conditions being read
        self.declared = declared
        self.bound: Names = {}  # by this text, where it is being read
        self.keys: Names = {}  # of all contexts of this text so far

    def expression(self, tightness: int = 0, left: Tree | None = None) -> Tree:
        """Any expression; the grammar says which."""
        raise NotImplementedError

    # --- moving over the words ---

    def accepts(self, kind: str) -> bool:
        """Read this sign or keyword when it is next."""
        if self.kinds[self.position] == kind:
            self.position += 1
            return True
        return False

    def expect(self, kind: str) -> None:
        """Read this sign or keyword, or refuse the text."""
        if self.kinds[self.position] != kind:
            raise self.refusal(f"'{kind}'")
        self.position += 1

    def refusal(self, expected: str) -> FeelError:
        """The text is wrong at the next word."""
        word = self.texts[self.position]
        found = "the end of the text" if self.kinds[self.position] == END else f"'{word[:40]}'"
        return FeelError.at(self.text, self.offsets[self.position], found=found, expected=expected)

    def deeper(self) -> None:
        """One level deeper, within the budget."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.refusal(f"at most {DEEPEST} levels of nesting")

    # --- names ---

    def name(self) -> str:
        """A variable or function: the longest that is declared, and all name words behind it."""
        if self.kinds[self.position] == QUOTED:
            self.position += 1
            return self.texts[self.position - 1]
        return self.glued(*self.longest_of(FUNCTION_NAMES, self.declared, self.bound))

    def declared_name(self) -> bool:
        """Whether a declared name starts here, even with a keyword."""
        word = self.texts[self.position]
        known = word in self.declared or word in self.bound
        if known or (self.filters and word in self.keys):
            return bool(self.longest_of(self.declared, self.bound)[0])
        return False

    def entry_name(self) -> str:
        """The name behind a dot: of a context entry or a property; keywords are names there."""
        if self.kinds[self.position] not in STARTS_NAMES and not self.declared_name():
            raise self.refusal("the name of an entry")
        return self.glued(*self.longest_of(self.declared, self.bound, self.keys))

    def longest_of(self, *roots: Names) -> tuple[str, int]:
        """The longest name of these that starts here and the position behind it, or "" and here."""
        found = ("", self.position)
        for root in (*roots, self.keys) if self.filters else roots:
            candidate = longest(root, self.texts, self.position)
            if candidate[1] > found[1]:
                found = candidate
        return found

    def glued(self, name: str, end: int) -> str:
        """Name words without an operator between them are one name: nothing else could be meant."""
        start = self.position
        if not name:
            name, end = self.texts[start], start + 1
        while self.kinds[end] == NAME and self.kinds[start] != QUOTED:
            if end - start >= MOST_WORDS:
                self.position = end
                raise self.refusal(f"a name of at most {MOST_WORDS} words")
            name = f"{name} {self.texts[end]}"
            end += 1
        self.position = end
        return name

    # --- names that the text itself binds ---

    def new_name(self, stops: tuple[str, ...], expected: str) -> tuple[str, tuple[str, ...]]:
        """A name up to one of these words, and its words when it has several."""
        start = self.position
        if self.kinds[start] not in STARTS_NAMES:
            raise self.refusal(expected)
        self.position += 1
        while self.kinds[self.position] not in stops:
            if self.kinds[self.position] not in WITHIN_NAMES:
                raise self.refusal(" or ".join(f"'{stop}'" for stop in stops))
            if self.position - start >= MOST_WORDS:
                raise self.refusal(f"a name of at most {MOST_WORDS} words")
            self.position += 1
        return self._written(start)

    def _written(self, start: int) -> tuple[str, tuple[str, ...]]:
        """The words from here to the position as one name, spaced as in the text."""
        words = self.texts[start : self.position]
        if len(words) == 1:
            plain = self.kinds[start] not in KEYWORDS
            return words[0], () if plain else parts_of(words[0])
        name, end = "", self.offsets[start]
        for word, offset in zip(words, self.offsets[start:], strict=False):
            name += word if offset == end else f" {word}"
            end = offset + len(word)
        return name, tuple(words)

    def bind(self, name: str, parts: tuple[str, ...]) -> None:
        """From here on this name is known."""
        if parts:
            add(self.bound, name, parts)

    def unbind(self, parts: tuple[str, ...]) -> None:
        """The scope of the name that consists of these words is over."""
        if parts:
            drop(self.bound, parts)

    def remember_key(self, name: str, parts: tuple[str, ...]) -> None:
        """This key may follow a dot or be used in a filter, wherever its context went."""
        if parts:
            add(self.keys, name, parts)
