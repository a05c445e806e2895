"""Every kind of syntax mistake, with one line about it. Each has a page in `docs/errors/`."""

from __future__ import annotations

from ionlang.records import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    code: str
    title: str


CODES = (
    Code("ION001", "a character that looks like an ASCII one"),
    Code("ION002", "a character without meaning"),
    Code("ION003", "quotes that are not closed"),
    Code("ION004", "documentation that is not closed"),
    Code("ION005", "a bracket that is not closed"),
    Code("ION006", "a closing bracket too many, or of the wrong shape"),
    Code("ION007", "a block that is not closed"),
    Code("ION008", "a closing brace too many"),
    Code("ION009", "a word that starts no block"),
    Code("ION010", "a word that starts no sentence"),
    Code("ION011", "a value is missing"),
    Code("ION012", "an operator is missing between two values"),
    Code("ION013", "`=` is missing after a name"),
    Code("ION014", "`:` is missing after a moment"),
    Code("ION015", "two sentences without a separator"),
    Code("ION016", "no blank between a number and its unit"),
    Code("ION017", "a power of a number with a unit"),
    Code("ION018", "`and` mixed with `or`"),
    Code("ION019", "a chain of comparisons"),
    Code("ION020", "`=` inside an expression"),
    Code("ION021", "an operator of another language"),
    Code("ION022", "a count that is no pure number"),
    Code("ION023", "no direction after `moves`"),
    Code("ION024", "the first line of a block cannot be read"),
    Code("ION025", "a fixed word is expected"),
    Code("ION026", "a name is missing"),
    Code("ION027", "quoted text is missing or in the wrong place"),
    Code("ION028", "an action after `;` that looks as if it had a moment"),
    Code("ION029", "a decimal comma"),
    Code("ION030", "documentation in the wrong place"),
    Code("ION031", "a reserved word used as a name"),
    Code("ION032", "`+-` outside `expect … = …`"),
    Code("ION033", "a sentence that stops too early or goes on too long"),
    Code("ION034", "an expression that is nested too deeply"),
    Code("ION035", "a first line that does not fit its kind of block"),
    Code("ION036", "a run until something happens, without a longest time"),
    Code("ION037", "a window that is given by its end"),
)
