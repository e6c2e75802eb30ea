"""Reads one formula as Excel's file format writes it: is it well formed, and what does it refer to?

Small on purpose: it knows the grammar (operands, operators, calls, arrays, structured references), not
what functions mean. `read(text)` returns the references or raises FormulaError with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

MAX_LENGTH = 8192  # Excel: characters of one formula

_NEWER = """
XLOOKUP XMATCH FILTER SORT SORTBY UNIQUE SEQUENCE RANDARRAY LET LAMBDA TEXTJOIN CONCAT IFS
SWITCH MAXIFS MINIFS ISOWEEKNUM DAYS IFNA XOR FORMULATEXT NUMBERVALUE SHEET SHEETS ISFORMULA
TEXTBEFORE TEXTAFTER TEXTSPLIT VSTACK HSTACK TAKE DROP CHOOSECOLS CHOOSEROWS TOCOL TOROW
WRAPROWS WRAPCOLS
"""
NEWER_FUNCTIONS = frozenset(_NEWER.split())
"""Functions after Excel 2010: in a file they need the prefix _xlfn., or Excel shows #NAME?."""

_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_WORD = r"(?:[^\W\d]|[\\・])[\w.\\?・]*"
_TOKENS = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<text>"(?:[^"]|"")*")
  | (?P<sheet>'(?:[^']|'')+'! | (?:\[\d+\])?(?:{_WORD}(?::{_WORD})?)?! | \[\d+\]{_WORD}(?::{_WORD})?!)
  | (?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!|FIELD!|BLOCKED!))
  | (?P<call>{_WORD}\()
  | (?P<structured>(?:{_WORD})?\[)
  | (?P<cell>{_CELL}(?![\w.\(]))
  | (?P<lines>\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}(?![\w.\(]) | \$?\d{{1,7}}:\$?\d{{1,7}}(?![\w.]))
  | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>{_WORD})
  | (?P<operator><=|>=|<>|[=<>+\-*/^&%:])
  | (?P<mark>[(){{}},;@\#])
    """,
    re.VERBOSE,
)


class FormulaError(Exception):
    """The formula is not well formed; the text says why."""


@dataclass
class References:
    """What a formula mentions. `structured` holds (table or "", the text between the outer brackets);
    `local_cells` counts cell references without a tab before them."""

    sheets: list[str] = field(default_factory=list)
    structured: list[tuple[str, str]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    sheet_names: list[tuple[str, str]] = field(default_factory=list)
    functions: list[str] = field(default_factory=list)
    local_cells: int = 0


@lru_cache(maxsize=16_384)
def read(formula: str, union: bool = False) -> References:
    """The references of a formula written without its leading "="; `union` allows several ranges with
    commas between them, as print titles have. The same formula gives the same object: leave it as it is."""
    if len(formula) > MAX_LENGTH:
        raise FormulaError(f"{len(formula)} characters, Excel allows {MAX_LENGTH}")
    if formula.lstrip().startswith("="):
        raise FormulaError("leading =")
    return _Parser(_tokens(formula)).formula(union)


def columns(inside: str) -> tuple[list[str], list[str]]:
    """Specifiers (#Headers…) and column names of a structured reference's inner text, unescaped."""
    if not inside.strip():
        return [], []
    if not inside.strip().startswith("["):
        return ([inside], []) if inside.startswith("#") else ([], [_unescape(inside)])
    specifiers, names = [], []
    for part in re.findall(r"\[((?:'.|[^'\[\]])*)\]", inside):
        if part.startswith("#"):
            specifiers.append(part)
        else:
            names.append(_unescape(part))
    return specifiers, names


def _unescape(text: str) -> str:
    return re.sub(r"'(.)", r"\1", text)


def _tokens(formula: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at = 0
    while at < len(formula):
        match = _TOKENS.match(formula, at)
        if match is None:
            raise FormulaError(f"unreadable at “{formula[at : at + 12]}”")
        kind, text = str(match.lastgroup), match.group()
        at = match.end()
        if kind == "structured":
            inside, at = _bracketed(formula, at)
            text = f"{text[:-1]}\0{inside}"
        found.append((kind, text))
    return found


def _bracketed(formula: str, at: int) -> tuple[str, int]:
    """The text up to the bracket that closes the one before `at`, and where it goes on."""
    start, depth = at, 1
    while at < len(formula):
        c = formula[at]
        if c == "'":
            at += 1
        elif c == "[":
            depth += 1
        elif c == "]":
            depth -= 1
            if depth == 0:
                return formula[start:at], at + 1
        at += 1
    raise FormulaError("bracket [ not closed")


class _Parser:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = [t for t in tokens if t[0] != "space"]
        self.at = 0
        self.found = References()

    def formula(self, union: bool) -> References:
        if not self.tokens:
            raise FormulaError("empty")
        self.expression()
        while union and self.accept(","):
            self.expression()
        if self.at < len(self.tokens):
            raise FormulaError(f"unexpected “{self.shown()}”")
        return self.found

    def shown(self) -> str:
        return self.tokens[self.at][1].replace("\0", "[") if self.at < len(self.tokens) else "end of formula"

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def accept(self, *texts: str) -> bool:
        kind, text = self.peek()
        if kind in ("operator", "mark") and text in texts:
            self.at += 1
            return True
        return False

    def expression(self) -> None:
        self.operand()
        while True:
            while self.accept("%", "#"):
                pass
            kind, text = self.peek()
            if kind == "operator" and text != "%":
                self.at += 1
                self.operand()
            elif kind in ("cell", "sheet", "lines"):
                self.operand()  # intersection: two references with a blank between them
            else:
                return

    def operand(self) -> None:
        while self.accept("+", "-", "@"):
            pass
        kind, text = self.peek()
        if self.accept("("):
            self.expression()
            while self.accept(","):
                self.expression()
            self.need(")")
        elif self.accept("{"):
            self.array()
        elif kind == "call":
            self.at += 1
            self.found.functions.append(text[:-1])
            self.arguments()
        elif kind == "sheet":
            self.at += 1
            self.after_sheet(text)
        elif kind == "structured":
            self.at += 1
            table, inside = text.split("\0")
            self.found.structured.append((table, inside))
        elif kind in ("cell", "lines"):
            if self.at == 0 or self.tokens[self.at - 1] != ("operator", ":"):  # tab!A1:A5 is of that tab
                self.found.local_cells += 1
            self.at += 1
        elif kind == "name":
            self.at += 1
            if text.upper() not in ("TRUE", "FALSE"):
                self.found.names.append(text)
        elif kind in ("text", "number", "error"):
            self.at += 1
        else:
            raise FormulaError(f"operand expected before “{self.shown()}”")

    def after_sheet(self, prefix: str) -> None:
        """What follows "tab!": a cell, whole lines, a name or #REF!."""
        title = prefix[:-1]
        if title.startswith("'"):
            title = title[1:-1].replace("''", "'")
        kind, text = self.peek()
        if kind not in ("cell", "lines", "name", "error", "call"):
            raise FormulaError(f"reference expected after “{prefix}”")
        self.at += 1
        if kind == "call":
            self.arguments()
        if "[" in title:
            return  # another workbook: not ours to judge
        self.found.sheets.extend(title.split(":") if title and not prefix.startswith("'") else [title])
        if kind == "name":
            self.found.sheet_names.append((title, text))

    def arguments(self) -> None:
        if self.accept(")"):
            return
        while True:
            if self.peek()[1] not in (",", ")"):  # an argument may be left out
                self.expression()
            if self.accept(")"):
                return
            if not self.accept(","):
                raise FormulaError(f"“,” or “)” expected before “{self.shown()}”")

    def array(self) -> None:
        while True:
            self.accept("+", "-")
            if self.peek()[0] not in ("number", "text", "error", "name"):
                raise FormulaError("array holds something that is no constant")
            self.at += 1
            if self.accept("}"):
                return
            if not self.accept(",", ";"):
                raise FormulaError(f"“}}” expected before “{self.shown()}”")

    def need(self, text: str) -> None:
        if not self.accept(text):
            raise FormulaError(f"“{text}” expected before “{self.shown()}”")
