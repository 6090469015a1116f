"""What a stand-in phone is filled with: names, messages, products and places, in English and Chinese. All made up."""

from __future__ import annotations

from typing import Final

Words = dict[str, list[str]]

PEOPLE: Final[Words] = {
    "en": [
        "Alice Baker",
        "Ben Carter",
        "Chloe Diaz",
        "Daniel Evans",
        "Emma Foster",
        "Frank Green",
        "Grace Hall",
        "Henry Irwin",
        "Isla Jones",
        "Jack Kelly",
        "Kate Lewis",
        "Liam Moore",
        "Mia Nolan",
        "Noah Owens",
        "Olivia Price",
        "Peter Quinn",
    ],
    "zh": [
        "王芳",
        "李伟",
        "张敏",
        "刘洋",
        "陈静",
        "杨帆",
        "赵磊",
        "黄丽",
        "周杰",
        "吴婷",
        "徐强",
        "孙悦",
        "马超",
        "朱琳",
        "胡斌",
        "林晓",
    ],
}
COMPANIES: Final[Words] = {
    "en": ["Northwind Books", "Lakeside Dental", "Orchard Studio", "", "", ""],
    "zh": ["北风书店", "湖畔牙科", "果园工作室", "", "", ""],
}
CHATS: Final[dict[str, list[list[str]]]] = {
    "en": [
        ["Are we still on for lunch?", "Yes, 12:30 at the usual place.", "Great, see you there!"],
        ["The parcel came today.", "Thanks for telling me."],
        ["Can you send me the report?", "I will do it this evening.", "No hurry."],
        ["Happy birthday!", "Thank you so much!"],
        ["The meeting moved to room 4.", "Got it."],
        ["Did you feed the cat?"],
    ],
    "zh": [
        ["中午还一起吃饭吗？", "吃，十二点半老地方。", "好的，到时候见！"],
        ["快递今天到了。", "谢谢告诉我。"],
        ["报告可以发给我吗？", "我今晚发给你。", "不急。"],
        ["生日快乐！", "太谢谢你了！"],
        ["会议改到四号会议室了。", "收到。"],
        ["你喂猫了吗？"],
    ],
}
NOTES: Final[dict[str, list[tuple[str, str, str]]]] = {
    "en": [
        ("Shopping list", "Milk\nEggs\nBread\nTomatoes", "Personal"),
        ("Book ideas", "A lighthouse keeper who collects clocks.", "Ideas"),
        ("Meeting notes", "Budget approved. Next review in two weeks.", "Work"),
        ("Wi-Fi at the cabin", "Network: Cabin-5G", "Personal"),
        ("Pancakes", "Two eggs, 250 ml milk, 120 g flour, a pinch of salt.", "Personal"),
        ("Roadmap", "Search first, then sharing.", "Work"),
    ],
    "zh": [
        ("购物清单", "牛奶\n鸡蛋\n面包\n西红柿", "个人"),
        ("写作灵感", "一个收集钟表的灯塔看守人。", "灵感"),
        ("会议记录", "预算已批准，两周后复审。", "工作"),
        ("小屋的无线网", "网络：Cabin-5G", "个人"),
        ("煎饼", "两个鸡蛋，250毫升牛奶，120克面粉，一点盐。", "个人"),
        ("路线图", "先做搜索，再做分享。", "工作"),
    ],
}
FOLDERS: Final[Words] = {"en": ["Personal", "Work", "Ideas"], "zh": ["个人", "工作", "灵感"]}
EVENTS: Final[dict[str, list[tuple[str, str]]]] = {
    "en": [
        ("Team meeting", "Room 2"),
        ("Dentist", "Lakeside Dental"),
        ("Lunch with Kate", "Garden Café"),
        ("Yoga class", "Sports hall"),
        ("Project review", "Room 4"),
        ("Call the bank", ""),
        ("Film night", "Cinema Rex"),
        ("Train to the coast", "Central Station"),
    ],
    "zh": [
        ("团队例会", "二号会议室"),
        ("看牙医", "湖畔牙科"),
        ("和林晓吃午饭", "花园咖啡"),
        ("瑜伽课", "体育馆"),
        ("项目评审", "四号会议室"),
        ("给银行打电话", ""),
        ("电影之夜", "雷克斯影院"),
        ("去海边的火车", "中央车站"),
    ],
}
PRODUCTS: Final[list[tuple[str, str, str, str]]] = [
    ("Wireless headphones", "无线耳机", "audio", "headphones"),
    ("Bluetooth speaker", "蓝牙音箱", "audio", "volume"),
    ("Noise-cancelling earbuds", "降噪耳塞", "audio", "headphones"),
    ("Cotton T-shirt", "纯棉T恤", "clothing", "shirt"),
    ("Rain jacket", "雨衣", "clothing", "shirt"),
    ("Running shoes", "跑鞋", "clothing", "shoe"),
    ("Hiking boots", "登山靴", "clothing", "shoe"),
    ("Ceramic mug", "陶瓷马克杯", "home", "cup"),
    ("Desk lamp", "台灯", "home", "lamp"),
    ("Potted fern", "盆栽蕨", "home", "plant"),
    ("Storage box", "收纳盒", "home", "box"),
    ("Travel mug", "随行杯", "home", "cup"),
    ("Yoga mat", "瑜伽垫", "sports", "yoga"),
    ("Stopwatch", "秒表", "sports", "stopwatch"),
    ("Sports watch", "运动手表", "sports", "clock"),
    ("Trail camera", "户外相机", "sports", "camera"),
]
PLACES: Final[list[tuple[str, str, str]]] = [
    ("Garden Café", "花园咖啡", "cafe"),
    ("Blue Door Coffee", "蓝门咖啡", "cafe"),
    ("Corner Bakery", "街角面包房", "cafe"),
    ("Golden Noodle House", "金面馆", "restaurant"),
    ("Olive Tree Kitchen", "橄榄树餐厅", "restaurant"),
    ("Harbour Grill", "港湾烧烤", "restaurant"),
    ("Central Station", "中央车站", "transport"),
    ("North Bus Terminal", "北汽车站", "transport"),
    ("City Museum", "城市博物馆", "sight"),
    ("Old Lighthouse", "老灯塔", "sight"),
    ("Riverside Park", "河滨公园", "sight"),
    ("Lakeside Pharmacy", "湖畔药店", "shop"),
    ("Greenfield Market", "绿野市场", "shop"),
    ("Northwind Books", "北风书店", "shop"),
]
STREETS: Final[list[tuple[str, str]]] = [
    ("Mill Lane", "磨坊路"),
    ("Harbour Street", "港口街"),
    ("Station Road", "车站路"),
    ("Orchard Avenue", "果园大道"),
    ("Bridge Street", "桥街"),
]
FILES: Final[dict[str, list[tuple[str, str, str]]]] = {
    "en": [
        ("Documents", "report.txt", "Quarterly figures are attached below."),
        ("Documents", "letter.txt", "Dear Ms Hall, thank you for your reply."),
        ("Documents", "budget.csv", "rent,900\nfood,420\ntravel,130"),
        ("Download", "manual.pdf", "Operating instructions"),
        ("Download", "ticket.pdf", "Coach 7, seat 41"),
        ("Music", "morning.mp3", ""),
        ("Pictures", "beach.jpg", ""),
        ("Pictures", "garden.jpg", ""),
        ("", "readme.txt", "Welcome to your files."),
    ],
    "zh": [
        ("文档", "报告.txt", "季度数据见下文。"),
        ("文档", "信件.txt", "黄女士您好，感谢您的回复。"),
        ("文档", "预算.csv", "房租,900\n伙食,420\n交通,130"),
        ("下载", "说明书.pdf", "使用说明"),
        ("下载", "车票.pdf", "7车41座"),
        ("音乐", "早晨.mp3", ""),
        ("图片", "海滩.jpg", ""),
        ("图片", "花园.jpg", ""),
        ("", "自述.txt", "欢迎使用文件管理。"),
    ],
}
PAGES: Final[dict[str, list[tuple[str, str, list[str]]]]] = {
    "en": [
        (
            "news.local/",
            "The Local News",
            ["The bridge on Mill Lane opens again on Monday.", "The city museum is free this Sunday."],
        ),
        (
            "recipes.local/pancakes",
            "Simple pancakes",
            ["Whisk two eggs with 250 ml of milk.", "Add 120 g of flour and a pinch of salt.", "Fry in butter."],
        ),
        ("weather.local/", "Weather", ["Today: sunny, 14 degrees.", "Tomorrow: light rain, 11 degrees."]),
    ],
    "zh": [
        ("news.local/", "本地新闻", ["磨坊路的桥周一重新开放。", "城市博物馆本周日免费。"]),
        (
            "recipes.local/pancakes",
            "简易煎饼",
            ["两个鸡蛋加250毫升牛奶打匀。", "加120克面粉和一点盐。", "用黄油煎熟。"],
        ),
        ("weather.local/", "天气", ["今天：晴，14度。", "明天：小雨，11度。"]),
    ],
}
