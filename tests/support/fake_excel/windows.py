"""Stand-ins for the Windows modules that xlwings' Windows engine imports, there only while `installed` is open."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import datetime as dt
import importlib
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from .com import Com, DispatchBaseClass, Dispatched, com_error

ENGINE = "xlwings._xlwindows"
_STAND_INS = (
    "pywintypes", "pythoncom", "win32api", "win32con", "win32gui", "win32process", "win32timezone",
    "win32com", "win32com.client",
)  # fmt: skip


class TimeType(dt.datetime):
    """pywintypes.datetime: a datetime with a time zone."""


class CDispatch:
    """win32com.client.CDispatch: late binding, which xlwings does not use."""


class TimeZoneInfo(dt.tzinfo):
    """win32timezone.TimeZoneInfo, of which only UTC is asked for."""

    @staticmethod
    def utc() -> dt.tzinfo:
        return dt.UTC


class _Desktop:
    """The windows that stand open: hwnd -> Application."""

    def __init__(self) -> None:
        self.applications: dict[int, Com] = {}
        self.boxes: list[tuple[str, str]] = []
        self.new_application: Callable[[], Com] | None = None


desktop = _Desktop()


def _dispatch(token: Any) -> Any:
    return Dispatched(token)


def _dispatch_new(name: str) -> Any:
    if desktop.new_application is None:
        raise com_error(-2147221005, "Invalid class string", None, None)
    return Dispatched(desktop.new_application())


def _message_box(hwnd: int, text: str, title: str, style: int = 0) -> int:
    desktop.boxes.append((title, text))
    return 1


def _no_class(*args: Any) -> Any:
    raise com_error(-2147221005, "Invalid class string", None, None)


def _windows() -> list[int]:
    return list(desktop.applications)


def _next_window(hwnd: int, which: int) -> int:
    order = _windows()
    at = order.index(hwnd) + 1
    return order[at] if at < len(order) else 0


def _child(parent: int, after: int, name: str, title: str | None) -> int:
    return parent if parent in desktop.applications else 0


def _accessible(hwnd: int, what: int, guid: Any, pointer: Any) -> int:
    pointer._obj.value = hwnd
    return 0


def _object_at(pointer: Any, guid: Any, own: bool) -> Com:
    return desktop.applications[pointer.value].window()  # type: ignore[attr-defined,no-any-return]


def _stand_ins() -> dict[str, types.ModuleType]:
    made = {name: types.ModuleType(name) for name in _STAND_INS}
    pywintypes, pythoncom = made["pywintypes"], made["pythoncom"]
    pywintypes.com_error = pywintypes.error = com_error  # type: ignore[attr-defined]
    pywintypes.TimeType = pywintypes.datetime = TimeType  # type: ignore[attr-defined]
    pywintypes.IID = str  # type: ignore[attr-defined]
    pythoncom.com_error = pythoncom.ole_error = com_error  # type: ignore[attr-defined]
    pythoncom.CoInitialize = pythoncom.CoUninitialize = lambda: None  # type: ignore[attr-defined]
    pythoncom.PumpWaitingMessages = lambda: 0  # type: ignore[attr-defined]
    pythoncom.new = _no_class  # type: ignore[attr-defined]
    pythoncom.__file__ = "pythoncom311.dll"
    made["win32api"].MessageBox = _message_box  # type: ignore[attr-defined]
    for at, name in enumerate(("OK", "OKCANCEL", "ABORTRETRYIGNORE", "YESNOCANCEL", "YESNO")):
        setattr(made["win32con"], f"MB_{name}", at)
    made["win32con"].MB_ICONINFORMATION = 64  # type: ignore[attr-defined]
    made["win32con"].MB_ICONWARNING = 48  # type: ignore[attr-defined]
    made["win32gui"].FindWindowEx = _child  # type: ignore[attr-defined]
    made["win32process"].GetWindowThreadProcessId = lambda hwnd: (1, hwnd + 1000)  # type: ignore[attr-defined]
    made["win32timezone"].TimeZoneInfo = TimeZoneInfo  # type: ignore[attr-defined]
    client = made["win32com.client"]
    made["win32com"].client = client  # type: ignore[attr-defined]
    client.CDispatch = CDispatch  # type: ignore[attr-defined]
    client.DispatchBaseClass = DispatchBaseClass  # type: ignore[attr-defined]
    client.Dispatch, client.DispatchEx = _dispatch, _dispatch_new  # type: ignore[attr-defined]
    return made


def _libraries() -> dict[str, Any]:
    """What ctypes offers on Windows alone, and PyDLL, which would load pythoncom's library."""
    ole32 = types.SimpleNamespace(CLSIDFromString=lambda text, guid: 0)
    oleacc = types.SimpleNamespace(AccessibleObjectFromWindow=_accessible)
    user32 = types.SimpleNamespace(
        GetTopWindow=lambda parent: (_windows() or [0])[0],
        GetWindow=_next_window,
        GetForegroundWindow=lambda: (_windows() or [0])[0],
        SetForegroundWindow=lambda hwnd: 1,
        SetWindowPos=lambda *args: 1,
    )
    opened = types.SimpleNamespace(PyCom_PyObjectFromIUnknown=_Function(_object_at))
    return {
        "oledll": types.SimpleNamespace(ole32=ole32, oleacc=oleacc),
        "windll": types.SimpleNamespace(user32=user32),
        "PyDLL": lambda file: opened,
    }


class _Function:
    """A function of a library, which has a `restype`."""

    restype: Any = None

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function

    def __call__(self, *args: Any) -> Any:
        return self._function(*args)


@contextlib.contextmanager
def installed() -> Iterator[types.ModuleType]:
    """xlwings with its own Windows engine, unchanged, in front; gives that module. Everything is as before after."""
    import xlwings

    engines = xlwings.engines
    before = (engines.active, list(engines.engines), dict(engines.engines_by_name))
    shadowed = {name: sys.modules.pop(name) for name in (*_STAND_INS, ENGINE) if name in sys.modules}
    kept = {name: getattr(ctypes, name, None) for name in ("oledll", "windll", "PyDLL")}
    known = set(vars(xlwings))
    sys.modules.update(_stand_ins())
    try:
        for name, library in _libraries().items():
            setattr(ctypes, name, library)
        try:
            module = importlib.import_module(ENGINE)
        finally:
            for name, was in kept.items():
                if was is None:
                    delattr(ctypes, name)
                else:
                    setattr(ctypes, name, was)
        atexit.unregister(module.cleanup)
        engine = xlwings.Engine(impl=module.engine)
        engines.add(engine)
        engines.active = engine
        yield module
    finally:
        for name in (*_STAND_INS, ENGINE, "xlwings._win32patch"):
            sys.modules.pop(name, None)
        sys.modules.update(shadowed)
        for name in set(vars(xlwings)) - known:
            delattr(xlwings, name)
        if hasattr(xlwings.Book, "_mock_caller"):
            del xlwings.Book._mock_caller
        engines.active = before[0]
        engines.engines[:] = before[1]
        engines.engines_by_name.clear()
        engines.engines_by_name.update(before[2])
        desktop.applications.clear()
        desktop.boxes.clear()
        desktop.new_application = None
