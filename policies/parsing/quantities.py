"""Telling "24小時" from a clause 24: which words after a number make it a quantity, a date, a range or a place."""

from __future__ import annotations

import re

# Units; behind a colon the characters that make another word of one: "人" counts people, "人員" does not.
_UNITS = """
    秒 分鐘 分钟 分之 小時 小时 個月 个月 個:人案別體性 个:人案别体性 年:度鑒鉴審审 月:度報报小結结例會会考
    日:常志誌程報报觀观間间 天:然花氣气窗車车 周:期邊边密報报例會会分 週:期邊报報例會会分 季度 時:間間效限機段刻
    时:间效限机段刻 點:檢評名 点:检评名 人:員员事力身才工機机為为行流民際际性防體体文數数
    名:稱称詞词單单義义冊册片 位:置移於于 次:序要品數数 項:目 项:目 條:件例款文 条:件例款文 份:額额 張:貼 张:贴
    台:賬账帳帐風风 臺:賬帳風 輛 辆 套:管用裝装筒 層:級次面 层:级次面 樓:宇道面層梯 楼:宇道面层梯 號:碼 号:码
    區:域 区:域 棟 栋 幢 期:限間间末初望貨货 級:別 级:别 類:別型似 类:别型似 種:類植子 种:类植子 組:織長成員建
    组:织长成员建 班:組组次長长前後后會会 倍 元:件素旦 萬 万 億 亿 千克 千米 千瓦 米 公尺 公分 公里 公斤 厘米
    毫米 平方 立方 平米 噸:位 吨:位 克:服 升:降級级溫温壓压 度:量假過过 伏 瓦 戶:外型口主 户:外型口主 間:隔接距
    间:隔接距 家:屬属庭具裝装電电 口:頭头述岸徑径 部:門门分署長长件位 屆 届 歲 岁 頁 页 成:員员本果品績绩立效交
    多:種种樣样功層层方元能媒 余:額额下料 餘:額下料 以上 以下 以內 以内 左右 方面
"""
_WORDS = "|".join(
    unit + (f"(?![{others}])" if others else "")
    for unit, _colon, others in sorted((entry.partition(":") for entry in _UNITS.split()), key=lambda one: -len(one[0]))
)
_MEASURES = (
    r"(?:km/h|m/s|kWh|mAh|kPa|MPa|GPa|min|rpm|ppm|mol|dB|km|cm|mm|kg|mg|mL|ml|kV|mA|kW|MW|Hz|Pa|KB|MB|GB"
    r"|m[23²³]?|g|t|h|s)"
)
_QUANTITY = re.compile(
    rf"[\s\u3000]?(?:{_WORDS}|{_MEASURES}(?![A-Za-z])|[%％‰℃℉°])"
    r"|[A-Z](?![A-Za-z])"  # 5S, 3D, 4G
    r"|[\s\u3000]?(?:[-–—~～×xX*/／至到]|[+＋])[\s\u3000]?\d"  # 2-3人, 1/2, 3×5, 3至5
)
_ENUMERATED = re.compile(r"(\d{1,3}|[一二三四五六七八九十]{1,3})[\s\u3000]?[、,，號号和及樓楼]")


def is_quantity(rest: str) -> bool:
    """Whether what follows a number (its text directly after the digits) makes the number a quantity."""
    return bool(_QUANTITY.match(rest))


def enumerated_number(rest: str) -> str:
    """The number that `rest` begins with when it looks like a list or a place ("2、3號樓", "2號井"), else ""."""
    found = _ENUMERATED.match(rest)
    return found[1] if found else ""
