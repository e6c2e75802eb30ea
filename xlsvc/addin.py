"""Put the add-in where Excel loads it, and take it back: `xlsvc addin install` and `uninstall`.

What was written is noted down beside the log of bugs (`Machine.record`), so that taking back removes that and nothing
else. A step that fails puts back what the steps before it wrote.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from workbook.issues import WorkbookError

from . import __version__, addin_build
from .addin_build import applescript, built_version
from .addin_config import WARM_SERVER, read_config, write_config
from .addin_machine import Machine

DLL = "xlwings*-*.dll"
PASSING = re.compile(r"[\\/](\.cache|[Cc]ache|uv|pipx)[\\/](.*[\\/])?(archive-v\d+|environments-v\d+|builds-v\d+|\.cache)[\\/]")
"""Folders in which tools keep a Python for one run."""
UNSAFE = {"Windows": '%"', "Darwin": "\"'`$\\|;&<>*?\n"}
"""Characters the shell that starts Python would act on."""


@dataclass
class _Record:
    """What an installation wrote. `files`: path -> SHA-256. `keys`: configuration key -> (before, after), before None
    where there was none. `folders` were made for it, outermost first; `made_config`: there was no configuration."""

    files: dict[str, str] = field(default_factory=dict)
    keys: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    made_config: bool = False

    @classmethod
    def read(cls, path: Path) -> _Record:
        """An empty one where none can be read."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            keys = {str(k): (before, str(after)) for k, (before, after) in found["keys"].items()}
            return cls(dict(found["files"]), keys, list(found["folders"]), bool(found["made_config"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def as_bytes(self) -> bytes:
        made = {"version": __version__, **self.__dict__}
        return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


class _Writing:
    """Files written and removed so far, and how to put them back."""

    def __init__(self) -> None:
        self._before: list[tuple[Path, bytes | None]] = []
        self.folders: list[Path] = []

    def folder(self, path: Path) -> None:
        missing = [p for p in (path, *path.parents) if not p.exists()]
        path.mkdir(parents=True, exist_ok=True)
        self.folders += reversed(missing)

    def write(self, path: Path, content: bytes, by: Path | None = None) -> None:
        """Whole or not at all, through a part in the folder `by` (that of `path` unless told)."""
        self.folder(path.parent)
        before = path.read_bytes() if path.exists() else None
        part = (by or path.parent) / f".{path.name}.part"
        try:
            part.write_bytes(content)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        self._before.append((path, before))

    def remove(self, path: Path) -> None:
        if path.exists():
            before = path.read_bytes()
            path.unlink()
            self._before.append((path, before))

    def put_back(self) -> None:
        for path, before in reversed(self._before):
            with contextlib.suppress(OSError):
                if before is None:
                    path.unlink(missing_ok=True)
                else:
                    path.write_bytes(before)
        for folder in reversed(self.folders):
            with contextlib.suppress(OSError):
                folder.rmdir()


def install(machine: Machine) -> list[str]:
    """Build the add-in, place it with its configuration and, on a Mac, the script that starts Python. Gives Chinese
    lines. Raises WorkbookError addin.*; everything is as it was then."""
    _check_system(machine)
    interpreter = _interpreter(machine)
    addin = addin_build.addin()
    settings, broken = _settings(machine)
    record = _Record.read(machine.record)
    if machine.addin.exists() and built_version(machine.addin) is None:
        raise WorkbookError("addin.foreign", file=machine.addin)
    new = dict(settings)
    new[machine.interpreter_key] = interpreter
    if machine.windows:
        warm = _has_dll(interpreter)
        if not warm or WARM_SERVER not in settings:
            new[WARM_SERVER] = str(warm)
    script = applescript() if machine.mac else None

    made = _Record(
        files={str(machine.addin): _digest(addin)},
        keys=_keys(settings, new, record.keys),
        made_config=record.made_config or not machine.config.exists(),
    )
    writing = _Writing()
    step, place = "addin.not_placed", machine.addin
    try:
        writing.write(machine.addin, addin, by=machine.startup.parent)  # Excel opens whatever it finds in startup
        machine.unblock(machine.addin)
        if script is not None:
            step, place = "addin.not_written", machine.scripts / script.name
            content = script.read_bytes()
            theirs = place.exists() and place.read_bytes() == content and str(place) not in record.files
            if not theirs:
                writing.write(place, content)
                made.files[str(place)] = _digest(content)
        step, place = "addin.not_written", machine.config
        if broken:
            writing.write(machine.config.with_name(machine.config.name + ".bak"), machine.config.read_bytes())
        content = write_config(new, machine.newline)
        if not machine.config.exists() or machine.config.read_bytes() != content:
            writing.write(machine.config, content)
        step, place = "addin.not_written", machine.record
        writing.folder(machine.own_folder)
        made.folders = list(dict.fromkeys([*record.folders, *map(str, writing.folders)]))
        writing.write(machine.record, made.as_bytes())
    except OSError as error:
        writing.put_back()
        raise _unwritable(machine, step, place) from error
    return _installed(machine, interpreter, broken)


def uninstall(machine: Machine) -> list[str]:
    """Take back what `install` wrote, and nothing else. Gives Chinese lines. Raises WorkbookError; everything is as
    it was then."""
    _check_system(machine)
    record = _Record.read(machine.record)
    files = [Path(name) for name in record.files]
    if machine.addin not in files and built_version(machine.addin) is not None:
        files.insert(0, machine.addin)
    lines = []
    writing = _Writing()
    place = machine.addin
    try:
        for place in files:
            ours = place.exists() and (
                _digest(place.read_bytes()) == record.files.get(str(place)) or built_version(place) is not None
            )
            if ours:
                writing.remove(place)
                lines.append(f"已移除:{place}")
            elif place.exists():
                lines.append(f"没有移除(后来被改过,不是安装时的内容):{place}")
        place = machine.config
        if record.keys and place.exists():
            lines += _restore_keys(machine, record, writing)
        place = machine.record
        writing.remove(place)
    except OSError as error:
        writing.put_back()
        raise _unwritable(machine, "addin.not_removed", place) from error
    for folder in reversed(record.folders):
        with contextlib.suppress(OSError):
            Path(folder).rmdir()
    return [*lines, "请退出并重新打开 Excel,“售后服务”选项卡就不再出现。"] if lines else ["没有安装过加载项,没有要移除的。"]


def _check_system(machine: Machine) -> None:
    if not (machine.windows or machine.mac):
        raise WorkbookError("addin.no_excel", system=machine.system or "?")


def _interpreter(machine: Machine) -> str:
    """The Python that the buttons start: this one, without its console window on Windows. Raises WorkbookError for one
    that may be gone tomorrow or that a shell would trip over."""
    path = machine.interpreter
    if not path or not machine.absolute(path):
        raise WorkbookError("addin.python_relative", path=path or "?")
    if any(_below(path, str(folder)) for folder in machine.temporary) or PASSING.search(path):
        raise WorkbookError("addin.python_temporary", path=path)
    unsafe = sorted(set(path) & set(UNSAFE[machine.system]))
    if unsafe:
        raise WorkbookError("addin.python_unsafe", path=path, signs=" ".join(unsafe))
    if machine.windows and path.lower().endswith("python.exe"):
        windowless = f"{path[:-4]}w.exe"
        if Path(windowless).is_file():
            return windowless
    return path


def _below(path: str, folder: str) -> bool:
    parts, above = PureWindowsPath(path.casefold()).parts, PureWindowsPath(folder.casefold()).parts
    return parts[: len(above)] == above


def _settings(machine: Machine) -> tuple[dict[str, str], bool]:
    """The configuration as it is, and whether it could not be made sense of. Raises WorkbookError where it cannot be
    read."""
    try:
        data = machine.config.read_bytes()
    except FileNotFoundError:
        return {}, False
    except OSError as error:
        raise WorkbookError("addin.config_unreadable", file=machine.config) from error
    return parse_config(data)


def parse_config(data: bytes) -> tuple[dict[str, str], bool]:
    """Keys and values, and whether the add-in itself would read them otherwise: it stumbles over a byte order mark and
    over bytes beyond ASCII, as some editors write them."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            text = data.decode(encoding, "replace").lstrip("\ufeff")
            return dict(read_config(_ascii(text))), True
    plain = data.isascii()
    values = dict(read_config(data if plain else _ascii(data.decode("utf-8", "replace"))))
    lines = [line for line in data.splitlines() if line.strip()]
    return values, not plain or len(values) < len(lines)


def _ascii(text: str) -> bytes:
    """As the configuration writes what is beyond ASCII."""
    units = text.encode("utf-16-be")
    codes = [units[n] << 8 | units[n + 1] for n in range(0, len(units), 2)]
    return "".join(chr(code) if code < 128 else f"%u{code:04X}" for code in codes).encode()


def _keys(
    before: Mapping[str, str], after: Mapping[str, str], recorded: Mapping[str, tuple[str | None, str]]
) -> dict[str, tuple[str | None, str]]:
    """Keys that an installation owns: of those it owned already, what stood there before the first one counts."""
    found: dict[str, tuple[str | None, str]] = {}
    for key, value in after.items():
        if key in recorded and recorded[key][1] == before.get(key):
            found[key] = (recorded[key][0], value)
        elif before.get(key) != value:
            found[key] = (before.get(key), value)
    return found


def _restore_keys(machine: Machine, record: _Record, writing: _Writing) -> list[str]:
    try:
        settings, _ = _settings(machine)
    except WorkbookError:
        return [f"配置文件读不出,没有改动:{machine.config}"]
    for key, (before, after) in record.keys.items():
        if settings.get(key) == after and before is None:
            settings.pop(key)
        elif settings.get(key) == after:
            settings[key] = str(before)
    if settings or not record.made_config:
        writing.write(machine.config, write_config(settings, machine.newline))
        return [f"配置里安装时写的内容已取消:{machine.config}"]
    writing.remove(machine.config)
    return [f"已移除:{machine.config}"]


def _has_dll(interpreter: str) -> bool:
    """Is xlwings' library, which keeps one Python alive, where the add-in looks for it?"""
    folder = Path(interpreter).parent
    return any(next(place.glob(DLL), None) for place in (folder, folder.parent))


def _unwritable(machine: Machine, step: str, place: Path) -> WorkbookError:
    if place == machine.addin and place.exists() and machine.excel_runs() is not False:
        return WorkbookError("addin.held", file=place)
    return WorkbookError(step, file=place, folder=place.parent)


def _installed(machine: Machine, interpreter: str, broken: bool) -> list[str]:
    lines = [f"已安装加载项(版本 {__version__}):{machine.addin}", f"按钮使用的 Python:{interpreter}", f"配置:{machine.config}"]
    if broken:
        lines.append(f"原来的配置有加载项读不懂的内容,已按能读懂的重写;原样留在:{machine.config.name}.bak")
    if machine.excel_runs() is False:
        lines.append("请打开 Excel,功能区里会多出“售后服务”选项卡;看不到时运行 xlsvc addin check。")
    else:
        lines.append("请退出并重新打开 Excel,功能区里会多出“售后服务”选项卡;看不到时运行 xlsvc addin check。")
    return lines


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
