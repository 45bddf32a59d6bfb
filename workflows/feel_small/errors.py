"""What goes wrong when FEEL text is read or evaluated."""


class FeelError(Exception):
    """A FEEL text cannot be understood; says where, what was found and what was expected."""

    def __init__(
        self, sentence: str, *, line: int = 1, column: int = 1, found: str = "", expected: str = ""
    ) -> None:
        super().__init__(sentence)
        self.line, self.column = line, column
        self.found, self.expected = found, expected

    @classmethod
    def at(cls, text: str, offset: int, *, found: str, expected: str) -> "FeelError":
        """The error at this offset of the text, with line and column counted from 1."""
        line = text.count("\n", 0, offset) + 1
        column = offset - (text.rfind("\n", 0, offset) + 1) + 1
        sentence = f"Line {line}, column {column}: expected {expected}, found {found}."
        return cls(sentence, line=line, column=column, found=found, expected=expected)
