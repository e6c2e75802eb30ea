"""自检: each thing that commonly fails is found and named with its remedy, on a Windows and on a Mac."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.xlsvc.machines import APP_PATH, EXCEL_EXE, OFFICE, Answers, Registry, mac, tree, windows
from tests.xlsvc.test_addin_install import SCRIPT, _of_version
from xlsvc import __version__, addin_build, app
from xlsvc.addin import install
from xlsvc.addin_check import Point, check
from xlsvc.addin_machine import Machine

AGAIN = "请退出 Excel,运行 xlsvc addin install,再打开"
SECURITY = rf"{OFFICE}\Security"
POLICY = r"HKCU\Software\Policies\Microsoft\Office\16.0"
CHOICE = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\.xlsx\UserChoice"
WPS = r"HKCU\Software\Kingsoft\Office"
CENTRE = "请在 Excel“文件-选项-信任中心-信任中心设置-"
IT = "这是单位的策略,请找 IT 管理员。"


@pytest.fixture(scope="module")
def built() -> bytes:
    return addin_build.addin()


@pytest.fixture(autouse=True)
def _built_once(built: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addin_build, "addin", lambda: built)


def said(machine: Machine, name: str) -> str:
    found = [str(point) for point in check(machine) if point.name == name]
    assert len(found) == 1
    return found[0]


def test_a_windows_in_order(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install(machine)
    before = tree(tmp_path)
    python = machine.home / "售后 服务" / ".venv" / "Scripts" / "pythonw.exe"
    assert [str(point) for point in check(machine)] == [
        f"[正常] Excel:{EXCEL_EXE}。",
        "[正常] Excel 是否开着:没有开着。",
        f"[正常] 加载项:版本 {__version__},{machine.addin}。",
        "[正常] 宏:没有设置会拦住启动文件夹里的加载项。",
        f"[正常] 配置:{machine.config}。",
        f"[正常] Python:{python},xlsvc {__version__}。",
        "[正常] WPS:没有安装。",
        "[正常] 文件夹:需要的文件夹都能写。",
    ]
    assert tree(tmp_path) == before, "looking changes nothing"
    report = app.check(machine)
    assert (report.notice, report.exit_code, len(report.answers)) == ("自检:8 项正常。", 0, 8)


def test_a_mac_in_order(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    install(machine)
    before = tree(tmp_path)
    assert [str(point) for point in check(machine)] == [
        f"[正常] Excel:{tmp_path}/Applications/Microsoft Excel.app。",
        "[正常] Excel 是否开着:没有开着。",
        f"[正常] 加载项:版本 {__version__},{machine.addin}。",
        "[正常] 宏:没有全部禁用。",
        f"[正常] 配置:{machine.config}。",
        f"[正常] Python:{machine.interpreter},xlsvc {__version__}。",
        f"[正常] 启动脚本:{machine.scripts / SCRIPT}。",
        "[正常] WPS:没有安装。",
        "[正常] 文件夹:需要的文件夹都能写。",
    ]
    assert tree(tmp_path) == before


def test_on_linux_one_line(tmp_path: Path) -> None:
    machine = mac(tmp_path, system="Linux")
    line = "[要处理] Excel:这个系统(Linux)上没有 Excel,用不了按钮;所有命令都能直接处理文件,例如 xlsvc update 台账.xlsx。"
    assert [str(point) for point in check(machine)] == [line]
    report = app.check(machine)
    assert (report.notice, report.exit_code) == ("自检:1 项要处理。", 1)


def test_nothing_installed_yet(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    states = {point.name: point.state for point in check(machine)}
    assert {name for name, state in states.items() if state == "要处理"} == {"加载项", "配置"}
    assert {name for name, state in states.items() if state == "无法判断"} == {"Python"}
    assert said(machine, "加载项") == f"[要处理] 加载项:还没有安装({machine.addin})。{AGAIN}。"
    assert said(machine, "配置") == f"[要处理] 配置:没有配置文件 {machine.config}。{AGAIN}。"
    assert said(machine, "Python") == "[无法判断] Python:配置里没有 Python 的位置。见上一条。"
    assert app.check(machine).notice == "自检:5 项正常,2 项要处理,1 项无法判断。"


# the registry



@pytest.mark.parametrize(
    ("keys", "name", "line"),
    [
        ({APP_PATH: None}, "Excel", "[要处理] Excel:没有找到 Excel。请先安装桌面版 Excel(网页版不行);没有 Excel 时可用命令处理文件。"),
        ({APP_PATH: OSError(5, "denied")}, "Excel", "[无法判断] Excel:注册表读不出。请看开始菜单里有没有 Excel。"),
        ({APP_PATH.replace("HKLM", "HKCU"): {"": "D:\\EXCEL.EXE"}}, "Excel", "[正常] Excel:D:\\EXCEL.EXE。"),
        ({rf"{POLICY}\Common": {"VBAOff": 1}}, "宏", "[要处理] 宏:Office 的宏功能(VBA)被关闭了,按钮不会出现。" + IT),
        ({rf"{POLICY}\Excel\Security": {"DisableAllAddins": 1}}, "宏", "[要处理] 宏:Excel 禁用了所有加载项。" + IT),
        ({SECURITY: {"DisableAllAddins": 1}}, "宏",
         f"[要处理] 宏:Excel 禁用了所有加载项。{CENTRE}加载项”里取消“禁用所有应用程序加载项”。"),
        ({SECURITY: {"RequireAddinSig": 1}}, "宏",
         f"[要处理] 宏:Excel 只运行有签名的加载项,本加载项没有签名。{CENTRE}加载项”里取消“要求受信任的发布者签署应用程序加载项”。"),
        ({SECURITY: {"RequireAddinSig": 0, "VBAWarnings": 4}}, "宏", "[正常] 宏:没有设置会拦住启动文件夹里的加载项。"),
        ({SECURITY: {"RequireAddinSig": 1}, rf"{POLICY}\Excel\Security": {"RequireAddinSig": 0}}, "宏",
         "[正常] 宏:没有设置会拦住启动文件夹里的加载项。"),
        ({rf"{SECURITY}\Trusted Locations": {"AllLocationsDisabled": 1}}, "宏",
         f"[要处理] 宏:Excel 不信任任何位置,每次打开都要点“启用内容”。{CENTRE}受信任位置”里取消“禁用所有受信任位置”。"),
        ({rf"{SECURITY}\Trusted Locations": {"AllLocationsDisabled": 1}, SECURITY: {"VBAWarnings": 1}}, "宏",
         "[正常] 宏:没有设置会拦住启动文件夹里的加载项。"),
        ({rf"{SECURITY}\Trusted Locations": {"AllLocationsDisabled": 1}, rf"{POLICY}\Excel\Security": {"VBAWarnings": 3}}, "宏",
         "[要处理] 宏:Excel 不信任任何位置,加载项的宏不会运行。" + IT),
        ({rf"{OFFICE}\Resiliency\DisabledItems": {"1A": b"\x01\x00" + r"C:\XLSTART\XLSVC.XLAM".encode("utf-16-le")}}, "宏",
         "[要处理] 宏:Excel 出错后停用了本加载项。请在“文件-选项-加载项”最下面的“管理”里选“禁用项目”,点“转到”,选中它再点“启用”。"),
        ({rf"{OFFICE}\Resiliency\DisabledItems": {"1A": "other.xlam".encode("utf-16-le"), "": 3}}, "宏",
         "[正常] 宏:没有设置会拦住启动文件夹里的加载项。"),
        ({SECURITY: OSError(5, "denied")}, "宏",
         "[无法判断] 宏:注册表读不出。请看 Excel“文件-选项-信任中心-信任中心设置-加载项”,三个框都不要勾选。"),
        ({OFFICE: None, r"HKCU\Software\Microsoft\Office\15.0\Excel": {},
          r"HKCU\Software\Microsoft\Office\15.0\Excel\Security": {"DisableAllAddins": 1}}, "宏",
         f"[要处理] 宏:Excel 禁用了所有加载项。{CENTRE}加载项”里取消“禁用所有应用程序加载项”。"),
        ({CHOICE: {"ProgId": "ET.Xlsx.6"}, WPS: {}}, "WPS",
         "[要处理] WPS:双击 .xlsx 打开的是 WPS,那里没有按钮。请右键台账-打开方式-选择其他应用-Excel,勾选“始终使用”。"),
        ({CHOICE: {"ProgId": "Excel.Sheet.12"}, WPS: {}}, "WPS", "[正常] WPS:装有 WPS,但 .xlsx 由 Excel 打开。"),
        ({WPS: {}}, "WPS", "[无法判断] WPS:装有 WPS。双击台账若打开的是 WPS,请右键台账-打开方式-Excel;按钮只在 Excel 里。"),
        ({r"HKLM\Software\Classes\.xlsx": {"": "KET.Sheet"}}, "WPS",
         "[要处理] WPS:双击 .xlsx 打开的是 WPS,那里没有按钮。请右键台账-打开方式-选择其他应用-Excel,勾选“始终使用”。"),
        ({WPS: OSError(5, "denied")}, "WPS",
         "[无法判断] WPS:注册表读不出。双击台账若打开的是 WPS,请右键台账-打开方式-Excel;按钮只在 Excel 里。"),
    ],
)  # fmt: skip
def test_what_the_registry_says(keys: dict[str, Any], name: str, line: str, tmp_path: Path) -> None:
    assert said(windows(tmp_path, registry=Registry({APP_PATH: {"": EXCEL_EXE}, OFFICE: {}, **keys})), name) == line


# programs


@pytest.mark.parametrize(
    ("make", "runs", "line"),
    [
        (windows, {"tasklist": "EXCEL.EXE  4711 Console  1  210,000 K"}, "[正常] Excel 是否开着:开着;安装或移除加载项前请先退出。"),
        (windows, {"tasklist": None}, "[无法判断] Excel 是否开着:查不到正在运行的程序。安装或移除加载项前请先退出 Excel。"),
        (mac, {"ps": "/Applications/Microsoft Excel.app/Contents/MacOS/Microsoft Excel\n"},
         "[正常] Excel 是否开着:开着;安装或移除加载项前请先退出。"),
        (mac, {"ps": "/Applications/Numbers.app\n"}, "[正常] Excel 是否开着:没有开着。"),
    ],
)  # fmt: skip
def test_is_excel_open(
    make: Callable[..., Machine], runs: dict[str, str | None], line: str, tmp_path: Path
) -> None:
    assert said(make(tmp_path, run=Answers(**runs)), "Excel 是否开着") == line


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ("DisabledWithoutWarnings\n",
         "[要处理] 宏:Excel 禁用了所有宏。请在 Excel“偏好设置-安全性”里改为“禁用宏前先通知”;改不了时请找管理员。"),
        ("EnabledWithoutWarnings\n", "[正常] 宏:没有全部禁用。"),
        (None, "[无法判断] 宏:读不到宏的设置。请看 Excel“偏好设置-安全性”,不要选“禁用所有宏且不通知”。"),
    ],
)  # fmt: skip
def test_macros_on_a_mac(state: str | None, line: str, tmp_path: Path) -> None:
    assert said(mac(tmp_path, run=Answers(defaults=state)), "宏") == line


def test_a_mac_without_excel_and_with_wps(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    (tmp_path / "Applications" / "Microsoft Excel.app").rename(tmp_path / "Applications" / "wpsoffice.app")
    assert said(machine, "Excel").startswith("[要处理] Excel:“应用程序”里没有 Microsoft Excel。")
    assert said(machine, "WPS").startswith("[无法判断] WPS:装有 WPS。")
    own = machine.applications[1] / "Microsoft Excel.app"
    own.mkdir(parents=True)
    assert said(machine, "Excel") == f"[正常] Excel:{own}。"


# the add-in


@pytest.mark.parametrize("version", ["0.0.9", "9.9.9"], ids=["older", "newer"])
def test_an_addin_of_another_version(version: str, tmp_path: Path, built: bytes) -> None:
    machine = windows(tmp_path)
    install(machine)
    machine.addin.write_bytes(_of_version(built, version))
    assert said(machine, "加载项") == f"[要处理] 加载项:加载项是版本 {version},程序是版本 {__version__}。{AGAIN}。"


def test_a_file_that_is_no_addin(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install(machine)
    machine.addin.write_bytes(machine.addin.read_bytes()[:900])
    assert said(machine, "加载项") == (
        f"[要处理] 加载项:{machine.addin} 不是本程序的加载项。请移走它,再运行 xlsvc addin install。"
    )


def test_an_addin_that_the_system_blocks(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install(machine)
    (machine.startup / "xlsvc.xlam:Zone.Identifier").write_text("[ZoneTransfer]")
    assert said(machine, "加载项") == f"[要处理] 加载项:系统把它当作外来文件拦住了。{AGAIN}(或在文件的“属性”里勾选“解除锁定”)。"
    apple = mac(tmp_path)
    install(apple)
    apple = replace(apple, run=Answers(xattr="com.apple.quarantine\n"))
    assert said(apple, "加载项") == f"[要处理] 加载项:系统把它当作外来文件拦住了。{AGAIN}。"
    apple = replace(apple, run=Answers(xattr=None))
    assert said(apple, "加载项") == (
        f"[无法判断] 加载项:版本 {__version__},但查不到是否被系统拦住。看不到“售后服务”时,{AGAIN}。"
    )


# configuration and Python


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b'\xef\xbb\xbf"INTERPRETER_WIN","C:\\python.exe"\r\n', "有加载项读不懂的内容(可能用记事本改过并存成了 UTF-8)"),
        ('"INTERPRETER_WIN","C:\\张三\\python.exe"\r\n'.encode(), "有加载项读不懂的内容(可能用记事本改过并存成了 UTF-8)"),
        ('"INTERPRETER_WIN","C:\\张三\\python.exe"\r\n'.encode("gbk"), "有加载项读不懂的内容(可能用记事本改过并存成了 UTF-8)"),
        (b"INTERPRETER_WIN=C:\\python.exe\r\n", "有加载项读不懂的内容(可能用记事本改过并存成了 UTF-8)"),
        (b'"A","1"\r\n', "里没有 Python 的位置(INTERPRETER_WIN)"),
        (b"", "里没有 Python 的位置(INTERPRETER_WIN)"),
    ],
)
def test_a_configuration_that_will_not_do(data: bytes, line: str, tmp_path: Path) -> None:
    machine = windows(tmp_path)
    install(machine)
    machine.config.write_bytes(data)
    assert said(machine, "配置") == f"[要处理] 配置:{machine.config} {line}。{AGAIN}。"


def test_a_configuration_that_cannot_be_read(tmp_path: Path) -> None:
    machine = windows(tmp_path)
    machine.config.mkdir(parents=True)
    assert said(machine, "配置") == (
        f"[要处理] 配置:读不出 {machine.config}。请检查它的权限,或移走它,再运行 xlsvc addin install。"
    )
    assert said(machine, "Python").startswith("[无法判断]")


def test_a_python_that_is_gone_or_has_no_xlsvc(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    install(machine)
    python = Path(machine.interpreter)

    def answering(text: str | None) -> str:
        return said(replace(machine, run=Answers(python=text)), "Python")

    assert answering(None) == (
        f"[要处理] Python:{python} 里没有装好 xlsvc。请运行 “{python}” -m pip install xlsvc,再运行 xlsvc addin install。"
    )
    assert answering("Traceback").startswith(f"[要处理] Python:{python} 里没有装好 xlsvc。")
    for version in ("0.0.9", "9.9.9"):
        assert answering(f"xlsvc {version}\n") == (
            f"[要处理] Python:{python} 里的 xlsvc 是版本 {version},这里是 {__version__}。请只留一个,再运行 xlsvc addin install。"
        )
    python.unlink()
    assert answering(f"xlsvc {__version__}\n") == (
        f"[要处理] Python:{python} 不见了(可能移动或升级过)。请用现在的 Python 重新安装 xlsvc,再运行 xlsvc addin install。"
    )


def test_the_real_python_answers_and_imports_nothing_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xlsvc.py").write_text("print('evil')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    asked: list[Sequence[str]] = []
    real = Machine.this()
    machine = mac(tmp_path, interpreter=real.interpreter, temporary=())
    install(machine)
    monkeypatch.setenv("PYTHONPATH", str(Path(addin_build.__file__).parent.parent))
    machine = replace(machine, run=lambda arguments: asked.append(arguments) or real.run(arguments))
    assert said(machine, "Python") == f"[正常] Python:{real.interpreter},xlsvc {__version__}。"
    assert next(a for a in asked if "-c" in a)[:3] == [real.interpreter, "-P", "-c"]


def test_a_script_that_is_missing_or_another(tmp_path: Path) -> None:
    machine = mac(tmp_path)
    file = machine.scripts / SCRIPT
    line = f"[要处理] 启动脚本:{file} 没有放好,点按钮没有反应。请运行 xlsvc addin install。"
    assert said(machine, "启动脚本") == line
    install(machine)
    file.write_text("-- older", encoding="utf-8")
    assert said(machine, "启动脚本") == line


@pytest.mark.parametrize("which", ["startup", "config", "own_folder"])
def test_a_folder_that_takes_no_files(which: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = mac(tmp_path)
    install(machine)
    folder = machine.config.parent if which == "config" else getattr(machine, which)
    real = tempfile.NamedTemporaryFile

    def refuse(dir: Path, **given: Any) -> Any:
        if dir == folder:
            raise PermissionError(13, "read-only")
        return real(dir=dir, **given)

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    assert said(machine, "文件夹") == f"[要处理] 文件夹:{folder} 写不进去。请检查它的权限和磁盘空间;单位锁定了的请找 IT 管理员。"


def test_every_line_that_is_not_well_says_what_to_do(tmp_path: Path) -> None:
    for machine in (windows(tmp_path), mac(tmp_path), mac(tmp_path, system="Linux", run=Answers())):
        for point in check(machine):
            assert isinstance(point, Point)
            assert "\n" not in str(point)
            if point.state != "正常":
                assert "请" in point.text or "见上一条" in point.text or "命令" in point.text
