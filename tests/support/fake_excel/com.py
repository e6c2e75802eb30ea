"""The wire between Python and the fake Excel: what pywin32 shows of a COM object, with every call counted and,
where a test wants it, refused.

A `Com` object is one of Excel's own; its members are the Python properties and methods whose names begin with a
capital letter, and nothing else can be reached from outside. What crosses the wire is a `Dispatched` around it.
"""

# ruff: noqa: N802, N803

from __future__ import annotations

import datetime as dt
import types
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

DISP_E_EXCEPTION = -2147352567
DISP_E_BADINDEX = -2147352565
DISP_E_UNKNOWNNAME = -2147352570
RPC_E_CALL_REJECTED = -2147418111
VBA_E_IGNORE = -2146777998  # what Excel answers while a person types into a cell
EXCEL_1004 = -2146827284

PATIENCE = 2_000  # after so many refusals in a row a person would have killed Excel

# Methods that change something; every property put does.
CHANGING = frozenset(
    {
        "Activate", "Add", "AutoFill", "AutoFilter", "AutoFit", "Calculate", "Clear", "ClearContents", "ClearFormats", "Close",
        "Copy", "Delete", "FillDown", "Insert", "Merge", "Move", "Open", "Protect", "Resize", "Run", "Save", "SaveAs",
        "SaveCopyAs", "Select", "ShowAllData", "UnMerge", "Unlist", "Unprotect",
    }
)  # fmt: skip


class com_error(Exception):  # noqa: N801, N818 - pywintypes' name
    """pywintypes.com_error."""

    def __init__(
        self, hresult: int, strerror: str, excepinfo: tuple[Any, ...] | None = None, argerror: int | None = None
    ) -> None:
        super().__init__(hresult, strerror, excepinfo, argerror)
        self.hresult, self.strerror, self.excepinfo, self.argerror = hresult, strerror, excepinfo, argerror


class AskedForEverError(BaseException):
    """The program asks again and again what it is refused every time: it hangs, and Excel's user with it."""


class WaitsForPersonError(BaseException):
    """Excel shows a question of its own and waits for an answer: the program hangs."""


def refused(text: str, scode: int = EXCEL_1004) -> com_error:
    """Excel's run-time error 1004 and its kin."""
    info = (0, "Microsoft Excel", text, "xlmain11.chm", 0, scode)
    return com_error(DISP_E_EXCEPTION, "Exception occurred.", info, None)


def bad_index() -> com_error:
    return com_error(DISP_E_EXCEPTION, "Exception occurred.", (0, None, None, None, 0, DISP_E_BADINDEX), None)


def call_rejected(call: Call) -> com_error:
    """Excel is busy: it calculates, opens a file, or shows a dialogue."""
    return com_error(RPC_E_CALL_REJECTED, "Call was rejected by callee.", None, None)


def being_edited(call: Call) -> com_error:
    """A person types into a cell: puts are answered through excepinfo, the rest by the code itself."""
    if call.kind == "put":
        return com_error(DISP_E_EXCEPTION, "Exception occurred.", (0, None, None, None, 0, VBA_E_IGNORE), None)
    return com_error(VBA_E_IGNORE, "OLE error 0x800ac472", None, None)


@dataclass(frozen=True)
class Call:
    """One call over the wire: `kind` is "get", "put" or "call"; `number` counts from 1."""

    number: int
    owner: str
    member: str
    kind: str

    @property
    def changes(self) -> bool:
        return self.kind == "put" or (self.kind == "call" and self.member in CHANGING)

    def __str__(self) -> str:
        return f"{self.owner}.{self.member} {self.kind}"


@dataclass
class Refusal:
    """Calls that `matches` are answered with `error`, `times` of them."""

    matches: Callable[[Call], bool]
    error: Callable[[Call], com_error]
    times: float
    skip: int = 0


@dataclass
class Wire:
    """Counts the calls that Excel answered (`counts` by "Range.Value get") and plays the refusals asked for.
    `unknown` are the members that were asked for and do not exist, whether somebody swallowed the error or not."""

    counts: Counter[str] = field(default_factory=Counter)
    log: list[Call] = field(default_factory=list)
    refused: list[Call] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    in_a_row: int = 0

    @property
    def total(self) -> int:
        return len(self.log)

    @property
    def changing(self) -> int:
        """How many of the calls changed something."""
        return sum(call.changes for call in self.log)

    def reset(self) -> None:
        self.counts.clear()
        self.log.clear()
        self.refused.clear()
        self.unknown.clear()

    def refuse(
        self,
        error: Callable[[Call], com_error] = call_rejected,
        times: float = float("inf"),
        matches: Callable[[Call], bool] = lambda call: True,
        skip: int = 0,
    ) -> Refusal:
        """From now on; the first `skip` calls that match get through. Ends with `refusals.remove`."""
        made = Refusal(matches, error, times, skip)
        self.refusals.append(made)
        return made

    def ask(self, owner: str, member: str, kind: str) -> None:
        """A call arrives. Raises com_error where it is refused."""
        call = Call(len(self.log) + 1, owner, member, kind)
        for refusal in self.refusals:
            if refusal.times > 0 and refusal.matches(call):
                if refusal.skip > 0:
                    refusal.skip -= 1
                    continue
                refusal.times -= 1
                self.refused.append(call)
                self.lose_patience(str(call))
                raise refusal.error(call)
        self.in_a_row = 0
        self.log.append(call)
        self.counts[str(call)] += 1

    def lose_patience(self, what: str) -> None:
        self.in_a_row += 1
        if self.in_a_row > PATIENCE:
            self.in_a_row = 0
            raise AskedForEverError(what)


class Com:
    """One of Excel's objects. `wire` is the one it is reached through."""

    wire: Wire

    def seen(self) -> Dispatched:
        return Dispatched(self)


class Collection(Com):
    """An Excel collection: counts from 1, found by number or name whatever its case."""

    def items(self) -> list[Any]:
        raise NotImplementedError

    def called(self, item: Any) -> str:
        return str(item.Name)

    @property
    def Count(self) -> int:
        return len(self.items())

    def Item(self, Index: Any) -> Any:
        items = self.items()
        if isinstance(Index, str):
            for item in items:
                if self.called(item).casefold() == Index.casefold():
                    return item
        elif isinstance(Index, int | float) and 1 <= int(Index) <= len(items):
            return items[int(Index) - 1]
        raise bad_index()


def inward(value: Any) -> Any:
    """An argument as Excel sees it. Raises TypeError for what pywin32 cannot turn into a VARIANT."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, bytes | Decimal | Com):
        return value
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise ValueError("a naive datetime would be moved from local time to UTC: xlwings gives it a time zone")
        return value
    if isinstance(value, float):  # numpy's float64 is one
        return float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple):
        return tuple(inward(item) for item in value)
    ole = getattr(value, "_oleobj_", None)
    if isinstance(ole, OleObject):
        return ole.target
    raise TypeError(f"Objects of type '{type(value).__name__}' can not be converted to a COM VARIANT")


def outward(value: Any) -> Any:
    return value.seen() if isinstance(value, Com) else value


@dataclass(frozen=True)
class TypeAttr:
    iid: str


class OleObject:
    """What pywin32 keeps as `_oleobj_`."""

    def __init__(self, target: Com) -> None:
        self.target = target

    def GetIDsOfNames(self, lcid: int, name: str) -> int:
        self.target.wire.ask(type(self.target).__name__, name, "GetIDsOfNames")
        if _member(self.target, name) is None:
            raise com_error(DISP_E_UNKNOWNNAME, "Unknown name.", None, None)
        return 1

    def GetTypeInfo(self) -> OleObject:
        return self

    def GetTypeAttr(self) -> TypeAttr:
        ranges = "{00020846-0000-0000-C000-000000000046}"
        return TypeAttr(ranges if type(self.target).__name__ == "Range" else "{0}")


def _member(target: Com, name: str) -> Any:
    return getattr(type(target), name, None) if name[:1].isupper() else None


class DispatchBaseClass:
    """win32com.client.DispatchBaseClass: what makepy's classes inherit from."""


class Dispatched(DispatchBaseClass):
    """A COM object as Python sees it, in early binding: properties are read without arguments, and calling an
    object asks its default member."""

    def __init__(self, target: Com) -> None:
        object.__setattr__(self, "_target", target)

    def __repr__(self) -> str:
        return f"<win32com.gen_py.Microsoft Excel 16.0 Object Library.{type(self._target).__name__}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Dispatched) and other._target is self._target

    def __hash__(self) -> int:
        return id(self._target)

    def __getattr__(self, name: str) -> Any:
        target = self._target
        if name == "_oleobj_":
            return OleObject(target)
        member = _member(target, name)
        if isinstance(member, property):
            target.wire.ask(type(target).__name__, name, "get")
            return outward(member.fget(target))  # type: ignore[misc]
        if member is not None:
            return types.MethodType(_caller(name), self)
        target.wire.unknown.append(f"{type(target).__name__}.{name}")
        raise AttributeError(f"'{self!r}' object has no attribute '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        target = self._target
        member = _member(target, name)
        if not isinstance(member, property) or member.fset is None:
            target.wire.unknown.append(f"{type(target).__name__}.{name}")
            target.wire.lose_patience(target.wire.unknown[-1])
            raise AttributeError(f"Property '{self!r}.{name}' can not be set.")
        value = inward(value)
        target.wire.ask(type(target).__name__, name, "put")
        member.fset(target, value)

    def __call__(self, *args: Any, **named: Any) -> Any:
        if not hasattr(type(self._target), "Item"):
            raise TypeError(f"{self!r} has no default member that takes arguments")
        return _caller("Item")(self, *args, **named)

    def __iter__(self) -> Iterator[Any]:
        target = self._target
        if not hasattr(target, "items"):
            raise TypeError(f"{self!r} does not support enumeration")
        name = type(target).__name__
        target.wire.ask(name, "_NewEnum", "call")
        for item in target.items():
            target.wire.ask(name, "Next", "call")
            yield outward(item)


def _caller(name: str) -> Callable[..., Any]:
    def call(dispatched: Dispatched, *args: Any, **named: Any) -> Any:
        target = dispatched._target
        args = tuple(inward(value) for value in args)
        named = {key: inward(value) for key, value in named.items()}
        target.wire.ask(type(target).__name__, name, "call")
        return outward(getattr(target, name)(*args, **named))

    call.__name__ = name
    return call
