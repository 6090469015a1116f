"""Scenes in Chinese: a board of high-speed trains, a menu and a courier's slip."""

from __future__ import annotations

import random
from typing import Any

from evals.function_calling.drawing import Sheet, Theme
from evals.function_calling.scene import Posed, Scene, clock, function, text, whole

_TOWNS = (
    "北京南",
    "上海虹桥",
    "杭州东",
    "南京南",
    "苏州",
    "济南西",
    "武汉",
    "广州南",
    "深圳北",
    "成都东",
    "西安北",
    "长沙南",
)
_DISHES = {
    "凉菜": ("拍黄瓜", "皮蛋豆腐", "凉拌木耳", "口水鸡", "糖醋萝卜"),
    "热菜": ("鱼香肉丝", "宫保鸡丁", "麻婆豆腐", "红烧排骨", "清蒸鲈鱼", "西红柿炒鸡蛋"),
    "主食": ("米饭", "扬州炒饭", "牛肉面", "葱油饼", "猪肉水饺"),
    "饮料": ("酸梅汤", "豆浆", "菊花茶", "鲜榨橙汁", "可乐"),
}
_HOUSES = ("老地方菜馆", "江南小厨", "福满楼", "巷子里", "山城食府")
_FAMILY = "王李张刘陈杨赵黄周吴"
_GIVEN = ("伟", "芳", "娜", "敏", "静", "磊", "洋", "艳", "建国", "晓明", "雨桐", "思远")
_STREETS = ("朝阳路", "人民大道", "中山北路", "解放路", "学院路", "和平里", "滨江东路")
_CARRIERS = ("顺丰速运", "中通快递", "圆通速递", "韵达快递", "京东物流")


def trains(rng: random.Random, theme: Theme) -> Posed:
    origin, *targets = rng.sample(_TOWNS, 4)
    rows: list[dict[str, Any]] = [
        {
            "train": f"{rng.choice('GD')}{rng.randint(1, 999)}",
            "to": rng.choice(targets),
            "departure": clock(minutes),
            "gate": f"{rng.randint(1, 24)}{rng.choice('AB')}",
            "price": rng.randint(58, 900),
            "left": rng.choice((0, 3, 12, 48)),
        }
        for minutes in sorted(rng.sample(range(6 * 60, 22 * 60, 6), 7))
    ]
    rows[-1]["left"] = 20  # one at least can be bought
    sheet = Sheet(900, 590, theme, chinese=True)
    y = sheet.banner(f"{origin}站  列车时刻表")
    columns = (("车次", 40), ("到达站", 160), ("发车时间", 340), ("检票口", 500), ("二等座", -730), ("余票", -860))
    cells = [
        [row["train"], row["to"], row["departure"], row["gate"], f"{row['price']}元", str(row["left"] or "无")]
        for row in rows
    ]
    sheet.table(y, columns, cells)
    content = {"origin": origin, "trains": rows}
    row = rng.choice(rows)
    if rng.random() < 0.4:
        question = f"我坐{row['departure']}的车去{row['to']}，请提醒我去哪个检票口。"
        return Posed(sheet.image, content, question, "remind_gate", {"train": row["train"], "gate": row["gate"]})
    free = [row for row in rows if row["left"]]
    target = rng.choice(free)["to"]
    first = next(row for row in free if row["to"] == target)
    question = f"帮我买一张去{target}的二等座，要还有票的最早一班。"
    arguments = {"train": first["train"], "destination": target, "departure": first["departure"]}
    arguments["price"] = first["price"]
    return Posed(sheet.image, content, question, "book_train_ticket", arguments)


def menu(rng: random.Random, theme: Theme) -> Posed:
    house = rng.choice(_HOUSES)
    courses = {}
    for course, dishes in _DISHES.items():
        low, high = (28, 98) if course == "热菜" else (3, 36)
        courses[course] = dict(zip(rng.sample(dishes, 4), rng.sample(range(low, high), 4), strict=True))
    sheet = Sheet(860, 700, theme, chinese=True)
    top = sheet.banner(house)
    for index, (course, dishes_of) in enumerate(courses.items()):
        left, y = 40 + 420 * (index % 2), top + 290 * (index // 2)
        sheet.write(left, y, course, 32, bold=True)
        for line, (dish, price) in enumerate(dishes_of.items(), 1):
            sheet.write(left, y + 10 + 54 * line, dish, 28)
            sheet.write(left + 360, y + 10 + 54 * line, f"{price}元", 28, anchor="rt")
    every = {dish: price for dishes_of in courses.values() for dish, price in dishes_of.items()}
    content = {"house": house, "courses": courses}
    if rng.random() < 0.6:
        course = rng.choice(list(courses))
        dish = min(courses[course], key=lambda dish: courses[course][dish])
        portions = rng.randint(1, 5)
        question = f"点{portions}份{course}里最便宜的。"
        arguments = {"dish": dish, "quantity": portions, "total": portions * every[dish]}
        return Posed(sheet.image, content, question, "order_dish", arguments)
    chosen = rng.sample(sorted(every), 2)
    question = f"{chosen[0]}和{chosen[1]}各一份，一共多少钱？请付款。"
    total = sum(every[dish] for dish in chosen)
    return Posed(sheet.image, content, question, "pay", {"payee": house, "amount": total})


def parcel(rng: random.Random, theme: Theme) -> Posed:
    def person() -> dict[str, str]:
        return {
            "person": rng.choice(_FAMILY) + rng.choice(_GIVEN),
            "phone": f"1{rng.choice('3578')}{rng.randrange(10**9):09d}",
            "address": f"{rng.choice(_STREETS)}{rng.randint(1, 299)}号{rng.randint(1, 20)}栋{rng.randint(101, 2604)}室",
        }

    slip: dict[str, Any] = {
        "carrier": rng.choice(_CARRIERS),
        "number": f"{rng.choice(('SF', 'ZT', 'YT', 'JD'))}{rng.randrange(10**12):012d}",
        "sender": person(),
        "recipient": person(),
        "kilograms": rng.randrange(5, 200, 5) / 10,
    }
    sheet = Sheet(860, 560, theme, chinese=True)
    y = sheet.banner(slip["carrier"], 76, 36)
    sheet.write(40, y, f"运单号  {slip['number']}", 32, bold=True)
    sheet.write(820, y + 4, f"重量 {slip['kilograms']} 千克", 26, anchor="rt")
    for index, (title, key) in enumerate((("寄件人", "sender"), ("收件人", "recipient"))):
        top, one = y + 70 + 190 * index, slip[key]
        sheet.rule(top - 12)
        sheet.write(40, top, title, 24)
        sheet.write(160, top - 2, one["person"], 30, bold=True)
        sheet.write(160, top + 54, f"电话  {one['phone']}", 28)
        sheet.write(160, top + 108, f"地址  {one['address']}", 28)
    kind, to = rng.randrange(3), slip["recipient"]
    if kind == 0:
        arguments = {"carrier": slip["carrier"], "tracking_number": slip["number"]}
        return Posed(sheet.image, slip, "帮我查一下这个包裹到哪里了。", "track_parcel", arguments)
    if kind == 1:
        return Posed(sheet.image, slip, "给收件人打个电话。", "call_phone", {"phone": to["phone"]})
    arguments = {"person": to["person"], "phone": to["phone"], "address": to["address"]}
    return Posed(sheet.image, slip, "把收件人存到我的地址簿里。", "save_address", arguments)


SCENES = (
    Scene("trains_zh", "zh", (
        function("book_train_ticket", "购买二等座火车票。", train=text("车次"), destination=text("到达站"),
                 departure=text("发车时间，格式 HH:MM"), price=whole("票价，单位元")),
        function("remind_gate", "提醒检票口。", train=text("车次"), gate=text("检票口")),
        function("refund_ticket", "退票。", train=text("车次")),
    ), trains),
    Scene("menu_zh", "zh", (
        function("order_dish", "点菜。", dish=text("菜名"), quantity=whole("份数"), total=whole("总价，单位元")),
        function("pay", "付款。", payee=text("收款的店名"), amount=whole("金额，单位元")),
        function("book_table", "订位。", house=text("店名"), people=whole("人数")),
    ), menu),
    Scene("parcel_zh", "zh", (
        function("track_parcel", "查询快递。", carrier=text("快递公司", *_CARRIERS), tracking_number=text("运单号")),
        function("call_phone", "拨打电话。", phone=text("电话号码")),
        function("save_address", "保存地址。", person=text("姓名"), phone=text("电话号码"), address=text("地址")),
    ), parcel),
)  # fmt: skip
