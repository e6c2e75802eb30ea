"""A Windows and a Mac, described: homes in a temporary folder, a registry and programs that answer as told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from xlsvc import __version__
from xlsvc.addin_machine import Machine

OFFICE = r"HKCU\Software\Microsoft\Office\16.0\Excel"
APP_PATH = r"HKLM\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
EXCEL_EXE = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"


class Answers:
    """Programs by the first word of their path's name: a text, None (cannot be run), or what gives it."""

    def __init__(self, **programs: str | Callable[[Sequence[str]], str | None] | None) -> None:
        self.programs = programs
        self.asked: list[list[str]] = []

    def __call__(self, arguments: Sequence[str]) -> str | None:
        self.asked.append(list(arguments))
        answer = self.programs.get(Path(arguments[0]).name.split(".")[0].replace("3", ""))
        return answer(arguments) if callable(answer) else answer


class Registry(dict[str, Mapping[str, object]]):
    """Keys to values; a key that maps to an error raises it."""

    def __call__(self, key: str) -> Mapping[str, object] | None:
        found: Any = self.get(key)
        if isinstance(found, OSError):
            raise found
        return found  # type: ignore[no-any-return]


def windows(root: Path, **given: Any) -> Machine:
    """C:\\Users\\张三 with a virtual environment in it, Excel installed and not running."""
    home = root / "Users" / "张三"
    scripts = home / "售后 服务" / ".venv" / "Scripts"
    scripts.mkdir(parents=True, exist_ok=True)
    for name in ("python.exe", "pythonw.exe"):
        (scripts / name).touch()
    (scripts.parent / "xlwings64-0.37.8.dll").touch()
    machine = Machine(
        system="Windows",
        home=home,
        environ={"APPDATA": str(home / "AppData" / "Roaming"), "USERPROFILE": str(home)},
        interpreter=str(scripts / "python.exe"),
        registry=Registry({APP_PATH: {"": EXCEL_EXE}, OFFICE: {}}),
        run=Answers(tasklist="INFO: No tasks are running", pythonw=f"xlsvc {__version__}\r\n"),
        temporary=(home / "AppData" / "Local" / "Temp",),
    )
    return replace(machine, **given)


def mac(root: Path, **given: Any) -> Machine:
    """/Users/li with a virtual environment in it, Excel installed and not running."""
    home = root / "Users" / "li"
    python = home / "xlsvc env" / "bin" / "python3"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()
    applications = root / "Applications"
    (applications / "Microsoft Excel.app").mkdir(parents=True, exist_ok=True)
    machine = Machine(
        system="Darwin",
        home=home,
        environ={},
        interpreter=str(python),
        registry=Registry(),
        run=Answers(
            ps="COMM\n/sbin/launchd\n", xattr="", defaults="DisabledWithWarnings\n", python=f"xlsvc {__version__}\n"
        ),
        temporary=(root / "private" / "var" / "folders",),
        applications=(applications, home / "Applications"),
    )
    return replace(machine, **given)


def tree(root: Path) -> dict[str, bytes | None]:
    """Every file under `root` with its content, every folder with None."""
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None for path in root.rglob("*")
    }
