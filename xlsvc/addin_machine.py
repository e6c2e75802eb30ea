"""The computer as installing the add-in sees it: which system, whose home, and where Excel looks.

Everything the installation and its check ask of a computer goes through `Machine`, so that a Windows and a Mac can be
described on any system.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

ADDIN_FILE = "xlsvc.xlam"
CONFIG_FILE = "xlsvc.conf"
RECORD_FILE = "addin.json"
TIMEOUT = 60.0
"""Seconds another program may take to answer: a cold Python on a slow disk with a virus scanner takes twenty."""

_QUARANTINE = "com.apple.quarantine"

Registry = Callable[[str], "Mapping[str, object] | None"]
"""Values by name ("" is the key's own) of a key such as HKCU\\Software\\…; None: no such key. Raises OSError."""

Run = Callable[[Sequence[str]], "str | None"]
"""What a program prints, None where it is not there, fails or does not answer."""


@dataclass(frozen=True)
class Machine:
    """`system` as platform.system() says it. `interpreter` is the Python that xlsvc runs in; `temporary` are folders whose
    content may be gone tomorrow; `applications` is where a Mac keeps its programs."""

    system: str
    home: Path
    environ: Mapping[str, str]
    interpreter: str
    registry: Registry
    run: Run
    temporary: tuple[Path, ...] = ()
    applications: tuple[Path, ...] = (Path("/Applications"),)

    @classmethod
    def this(cls) -> Machine:
        """The computer this program runs on."""
        import platform

        home = Path.home()
        return cls(
            system=platform.system(),
            home=home,
            environ=os.environ,
            interpreter=sys.executable or "",
            registry=_registry,
            run=_run,
            temporary=(Path(tempfile.gettempdir()), Path(tempfile.gettempdir()).resolve()),
            applications=(Path("/Applications"), home / "Applications"),
        )

    @property
    def windows(self) -> bool:
        return self.system == "Windows"

    @property
    def mac(self) -> bool:
        return self.system == "Darwin"

    @property
    def startup(self) -> Path:
        """The folder whose workbooks Excel opens when it starts, and trusts: no registry entry is needed for it."""
        if self.windows:
            roaming = self.environ.get("APPDATA")
            return (Path(roaming) if roaming else self.home / "AppData" / "Roaming") / "Microsoft" / "Excel" / "XLSTART"
        office = self.home / "Library" / "Group Containers" / "UBF8T346G9.Office"
        return office / "User Content.localized" / "Startup.localized" / "Excel"

    @property
    def addin(self) -> Path:
        return self.startup / ADDIN_FILE

    @property
    def own_folder(self) -> Path:
        """Where the record of an installation and the log of bugs stand."""
        profile = self.environ.get("USERPROFILE") if self.windows else None
        return (Path(profile) if profile else self.home) / ".xlsvc"

    @property
    def config(self) -> Path:
        """The add-in's configuration; on a Mac inside Excel's sandbox, which reads it without asking."""
        if self.windows:
            return self.own_folder / CONFIG_FILE
        return self.home / "Library" / "Containers" / "com.microsoft.Excel" / "Data" / CONFIG_FILE

    @property
    def record(self) -> Path:
        return self.own_folder / RECORD_FILE

    @property
    def scripts(self) -> Path:
        """Where a Mac's Excel may start scripts from."""
        return self.home / "Library" / "Application Scripts" / "com.microsoft.Excel"

    @property
    def interpreter_key(self) -> str:
        return "INTERPRETER_WIN" if self.windows else "INTERPRETER_MAC"

    @property
    def newline(self) -> str:
        return "\r\n" if self.windows else "\n"

    def absolute(self, path: str) -> bool:
        if self.windows and PureWindowsPath(path).is_absolute():
            return True
        return Path(path).is_absolute()

    def excel_runs(self) -> bool | None:
        """Is Excel running? None where it cannot be told."""
        if self.windows:
            said = self.run(["tasklist", "/FI", "IMAGENAME eq EXCEL.EXE", "/NH"])
            return None if said is None else "EXCEL.EXE" in said.upper()
        said = self.run(["ps", "-axo", "comm"])
        return None if said is None else "/Microsoft Excel" in said

    def blocked(self, file: Path) -> bool | None:
        """Does the system remember that the file came from elsewhere? None where it cannot be told."""
        if self.windows:
            return _zone(file).exists()
        said = self.run(["/usr/bin/xattr", str(file)])
        return None if said is None else _QUARANTINE in said

    def unblock(self, file: Path) -> None:
        """Make it forget. Raises OSError."""
        if self.windows:
            with contextlib.suppress(FileNotFoundError):
                _zone(file).unlink()
        elif self.blocked(file):
            self.run(["/usr/bin/xattr", "-d", _QUARANTINE, str(file)])


def _zone(file: Path) -> Path:
    """The stream of an NTFS file in which Windows notes where it came from."""
    return file.with_name(f"{file.name}:Zone.Identifier")


def _registry(key: str) -> Mapping[str, object] | None:
    if sys.platform != "win32":
        return None
    import winreg

    hive, _, path = key.partition("\\")
    roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
    found: dict[str, object] = {}
    try:
        with winreg.OpenKey(roots[hive], path) as opened:
            for number in range(winreg.QueryInfoKey(opened)[1]):
                name, value, _ = winreg.EnumValue(opened, number)
                found[name] = value
    except FileNotFoundError:
        return None
    return found


def _run(arguments: Sequence[str]) -> str | None:
    """Runs in the home folder, not where it was called: nothing there may be imported or started."""
    quiet = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    try:
        done = subprocess.run(
            list(arguments), capture_output=True, timeout=TIMEOUT, cwd=Path.home(), check=False, creationflags=quiet,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None
