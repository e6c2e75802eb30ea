"""A reproducible sample office: eight weeks of tickets and answers, as dirty as real ones are.

The documents' own rows come first, exactly as printed. Then some 320 tickets from 2024-03-11 to 2024-05-05
with their evaluations; about one row in five carries one of the faults of requirements §3. One sheet has
a user's column, a moved column and headings written differently. The same seed gives the same cells.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from .sample_dirt import EVALUATION_DIRT, PROCESS_DIRT, RESPONSE_DIRT, Row, spoil
from .sample_documents import ASSESSMENT_ROWS, PROCESS_ROWS, RESPONSE_ROWS, TRACKER_ROWS

FIRST_DAY = datetime(2024, 3, 11)
WEEKS = 8
NOW = datetime(2024, 5, 6, 9, 0)
"""The Monday after the sample's last week: when its report would be presented."""

PEOPLE = (
    ("李工", "S001", "技术部", "硬件组", "010-8801"),
    ("张工", "S002", "技术部", "硬件组", "010-8802"),
    ("陈工", "S003", "技术部", "软件组", "010-8803"),
    ("刘主管", "S004", "客服部", "客服组", "010-8804"),
    ("赵敏", "S005", "客服部", "客服组", "010-8805"),
    ("周洁", "S006", "客服部", "客服组", "010-8806"),
    ("孙强", "S007", "物流部", "退换货组", "010-8807"),
    ("吴磊", "S008", "运营部", "退换货组", "010-8808"),
)
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许韩冯邓曹彭曾"
_TITLES = ("女士", "先生")

# problem type, what customers say, what was done, who handles it, share
_PROBLEMS = (
    ("产品质量", ("外壳有划痕,要求更换", "收到时包装破损,机身凹陷", "按键失灵,用了三天就坏"),
     ("已补发新机,旧件到付寄回", "已换新并致电说明"), ("李工", "张工"), 20),
    ("产品功能类", ("预约功能打不开", "蓝牙连接不上手机", "定时功能不准"),
     ("远程指导重新配网后正常", "升级固件后恢复"), ("陈工",), 14),
    ("物流配送类", ("五天还没到货,物流不更新", "送到了别的小区", "少发了一个配件"),
     ("联系快递核实并补发", "已改派,次日送达"), ("孙强",), 17),
    ("售后维修类", ("机器不启动", "制冷效果差,有异响", "漏水"),
     ("上门更换主板", "更换密封圈,试机正常"), ("李工", "张工"), 18),
    ("服务咨询", ("咨询会员积分怎么兑换", "询问延保怎么买", "想知道滤芯多久换一次"),
     ("电话讲解并发图文指南", "已发送说明书链接"), ("赵敏", "周洁"), 16),
    ("退换货申请", ("七天内想退货", "型号买错了想换"), ("已审核,安排取件", "换货已寄出"), ("吴磊",), 9),
    ("服务态度类", ("客服语气不耐烦", "师傅没有戴鞋套"), ("主管致电道歉", "已对当事人培训"), ("刘主管",), 4),
    ("投诉", ("三次上门都没修好,要投诉", "等了一周没人联系"), ("升级处理,主管跟进", ), ("刘主管",), 5),
)  # fmt: skip
_REPAIRS = (
    ("不启动", "更换电源模块", "维修"), ("软件卡顿", "清理缓存并升级版本", "软件"),
    ("制冷弱", "补充冷媒", "维修"), ("屏幕闪烁", "更换排线", "维修"), ("死机重启", "重刷系统", "软件"),
    ("噪音大", "更换风扇", "维修"),
)  # fmt: skip
_MODELS = ("ABC-2000", "ABC-3000", "DEF-100", "DEF-200", "GHK-9")
_COMMENTS = (
    "师傅很准时,讲得也清楚", "响应快,问题一次解决", "等待时间太长", "电话一直占线", "服务态度很好",
    "维修费用没有提前说", "希望周末也能上门", "流程有点繁琐,要填两次表", "很满意", "备件等了三天",
    "客服耐心,点赞", "希望物流更快", "工程师专业", "沟通不清晰,来回打了好几次电话", "", "", "",
)  # fmt: skip


def _at(day: datetime, hour: int, minute: int) -> datetime:
    return day + timedelta(hours=hour, minutes=minute)


def _phone(random: Random) -> str:
    number = f"1{random.choice('35789')}{random.randrange(10**9):09d}"
    return random.choice((number, f"{number[:3]}****{number[-4:]}", f"010-{number[-4:]}"))


def _at_work(moment: datetime, random: Random) -> datetime:
    """Nobody closes a ticket at night: from 20:00 to 08:00 it waits for the morning."""
    if 8 <= moment.hour < 20:
        return moment
    day = moment.replace(hour=0, minute=0) + timedelta(days=1 if moment.hour >= 20 else 0)
    return day + timedelta(hours=8, minutes=random.randint(31, 110))


def _people_on(day: datetime, week: int, random: Random) -> int:
    """Tickets of a day: fewer at weekends, a few more each week, many on the make-up Sunday 2024-04-28."""
    if day == datetime(2024, 4, 28):
        return 8
    base = 3 if day.weekday() >= 5 else 5 + week // 3
    return max(0, base + random.randint(-1, 2))


def _response_row(random: Random, accepted: datetime, week: int) -> Row:
    problem_type, says, done, owners, _ = random.choices(_PROBLEMS, weights=[p[4] for p in _PROBLEMS])[0]
    urgency = random.choices(("一般", "紧急", "特急"), weights=(70, 24, 6))[0]
    owner = random.choice(owners)
    department = next(p[2] for p in PEOPLE if p[0] == owner)
    slow = 1.0 + 0.08 * week
    first = {"一般": 90, "紧急": 28, "特急": 55}[urgency]
    respond = max(3, int(random.lognormvariate(0, 0.6) * first * slow))
    solve_mean = {"一般": 11 * 60, "紧急": 150, "特急": 200}[urgency]
    solve = max(respond + 10, int(random.lognormvariate(0, 0.55) * solve_mean * slow))
    responded = accepted + timedelta(minutes=respond)
    resolved = _at_work(accepted + timedelta(minutes=solve), random)
    row: Row = {
        "customer": random.choice(_SURNAMES) + random.choice(_TITLES),
        "contact": _phone(random),
        "customer_type": random.choices(("新客户", "老客户", "VIP客户", "大客户"), weights=(40, 42, 14, 4))[
            0
        ],
        "problem": random.choice(says),
        "problem_type": problem_type,
        "urgency": urgency,
        "owner": f"{department}*{owner}",
        "time_limit": {"一般": "24小时", "紧急": "4小时", "特急": ""}[urgency],
        "accepted_at": accepted,
        "responded_at": responded,
        "channel": random.choice(("电话", "在线客服", "微信", "公众号", "邮件")),
        "status": "处理中",
    }
    if resolved < NOW - timedelta(hours=20) and random.random() > 0.015:
        confirmation = random.choices(("满意", "同意", "", "不满意"), weights=(45, 25, 22, 8))[0]
        status = random.choices(("已完成", "已解决待确认", "已归档"), weights=(70, 15, 15))[0]
        if confirmation == "不满意" and random.random() < 0.8:
            status = "重开"
        row |= {
            "resolved_at": resolved.replace(second=0),
            "result": random.choice(done),
            "confirmation": confirmation,
            "status": status,
            "first_time_fix": random.choices(("是", "否"), weights=(82, 18))[0],
        }
        if status == "重开" and random.random() < 0.8:
            row |= {"reopened": 1, "left_over": "客户对处理结果不满意"}
        elif random.random() < 0.04:
            row |= {"reopened": 1, "left_over": "客户反映同一问题再次出现"}
    return row


def _process_row(random: Random, accepted: datetime, week: int) -> Row:
    problem, solution, kind = random.choice(_REPAIRS)
    urgency = random.choices(("普通", "紧急", "加急"), weights=(66, 31, 3))[0]
    on_site = random.random() < 0.6
    respond = max(4, int(random.lognormvariate(0, 0.5) * {"普通": 62, "紧急": 19, "加急": 12}[urgency]))
    arrive = respond + max(15, int(random.lognormvariate(0, 0.5) * 65))
    solve = arrive + max(20, int(random.lognormvariate(0, 0.7) * 240))
    bought = accepted - timedelta(days=random.randint(8, 700))
    name = random.choice(_SURNAMES) + random.choice(_TITLES)
    row: Row = {
        "customer_info": f"{name}/{_phone(random)}",
        "product_info": f"{random.choice(_MODELS)}/{bought:%Y-%m-%d}",
        "problem_info": f"{problem}/{urgency}",
        "accepted_at": accepted,
        "responded_at": accepted + timedelta(minutes=respond),
        "owner": random.choice(("李工", "张工", "陈工")),
        "service_mode": "上门" if on_site else "远程",
        "problem_type": "硬件故障" if kind == "维修" else "软件调试",
        "status": "处理中",
        "channel": random.choice(("客服", "在线平台", "公众号", "门店接待")),
        "warranty": "保内" if (accepted - bought).days < 365 else "保外",
    }
    if random.random() < 0.8:
        row["dispatched_at"] = accepted + timedelta(minutes=arrive)
    resolved = _at_work(accepted + timedelta(minutes=solve), random)
    if resolved < NOW - timedelta(hours=12) and random.random() > 0.02:
        row |= {
            "result": solution,
            "resolved_at": resolved,
            "confirmation": random.choice((name, "满意", "同意")),
            "status": random.choice(("已完成", "已完成", "已归档")),
            "first_time_fix": random.choices(("是", "否"), weights=(85, 15))[0],
        }
    return row


def _evaluation(random: Random, ticket: Row, week: int) -> Row | None:
    done = ticket.get("resolved_at")
    if not isinstance(done, datetime) or random.random() > 0.62:
        return None
    answered = _at_work(done + timedelta(hours=random.randint(2, 70)), random)
    if answered > NOW:
        return None
    profile = random.choices(("S002", "S000", "S004", "S001"), weights=(66, 14, 10, 10))[0]
    late = isinstance(ticket.get("responded_at"), datetime) and (
        ticket["responded_at"] - ticket["accepted_at"] > timedelta(minutes=150)
    )
    happy = ticket.get("confirmation") != "不满意"

    def score(bias: float = 0.0) -> int:
        mean = (4.45 if happy else 2.6) + bias - (0.9 if late and bias < 0 else 0.0)
        return max(1, min(5, round(random.gauss(mean, 0.7))))

    names = {"S000": "顾客反馈收集表单", "S001": "售后服务客户评价表", "S002": "客户满意度调查表",
             "S004": "服务反馈收集表单"}  # fmt: skip
    row: Row = {
        "evaluated_at": answered.replace(minute=random.randint(0, 59)),
        "profile": f"{profile} {names[profile]}",
        "response": score(-0.35 - 0.05 * week),
        "attitude": score(0.25),
        "channel": random.choice(("线上问卷", "短信", "微信", "电话回访")),
        "improvement": random.choice(_COMMENTS),
        "resolution": score(),
    }
    if profile != "S001":
        row |= {
            "ticket": ticket.get("ticket", ""),
            "customer": ticket.get("customer") or str(ticket.get("customer_info", "")).partition("/")[0],
            "served_by": str(ticket.get("owner", "")).rpartition("*")[2],
            "expertise": score(0.1),
        }
        if ticket.get("customer_type"):
            row["customer_type"] = ticket["customer_type"]
    if profile == "S000":
        row["overall"] = score(0.05)
        row["praise"] = random.choice(("响应速度快", "服务态度好", "服务态度好、流程清晰", "解决问题彻底"))
    if profile == "S001":
        row |= {"process": score(-0.1), "added_value": score(-0.6)}
    if profile == "S004":
        row["direction"] = random.choice(("优化服务流程", "加强人员培训", "增加服务渠道、优化服务流程"))
    return row


def _number(rows: list[Row], start: dict[str, int]) -> None:
    for row in rows:
        day = row["accepted_at"].strftime("%Y%m%d")
        start[day] = start.get(day, 0) + 1
        row["ticket"] = f"SN{day}{start[day]:03d}"


def _assessments(random: Random, process: list[Row]) -> list[Row]:
    from workbook.sheets.profiles import PROFILES

    from .response_score import suggestion

    rows: list[Row] = []
    finished = [r for r in process if r.get("resolved_at") and isinstance(r["resolved_at"], datetime)]
    for ticket in random.sample(finished, 12):
        done: datetime = ticket["resolved_at"]
        for dimension in PROFILES["S003"].dimensions:
            rows.append(
                {"ticket": ticket["ticket"], "dimension": f"{dimension.label}({dimension.weight:.0f}%)",
                 "standard": dimension.anchor, "score": random.choices((5, 4, 3, 2), weights=(45, 38, 13, 4))[0],
                 "assessor": random.choice(("刘主管", "赵敏")), "assessed_at": min(done + timedelta(hours=26), NOW - timedelta(hours=1))}
            )  # fmt: skip
        accepted, responded = ticket.get("accepted_at"), ticket.get("responded_at")
        if isinstance(accepted, datetime) and isinstance(responded, datetime):  # as the standard settles it
            said = suggestion((responded - accepted).total_seconds())
            rows[-len(PROFILES["S003"].dimensions)]["score"] = said.score if said.settled else 4
    rows[1]["score"] = "4分"
    rows[6]["dimension"] = "客户沟通"
    rows[9]["assessor"] = next(r["owner"] for r in finished if r["ticket"] == rows[9]["ticket"])
    return rows


def sample_rows(seed: int = 20240506) -> dict[str, list[Row]]:
    """Sheet key -> rows (column key -> cell), the documents' own rows first."""
    from workbook.sheets.settings import default_rows

    random = Random(seed)
    response: list[Row] = []
    process: list[Row] = []
    for offset in range(WEEKS * 7):
        day, week = FIRST_DAY + timedelta(days=offset), offset // 7
        for _ in range(_people_on(day, week, random)):
            accepted = _at(
                day, random.choice((8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 17, 19)), random.randrange(60)
            )
            maker, rows = (_process_row, process) if random.random() < 0.3 else (_response_row, response)
            rows.append(maker(random, accepted, week))
    numbers = {"20240501": 2}
    _number(response, numbers)
    _number(process, numbers)
    evaluations = [e for i, t in enumerate([*response, *process])
                   if (e := _evaluation(random, t, (t["accepted_at"] - FIRST_DAY).days // 7))]  # fmt: skip
    evaluations.sort(key=lambda row: row["evaluated_at"])
    assessments = _assessments(random, process)
    for index, row in enumerate(response, start=3):
        row["seq"] = str(index)
    spoil(response, RESPONSE_DIRT, random)
    spoil(process, PROCESS_DIRT, random)
    spoil(evaluations, EVALUATION_DIRT, random)
    response[40]["ticket"] = response[39]["ticket"]
    for row in random.sample(response[50:], 6):
        row["ticket"] = None
    settings = default_rows()
    for urgency, value, unit in (("P2", 1, "小时"), ("P3", 4, "小时")):
        settings.append(
            {"group": "时效", "name": "首次响应", "profile": "S002", "urgency": urgency, "value": value, "unit": unit,
             "basis": "自然时", "effective": datetime(2024, 4, 1), "note": "示例:本单位自定,2024-04-01 起执行"}
        )  # fmt: skip
    for setting in settings:
        if setting["name"] == "周报编制人":
            setting["value"] = "周洁"
    return {
        "response_log": [*map(dict, RESPONSE_ROWS), *response],
        "process_log": [*map(dict, PROCESS_ROWS), *process],
        "evaluations": evaluations,
        "quality_assessment": [*map(dict, ASSESSMENT_ROWS), *assessments],
        "suggestion_tracker": [dict(row) for row in TRACKER_ROWS],
        "settings": settings,
        "people": [
            {"name": n, "staff_no": s, "department": d, "team": t, "phone": p} for n, s, d, t, p in PEOPLE
        ],
        "holidays": [
            {"day": datetime(2024, 4, 3), "day_kind": "休息", "name": "厂休", "origin": "示例:本单位安排"},
        ],
    }  # fmt: skip


USER_HEADING = "门店(自填)"


def write_sample(path: Path, seed: int = 20240506) -> None:
    """A new ledger at `path` with the sample rows: an inserted column, a moved one, headings written differently."""
    from workbook.sheets import BY_KEY
    from workbook.template import Layout, build, save

    rows = sample_rows(seed)
    random = Random(seed)
    for row in rows["response_log"][2:]:
        row[USER_HEADING] = random.choice(("一店", "二店", "三店", ""))
    order = [c.key for c in BY_KEY["response_log"].columns]
    order.remove("channel")
    order.insert(order.index("problem"), "channel")
    order.insert(order.index("urgency"), USER_HEADING)
    layout = Layout(
        order=order,
        renamed={
            "customer_type": "客户类型\uff08新/老/VIP\uff09",  # full-width brackets
            "confirmation": "客户确认签字 (可选)",
            "customer": "客户 姓名\uff0a",
        },
    )
    save(build(rows, {"response_log": layout}), path)
