"""A menu, a receipt and a poster of an event: what is paid for."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from evals.function_calling.drawing import Sheet, Theme
from evals.function_calling.scene import Posed, Scene, clock, function, number, text, whole

_COURSES = {
    "Starters": ("Tomato soup", "Green salad", "Garlic bread", "Spring rolls", "Bruschetta"),
    "Mains": ("Grilled salmon", "Beef burger", "Mushroom risotto", "Chicken curry", "Lamb stew"),
    "Desserts": ("Apple pie", "Lemon tart", "Ice cream", "Cheesecake", "Chocolate cake"),
    "Drinks": ("Espresso", "Green tea", "Orange juice", "Sparkling water", "Lemonade"),
}
_HOUSES = ("The Copper Pot", "Blue Door Kitchen", "Casa Verde", "North Street Grill", "The Olive Branch")
_SHOPS = ("Corner Grocery", "Green Leaf Market", "Paper & Pen", "Hardware Depot", "City Books")
_GOODS = ("Milk 1L", "Brown bread", "Notebook A5", "AA batteries", "Bananas", "Olive oil", "Tea bags", "Light bulb",
          "Dish soap", "Pencils", "Rice 2kg", "Honey", "Tape", "Coffee beans")  # fmt: skip
_SHOWS = ("Jazz by the River", "Winter Lights", "The Glass Garden", "Open Air Cinema", "Night of Poems", "Folk Summer")
_VENUES = ("Town Hall", "Old Harbour", "Riverside Park", "Grand Theatre", "Museum Court")


def _prices(rng: random.Random, count: int, low: int, high: int) -> list[float]:
    """Different ones, in steps of ten cents."""
    return [cents / 100 for cents in rng.sample(range(low * 100, high * 100, 10), count)]


def menu(rng: random.Random, theme: Theme) -> Posed:
    house = rng.choice(_HOUSES)
    courses = {}
    for course, dishes in _COURSES.items():
        chosen = rng.sample(dishes, 3)
        prices = _prices(rng, 3, 3, 9) if course != "Mains" else _prices(rng, 3, 11, 24)
        courses[course] = dict(zip(chosen, prices, strict=True))
    sheet = Sheet(720, 900, theme)
    y = sheet.banner(house)
    for course, dishes_of in courses.items():
        sheet.write(40, y, course, 30, bold=True)
        y += 46
        for dish, price in dishes_of.items():
            sheet.write(60, y, dish, 26)
            sheet.write(680, y, f"${price:.2f}", 26, anchor="rt")
            y += 42
        sheet.rule(y)
        y += 18
    every = {dish: price for dishes_of in courses.values() for dish, price in dishes_of.items()}
    content: dict[str, Any] = {"house": house, "courses": courses}
    if rng.random() < 0.6:
        course, most = rng.choice(list(courses)), rng.random() < 0.5
        best = max if most else min
        dish = best(courses[course], key=lambda dish: courses[course][dish])
        portions = rng.randint(2, 6)
        words = "dearest" if most else "cheapest"
        question = f"Order {portions} of the {words} one under {course}."
        arguments = {"dish": dish, "quantity": portions, "unit_price": every[dish]}
        return Posed(sheet.image, content, question, "place_order", arguments)
    one, other = rng.sample(sorted(every), 2)
    people = rng.randint(2, 5)
    question = f"{people} of us share one {one} and one {other}. Split that bill."
    total = round(every[one] + every[other], 2)
    return Posed(sheet.image, content, question, "split_bill", {"total": total, "people": people})


def receipt(rng: random.Random, theme: Theme) -> Posed:
    shop, count = rng.choice(_SHOPS), rng.randint(4, 7)
    day = date(2026, 1, 1) + timedelta(days=rng.randrange(360))
    lines: list[dict[str, Any]] = [
        {"item": item, "quantity": rng.randint(1, 4), "price": price}
        for item, price in zip(rng.sample(_GOODS, count), _prices(rng, count, 1, 15), strict=True)
    ]
    total = round(sum(line["quantity"] * line["price"] for line in lines), 2)
    content = {"shop": shop, "date": day.isoformat(), "number": f"{rng.randint(10000, 99999)}", "lines": lines,
               "total": total, "paid": rng.choice(("card", "cash"))}  # fmt: skip
    sheet = Sheet(640, 380 + 48 * count, theme)
    sheet.write(320, 50, shop, 36, bold=True, anchor="mm")
    sheet.write(40, 96, f"Receipt no. {content['number']}", 22)
    sheet.write(600, 96, f"{day:%d %B %Y}", 22, anchor="rt")
    columns = (("Item", 40), ("Qty", -400), ("Price", -500), ("Sum", -600))
    rows = [
        [str(line["item"]), str(line["quantity"]), f"{line['price']:.2f}", f"{line['quantity'] * line['price']:.2f}"]
        for line in lines
    ]
    y = sheet.table(140, columns, rows, size=24, pitch=48)
    sheet.write(40, y + 10, "TOTAL", 32, bold=True)
    sheet.write(600, y + 10, f"${total:.2f}", 32, bold=True, anchor="rt")
    sheet.write(40, y + 66, f"Paid by {content['paid']}. Thank you!", 22)
    if rng.random() < 0.5:
        arguments = {"merchant": shop, "date": day.isoformat(), "total": total}
        return Posed(sheet.image, content, "Put this purchase into my expenses.", "log_expense", arguments)
    line = rng.choice(lines)
    question = f"I want to give back one of the {line['item']}."
    arguments = {"receipt_number": content["number"], "item": line["item"], "price": line["price"]}
    return Posed(sheet.image, content, question, "return_item", arguments)


def poster(rng: random.Random, theme: Theme) -> Posed:
    show, venue = rng.choice(_SHOWS), rng.choice(_VENUES)
    day = date(2026, 1, 1) + timedelta(days=rng.randrange(360))
    start, adult, child = rng.randrange(17 * 60, 21 * 60, 15), rng.randint(12, 48), rng.randint(4, 11)
    content = {"show": show, "venue": venue, "date": day.isoformat(), "start": clock(start), "adult": adult,
               "child": child}  # fmt: skip
    sheet = Sheet(700, 820, theme)
    sheet.draw.rectangle((0, 0, 700, 300), fill=theme.head)
    for _ in range(60):
        x, y, radius = rng.randrange(700), rng.randrange(300), rng.randint(2, 9)
        sheet.draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=theme.line, width=2)
    sheet.write(350, 150, show, 52, bold=True, fill=theme.on_head, anchor="mm")
    sheet.write(350, 370, f"{day:%A, %d %B %Y}", 36, bold=True, anchor="mm")
    sheet.write(350, 440, f"{clock(start)}  at  {venue}", 36, anchor="mm")
    sheet.rule(510, 80)
    sheet.write(350, 570, f"Adults ${adult}     Children ${child}", 34, anchor="mm")
    sheet.write(350, 660, f"Doors open at {clock(start - 45)}", 26, anchor="mm")
    sheet.write(350, 740, "Free for members. No refunds.", 22, anchor="mm")
    if rng.random() < 0.5:
        adults, children = rng.randint(1, 4), rng.randint(0, 3)
        with_children = f" and {children} for children" if children else ""
        question = f"Buy {adults} ticket{'s' * (adults > 1)} for adults{with_children}."
        price = adults * adult + children * child
        arguments = {"event": show, "adults": adults, "children": children, "total": price}
        return Posed(sheet.image, content, question, "buy_tickets", arguments)
    question = "Put this into my calendar, from when it begins."
    arguments = {"title": show, "date": day.isoformat(), "start": clock(start), "place": venue}
    return Posed(sheet.image, content, question, "add_calendar_event", arguments)


_DATE, _CLOCK = "as YYYY-MM-DD", "as HH:MM, 24 hours"
SCENES = (
    Scene("menu", "en", (
        function("place_order", "Order dishes.", dish=text("as on the menu"), quantity=whole("how many"),
                 unit_price=number("price of one in dollars")),
        function("split_bill", "Split a sum among people.", total=number("in dollars"), people=whole("how many")),
        function("ask_allergens", "Ask what is in a dish.", dish=text("as on the menu")),
    ), menu),
    Scene("receipt", "en", (
        function("log_expense", "Write down an expense.", merchant=text("as printed"), date=text(_DATE),
                 total=number("in dollars")),
        function("return_item", "Return something bought.", receipt_number=text("as printed"),
                 item=text("as printed"), price=number("price of one in dollars")),
        function("scan_barcode", "Look up goods by their code.", code=text("digits")),
    ), receipt),
    Scene("poster", "en", (
        function("buy_tickets", "Buy tickets for an event.", event=text("its title"), adults=whole("how many"),
                 children=whole("how many"), total=whole("to pay in dollars")),
        function("add_calendar_event", "Put an event into the calendar.", title=text("its title"), date=text(_DATE),
                 start=text(_CLOCK), place=text("where")),
        function("share_event", "Send an event to a friend.", title=text("its title"), friend=text("who")),
    ), poster),
)  # fmt: skip
