"""The words of answers: what the questions are called, how a score is written, and what makes one doubtful.

Patterns run over a tape (see chat_answers_text) on which every possible score is one sign of SCORE.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .chat_answers_text import CHINESE, MASKED

ALIASES: Mapping[str, str] = {
    "response": "服务响应及时性|服务响应速度|响应及时性|响应速度|反应速度|服务响应|响应|反应|服务速度|速度|及时性|及时",
    "resolution": "问题解决效果|问题解决效率|问题解决能力|问题解决|解决问题|解决效果|解决效率|解决能力|解决|效果",
    "expertise": "服务人员专业性|专业能力水平|专业性水平|专业能力|专业水平|专业性|专业度|专业|技术水平|技术",
    "attitude": "服务人员态度|服务态度友好度|服务态度|人员态度|态度友好度|态度",
    "process": "流程便捷性|流程便捷|服务流程|流程|便捷性",
    "added_value": "售后增值体验|增值体验|增值服务|增值",
    "overall": "整体满意度|总体满意度|总体评价|整体评价|整体|总体",
}
"""Canonical key -> what people call the question; 效率 and 服务 alone may mean several and are no name."""

LABEL = "|".join(sorted("|".join(ALIASES.values()).split("|"), key=len, reverse=True))
KEYS = {alias: key for key, aliases in ALIASES.items() for alias in aliases.split("|")}

FIRST = 0xE100
SCORE = "[\ue100-\uefff]"  # a score on the tape
BREAK = r"\s,,、;;/|。.·:!!??~—\-"
OPEN = rf"(?:(?<![^{BREAK}()\ue100-\uefff])|(?<=[吧啦哦呢哈了呀啊]))"
TAIL = r"[吧啦哦呢哈了呀啊]*"
BEFORE_LABEL = (
    r"(?:就是|只有|唯独|除了|除|但是|但|不过|可是|而|然后|还有|和|我觉得|觉得|感觉|我给|就|"
    r"师傅的?|人员的?|客服的?|你们的?|工程师的?)*"
)
FILL = r"(?:方面|这块|这项|评分|打分|分数|只给|只能|只有|只值|给打|得|打|给|评|是|为|的|我|就|只|才|值|算|有|[=:\->→\s(])*"
ALL = (
    r"(?:(?<![成首])都|(?<![安完齐健不])全|(?<![平人])均|各|每|所有|一律|统统|通通|清一色)"
    r"(?:部|都|是|给|打|评|项目|项|问题|个|条|题|方面|为|的|算|我|选|按|填|写|[,:\s])*"
)
REST = r"(?:其他|其它|其余|别的|剩下|剩余|余下)(?:的|几|三|四|两|二|项|个|条|方面|都|全|部|均|各|是|给|打|评|算|我|[,:\s])*"

TOKEN = re.compile(
    r"(?P<stars>[⭐★🌟]+[☆✩]*)"
    r"|(?P<full>(?<!制)满分)"
    r"|(?P<minus>(?<![^\s,,。])-(?=[0-9]+(?:分|\s|$))|负)?(?P<digits>[0-9]+(?:\.[0-9]+)*)(?:\s*(?P<unit>分|星|颗星))?"
    rf"|(?P<chinese>[{CHINESE}]+)(?:(?P<word>分|颗星|星)|(?=[{BREAK}吧了0-9]|$))"
)
SUM = re.compile(
    rf"(?<![第其他它余的下剩])([2-9两二三四五六七八])\s*(?:个方面|方面|道题|项|个|条|题)(?=\s*(?:都|全|均|打|给|是|[0-9{CHINESE}满]))"
)
REST_SUM = re.compile(r"(?<=[其余他它的下剩])([2-9])\s*(?=项|个|条)")

DECLINED = re.compile(
    r"不想(?:评|打分|填|参|答)|不评|不打分|不参[与加]|拒绝(?:评|填|回|打|答|参|$)|拒评|不方便(?:填|评|答|参)|不填|不答|"
    r"不愿意?(?:评|填|打分|答|参)|别再?(?:发|打扰|烦)|不要再?(?:发|打扰|烦)|退订|^\s*[Tt][Dd]?\s*$|没空|不回答"
)
SUPPOSED_HERE = re.compile(
    r"上次|上回|以前|之前|让我|叫我|要我|求|请(?:您|你|帮忙|帮)*(?:给|打|评|都|按)|帮忙|能不能|可以吗|是不是|要不要|改成|改为|"
    r"想都?给|想都?打|打算|朋友|别人|人家|邻居|[他她]们|大家|才怪|个鬼|个屁|呵呵|做梦|吗|[??]"
)
SUPPOSED_FROM_HERE = re.compile(
    r"本来|原本|要是|如果|假如|若是|除非|要不是|差点就|差一点|写错|更正|改一?下|刚才"
)
NEGATED = re.compile(
    r"不是|没有|没到|不到|不给|不能|不值|不够|达不到|够不上|不止|不超|不配|不想|不会|别|最多|顶多|至多|最高|至少|起码|最低|扣|减|少给|"
    r"低于|高于|超过|嫌|以上|以下|未"
)
AROUND = re.compile(r"左右|上下|大概|大约|差不多|大致|约|估计|可能|应该|好像|随便")
RANGE = re.compile(
    rf"{SCORE}\s*(?:-|~|—|–|到|至|或者|或是|或)\s*{SCORE}|{SCORE}\s*(?:[+~]|多|出头|-+(?=[\s,,。]|$))"
)
EXCEPT = re.compile(r"除了|除[^,。\n]{1,8}外|除外|例外|唯独|不含|不包括|不算")
OTHER_NUMBER = re.compile(
    rf"(?:尾号|号码|后四位|末四位|电话|手机|密码|机主|门牌|房间|单号|编号|取件|验证|车牌|工号)(?![是为号:\s]*{MASKED})"
)
COUNTERS = "个种处条项题只支根块片"
PRAISE_OF_REST = re.compile(r"(?<![成首])都|全部|其他|其它|其余|别的|剩下")
LEAD = re.compile(r"(?:我的|我|给|打|评)*(?:评分|打分|分数|评价|得分|给|打|评|回复|答)[是为:\s]*$")
PRAISE = "好棒赞错谢意"
