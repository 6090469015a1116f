"""A weather forecast, a week's calendar and a business card."""

from __future__ import annotations

import random
from typing import Any

from evals.function_calling.drawing import Sheet, Theme
from evals.function_calling.scene import Posed, Scene, clock, function, text, whole

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SKIES = ("Sunny", "Cloudy", "Rain", "Snow", "Fog", "Storm", "Windy")
_PLACES = ("Bergen", "Toledo", "Denver", "Nagoya", "Porto", "Quito", "Tampere", "Lyon")
_MEETINGS = ("Budget review", "Design sync", "Interview", "Dentist", "Lunch with Eva", "Gym", "Team stand-up", "Piano",
             "Tax adviser", "Car service", "Planning", "Book club")  # fmt: skip
_FIRST = ("Maya", "Daniel", "Aisha", "Tomas", "Grace", "Hugo", "Priya", "Elena", "Victor", "Noor")
_LAST = ("Okafor", "Lindgren", "Moreau", "Tanaka", "Silva", "Novak", "Hughes", "Rossi", "Patel", "Meyer")
_JOBS = ("Architect", "Sales Manager", "Translator", "Chief Engineer", "Lawyer", "Product Designer")
_FIRMS = ("Northwind Tools", "Atlas Bridges", "Bluefin Media", "Kestrel Optics", "Maple & Co", "Orbit Foods")

_ROADS = ("Station Road", "Church Lane", "Market Square", "Quay Street")


def weather(rng: random.Random, theme: Theme) -> Posed:
    place, first = rng.choice(_PLACES), rng.randrange(7)
    days = [_DAYS[(first + index) % 7] for index in range(6)]
    usual = rng.randint(-2, 26)
    highs = rng.sample(range(usual - 4, usual + 6), 6)
    lows = rng.sample(range(usual - 16, usual - 6), 6)  # no two alike: one night is the coldest
    skies = rng.choices([sky for sky in _SKIES if sky != "Snow" or usual < 2], k=6)
    rows: list[dict[str, Any]] = [
        {"day": day, "sky": sky, "high": high, "low": low, "rain": rng.randrange(0, 100, 5)}
        for day, sky, high, low in zip(days, skies, highs, lows, strict=True)
    ]
    sheet = Sheet(820, 520, theme)
    y = sheet.banner(f"{place}: six days")
    columns = (("Day", 40), ("Sky", 240), ("High", -480), ("Low", -610), ("Rain", -770))
    cells = [[row["day"], row["sky"], f"{row['high']}°C", f"{row['low']}°C", f"{row['rain']}%"] for row in rows]
    sheet.table(y, columns, cells)
    content = {"place": place, "days": rows}
    kind = rng.randrange(3)
    if kind == 0:
        row = max(rows, key=lambda row: row["high"])
        question = "Plan our picnic for the warmest of these days."
        arguments = {"place": place, "day": row["day"], "high_celsius": row["high"]}
        return Posed(sheet.image, content, question, "plan_outing", arguments)
    if kind == 1:
        row = min(rows, key=lambda row: row["low"])
        question = "Turn the heating on in the coldest night, and set it by that night's low."
        arguments = {"day": row["day"], "low_celsius": row["low"]}
        return Posed(sheet.image, content, question, "schedule_heating", arguments)
    row = rng.choice(rows)
    question = f"Warn my mother of what the sky is going to be on {row['day']}."
    return Posed(sheet.image, content, question, "send_warning", {"day": row["day"], "sky": row["sky"]})


def calendar(rng: random.Random, theme: Theme) -> Posed:
    days, hours = _DAYS[:5], range(9, 17)
    titles = rng.sample(_MEETINGS, 9)
    places = rng.sample([(day, hour) for day in range(5) for hour in hours], 9)
    booked = dict(zip(places, titles, strict=True))
    sheet = Sheet(1016, 720, theme)
    y = sheet.banner("This week", 70, 34)
    for column, day in enumerate(days):
        sheet.write(190 + 180 * column, y + 14, day, 24, bold=True, anchor="mm")
    for row, hour in enumerate(hours):
        top = y + 40 + 72 * row
        sheet.rule(top, 10)
        sheet.write(16, top + 36, f"{hour:02d}:00", 24, anchor="lm")
        for column in range(5):
            title = booked.get((column, hour))
            if title:
                left = 102 + 180 * column
                sheet.draw.rectangle((left, top + 6, left + 174, top + 66), fill=theme.head)
                sheet.write(left + 87, top + 36, title, 20, fill=theme.on_head, anchor="mm")
    entries = [
        {"day": days[day], "start": f"{hour:02d}:00", "title": title} for (day, hour), title in sorted(booked.items())
    ]
    content = {"hours": [f"{hour:02d}:00" for hour in hours], "booked": entries}
    if rng.random() < 0.5:
        entry = rng.choice(entries)
        question = f"Cancel the appointment on {entry['day']} at {entry['start']}."
        if rng.random() < 0.5:
            question = f"I cannot come to: {entry['title']}. Cancel it."
        return Posed(sheet.image, content, question, "cancel_appointment", dict(entry))
    chosen = rng.randrange(5)
    free = next(hour for hour in hours if (chosen, hour) not in booked)
    person = rng.choice(_FIRST)
    question = f"Make an appointment with {person} in the first free hour of {days[chosen]}."
    arguments = {"day": days[chosen], "start": f"{free:02d}:00", "person": person}
    return Posed(sheet.image, content, question, "book_appointment", arguments)


def business_card(rng: random.Random, theme: Theme) -> Posed:
    first, last, firm = rng.choice(_FIRST), rng.choice(_LAST), rng.choice(_FIRMS)
    domain = firm.lower().replace(" & ", "").replace(" ", "-") + ".example"
    card = {
        "person": f"{first} {last}", "job": rng.choice(_JOBS), "firm": firm,
        "phone": _phone(rng),
        "email": f"{first.lower()}.{last.lower()}@{domain}",
        "address": f"{rng.randint(1, 240)} {rng.choice(_ROADS)}",
        "hours": f"{clock(rng.choice((480, 510, 540)))} to {clock(rng.choice((1020, 1050, 1080)))}",
    }  # fmt: skip
    sheet = Sheet(840, 480, theme)
    sheet.draw.rectangle((0, 0, 22, 480), fill=theme.head)
    sheet.write(70, 60, card["person"], 46, bold=True)
    sheet.write(70, 124, card["job"], 28)
    sheet.write(70, 168, firm, 30, bold=True)
    sheet.rule(226, 70)
    for index, key in enumerate(("phone", "email", "address", "hours")):
        sheet.write(70, 256 + 50 * index, key.capitalize(), 22)
        sheet.write(200, 254 + 50 * index, card[key], 27)
    kind = rng.randrange(3)
    if kind == 0:
        arguments = {"full_name": card["person"], "company": firm, "phone": card["phone"]}
        return Posed(sheet.image, card, "Save this person to my contacts.", "add_contact", arguments)
    if kind == 1:
        subject = rng.choice(("Thank you", "Our offer", "Meeting next week"))
        question = f"Write to this person, with the subject: {subject}."
        return Posed(sheet.image, card, question, "send_email", {"to": card["email"], "subject": subject})
    return Posed(sheet.image, card, "Ring this person up.", "dial", {"phone": card["phone"]})


def _phone(rng: random.Random) -> str:
    parts = rng.randint(100, 999), rng.randint(100, 999), rng.randint(1000, 9999)
    return f"+{rng.choice((44, 49, 33, 81))} {' '.join(map(str, parts))}"


_DAY, _CLOCK, _CELSIUS = text("of the week", *_DAYS), text("as HH:MM, 24 hours"), whole("in degrees Celsius")
SCENES = (
    Scene("weather", "en", (
        function("plan_outing", "Plan something out of doors.", place=text("town"), day=_DAY, high_celsius=_CELSIUS),
        function("schedule_heating", "Heat in a night.", day=_DAY, low_celsius=_CELSIUS),
        function("send_warning", "Tell somebody of the weather.", day=_DAY, sky=text("of the sky", *_SKIES)),
    ), weather),
    Scene("calendar", "en", (
        function("cancel_appointment", "Cancel an appointment.", day=_DAY, start=_CLOCK, title=text("as written")),
        function("book_appointment", "Make an appointment of an hour.", day=_DAY, start=_CLOCK,
                 person=text("with whom")),
        function("set_reminder", "Remind of something.", day=_DAY, at=_CLOCK, about=text("of what")),
    ), calendar),
    Scene("business_card", "en", (
        function("add_contact", "Save a person.", full_name=text("first and last name"), company=text("as printed"),
                 phone=text("as printed, with the blanks")),
        function("send_email", "Write an e-mail.", to=text("address"), subject=text("subject")),
        function("dial", "Ring up a number.", phone=text("as printed, with the blanks")),
    ), business_card),
)  # fmt: skip
