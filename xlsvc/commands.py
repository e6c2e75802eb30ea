"""The one registry: a button is one Command. CLI, ribbon, help and README table are made from it.

Handlers are named as "module:function" and imported when they run, so that help and start-up stay quick.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

GROUPS = ("每日", "客户反馈", "报告", "改进", "发送", "工具")

LOGS = ("response_log", "process_log")
REGISTERS = ("form_register", "status_history", "carried")  # they may name a ticket number that a log no longer holds
RULES = ("settings", "people", "holidays", "options")


@dataclass(frozen=True)
class Option:
    """An option of a command: `name` in English (CLI: --name; an argument if `positional`), `help` Chinese."""

    name: str
    help: str
    positional: bool = False
    many: bool = False
    flag: bool = False
    default: Any = None
    metavar: str = "TEXT"


@dataclass(frozen=True)
class Command:
    """One thing the product does.

    `reads`: sheet keys the handler is given (settings and its kin are always read). `large`: a large ribbon
    icon for the daily ones; `icon` is a built-in image of Office. `help` is one Chinese line that says what
    will happen. A command without `handler` reads no rows (undo, new, demo, check): `app` has it. `answers`: what it
    says is what it is for, so that a button always shows it in a box of at most so many lines (0: it is not). `on_book`:
    it works on an open ledger. `gathers` names as "module:function" what brings in the strangers' files, or the grid of
    a tab, that the handler works on: (book, options, progress) -> more options; it runs once, before the handler.
    """

    id: str
    label: str
    group: str
    icon: str
    help: str
    handler: str = ""
    reads: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    large: bool = False
    menu_of: str = ""
    answers: int = 0
    on_book: bool = True
    gathers: str = ""

    def load(self) -> Callable[..., Any]:
        return _named(self.handler)

    def gather(self) -> Callable[..., Mapping[str, Any]]:
        return _named(self.gathers) if self.gathers else lambda book, options, progress: {}

    def folder_named(self, options: Mapping[str, Any]) -> str:
        """The folder that --out names for the files the command makes; "" where it names none, or a file."""
        named = any(option.name == "out" and option.metavar == "DIR" for option in self.options)
        return str(options.get("out") or "") if named else ""

    def needs(self) -> Mapping[str, tuple[str, ...]]:
        """The columns the handler looks at in wide sheets, as its module says in NEEDS (sheet key -> column keys);
        of the sheets not named there it is given every column."""
        module = import_module(f"xlsvc.{self.handler.partition(':')[0]}")
        return getattr(module, "NEEDS", {})


def _named(place: str) -> Callable[..., Any]:
    module, name = place.split(":")
    return getattr(import_module(f"xlsvc.{module}"), name)  # type: ignore[no-any-return]


COMMANDS: tuple[Command, ...] = (
    Command(
        "import", "导入数据", "每日", "Paste",
        "从“粘贴区”或文件导入记录:先列出将新增、不同和要选定的,再点一次才写入,已有的不重复。",
        handler="import_data:update", gathers="import_sources:gather",
        reads=(*LOGS, "evaluations", "quality_assessment", "suggestion_tracker", "service_process", *REGISTERS, "import_mapping"),
        options=(
            Option("files", "要导入的文件(.xlsx .xlsm .csv .txt);不写就导入“粘贴区”", positional=True, many=True, metavar="[FILE]..."),
            Option("confirm", "不等核对,直接写入", flag=True),
        ),
        large=True,
    ),
    Command(
        "update", "一键更新", "每日", "RefreshAll",
        "校验各行、补编工单号、更新时效、计算得分,并给出分类、分派和升级的建议,一次完成。",
        handler="daily:update",
        reads=(*LOGS, "evaluations", "quality_assessment", "suggestion_tracker", *REGISTERS, "return_log", "today"), large=True,
    ),
    Command(
        "today", "今日待办", "每日", "OutlookTaskCreate",
        "把超时的、今天到期的和三天内要办的事按紧要列成一张表,“完成”和“备注”保留。",
        handler="today:update",
        reads=(*LOGS, "evaluations", "quality_assessment", "suggestion_tracker", *REGISTERS, "today"), large=True,
    ),
    Command(
        "validate", "校验", "每日", "DataValidation",
        "检查每一行,把问题写进“数据问题”列和“待改清单”,不改您填的内容。",
        handler="validation:update",
        reads=(*LOGS, "evaluations", "quality_assessment", "suggestion_tracker", *REGISTERS),
        menu_of="update",
    ),
    Command(
        "sla", "更新时效", "每日", "HeaderFooterCurrentTimeInsert",
        "按“设置”里的时限重算每张工单的时效状态。",
        handler="sla:update", reads=(*LOGS, "status_history"), menu_of="update",
        options=(Option("explain", "说明这张工单的时效是怎么算出来的", metavar="工单号"),),
    ),
    Command(
        "explain", "时效说明", "每日", "Help",
        "逐条说明选中那一行工单的时效是怎么算出来的,不改任何单元格。",
        handler="sla:explain", reads=(*LOGS, "status_history"), menu_of="update",
        options=(Option("ticket", "工单号", positional=True),), answers=30,
    ),
    Command(
        "score", "计算得分", "每日", "AutoSum",
        "按权重计算每份评价和质量评估的综合得分。",
        handler="scoring:update", reads=(*LOGS, "evaluations", "quality_assessment"), menu_of="update",
    ),
    Command(
        "find", "查工单", "每日", "FindDialogExcel",
        "按工单号、客户姓名或电话后四位(点按钮时是选中的单元格)查找,列出工单、时效和评价。",
        handler="find:update", reads=(*LOGS, "evaluations", "status_history"),
        options=(Option("text", "工单号、姓名、电话后四位或回执码", positional=True),), large=True, answers=12,
    ),
    Command(
        "forms", "生成表单", "客户反馈", "DataFormExcel",
        "为选中的工单(没有选中时为近 24 小时内解决的)各生成一份客户评价表文件,并登记到“表单台账”。",
        handler="customer_forms:update", reads=(*LOGS, "evaluations", "quality_assessment", "form_register"),
        options=(
            Option("profile", "评价档案,如 S002", default="S002"),
            Option("ticket", "只为这些工单生成(可重复写)", many=True),
            Option("purpose", "没有写工单号时发给谁:服务后、近30天(可接着写目的)、月度", metavar="服务后|近30天|月度"),
            Option("out", "文件放到这个文件夹;不写就用“设置”的“表单文件夹”", metavar="DIR"),
            Option("sheets", "做成台账里的工作表,不做文件", flag=True),
            Option("words", "只写可以复制到微信或短信的文字,不做文件", flag=True),
            Option("drafts", "每份文件再配一封没有寄出的邮件草稿", flag=True),
        ),
        large=True,
    ),
    Command(
        "collect", "回收表单", "客户反馈", "FileOpen",
        "读取文件夹里收回的表单(含子文件夹和压缩包),答案记入台账,每个文件给出结果,读过的移到“已归档”。",
        handler="returned_forms:update", gathers="returned_forms:gather",
        reads=(*LOGS, "evaluations", "quality_assessment", "form_register", "return_log"),
        options=(Option("folder", "放着收回文件的文件夹;不写就用台账旁边的“回收”", positional=True, default="", metavar="FOLDER"),),
        large=True, answers=12,
    ),
    Command(
        "record", "登记反馈", "客户反馈", "ReviewNewComment",
        "读取“登记反馈”表里电话、微信、纸质的评价:先显示读作什么;“确认”选 是、没有疑问的再记入“评价记录”,并注明代填。",
        handler="record:update", gathers="record:gather",
        reads=(*LOGS, "evaluations", "quality_assessment", "form_register", "return_log", "feedback_entry"),
        large=True,
    ),
    Command(
        "summary", "生成周报", "报告", "ChartInsert",
        "生成或刷新一周的周报工作表(本周;在周报页上点按钮则是那一周);您写的结论和备注会保留。",
        handler="weekly_summary:update", gathers="freeze_state:look",
        reads=(*LOGS, "evaluations", "quality_assessment", "status_history", "carried", "form_register", "suggestion_tracker"),
        options=(Option("week", "哪一周,如 2024-W18;不写为本周", metavar="2024-W18"),), large=True,
    ),
    Command(
        "brief", "反馈汇总简报", "报告", "FilePrint",
        "把近 7 天的反馈按类别和渠道汇总,标出高频问题,做成一页简报提交主管;您写的话会保留。",
        handler="brief:update",
        reads=(*LOGS, "evaluations", "quality_assessment", "status_history", "form_register"),
        options=(Option("period", "哪段时间,如 2024-05-01至05-07、2024-W18;不写为近 7 天", metavar="PERIOD"),),
    ),
    Command(
        "freeze", "定稿导出", "报告", "Lock",
        "把一周的周报定稿(数字不再变,您写的保留),另存一份可外发的工作簿,并配一封没有寄出的邮件草稿。",
        handler="freeze:update", gathers="freeze_state:look",
        reads=(*LOGS, "evaluations", "quality_assessment", "status_history", "carried", "form_register", "suggestion_tracker"),
        options=(
            Option("week", "哪一周,如 2024-W18;不写为刚结束的一周", metavar="2024-W18"),
            Option("out", "文件放在哪个文件夹;不写就用“设置”的“周报文件夹”", metavar="DIR"),
        ),
        large=True,
    ),
    Command(
        "month", "月度复盘", "报告", "PivotTableInsert",
        "生成或刷新一个月(季度、半年)的复盘工作表;上面填好责任人和日期的建议措施记入“改进跟踪”,只记一次。",
        handler="month_review:update", gathers="month_review:gather",
        reads=(*LOGS, "evaluations", "quality_assessment", "status_history", "carried", "form_register", "suggestion_tracker"),
        options=(Option("period", "哪一期:2026-10 月、2026-Q3 季度、2026-H1 半年;不写为上一个完整的月", metavar="2026-10"),),
    ),
    Command(
        "words", "新词", "工具", "Spelling",
        "从没读懂的评语(待人工)里找反复出现的词,列到“选项与关键词”末尾,归类由您填写。",
        handler="feedback_new_words:update", reads=("evaluations",), answers=12,
    ),
    Command(
        "undo", "撤销上次", "工具", "Undo",
        "退回上一个命令写入的内容,关闭后再打开也行;那之后您改的其他内容保留。",
    ),
    Command(
        "new", "新建台账", "工具", "FileNew",
        "用自带的模板新建一本售后台账。",
        options=(
            Option("log", "记录方式:response 客服式(响应记录)、process 工单式(流程记录)、both 两种都用",
                   default="both", metavar="response|process|both"),
            Option("sample", "带上示例数据", flag=True),
        ),
        on_book=False,
    ),
    Command(
        "carry-over", "结转", "工具", "FileSaveAsExcelXlsx",
        "另做一本新年度的台账:带上设置、选项、人员、模板、您加的列、未结工单和近 8 周的数;原台账不动。",
        options=(
            Option("year", "新台账的年份,如 2027;不写为文件名里年份的下一年,没有则为下一年(上半年则为今年)", metavar="2027"),
            Option("out", "新台账的文件名;不写为原文件名换上年份,放在同一文件夹", metavar="FILE"),
        ),
        handler="carry_over:update", gathers="carry_over:source",
        reads=(*LOGS, "evaluations", "quality_assessment", "suggestion_tracker", "service_process", *REGISTERS),
        answers=12,
    ),
    Command(
        "upgrade", "升级台账", "工具", "CellsInsertDialog",
        "把旧版程序的台账补齐到现在这一版:加上缺的列、工作表、设置和选项;您填的内容和样式都不动。",
        handler="upgrade:update", gathers="upgrade:look", answers=20,
    ),
    Command(
        "demo", "演示", "工具", "MacroPlay",
        "在一个文件夹里生成示例台账,并把每个命令走一遍。",
        on_book=False,
    ),
    Command(
        "check", "自检", "工具", "TraceError",
        "检查 Excel、加载项和 Python 是否装好,逐条说明怎样处理。",
        answers=12, on_book=False,
    ),
)  # fmt: skip

BY_ID = {command.id: command for command in COMMANDS}
