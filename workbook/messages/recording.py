"""登记反馈: what is asked of a row before it is entered. The short form stands in 待核对, the long one names the cell."""

from __future__ import annotations

from .message import Message, stop, warning

_AGAIN = "请向客户问清,在【改记为】按顺序写全 {count} 个分数(如 {example})"


def _asked(what: str, remedy: str = _AGAIN) -> Message:
    return warning(f"{what}。{remedy}。", f"“{{sheet}}”{{cell}}:{what}。{remedy}。")


MESSAGES: dict[str, Message] = {
    "record.no_sheet": stop("台账里没有“{sheet}”这张表。请先用“升级台账”补上,再登记。"),
    # --- who and what ---
    "record.no_reference": _asked(
        "没有工单号,也没有回执码", "请填其中一个;不记名的评价请把【评价档案】选为 S001"
    ),
    "record.unknown": _asked(
        "“{reference}”在台账里查不到", "请核对工单号或回执码;新工单请先登记到响应记录或流程记录"
    ),
    "record.wrong_receipt": _asked(
        "回执码“{reference}”在表单台账里查不到", "请核对(码里没有 0、O、1、I、L),或改填工单号"
    ),
    "record.void": _asked(
        "回执码“{reference}”的表单已作废", "仍要登记的,请改填工单号,或去掉表单台账里的“作废”"
    ),
    "record.other_profile": _asked(
        "回执码“{reference}”发的是“{issued}”,与【评价档案】不同", "请把【评价档案】改成它或清空"
    ),
    "record.other_customer": _asked(
        "【客户姓名】“{typed}”与工单 {ticket} 上的“{customer}”不同", "请核对工单号;姓名写错的请改正"
    ),
    "record.anonymous": _asked(
        "S001 是不记名的评价", "请清空【工单号或回执码】和【客户姓名】;要记名的请换一种评价档案"
    ),
    "record.internal": _asked("S003 是内部评估,不是客户的评价", "请由非执行人员填“质量评估”"),
    "record.known": _asked(
        "工单 {ticket} 的这种评价已在评价记录第 {at} 行({same})", "不要重复登记;客户改了主意的,请直接改那一行"
    ),
    "record.twice": _asked("与第 {at} 行是同一张工单的同一种评价", "请只留一行"),
    "record.no_channel": _asked("缺【渠道】", "请选电话回访、微信、短信、纸质问卷等"),
    "record.no_proxy": _asked("缺【代填人】", "请填是谁接的、谁录入的"),
    "record.unresolved": _asked(
        "工单 {ticket} 还没有解决,不能登记对它的评价", "请核对工单号;已经解决的,请先在记录表填好解决时间"
    ),
    "record.unseen": _asked("这一行是刚读的,或改动过", "先看“读作”,对的话再点一次"),
    "record.future": _asked("【收到时间】晚于现在", "请改正,或清空(按登记的时刻)"),
    "record.cell": _asked("【{column}】读不出", "{why}"),
    # --- the answer ---
    "answer.blank": _asked("【原话】是空的", "请粘贴客户的话;发来的是图片就把内容打出来"),
    "answer.no_score": _asked("原话里没有分数"),
    "answer.one": _asked(
        "只有一个分数“{sign}”,没有说是哪一项还是全部",
        "请问清;指全部的,在【改记为】写“都…分”,指一项的写“态度5”这样",
    ),
    "answer.few": _asked("分数不够 {count} 个"),
    "answer.many": _asked("分数多于 {count} 个"),
    "answer.other_form": _asked(
        "{count} 个分数的是 {forms},这一行按 {form} 读({own} 个分数)", "请选对【评价档案】;没有选错的,请向客户问清"
    ),
    "answer.rest": _asked("只说清了一部分项目的分数"),
    "answer.range": _asked("“{sign}”不是一个确定的分数"),
    "answer.decimal": _asked("“{sign}”带小数点:是序号加分数,还是不是整数的分数"),
    "answer.negated": _asked("分数旁边有“{sign}”,意思可能相反"),
    "answer.supposed": _asked("像是在问、在假设或前后不一“{sign}”,不能当作评分"),
    "answer.speakers": _asked("粘贴的内容里不止一个人在说话", "请只留客户自己的话"),
    "answer.long": _asked("【原话】太长,像是整段聊天", "请只留客户评分的那一段"),
    "answer.unclear": _asked("有看不懂或对不上的数字“{sign}”"),
    "answer.scale": _asked(
        "“{sign}”不在 1 到 5 分里,不能登记", "请按 1 到 5 分重新问一次,再在【改记为】写全 {count} 个分数"
    ),
    "answer.declined": _asked("客户不愿评价,不登记", "可以删去这一行;不想再催的,在表单台账的备注写“作废”"),
    "answer.corrected": _asked(
        "【改记为】“{text}”读不出", "请按顺序写全 {count} 个分数(如 {example}),或写“都5分”"
    ),
}
