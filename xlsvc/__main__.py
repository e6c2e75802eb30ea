"""The command line, made from COMMANDS: `xlsvc COMMAND BOOK [options]`. Heavy modules are imported when a
command runs, so that help answers at once."""

from __future__ import annotations

import gc
import inspect
import json
import re
import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from workbook.issues import WorkbookError

from . import __version__, app
from .bug_log import write_log
from .commands import COMMANDS, Command, Option
from .help_text import ChineseCommand, ChineseGroup
from .notice import LISTED_ON

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

SHOWN_ISSUES = 12
GC_THRESHOLD = 50_000
"""New objects between two looks for garbage in cycles. A large ledger makes millions of objects and hardly a cycle: at
Python's own 700 the looks took 5 to 8 % of a command."""

_USAGE = (
    (r"No such command '(.+?)'\.?", "没有“{0}”这个命令"),
    (r"Missing argument '(.+?)'\.?", "缺少 {0}"),
    (r"No such option: (\S+)", "没有 {0} 这个选项"),
    (r"Option '(.+?)' requires an argument\.?", "{0} 后面要写内容"),
    (r"Got unexpected extra argument(?:\(s\)|s)? \((.+?)\)", "多写了“{0}”"),
    (r"Did you mean '?(.+?)'?\?", "。您要的是 {0} 吗?"),
    (r"\(Possible options: (.+?)\)", "。相近的有 {0}"),
)
"""What the command-line library says of a slip, in Chinese."""


def _usage_in_chinese(text: str) -> str:
    for pattern, chinese in _USAGE:
        text = re.sub(r"\s*" + pattern, lambda found, c=chinese: c.format(*map(_listed, found.groups())), text)  # type: ignore[misc]
    return text if text.endswith(("。", "?")) else f"{text}。"


def _listed(names: str) -> str:
    """ "install', 'uninstall" as people write it."""
    return names.replace("', '", "、")


cli = typer.Typer(
    name="xlsvc",
    cls=ChineseGroup,
    help="售后台账:校验、时效、得分、表单和周报。",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _parse_now(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise WorkbookError("app.now", value=text) from None


def _print_report(report: app.Report, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1, default=str))
        return
    for line in report.answers:
        typer.echo(line)
    if report.notice:
        typer.echo(report.notice)
    counted = [f"{label} {count}" for label, count in report.counts.items() if count not in (0, "—")]
    if counted:
        typer.echo("  " + " · ".join(counted))
    pressing = [i for i in report.issues if i.level in ("error", "warning")]
    for issue in pressing[:SHOWN_ISSUES]:
        typer.echo(f"  · {issue.message}")
    if len(pressing) > SHOWN_ISSUES:
        typer.echo(f"  · 还有 {len(pressing) - SHOWN_ISSUES} 条;{_where_listed(report)}。")
    if report.saved:
        typer.echo(f"已保存:{report.saved}")
    if report.backup:
        typer.echo(f"原文件备份:{report.backup}")


def _where_listed(report: app.Report) -> str:
    if report.command in LISTED_ON:
        return f"都列在“{LISTED_ON[report.command]}”"
    return "行里的问题都列在“待改清单”" if report.listed else "行里的问题点“校验”后列在“待改清单”"


def _parameter(option: Option) -> inspect.Parameter:
    kind: Any
    if option.positional and option.many:
        return inspect.Parameter(
            option.name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=[],
            annotation=Annotated[list[str], typer.Argument(help=option.help, metavar=option.metavar)],
        )  # fmt: skip
    if option.positional:
        return inspect.Parameter(
            option.name, inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=inspect.Parameter.empty if option.default is None else option.default,
            annotation=Annotated[str, typer.Argument(help=option.help, metavar=option.metavar)],
        )  # fmt: skip
    if option.flag:
        kind = Annotated[bool, typer.Option(f"--{option.name}", help=option.help)]
        default: Any = False
    elif option.many:
        kind = Annotated[list[str], typer.Option(f"--{option.name}", help=option.help)]
        default = []
    else:
        kind = Annotated[str | None, typer.Option(f"--{option.name}", help=option.help, metavar=option.metavar)]
        default = option.default
    return inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)


_BOOK = inspect.Parameter(
    "book", inspect.Parameter.POSITIONAL_OR_KEYWORD,
    annotation=Annotated[Path, typer.Argument(help="台账文件(.xlsx 或 .xlsm)", metavar="BOOK")],
)  # fmt: skip
_JSON = inspect.Parameter(
    "json", inspect.Parameter.KEYWORD_ONLY, default=False,
    annotation=Annotated[bool, typer.Option("--json", help="输出 JSON")],
)  # fmt: skip
_COMMON = (
    inspect.Parameter("now", inspect.Parameter.KEYWORD_ONLY, default=None,
                      annotation=Annotated[str | None, typer.Option(help="按这个时刻计算", metavar="ISO")]),
    inspect.Parameter("save_as", inspect.Parameter.KEYWORD_ONLY, default=None,
                      annotation=Annotated[Path | None, typer.Option(help="另存为", metavar="FILE")]),
    _JSON,
)  # fmt: skip


def _add(command: Command) -> None:
    """Register one command of the registry with typer."""

    def call(**given: Any) -> None:
        options = {o.name: given[o.name] for o in command.options}
        at = _parse_now(given["now"])
        with _progress(given["json"]) as progress:
            report = app.run(command.id, given["book"], options, at, given["save_as"], progress)
        _print_report(report, given["json"])
        raise typer.Exit(report.exit_code)

    parameters = [_BOOK, *(_parameter(o) for o in command.options), *_COMMON]
    _register(command, call, parameters)


def _progress(as_json: bool) -> AbstractContextManager[Callable[[str], None]]:
    """Shows on a terminal what a long command does; programs that read the output are told nothing."""
    if as_json or not sys.stderr.isatty():
        return nullcontext(lambda stage: None)
    from .progress import Progress

    return Progress(sys.stderr)


def _register(command: Command, call: Callable[..., None], parameters: list[inspect.Parameter]) -> None:
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    call.__annotations__ = {p.name: p.annotation for p in parameters}
    cli.command(command.id, cls=ChineseCommand, help=f"{command.label}:{command.help}")(call)


def _new(**given: Any) -> None:
    report = app.new(given["book"], given["log"], given["sample"])
    _print_report(report, False)


def _undo(**given: Any) -> None:
    _print_report(app.undo(given["book"]), given["json"])


def _demo(folder: Path) -> None:
    from .demo import run_demo

    run_demo(folder)


def _check(**given: Any) -> None:
    report = app.check()
    _print_report(report, given["json"])
    raise typer.Exit(report.exit_code)


_FOLDER = inspect.Parameter(
    "folder", inspect.Parameter.POSITIONAL_OR_KEYWORD, default=Path("售后台账演示"),
    annotation=Annotated[Path, typer.Argument(help="放示例文件的文件夹", metavar="DIR")],
)  # fmt: skip

for _command in COMMANDS:
    if _command.handler:
        _add(_command)
    elif _command.id == "new":
        _register(_command, _new, [_BOOK, *(_parameter(o) for o in _command.options)])
    elif _command.id == "undo":
        _register(_command, _undo, [_BOOK, _JSON])
    elif _command.id == "demo":
        _register(_command, _demo, [_FOLDER])
    elif _command.id == "check":
        _register(_command, _check, [_JSON])

_addin = typer.Typer(
    name="addin",
    cls=ChineseGroup,
    help="Excel 加载项:安装后功能区里有“售后服务”选项卡。",
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
cli.add_typer(_addin)


@_addin.callback()
def _addin_alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@_addin.command("build", cls=ChineseCommand, help="生成加载项 xlsvc.xlam 和带按钮的示例台账(.xlsm)。")
def _addin_build(
    out: Annotated[Path, typer.Option(help="放在哪个文件夹", metavar="DIR")] = Path("."),
) -> None:
    from .addin_build import build

    for path in build(out):
        typer.echo(f"已生成:{path}")


@_addin.command("install", cls=ChineseCommand, help="安装加载项:放到 Excel 启动时会打开的位置,并记下 Python 的位置。")
def _addin_install() -> None:
    from .addin import install
    from .addin_machine import Machine

    typer.echo("\n".join(install(Machine.this())))


@_addin.command("uninstall", cls=ChineseCommand, help="卸载加载项:只取消安装时写的内容。")
def _addin_uninstall() -> None:
    from .addin import uninstall
    from .addin_machine import Machine

    typer.echo("\n".join(uninstall(Machine.this())))


@_addin.command("check", cls=ChineseCommand, help="自检:逐条检查 Excel、加载项和 Python,说明怎样处理。")
def _addin_check() -> None:
    _check(json=False)


@cli.callback(invoke_without_command=True)
def _main(
    version: Annotated[bool, typer.Option("--version", help="显示版本")] = False,
) -> None:
    if version:
        typer.echo(f"xlsvc {__version__}")
        raise typer.Exit


def main(arguments: list[str] | None = None) -> None:
    """Entry point. Exit 0 done, 1 done and rows need attention, 2 not done and nothing written."""
    gc.set_threshold(GC_THRESHOLD)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        given = sys.argv[1:] if arguments is None else arguments
        code = cli(given or ["--help"], standalone_mode=False)
    except WorkbookError as error:
        typer.echo(str(error), err=True)
        code = 2
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("已取消,文件没有改动。", err=True)
        code = 2
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error; typer does not name its class in public
            names, context = "", getattr(error, "ctx", None)
            while context and context.parent:
                names, context = f" {context.info_name}{names}", context.parent
            typer.echo(f"命令写法不对:{_usage_in_chinese(error.format_message())}\n用 xlsvc{names} --help 查看写法。", err=True)
        else:
            file = write_log(error, at=app.now())
            typer.echo(f"程序出错,文件没有改动。请把这个记录发给维护人员:{file}", err=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
