"""What goals are made of beside what is on the phone: texts, names and titles. All made up."""

from __future__ import annotations

from typing import Final

WORDS: Final[dict[str, dict[str, list[str]]]] = {
    "message": {
        "en": ["I am running ten minutes late", "See you at the station", "Please bring the keys", "Thanks for lunch!"],
        "zh": ["我会晚到十分钟", "车站见", "请把钥匙带来", "谢谢你的午饭！"],
    },
    "stranger": {
        "en": ["Quentin Reed", "Rosa Silva", "Tom Underhill", "Vera Wells"],
        "zh": ["何欢", "罗丹", "宋佳", "郑凯"],
    },
    "label": {
        "en": ["Gym", "Feed the cat", "Medicine", "School run"],
        "zh": ["健身", "喂猫", "吃药", "送孩子"],
    },
    "event": {
        "en": ["Piano lesson", "Parents evening", "Car service", "Book club"],
        "zh": ["钢琴课", "家长会", "汽车保养", "读书会"],
    },
    "place": {
        "en": ["Library", "School hall", "Room 7", "Town garage"],
        "zh": ["图书馆", "学校礼堂", "七号房间", "市车库"],
    },
    "title": {
        "en": ["Gift ideas", "Packing list", "Garden plan", "Questions for the doctor"],
        "zh": ["礼物点子", "行李清单", "花园计划", "问医生的问题"],
    },
    "text": {
        "en": [
            "A warm scarf and a good book",
            "Passport, charger, raincoat",
            "Beans by the fence",
            "Ask about the knee",
        ],
        "zh": ["一条暖和的围巾和一本好书", "护照、充电器、雨衣", "篱笆边种豆子", "问问膝盖的事"],
    },
    "line": {
        "en": ["Coffee", "Two lemons", "Call Sam back", "Check the date"],
        "zh": ["咖啡", "两个柠檬", "给小林回电话", "核对日期"],
    },
    "folder": {
        "en": ["Invoices", "Holiday 2026", "Old papers", "For Mum"],
        "zh": ["发票", "2026假期", "旧文件", "给妈妈"],
    },
    "file": {
        "en": ["final", "april", "checked", "copy for Ben"],
        "zh": ["定稿", "四月", "已核对", "给李伟"],
    },
    "device": {
        "en": ["Travel phone", "Work phone", "Spare phone"],
        "zh": ["旅行手机", "工作手机", "备用手机"],
    },
    "reason": {
        "en": ["Tickets", "Dinner", "Rent", "Taxi"],
        "zh": ["车票", "晚饭", "房租", "打车"],
    },
    "street": {
        "en": ["12 Mill Lane", "5 Orchard Avenue", "31 Bridge Street"],
        "zh": ["磨坊路12号", "果园大道5号", "桥街31号"],
    },
    "city": {"en": ["Northport", "Lakeside"], "zh": ["北港", "湖畔"]},
}
