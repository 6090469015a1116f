"""A board of departures, a boarding pass and a map of a town."""

from __future__ import annotations

import random
from typing import Any

from evals.function_calling.drawing import Sheet, Theme
from evals.function_calling.scene import Posed, Scene, clock, function, text, texts, whole

_TOWNS = ("Leeds", "York", "Bristol", "Cardiff", "Glasgow", "Norwich", "Exeter", "Oxford", "Derby", "Preston", "Hull")
_CITIES = {"LIS": "Lisbon", "OSL": "Oslo", "VIE": "Vienna", "ATH": "Athens", "PRG": "Prague", "DUB": "Dublin",
           "KRK": "Krakow", "NCE": "Nice", "BCN": "Barcelona", "HEL": "Helsinki"}  # fmt: skip
_FAMILY = ("ADAMS", "BAKER", "CHOWDHURY", "DIAZ", "EVANS", "FISCHER", "GARCIA", "HANSEN", "IVANOVA", "KOWALSKI")
_GIVEN = ("MAYA", "OMAR", "LENA", "JOHN", "AKIRA", "SARA", "PAUL", "NINA")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_CLOCK = "as HH:MM, 24 hours"


def departures(rng: random.Random, theme: Theme) -> Posed:
    towns = rng.sample(_TOWNS, 4)
    times = sorted(rng.sample(range(6 * 60, 22 * 60, 7), 8))
    rows: list[dict[str, Any]] = []
    for minutes in times:
        late = rng.choice((0, 0, 0, rng.randint(3, 45), -1))
        status = "Cancelled" if late < 0 else f"Late {late} min" if late else "On time"
        train = f"{rng.choice('ABCR')}{rng.randint(100, 989)}"
        rows.append(
            {"time": clock(minutes), "destination": rng.choice(towns), "train": train,
             "platform": str(rng.randint(1, 14)), "status": status, "late": max(late, 0)}
        )  # fmt: skip
    sheet = Sheet(860, 620, theme)
    y = sheet.banner("DEPARTURES", under=f"{rng.choice(('Central Station', 'Kings Gate', 'Harbour Street'))}")
    columns = (("Time", 40), ("Destination", 160), ("Train", 380), ("Platform", 510), ("Status", 650))
    sheet.table(y, columns, [[r[key] for key in ("time", "destination", "train", "platform", "status")] for r in rows])
    running = [row for row in rows if row["status"] != "Cancelled"]
    late_ones = [row for row in rows if row["late"]]
    content = {"rows": rows}
    if late_ones and rng.random() < 0.4:
        row = rng.choice(late_ones)
        question = f"I am on the {row['time']} to {row['destination']}. Let my office know how late it is."
        return Posed(sheet.image, content, question, "report_delay", {"train": row["train"], "minutes": row["late"]})
    if not running:  # all cancelled: there is still a platform to tell
        row = rows[0]
        question = f"Which platform is the {row['time']} announced on? Put it on my watch."
        arguments = {"train": row["train"], "platform": row["platform"]}
        return Posed(sheet.image, content, question, "show_platform", arguments)
    row = rng.choice(running)
    first = next(r for r in running if r["destination"] == row["destination"])
    question = f"Book me a seat on the first train to {row['destination']} that is not cancelled."
    arguments = {"train": first["train"], "destination": first["destination"], "departure": first["time"]}
    return Posed(sheet.image, content, question, "book_seat", arguments)


def boarding_pass(rng: random.Random, theme: Theme) -> Posed:
    origin, target = rng.sample(sorted(_CITIES), 2)
    boarding = rng.randrange(5 * 60, 22 * 60, 5)
    facts = {
        "passenger": f"{rng.choice(_FAMILY)}/{rng.choice(_GIVEN)}",
        "flight": f"{rng.choice(('VM', 'QZ', 'LX', 'TK'))}{rng.randint(100, 1999)}",
        "from": origin, "to": target, "gate": f"{rng.choice('ABCD')}{rng.randint(1, 48)}",
        "seat": f"{rng.randint(1, 38)}{rng.choice('ABCDEF')}", "boarding": clock(boarding),
        "departure": clock(boarding + 35),
        "reference": "".join(rng.choice(_LETTERS + "23456789") for _ in range(6)),
    }  # fmt: skip
    sheet = Sheet(900, 470, theme)
    sheet.banner("BOARDING PASS", 70, 34)
    sheet.write(40, 100, "Passenger", 20)
    sheet.write(40, 128, facts["passenger"], 30, bold=True)
    sheet.write(600, 100, "Booking reference", 20)
    sheet.write(600, 128, facts["reference"], 30, bold=True)
    sheet.write(40, 196, f"{facts['from']}  {_CITIES[facts['from']]}", 34, bold=True)
    sheet.write(460, 196, "to", 24)
    sheet.write(520, 196, f"{facts['to']}  {_CITIES[facts['to']]}", 34, bold=True)
    sheet.rule(258)
    for index, key in enumerate(("flight", "gate", "seat", "boarding", "departure")):
        sheet.write(40 + 172 * index, 284, key.capitalize(), 20)
        sheet.write(40 + 172 * index, 314, facts[key], 34, bold=True)
    sheet.write(40, 410, "Gates close 15 minutes before departure.", 20)
    kind = rng.randrange(3)
    if kind == 0:
        surname = facts["passenger"].split("/")[0]
        arguments = {"booking_reference": facts["reference"], "surname": surname}
        return Posed(sheet.image, facts, "Check me in for this flight.", "check_in", arguments)
    if kind == 1:
        arguments = {"time": facts["boarding"], "gate": facts["gate"]}
        question = "Wake me when boarding begins, and say where to go."
        return Posed(sheet.image, facts, question, "set_boarding_alarm", arguments)
    question = "I would rather sit elsewhere: ask for another seat than mine."
    return Posed(sheet.image, facts, question, "change_seat", {"flight": facts["flight"], "seat": facts["seat"]})


_STREETS = ("Elm St", "Oak St", "Pine St", "Mill St", "King St", "Park St", "Lake St", "Hill St")
_AVENUES = ("1st Ave", "2nd Ave", "3rd Ave", "4th Ave")
_PLACES = ("Bakery", "Museum", "Library", "Pharmacy", "Cinema", "Bank", "Hotel", "School", "Market", "Theatre", "Gym",
           "Clinic", "Post Office", "Bus Station")  # fmt: skip


def town_map(rng: random.Random, theme: Theme) -> Posed:
    streets, places = rng.sample(_STREETS, 4), rng.sample(_PLACES, 7)
    corners = rng.sample([(row, column) for row in range(4) for column in range(4)], 7)
    content = {
        place: {"street": streets[row], "avenue": _AVENUES[column]}
        for place, (row, column) in zip(places, corners, strict=True)
    }
    sheet = Sheet(880, 760, theme)
    for index in range(4):
        across, down = 150 + 160 * index, 190 + 170 * index
        sheet.draw.line((90, across, 860, across), fill=theme.line, width=26)
        sheet.draw.line((down, 50, down, 740), fill=theme.line, width=26)
        sheet.write(8, across, streets[index], 22, bold=True, anchor="lm")
        sheet.write(down, 26, _AVENUES[index], 22, bold=True, anchor="mm")
    for place, (row, column) in zip(places, corners, strict=True):
        x, y = 190 + 170 * column, 150 + 160 * row
        sheet.draw.ellipse((x - 13, y - 13, x + 13, y + 13), fill=theme.head, outline=theme.ink, width=2)
        sheet.write(x, y + 38, place, 23, bold=True, anchor="mm")
    start, target = rng.sample(places, 2)
    at = content[target]
    if rng.random() < 0.5:
        corner = f"{at['street']} and {at['avenue']}"
        question = f"I stand at the {start}. Guide me on foot to the place at the corner of {corner}."
        return Posed(sheet.image, content, question, "start_navigation", {"start": start, "destination": target})
    question = f"Tell Kim the corner where the {target} is, so that we can meet there."
    return Posed(sheet.image, content, question, "share_corner", {"street": at["street"], "avenue": at["avenue"]})


SCENES = (
    Scene("departures", "en", (
        function("book_seat", "Book a seat on a train.", train=text("train number as shown"),
                 destination=text("town"), departure=text(_CLOCK)),
        function("report_delay", "Tell others that a train is late.", train=text("train number as shown"),
                 minutes=whole("delay in minutes")),
        function("show_platform", "Show the platform of a train on the watch.", train=text("train number as shown"),
                 platform=text("platform as shown")),
    ), departures),
    Scene("boarding_pass", "en", (
        function("check_in", "Check in for a flight.", booking_reference=text("six characters"),
                 surname=text("as printed")),
        function("set_boarding_alarm", "Ring when boarding begins.", time=text(_CLOCK), gate=text("as printed")),
        function("change_seat", "Ask for another seat on a flight.", flight=text("flight number as printed"),
                 seat=text("the seat to give up")),
    ), boarding_pass),
    Scene("map", "en", (
        function("start_navigation", "Guide a person on foot.", start=text("name of the place as on the map"),
                 destination=text("name of the place as on the map")),
        function("share_corner", "Send the corner of two streets.", street=text("as on the map"),
                 avenue=text("as on the map")),
        function("list_places", "Keep a list of places to visit.", places=texts("names as on the map")),
    ), town_map),
)  # fmt: skip
