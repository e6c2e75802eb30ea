"""Installing the add-in into the home of a Windows and of a Mac, and taking it back: files, configuration, messages."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.xlsvc.machines import Answers, mac, tree, windows
from workbook.issues import WorkbookError
from xlsvc import __version__, addin_build
from xlsvc.__main__ import main
from xlsvc.addin import install, parse_config, uninstall
from xlsvc.addin_build import applescript, built_version
from xlsvc.addin_machine import Machine

SCRIPT = "xlwings-0.37.8.applescript"
WINDOWS_FILES = {
    "AppData/Roaming/Microsoft/Excel/XLSTART/xlsvc.xlam",
    ".xlsvc/xlsvc.conf",
    ".xlsvc/addin.json",
}
OFFICE_OF_MAC = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
MAC_FILES = {
    f"{OFFICE_OF_MAC}/xlsvc.xlam",
    f"Library/Application Scripts/com.microsoft.Excel/{SCRIPT}",
    "Library/Containers/com.microsoft.Excel/Data/xlsvc.conf",
    ".xlsvc/addin.json",
}
Maker = Callable[..., Machine]
BOTH = pytest.mark.parametrize("make", [windows, mac])


@pytest.fixture(scope="module")
def built() -> bytes:
    return addin_build.addin()


@pytest.fixture(autouse=True)
def _built_once(built: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addin_build, "addin", lambda: built)


def made(machine: Machine, before: dict[str, bytes | None]) -> set[str]:
    """Files that are there now and were not."""
    now = tree(machine.home)
    return {name for name in now.keys() - before.keys() if now[name] is not None}


def test_windows(tmp_path: Path, built: bytes) -> None:
    machine = windows(tmp_path)
    before = tree(machine.home)
    python = str(machine.home / "售后 服务" / ".venv" / "Scripts" / "pythonw.exe")
    addin = machine.home / "AppData/Roaming/Microsoft/Excel/XLSTART/xlsvc.xlam"
    assert install(machine) == [
        f"已安装加载项(版本 {__version__}):{addin}",
        f"按钮使用的 Python:{python}",
        f"配置:{machine.home}/.xlsvc/xlsvc.conf",
        "请打开 Excel,功能区里会多出“售后服务”选项卡;看不到时运行 xlsvc addin check。",
    ]
    assert made(machine, before) == WINDOWS_FILES
    assert addin.read_bytes() == built
    assert built_version(addin) == __version__
    data = machine.config.read_bytes()
    assert data.isascii()
    assert data.endswith(b'\r\n"USE UDF SERVER","True"\r\n')
    assert b"%u5F20%u4E09" in data
    assert parse_config(data) == ({"INTERPRETER_WIN": python, "USE UDF SERVER": "True"}, False)


def test_mac(tmp_path: Path, built: bytes) -> None:
    machine = mac(tmp_path)
    before = tree(machine.home)
    python = str(machine.home / "xlsvc env" / "bin" / "python3")
    assert install(machine)[1] == f"按钮使用的 Python:{python}"
    assert made(machine, before) == MAC_FILES
    assert machine.addin.read_bytes() == built
    assert (machine.scripts / SCRIPT).read_bytes() == applescript().read_bytes()
    assert machine.config.read_bytes() == f'"INTERPRETER_MAC","{python}"\n'.encode()


@BOTH
def test_twice_is_once_and_taken_back_nothing_is_left(make: Maker, tmp_path: Path) -> None:
    machine = make(tmp_path)
    before = tree(machine.home)
    install(machine)
    once = tree(machine.home)
    install(machine)
    assert tree(machine.home) == once
    said = uninstall(machine)
    assert said[0] == f"已移除:{machine.addin}"
    assert said[-1] == "请退出并重新打开 Excel,“售后服务”选项卡就不再出现。"
    assert tree(machine.home) == before
    assert uninstall(machine) == ["没有安装过加载项,没有要移除的。"]
    assert tree(machine.home) == before


def test_nothing_but_the_addin_ever_stands_where_excel_starts_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = windows(tmp_path)
    seen: set[str] = set()
    real = os.replace

    def look(source: Any, target: Any) -> None:
        seen.update(path.name for path in machine.startup.iterdir())
        real(source, target)

    monkeypatch.setattr(os, "replace", look)
    install(machine)
    assert seen == {"xlsvc.xlam"}


@BOTH
def test_what_the_person_had_stays(make: Maker, tmp_path: Path) -> None:
    machine = make(tmp_path)
    kept = {
        machine.config: f'"{machine.interpreter_key}","/old/python"{machine.newline}"USE UDF SERVER","False"{machine.newline}'
        f'"Mine","%u8001"{machine.newline}'.encode(),
        machine.startup / "PERSONAL.XLSB": b"macros",
        machine.own_folder / "error.log": b"log",
    }
    if machine.mac:
        kept[machine.scripts / SCRIPT] = applescript().read_bytes()
    for file, content in kept.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    before = tree(machine.home)
    install(machine)
    values, broken = parse_config(machine.config.read_bytes())
    assert not broken
    assert values["Mine"] == "老"
    assert values["USE UDF SERVER"] == "False"
    assert values[machine.interpreter_key] != "/old/python"
    install(machine)
    uninstall(machine)
    assert tree(machine.home) == before


@pytest.mark.parametrize(
    ("mark", "encoding"), [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"", "utf-8")],
    ids=["UTF-8 with BOM", "UTF-16", "UTF-8"],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"], ids=["CRLF", "LF", "CR"])
def test_a_configuration_that_an_editor_saved_is_read_and_written_anew(
    mark: bytes, encoding: str, newline: str, tmp_path: Path
) -> None:
    machine = windows(tmp_path)
    machine.config.parent.mkdir()
    old = mark + f'"Mine","张三"{newline}"Other","2"{newline}'.encode(encoding)
    machine.config.write_bytes(old)
    said = install(machine)
    assert said[3] == "原来的配置有加载项读不懂的内容,已按能读懂的重写;原样留在:xlsvc.conf.bak"
    assert machine.config.with_name("xlsvc.conf.bak").read_bytes() == old
    values, broken = parse_config(machine.config.read_bytes())
    assert not broken
    assert (values["Mine"], values["Other"]) == ("张三", "2")
    again = install(machine)
    assert not any(".bak" in line for line in again)


@pytest.mark.parametrize("newline", [b"\r\n", b"\n"])
def test_other_keys_are_no_fault(newline: bytes, tmp_path: Path) -> None:
    machine = mac(tmp_path)
    machine.config.parent.mkdir(parents=True)
    machine.config.write_bytes(newline.join([b'"A","1"', b"", b'"B",""', b""]))
    assert len(install(machine)) == 4
    assert parse_config(machine.config.read_bytes())[0].keys() == {"A", "B", "INTERPRETER_MAC"}


def test_a_key_changed_since_is_the_persons(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install(machine)
    machine.config.write_bytes(b'"INTERPRETER_WIN","D:\\python.exe"\r\n"USE UDF SERVER","True"\r\n')
    assert uninstall(machine)[1] == f"配置里安装时写的内容已取消:{machine.config}"
    assert machine.config.read_bytes() == b'"INTERPRETER_WIN","D:\\python.exe"\r\n'


def test_without_the_library_every_click_starts_its_own_python(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    (machine.home / "售后 服务" / ".venv" / "xlwings64-0.37.8.dll").unlink()
    machine.config.parent.mkdir()
    machine.config.write_bytes(b'"USE UDF SERVER","True"\r\n')
    install(machine)
    assert parse_config(machine.config.read_bytes())[0]["USE UDF SERVER"] == "False"
    uninstall(machine)
    assert machine.config.read_bytes() == b'"USE UDF SERVER","True"\r\n'


def test_an_older_addin_is_replaced_and_a_strangers_is_not(tmp_path: Path, built: bytes) -> None:
    machine = windows(tmp_path)
    machine.startup.mkdir(parents=True)
    older = _of_version(built, "0.0.9")
    machine.addin.write_bytes(older)
    assert built_version(machine.addin) == "0.0.9"
    install(machine)
    assert machine.addin.read_bytes() == built
    machine.addin.write_bytes(_of_version(built, "9.9.9"))
    uninstall(machine)
    assert not machine.addin.exists()

    machine.startup.mkdir(parents=True, exist_ok=True)
    machine.addin.write_bytes(b"somebody's")
    before = tree(machine.home)
    with pytest.raises(WorkbookError) as stopped:
        install(machine)
    assert str(stopped.value) == (
        f"“{machine.addin}”已经存在,却不是本程序的加载项,没有覆盖。请把它移走或改名,再运行 xlsvc addin install。"
    )
    assert uninstall(machine) == ["没有安装过加载项,没有要移除的。"]
    assert tree(machine.home) == before


def _of_version(built: bytes, version: str) -> bytes:
    """The add-in as another version of the package would have built it."""
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(built)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/custom.xml":
                assert __version__.encode() in data
                data = data.replace(__version__.encode(), version.encode())
            new.writestr(name, data)
    return out.getvalue()


def test_an_addin_without_a_record_is_still_ours(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install(machine)
    machine.record.write_text("{", encoding="utf-8")
    assert f"已移除:{machine.addin}" in uninstall(machine)
    assert not machine.addin.exists()


def test_a_file_that_was_replaced_since_is_left(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    install(machine)
    script = machine.scripts / SCRIPT
    script.write_text("-- mine", encoding="utf-8")
    assert f"没有移除(后来被改过,不是安装时的内容):{script}" in uninstall(machine)
    assert script.read_text(encoding="utf-8") == "-- mine"


# blocked files


def test_the_mark_of_a_file_from_elsewhere_is_taken_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = windows(tmp_path)
    machine.startup.mkdir(parents=True)
    zone = machine.startup / "xlsvc.xlam:Zone.Identifier"
    zone.write_text("[ZoneTransfer]\nZoneId=3\n")
    install(machine)
    assert not zone.exists()

    answers = Answers(ps="", xattr=lambda a: "com.apple.quarantine\n")
    apple = mac(tmp_path, run=answers)
    install(apple)
    assert ["/usr/bin/xattr", "-d", "com.apple.quarantine", str(apple.addin)] in answers.asked


# refusals


def test_on_linux_it_says_that_there_is_no_excel(tmp_path: Path) -> None:
    machine = mac(tmp_path, system="Linux")
    before = tree(tmp_path)
    for command in (install, uninstall):
        with pytest.raises(WorkbookError) as stopped:
            command(machine)
        assert str(stopped.value) == (
            "这个系统(Linux)上没有 Excel,加载项用不了,没有安装。所有命令都能直接处理文件,例如 xlsvc update 台账.xlsx。"
        )
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("make", "interpreter", "text"),
    [
        (windows, "python.exe", "不知道 Python 装在哪里(“python.exe”不是完整路径)"),
        (windows, "", "不知道 Python 装在哪里(“?”不是完整路径)"),
        (mac, "bin/python3", "不知道 Python 装在哪里(“bin/python3”不是完整路径)"),
        (windows, r"C:\Users\张三\AppData\Local\uv\cache\archive-v0\a1\Scripts\python.exe", "在临时文件夹里"),
        (mac, "/Users/li/.cache/uv/archive-v0/a1/bin/python", "在临时文件夹里"),
        (mac, "/Users/li/.local/pipx/.cache/a1/bin/python", "在临时文件夹里"),
        (mac, "{root}/private/var/folders/x/bin/python", "在临时文件夹里"),
        (windows, r"C:\100%\python.exe", "有启动程序时会出问题的符号(%)"),
        (mac, "/Users/li/a'b$c/python", "有启动程序时会出问题的符号($ ')"),
        (mac, "/Users/li/a|b/python", "有启动程序时会出问题的符号(|)"),
    ],
)
def test_a_python_that_will_not_do(make: Maker, interpreter: str, text: str, tmp_path: Path) -> None:
    machine = make(tmp_path, interpreter=interpreter.format(root=tmp_path))
    before = tree(tmp_path)
    with pytest.raises(WorkbookError, match="没有安装加载项") as stopped:
        install(machine)
    assert text in str(stopped.value)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    "interpreter",
    [r"C:\Python311\python.exe", r"\\server\share\py\python.exe", r"C:\Users\张三\my cache\python.exe", r"D:\R&D (1)\python.exe"],
)
def test_a_python_that_will_do(interpreter: str, tmp_path: Path) -> None:
    assert install(windows(tmp_path, interpreter=interpreter))[1] == f"按钮使用的 Python:{interpreter}"


# faults half-way


def _failing(monkeypatch: pytest.MonkeyPatch, name: str, error: OSError) -> None:
    """The file of this name cannot be put in its place, or taken away."""
    real_replace, real_unlink = os.replace, Path.unlink

    def put(source: Any, target: Any, **given: Any) -> None:
        if Path(target).name == name:
            raise error
        real_replace(source, target, **given)

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self.name == name:
            raise error
        real_unlink(self, missing_ok)

    monkeypatch.setattr(os, "replace", put)
    monkeypatch.setattr(Path, "unlink", unlink)


@BOTH
@pytest.mark.parametrize("name", ["xlsvc.xlam", SCRIPT, "xlsvc.conf", "addin.json"])
@pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
def test_an_install_that_fails_leaves_everything_as_it_was(
    make: Maker, name: str, again: bool, tmp_path: Path, built: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = make(tmp_path)
    if name == SCRIPT and machine.windows:
        pytest.skip("Windows needs no script")
    if again:
        install(machine)
        machine.addin.write_bytes(_of_version(built, "0.0.9"))
        machine.config.write_bytes(b'"A","1"\n')
        machine.record.write_bytes(machine.record.read_bytes().replace(b'"version"', b'"Version"'))
    before = tree(machine.home)
    with monkeypatch.context() as faulty:
        _failing(faulty, name, OSError(28, "disk full"))
        with pytest.raises(WorkbookError, match="没有安装。请检查") as stopped:
            install(machine)
    assert name in str(stopped.value) or name == "xlsvc.xlam"
    assert tree(machine.home) == before
    install(machine)
    assert machine.addin.read_bytes() == built


@pytest.mark.parametrize("runs", ["EXCEL.EXE   4711 Console", None], ids=["running", "unknown"])
def test_an_addin_that_excel_holds(runs: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = windows(tmp_path)
    install(machine)
    machine = replace(machine, run=Answers(tasklist=runs))
    before = tree(machine.home)
    _failing(monkeypatch, "xlsvc.xlam", PermissionError(13, "sharing violation"))
    for command in (install, uninstall):
        with pytest.raises(WorkbookError) as stopped:
            command(machine)
        assert str(stopped.value) == f"Excel 正开着加载项(“{machine.addin}”),没有改动。请退出所有 Excel 窗口再试。"
    assert tree(machine.home) == before


def test_a_folder_that_takes_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = windows(tmp_path)
    machine.startup.parent.mkdir(parents=True)
    machine.startup.parent.joinpath("XLSTART").write_text("a file where the folder should be")
    with pytest.raises(WorkbookError) as stopped:
        install(machine)
    assert str(stopped.value) == f"加载项写不进“{machine.startup}”,没有安装。请检查这个文件夹的权限和磁盘空间,再试一次。"


def test_a_configuration_that_cannot_be_read(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    machine.config.mkdir(parents=True)
    with pytest.raises(WorkbookError) as stopped:
        install(machine)
    assert str(stopped.value) == f"配置文件“{machine.config}”读不出,没有安装。请检查它的权限,或把它移走后再试。"
    assert not machine.addin.exists()


@BOTH
def test_an_uninstall_that_fails_leaves_everything_as_it_was(
    make: Maker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = make(tmp_path)
    install(machine)
    before = tree(machine.home)
    with monkeypatch.context() as faulty:
        _failing(faulty, "addin.json", OSError(5, "I/O"))
        with pytest.raises(WorkbookError, match="没有卸载"):
            uninstall(machine)
    assert tree(machine.home) == before
    uninstall(machine)
    assert not machine.addin.exists()


# the command line


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out, err = capsys.readouterr()
    return int(str(ended.value.code)), out, err


def test_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine = windows(tmp_path)
    monkeypatch.setattr(Machine, "this", lambda: machine)
    code, out, _ = _run(capsys, "addin", "install")
    assert (code, out.splitlines()[0]) == (0, f"已安装加载项(版本 {__version__}):{machine.addin}")
    code, out, _ = _run(capsys, "addin", "check")
    assert (code, out.splitlines()[-1]) == (0, "自检:8 项正常。")
    code, out, _ = _run(capsys, "check", "--json")
    assert (code, json.loads(out)["command"], len(json.loads(out)["answers"])) == (0, "check", 8)
    code, out, _ = _run(capsys, "addin", "uninstall")
    assert (code, out.splitlines()[0]) == (0, f"已移除:{machine.addin}")
    code, out, _ = _run(capsys, "addin", "check")
    assert (code, "[要处理] 加载项:还没有安装" in out) == (1, True)
    monkeypatch.setattr(Machine, "this", lambda: replace(machine, system="Linux"))
    code, _, err = _run(capsys, "addin", "install")
    assert (code, err.startswith("这个系统(Linux)上没有 Excel")) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["addin"], 0, "install    安装加载项:"),
        (["addin", "instal"], 2, "没有“instal”这个命令。您要的是 install、uninstall 吗?\n用 xlsvc addin --help 查看写法。"),
        (["addin", "build", "--nix"], 2, "没有 --nix 这个选项。\n用 xlsvc addin build --help 查看写法。"),
    ],
)
def test_slips_of_the_command_line(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended, out, err = _run(capsys, *arguments)
    assert (ended, said in out + err) == (code, True)


def test_build_writes_what_it_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = _run(capsys, "addin", "build", "--out", str(tmp_path / "新"))
    assert code == 0
    assert out.splitlines() == [f"已生成:{tmp_path / '新' / name}" for name in ("xlsvc.xlam", "售后台账_示例.xlsm")]
    assert {p.name for p in (tmp_path / "新").iterdir()} == {"xlsvc.xlam", "售后台账_示例.xlsm"}


def test_this_machine_is_described() -> None:
    machine = Machine.this()
    assert machine.absolute(machine.interpreter)
    assert machine.run([machine.interpreter, "-c", "print(1)"]) == "1\n"
    assert machine.run([machine.interpreter, "-c", "import os; print(os.getcwd())"]) == f"{Path.home().resolve()}\n"
    assert machine.run(["no such program"]) is None
    assert machine.run([machine.interpreter, "-c", "raise SystemExit(1)"]) is None
    assert machine.registry(r"HKCU\Software\xlsvc no such key") is None
