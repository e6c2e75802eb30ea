"""The small sheets that are folded away: people, holidays, options, issue list, registers, paste area."""

from ..schema import Column, Sheet

ISSUE_LIST = Sheet(
    key="issue_list",
    title="待改清单",
    table="待改清单",
    note="由“校验”重写;点单元格一列直接跳到要改的地方。",
    hidden=True,
    columns=(
        Column("no", "序号", "integer", "computed", width=6, number_format="0"),
        Column("level", "级别", role="computed", width=8),
        Column("sheet", "工作表", role="computed", width=11),
        Column("cell", "单元格", "link", "computed", width=10),
        Column("column", "列名", role="computed", width=20),
        Column("ticket", "工单号", role="computed", width=16),
        Column("message", "问题与处理办法", role="computed", width=70),
        Column("old", "原内容", role="computed", width=22),
        Column("new", "读作", role="computed", width=22),
    ),
    tab_color="C0392B",
)

PEOPLE = Sheet(
    key="people",
    title="人员",
    table="人员",
    note="服务人员名册。客户表单上的姓名和电话从这里取。",
    hidden=True,
    identity=("name",),
    columns=(
        Column("name", "姓名", required=True, width=12, note="台账里怎么写就怎么登记,如 李工。"),
        Column("staff_no", "工号", width=10, note="S+三位,如 S008。"),
        Column("department", "部门", width=14, needed=True),
        Column("team", "小组", "choice", choices="服务小组", strict=False, width=12),
        Column("phone", "电话", "phone", width=15),
        Column("remark", "备注", width=20),
    ),
)

HOLIDAYS = Sheet(
    key="holidays",
    title="假期",
    table="假期",
    note="只登记与国家公布不同的日子:本单位的休息日和上班日。此表优先于内置日历。",
    hidden=True,
    identity=("day",),
    columns=(
        Column("day", "日期", "date", required=True, width=13),
        Column("day_kind", "类型", "choice", required=True, choices="日类型", width=10),
        Column("name", "名称", width=16),
        Column("origin", "依据", width=24),
    ),
)

OPTIONS = Sheet(
    key="options",
    title="选项与关键词",
    table="选项",
    note="下拉选项、别名和归类。增加一行即可让程序认得新的写法。",
    hidden=True,
    identity=("vocabulary", "word"),
    columns=(
        Column("vocabulary", "词表", required=True, width=14),
        Column("word", "选项", required=True, width=24),
        Column("aliases", "别名", width=110, note="同一意思的其他写法,用顿号隔开。", needed=True),
        Column("group", "归类", width=14, needed=True,
               note="紧急程度填 P1 到 P4;问题类型填报表里的类别;问题分类标准填问题类型;"
                    "评语词填表扬、投诉、建议、应办、否定、无意见、疑问、待人工或不计。"),
        Column("origin", "出处", width=10),
    ),
)

PASTE_AREA = Sheet(
    key="paste_area",
    title="粘贴区",
    table="粘贴区",
    note="把要导入的内容连同标题一起粘贴到下面,再点“导入数据”。程序只读不改,导入以后可以清空。",
    hidden=True,
    optional=True,
    columns=(Column("paste", "从此处粘贴", width=20),),
)

SERVICE_PROCESS = Sheet(
    key="service_process",
    title="服务过程",
    table="服务过程",
    source="S000.T5",
    note="上门或多次沟通时逐次记录。",
    hidden=True,
    optional=True,
    columns=(
        Column("ticket", "工单号", width=16),
        Column("happened_at", "时间", "datetime", width=17),
        Column("problem", "问题描述", own=False, width=28),
        Column("action", "处理措施", own=False, width=28),
        Column("feedback", "顾客反馈", own=False, width=22),
        Column("left_over", "遗留问题", own=False, width=20),
        Column("follow_up", "跟进事项", own=False, width=20),
    ),
)

STATUS_HISTORY = Sheet(
    key="status_history",
    title="状态流水",
    table="状态流水",
    note="“一键更新”把状态变化和等待时间记在这里,也可以自己加行。暂停计时和重开以此表为准。",
    hidden=True,
    optional=True,
    columns=(
        Column("ticket", "工单号", width=16),
        Column("at", "时间", "datetime", width=17),
        Column("old_status", "旧状态", "choice", choices="状态", strict=False, width=12),
        Column("new_status", "新状态", "choice", choices="状态", strict=False, width=12,
               note="等待客户、等待备件、等待第三方 期间暂停计时。"),
        Column("reason", "原因", width=24),
        Column("by", "操作人", width=10),
        Column("origin", "来源", width=12, note="自动、等待开始、等待结束 由程序填写。写错的行可以删除。"),
    ),
)

FORM_REGISTER = Sheet(
    key="form_register",
    title="表单台账",
    table="表单台账",
    note="每份发出的客户表单一行。",
    hidden=True,
    identity=("token",),
    columns=(
        Column("token", "回执码", role="issued", width=14, needed=True),
        Column("ticket", "工单号", role="issued", width=16, needed=True),
        Column("profile", "评价档案", role="issued", width=24, needed=True),
        Column("version", "档案版本", role="issued", width=9),
        Column("tab", "表单", "link", role="issued", width=24),
        Column("file", "文件", role="issued", width=34, note="在“表单”文件夹里的文件名。文件丢了,再为这张工单生成一次就会照原样补上。"),
        Column("purpose", "发放目的", role="issued", width=14),
        Column("way", "发放方式", role="issued", width=10),
        Column("facts_mark", "固定内容指纹", role="issued", width=12, folded=True, note="由程序核对收回的表单是否被改动,请勿修改。"),
        Column("issued_at", "生成时间", "datetime", role="issued", width=17, number_format="yyyy-mm-dd hh:mm"),
        Column("due_at", "应回收日期", "date", role="issued", width=12, number_format="yyyy-mm-dd"),
        Column("state", "状态", role="computed", width=10),
        Column("returned_at", "回收时间", "datetime", role="computed", width=17, number_format="yyyy-mm-dd hh:mm"),
        Column("reminder", "催收", role="computed", width=8),
        Column("reminded_at", "提醒时间", "datetime", width=17, note="催过客户以后填上时间,这一行就不再提示“待催”。"),
        Column("returned_file", "回收文件", role="computed", width=30),
        Column("answers_mark", "答案指纹", role="computed", width=12, folded=True, note="由程序用来认出重复和冲突,请勿修改。"),
        Column("remark", "备注", width=20),
    ),
)

SEND_REGISTER = Sheet(
    key="send_register",
    title="发送记录",
    table="发送记录",
    note="发给客户或领导的文件各一行。",
    hidden=True,
    optional=True,
    columns=(
        Column("sent_at", "时间", "datetime", width=17),
        Column("recipient", "收件人", width=20),
        Column("subject", "主题", width=30),
        Column("file", "文件", width=30),
        Column("state", "状态", width=10),
    ),
)
