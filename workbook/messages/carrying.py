"""What upgrading a ledger and carrying it over into a new year say."""

from __future__ import annotations

from .message import Message, repaired, stop, warning

MESSAGES: dict[str, Message] = {
    # --- upgrade ---
    "upgrade.settings": stop(
        "“{sheet}”第 {row} 行的“台账版本”读不出是第几版,没有升级。请改成整数(原来没动过的,填 1),再点“升级台账”。"
    ),
    # --- carry-over ---
    "carry.year": stop("年份“{value}”读不懂。请写成四位数的年份,如 {example}。没有结转。"),
    "carry.older": stop(
        "这本台账还是第 {version} 版(现在是第 {known} 版),没有结转。请先点“升级台账”(命令:xlsvc upgrade),再结转。"
    ),
    "carry.exists": stop("“{file}”已经存在,为免覆盖没有结转。请换一个文件名(命令:--out),或先移走这个文件。"),
    "carry.suffix": stop("新台账“{file}”的扩展名要和原台账一样({extension}),没有结转。请改文件名。"),
    "carry.unequal": stop(
        "结转前的核对没有通过:“{sheet}”{what}。没有生成新台账,原台账没有动。请把原台账发给维护人员看一看。"
    ),
    "carry.undated": warning(
        "缺解决时间",
        "“{sheet}”有 {count} 张工单状态已办结但没有实际解决时间(第 {rows} 行),留在原台账;在新台账的趋势里算作结转当周办结。",
    ),
    "carry.reads_row": warning(
        "引用了单行",
        "{count} 条您写的公式单独引用了台账表格里的某一行({places}),行在新台账里已经移动。请在新台账里核对这些公式。",
    ),
    "carry.tab_kept": repaired("", "工作表“{sheet}”有别的公式引用它,一起带到了新台账。"),
    "summary.carried": warning(
        "结转以前",
        "“{sheet}”的这一周有 {count} 张新增工单留在上一本台账里:指标和趋势算上了它们(见“结转记录”),"
        "类型、人员、部门和各项评价的明细没有它们。要看完整的明细,请打开上一本台账。",
    ),
    "summary.before_carried": warning(
        "早于结转",
        "“{sheet}”的这一周早于“结转记录”里的 8 周,留在上一本台账里的工单一张也没有算。请打开上一本台账看这一周。",
    ),
}
