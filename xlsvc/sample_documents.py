"""The documents' own rows, exactly as they are printed (S002.T1, S003.T1, S003.T2), keyed by column."""

RESPONSE_ROWS = (
    {
        "seq": "1", "customer": "*张女士", "contact": "1385678", "customer_type": "老客户",
        "problem": "收到的产品存在划痕,要求更换", "problem_type": "产品质量", "urgency": "一般",
        "owner": "技术部*李工", "time_limit": "24小时", "resolved_at": "2024-03-1514:00",
        "result": "已安排补发新产品,顺丰到付", "confirmation": "同意",
    },
    {
        "seq": "2", "customer": "*王先生", "contact": "139", "customer_type": "VIP客户",
        "problem": "咨询会员权益使用规则,对积分兑换流程不清晰", "problem_type": "服务咨询", "urgency": "紧急",
        "owner": "客服部*刘主管", "time_limit": "4小时", "resolved_at": "2024-03-1510:30",
        "result": "电话详细讲解规则,发送图文指南", "confirmation": "满意",
    },
)  # fmt: skip

PROCESS_ROWS = (
    {
        "ticket": "SN20240501001", "customer_info": "*女士/", "product_info": "ABC-2000/2024-03-15",
        "problem_info": "不启动/紧急", "accepted_at": "2024-05-0109:00", "responded_at": "09:30",
        "owner": "张工", "service_mode": "上门", "result": "更换电源模块", "resolved_at": "2024-05-0111:30",
        "confirmation": "*女士", "remark": "客户对处理效率满意",
    },
    {
        "ticket": "SN20240501002", "customer_info": "*先生/1395678", "product_info": "DEF-100/2024-04-20",
        "problem_info": "软件卡顿/普通", "accepted_at": "2024-05-0114:15", "responded_at": "14:45",
        "owner": "李工", "service_mode": "远程", "result": "清理缓存+升级版本", "resolved_at": "2024-05-0115:20",
        "confirmation": "*先生", "remark": "建议定期清理数据",
    },
)  # fmt: skip

_T = "SN20240501001"
ASSESSMENT_ROWS = (
    {"ticket": _T, "dimension": "响应及时性(20%)", "standard": "5分=30分钟内响应,1分=超2小时", "score": "5",
     "feedback": "“电话接听很快,工程师准时到达”", "advice": ""},
    {"ticket": _T, "dimension": "服务专业性(30%)",
     "standard": "5分=准确判断故障并彻底解决,1分=反复维修未解决", "score": "4",
     "feedback": "“技术专业,但备件种类可更齐全”", "advice": "增加常用备件库存"},
    {"ticket": _T, "dimension": "客户沟通(25%)",
     "standard": "5分=耐心解答、主动告知进度,1分=态度冷漠、信息不透明", "score": "5",
     "feedback": "“全程告知进展,很放心”", "advice": ""},
    {"ticket": _T, "dimension": "流程规范性(25%)",
     "standard": "5分=手续齐全、单据清晰,1分=流程混乱、无记录", "score": "4",
     "feedback": "“维修单写得有点潦草”", "advice": "规范单据填写模板"},
    {"ticket": "综合得分", "dimension": "——", "standard": "——", "score": "4.5", "feedback": "——", "advice": "——"},
)  # fmt: skip

TRACKER_ROWS = (
    {
        "core_problem": "响应速度低", "goal": "平均响应时长 2小时→1小时",
        "plan": "增加售后人员配置,优化工单分配算法", "responsible": "售后运营部*经理", "due": "30天内完成系统调试",
    },
)  # fmt: skip
