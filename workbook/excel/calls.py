"""Calls into Excel that may be turned away for a while: a cell is being edited, a dialogue is open, it calculates.

xlwings retries such calls without end; here they are tried a few times and then stopped with one message.
Sources: xlwings' _xlwindows.py; RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, VBA_E_IGNORE (Windows headers).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from ..issues import WorkbookError

T = TypeVar("T")
_TURNED_AWAY = frozenset({-2147418111, -2147417846, -2146777998})
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
"""Seconds before each further try: about three in all."""
PATIENCE = 8.0
"""Seconds in all for one command, and again for putting back what it wrote."""
_left = [PATIENCE]
MAC = sys.platform == "darwin"
_OWN_TRIES = 10
"""What xlwings itself does, one right after the other, before it gives up."""


def limit_retries() -> None:
    """Makes xlwings' own retrying end; by default a cell in edit mode hangs the program."""
    engine = sys.modules.get("xlwings._xlwindows")
    if engine is not None:
        engine.N_COM_ATTEMPTS = _OWN_TRIES  # type: ignore[attr-defined]


def patiently(action: Callable[[], T]) -> T:
    """What `action` gives. Raises WorkbookError excel.busy when Excel keeps turning it away."""
    for wait in (*_WAITS, None):
        try:
            return action()
        except Exception as error:
            if not turned_away(error):
                raise
            if wait is None or _left[0] < wait:
                raise WorkbookError("excel.busy") from error
        _left[0] -= wait
        time.sleep(wait)
    raise AssertionError("the last try returns or raises")


def renew_patience() -> None:
    """A new command, or the putting back of what one wrote, may wait anew."""
    _left[0] = PATIENCE


def turned_away(error: BaseException) -> bool:
    """Did Excel refuse a call because it is busy with a person?"""
    return type(error).__name__ == "ExcelBusyError" or not _TURNED_AWAY.isdisjoint(_codes(error.args))


def _codes(args: Iterable[Any]) -> set[int]:
    """The numbers in an error's arguments, nested ones too: COM hides the reason in the inner tuple."""
    found: set[int] = set()
    for arg in args:
        if isinstance(arg, int):
            found.add(arg)
        elif isinstance(arg, tuple):
            found |= _codes(arg)
    return found


def native(api: Any, windows: str, mac: str) -> Any:
    """A property that xlwings has no name for; None where this Excel does not tell it. Raises WorkbookError
    excel.busy."""
    try:
        return patiently(lambda: getattr(api, mac).get() if MAC else getattr(api, windows))
    except WorkbookError:
        raise
    except Exception:
        return None


def reason_of(error: BaseException) -> str:
    """What Excel said, shortened."""
    texts = [part for part in _texts(error.args) if part.strip()]
    return (max(texts, key=len, default="") or type(error).__name__)[:80]


def _texts(args: Sequence[Any]) -> Iterator[str]:
    for arg in args:
        if isinstance(arg, str):
            yield arg
        elif isinstance(arg, tuple):
            yield from _texts(arg)
