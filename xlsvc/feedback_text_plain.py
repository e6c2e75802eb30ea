"""A comment as it is compared with the lexicon: half-width, simplified, one mark between half-sentences.

Traditional characters are read as the simplified ones of the same word; the table holds those that comments on a service
use, and nothing is changed in the ledger.
"""

from __future__ import annotations

import re
import unicodedata

MARK = "\n"
"""Stands between half-sentences, and nowhere else."""

_TRADITIONAL = (
    "滿態誠實專業熱親禮貌負責細務師傅員電話訊線網絡應該復覆後時間長遲緩點鐘天個幾週開關機器壞損"
    "維護換費貴價錢計較亂騙誤導購買賣質產類標準確認證據條約簽訂單貨運輸達發現問題決處歸檔紀錄"
    "錄書寫聽說講談請謝讚獎勵評論議見觀規則麻煩簡單複雜繁瑣瑣續優級進步環節減輕極為來還沒無錯"
    "對應響應該會議員當場勞動辦勢頭圖書館從眾給與結構終於經過連絡繼續繫係聯繫總統續編號補償賠償"
    "賬帳戶戶頭資訊軟體裝備設備檢查測試調試顯示頻幕畫面鏡頭鍵盤滑鼠噪聲靜音風扇空調濾網塵"
    "電視機冰櫃爐灶燈鎖門窗漏氣壓縮熱水氣體蓋鋼鐵鋁塑膠裡邊過濾髒亂淨潔臟掃塗漆劃痕創傷斷裂"
    "爛蟲爭吵鬧罵兇惡劣煩惱氣憤怒憂愁傷心難過歡樂愛顧慮願盼術語竅門經驗豐富練習輕鬆順暢"
    "夠嗎呢麼麽們僅僅卻雖然儘管儘盡讓變種樣樣還挺蠻滿額別這那裏裡邊兩雙隻張條塊廠區郵遞"
    "擔憂擋選擇擁護擾動攜帶轉運送達遠近適當遺漏鄰居釋懷鑑定閉門關閉陰陽隊隨時險難題預約頂"
    "須臾順領導頗風險飛機養護餘額駕駛驗收體驗髮鬆齊備龍頭誰課試詢問諮詢該詳細誇獎誤差謊讓證"
    "識別譯豬貝貪財貫徹貼費貿易賓客質量賴贈軌軟輛輪輩農違逐運達遞遷邁鐵銷鋪錶鎮釘鈕銀鈴錢鍋"
    "稱讚積極穩定窮竊競爭筆節約範圍築簽籤籃糧糾紛純紅約級紋納紙素紮細紹組織絕對統絲綁綠維綱緊"
    "線緒練縣縮績織繞罷羅義習聖聞聰職肅脅脈腦腳脫臨舉舊艙藝蘋藥處號虧蝕衛補製複視覺覽觸訂訓"
    "記許訴診詐詞詭話誌認誘誠誤說課調談論諒諾謀證譏讀變讓豎負貨責貶賞賤賣賺贏趕趙蹤軍載輸轟辭"
    "閃沖衝寬嚴將師幣廢彈戲掛揚搖搶撥擊擺敗數暫曬樓殘毀溫滅潑濕災牆狀監盤碼禍罰膩艱萬薦設跡蹟踐醜醫鏽鑽離頓飯飽驚黃噓嘆嚇"
)
_SIMPLIFIED = (
    "满态诚实专业热亲礼貌负责细务师傅员电话讯线网络应该复复后时间长迟缓点钟天个几周开关机器坏损"
    "维护换费贵价钱计较乱骗误导购买卖质产类标准确认证据条约签订单货运输达发现问题决处归档纪录"
    "录书写听说讲谈请谢赞奖励评论议见观规则麻烦简单复杂繁琐琐续优级进步环节减轻极为来还没无错"
    "对应响应该会议员当场劳动办势头图书馆从众给与结构终于经过连络继续系系联系总统续编号补偿赔偿"
    "账帐户户头资讯软体装备设备检查测试调试显示频幕画面镜头键盘滑鼠噪声静音风扇空调滤网尘"
    "电视机冰柜炉灶灯锁门窗漏气压缩热水气体盖钢铁铝塑胶里边过滤脏乱净洁脏扫涂漆划痕创伤断裂"
    "烂虫争吵闹骂凶恶劣烦恼气愤怒忧愁伤心难过欢乐爱顾虑愿盼术语窍门经验丰富练习轻松顺畅"
    "够吗呢么么们仅仅却虽然尽管尽尽让变种样样还挺蛮满额别这那里里边两双只张条块厂区邮递"
    "担忧挡选择拥护扰动携带转运送达远近适当遗漏邻居释怀鉴定闭门关闭阴阳队随时险难题预约顶"
    "须臾顺领导颇风险飞机养护余额驾驶验收体验发松齐备龙头谁课试询问咨询该详细夸奖误差谎让证"
    "识别译猪贝贪财贯彻贴费贸易宾客质量赖赠轨软辆轮辈农违逐运达递迁迈铁销铺表镇钉钮银铃钱锅"
    "称赞积极稳定穷窃竞争笔节约范围筑签签篮粮纠纷纯红约级纹纳纸素扎细绍组织绝对统丝绑绿维纲紧"
    "线绪练县缩绩织绕罢罗义习圣闻聪职肃胁脉脑脚脱临举旧舱艺苹药处号亏蚀卫补制复视觉览触订训"
    "记许诉诊诈词诡话志认诱诚误说课调谈论谅诺谋证讥读变让竖负货责贬赏贱卖赚赢赶赵踪军载输轰辞"
    "闪冲冲宽严将师币废弹戏挂扬摇抢拨击摆败数暂晒楼残毁温灭泼湿灾墙状监盘码祸罚腻艰万荐设迹迹践丑医锈钻离顿饭饱惊黄嘘叹吓"
)
_ALIKE = str.maketrans(dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)))
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_MARKS = re.compile(r"(?:(?<!\d)\.|\.(?!\d)|[,。!?;:~…,。!?;:〜·|/\\—\-_+=*#()\[\]{}<>【】〈〉()^]|\s)+")
_REPEATED = re.compile(r"(.)\1{2,}")
_SOFT = re.compile(r"(?:有点|有些|有一点|稍微|稍稍|略微|略显|略|稍|不太|不够|偏|一点点)[^\n]{0,4}$")


def spread(text: str) -> str:
    """The comment as it is searched: NFKC, lower case, simplified, half-sentences parted by MARK, a character that stands
    three times or more once (差差差差)."""
    folded = unicodedata.normalize("NFKC", _UNSEEN.sub("", str(text))).lower().translate(_ALIKE)
    return _REPEATED.sub(r"\1", _MARKS.sub(MARK, folded)).strip()


def softened(line: str, at: int) -> bool:
    """Does 有点, 稍微 or the like stand before this place of the half-sentence, or as its first word?"""
    return bool(_SOFT.search(line[max(0, at - 8) : at])) or line.startswith(("有点", "略", "稍", "不太", "不够", "偏"), at)
