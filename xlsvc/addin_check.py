"""自检: what commonly keeps the buttons from working, one Chinese line a point, with what to do about it.

What cannot be read is said to be unknown, with how to look by hand; nothing is changed.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from . import __version__
from .addin import parse_config
from .addin_build import applescript, built_version
from .addin_machine import Machine

State = Literal["正常", "要处理", "无法判断"]
REINSTALL = "请退出 Excel,运行 xlsvc addin install,再打开"
OFFICE_VERSIONS = ("16.0", "15.0", "14.0")
SAYS_VERSION = "import xlsvc, workbook, xlwings; print('xlsvc', xlsvc.__version__)"
WPS_MARKS = ("et.", "ket.", "wps", "kingsoft")
"""How the names begin under which WPS registers itself for workbooks."""


@dataclass(frozen=True)
class Point:
    """One line of the check."""

    name: str
    state: State
    text: str

    def __str__(self) -> str:
        return f"[{self.state}] {self.name}:{self.text}"


def check(machine: Machine) -> list[Point]:
    """Every point in the order in which one would look; on a system without Excel only that."""
    if not (machine.windows or machine.mac):
        return [
            Point(
                "Excel", "要处理",
                f"这个系统({machine.system or '?'})上没有 Excel,用不了按钮;所有命令都能直接处理文件,例如 xlsvc update 台账.xlsx。",
            )
        ]  # fmt: skip
    looks: list[Callable[[Machine], Point]] = [_excel, _running, _addin, _macros, _config, _python]
    looks += [_script] if machine.mac else []
    looks += [_wps, _folders]
    return [look(machine) for look in looks]


def _excel(machine: Machine) -> Point:
    if machine.mac:
        found = next((p for a in machine.applications if (p := a / "Microsoft Excel.app").exists()), None)
        if found:
            return Point("Excel", "正常", f"{found}。")
        return Point("Excel", "要处理", "“应用程序”里没有 Microsoft Excel。请先安装 Excel 2016 或更新的版本;没有时可用命令处理文件。")
    key = r"Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
    try:
        paths = [str(values[""]) for hive in ("HKCU", "HKLM") if (values := machine.registry(f"{hive}\\{key}")) and values.get("")]
    except OSError:
        return Point("Excel", "无法判断", "注册表读不出。请看开始菜单里有没有 Excel。")
    if paths:
        return Point("Excel", "正常", f"{paths[0]}。")
    return Point("Excel", "要处理", "没有找到 Excel。请先安装桌面版 Excel(网页版不行);没有 Excel 时可用命令处理文件。")


def _running(machine: Machine) -> Point:
    runs = machine.excel_runs()
    if runs is None:
        return Point("Excel 是否开着", "无法判断", "查不到正在运行的程序。安装或移除加载项前请先退出 Excel。")
    return Point("Excel 是否开着", "正常", "开着;安装或移除加载项前请先退出。" if runs else "没有开着。")


def _addin(machine: Machine) -> Point:
    file, name = machine.addin, "加载项"
    try:
        there, version = file.exists(), built_version(file) if file.exists() else None
    except OSError:
        return Point(name, "无法判断", f"读不出 {file}。请检查它的权限。")
    if not there:
        return Point(name, "要处理", f"还没有安装({file})。{REINSTALL}。")
    if version is None:
        return Point(name, "要处理", f"{file} 不是本程序的加载项。请移走它,再运行 xlsvc addin install。")
    if version != __version__:
        return Point(name, "要处理", f"加载项是版本 {version},程序是版本 {__version__}。{REINSTALL}。")
    blocked = machine.blocked(file)
    if blocked:
        how = "" if machine.mac else "(或在文件的“属性”里勾选“解除锁定”)"
        return Point(name, "要处理", f"系统把它当作外来文件拦住了。{REINSTALL}{how}。")
    if blocked is None:
        return Point(name, "无法判断", f"版本 {version},但查不到是否被系统拦住。看不到“售后服务”时,{REINSTALL}。")
    return Point(name, "正常", f"版本 {version},{file}。")


def _macros(machine: Machine) -> Point:
    return _macros_of_mac(machine) if machine.mac else _macros_of_windows(machine)


def _macros_of_mac(machine: Machine) -> Point:
    said = machine.run(["/usr/bin/defaults", "read", "com.microsoft.office", "VisualBasicMacroExecutionState"])
    state = (said or "").strip()
    if state.startswith("DisabledWithoutWarnings"):
        return Point("宏", "要处理", "Excel 禁用了所有宏。请在 Excel“偏好设置-安全性”里改为“禁用宏前先通知”;改不了时请找管理员。")
    if state:
        return Point("宏", "正常", "没有全部禁用。")
    return Point("宏", "无法判断", "读不到宏的设置。请看 Excel“偏好设置-安全性”,不要选“禁用所有宏且不通知”。")


def _macros_of_windows(machine: Machine) -> Point:
    try:
        stopped = next(_stopping(machine), None)
    except OSError:
        return Point("宏", "无法判断", "注册表读不出。请看 Excel“文件-选项-信任中心-信任中心设置-加载项”,三个框都不要勾选。")
    if stopped:
        return Point("宏", "要处理", stopped)
    return Point("宏", "正常", "没有设置会拦住启动文件夹里的加载项。")


def _stopping(machine: Machine) -> Iterator[str]:
    """What keeps Excel from running the macros of an add-in in its startup folder. Raises OSError."""
    version = next(
        (v for v in OFFICE_VERSIONS if machine.registry(rf"HKCU\Software\Microsoft\Office\{v}\Excel") is not None),
        OFFICE_VERSIONS[0],
    )
    own, policy = rf"Software\Microsoft\Office\{version}", rf"Software\Policies\Microsoft\Office\{version}"

    def value(below: str, name: str) -> tuple[object, bool]:
        """Value and whether a policy sets it, which the person cannot change."""
        for key, by_policy in ((rf"HKLM\{policy}", True), (rf"HKCU\{policy}", True), (rf"HKCU\{own}", False)):
            found: Mapping[str, object] = machine.registry(rf"{key}\{below}") or {}
            if name in found:
                return found[name], by_policy
        return None, False

    def remedy(by_policy: bool, where: str) -> str:
        return "这是单位的策略,请找 IT 管理员。" if by_policy else f"请在 Excel“文件-选项-信任中心-信任中心设置-{where}。"

    off, _ = value("Common", "VBAOff")
    if off == 1:
        yield "Office 的宏功能(VBA)被关闭了,按钮不会出现。这是单位的策略,请找 IT 管理员。"
    disabled, by_policy = value(r"Excel\Security", "DisableAllAddins")
    if disabled == 1:
        yield "Excel 禁用了所有加载项。" + remedy(by_policy, "加载项”里取消“禁用所有应用程序加载项”")
    signed, by_policy = value(r"Excel\Security", "RequireAddinSig")
    if signed == 1:
        yield "Excel 只运行有签名的加载项,本加载项没有签名。" + remedy(
            by_policy, "加载项”里取消“要求受信任的发布者签署应用程序加载项”"
        )
    untrusted, by_policy = value(r"Excel\Security\Trusted Locations", "AllLocationsDisabled")
    warnings, warned_by_policy = value(r"Excel\Security", "VBAWarnings")
    if untrusted == 1 and warnings != 1:
        asks = "每次打开都要点“启用内容”" if warnings in (None, 2) else "加载项的宏不会运行"
        yield f"Excel 不信任任何位置,{asks}。" + remedy(
            by_policy or warned_by_policy, "受信任位置”里取消“禁用所有受信任位置”"
        )
    items = machine.registry(rf"HKCU\{own}\Excel\Resiliency\DisabledItems") or {}
    name = machine.addin.name.lower().encode("utf-16-le")
    if any(isinstance(item, bytes) and name in item.lower() for item in items.values()):
        yield "Excel 出错后停用了本加载项。请在“文件-选项-加载项”最下面的“管理”里选“禁用项目”,点“转到”,选中它再点“启用”。"


def _config(machine: Machine) -> Point:
    file, name = machine.config, "配置"
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        return Point(name, "要处理", f"没有配置文件 {file}。{REINSTALL}。")
    except OSError:
        return Point(name, "要处理", f"读不出 {file}。请检查它的权限,或移走它,再运行 xlsvc addin install。")
    values, broken = parse_config(data)
    if broken:
        return Point(name, "要处理", f"{file} 有加载项读不懂的内容(可能用记事本改过并存成了 UTF-8)。{REINSTALL}。")
    if not values.get(machine.interpreter_key):
        return Point(name, "要处理", f"{file} 里没有 Python 的位置({machine.interpreter_key})。{REINSTALL}。")
    return Point(name, "正常", f"{file}。")


def _python(machine: Machine) -> Point:
    name = "Python"
    try:
        path = parse_config(machine.config.read_bytes())[0].get(machine.interpreter_key, "")
    except OSError:
        path = ""
    if not path:
        return Point(name, "无法判断", "配置里没有 Python 的位置。见上一条。")
    if not Path(path).is_file():
        return Point(name, "要处理", f"{path} 不见了(可能移动或升级过)。请用现在的 Python 重新安装 xlsvc,再运行 xlsvc addin install。")
    said = machine.run([path, "-P", "-c", SAYS_VERSION])
    word, _, version = (said or "").strip().partition(" ")
    if word != "xlsvc":
        return Point(name, "要处理", f"{path} 里没有装好 xlsvc。请运行 “{path}” -m pip install xlsvc,再运行 xlsvc addin install。")
    if version != __version__:
        return Point(
            name, "要处理", f"{path} 里的 xlsvc 是版本 {version},这里是 {__version__}。请只留一个,再运行 xlsvc addin install。"
        )
    return Point(name, "正常", f"{path},xlsvc {version}。")


def _script(machine: Machine) -> Point:
    wanted = applescript()
    file = machine.scripts / wanted.name
    with contextlib.suppress(OSError):
        if file.read_bytes() == wanted.read_bytes():
            return Point("启动脚本", "正常", f"{file}。")
    return Point("启动脚本", "要处理", f"{file} 没有放好,点按钮没有反应。请运行 xlsvc addin install。")


def _wps(machine: Machine) -> Point:
    name = "WPS"
    if machine.mac:
        if any((folder / "wpsoffice.app").exists() for folder in machine.applications):
            return Point(
                name, "无法判断",
                "装有 WPS。双击台账若打开的是 WPS,请在访达里右键台账-打开方式-Microsoft Excel;按钮只在 Excel 里。",
            )  # fmt: skip
        return Point(name, "正常", "没有安装。")
    choice = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\FileExts\.xlsx\UserChoice"
    try:
        installed = any(machine.registry(rf"{hive}\Software\Kingsoft\Office") is not None for hive in ("HKCU", "HKLM"))
        opener = str((machine.registry(choice) or {}).get("ProgId") or "")
        for hive in ("HKCU", "HKLM"):
            opener = opener or str((machine.registry(rf"{hive}\Software\Classes\.xlsx") or {}).get("") or "")
    except OSError:
        return Point(name, "无法判断", "注册表读不出。双击台账若打开的是 WPS,请右键台账-打开方式-Excel;按钮只在 Excel 里。")
    if opener.lower().startswith(WPS_MARKS):
        return Point(
            name, "要处理",
            "双击 .xlsx 打开的是 WPS,那里没有按钮。请右键台账-打开方式-选择其他应用-Excel,勾选“始终使用”。",
        )  # fmt: skip
    if installed and not opener.startswith("Excel."):
        return Point(name, "无法判断", "装有 WPS。双击台账若打开的是 WPS,请右键台账-打开方式-Excel;按钮只在 Excel 里。")
    return Point(name, "正常", "装有 WPS,但 .xlsx 由 Excel 打开。" if installed else "没有安装。")


def _folders(machine: Machine) -> Point:
    for folder in (machine.startup, machine.config.parent, machine.own_folder):
        if not _writable(folder):
            return Point("文件夹", "要处理", f"{folder} 写不进去。请检查它的权限和磁盘空间;单位锁定了的请找 IT 管理员。")
    return Point("文件夹", "正常", "需要的文件夹都能写。")


def _writable(folder: Path) -> bool:
    """Can files be made in the folder, or where it would be made? Excel passes over names that begin with ~$."""
    place = next(p for p in (folder, *folder.parents) if p.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=place, prefix="~$"):
            return True
    except OSError:
        return False
