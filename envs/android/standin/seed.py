"""The stand-in phone's first state, drawn from a seed: the document that `web/README.md` describes."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from envs.android.standin import vocabulary as words

APPS = {
    "settings": "Settings",
    "clock": "Clock",
    "contacts": "Contacts",
    "messages": "Messages",
    "notes": "Notes",
    "calendar": "Calendar",
    "shop": "Shop",
    "maps": "Maps",
    "files": "Files",
    "pay": "Pay",
    "web": "Web",
    "camera": "Camera",
}
"""Short names and English labels; an app's package is com.standin.<short name>."""
LANGUAGES = ("en", "zh", "ja", "ar")
START = datetime(2026, 3, 2, 9, 0)  # a Monday


class _Ids:
    """Ids are a counter over the whole document."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self) -> int:
        self.last += 1
        return self.last


def default_state(seed: int = 0, language: str = "en") -> dict[str, Any]:
    """A phone in use: the same seed and language, the same document. Its data is English, or Chinese for "zh"."""
    if language not in LANGUAGES:
        raise ValueError(f"language is one of {', '.join(LANGUAGES)}, not {language!r}")
    data = "zh" if language == "zh" else "en"
    rng = random.Random(seed)
    ids = _Ids()
    now = START + timedelta(days=rng.randrange(28), minutes=rng.randrange(600))
    people = _people(rng, ids, data)
    state: dict[str, Any] = {
        "version": 1,
        "seed": seed,
        "labels": dict(APPS),
        "device": _device(rng, language, now),
        "faults": {"secure": False, "spinner": False},
        "notifications": [],
        "settings": {"system": {}, "secure": {}, "global": {}},
        "clock": _clock(ids),
        "contacts": {"people": people, "calls": []},
        "messages": {"threads": _threads(rng, ids, data, people, now)},
        "notes": _notes(rng, ids, data, now),
        "calendar": {"events": _events(rng, ids, data, now)},
        "shop": _shop(rng, ids),
        "maps": _maps(rng, ids),
        "files": _files(rng, ids, data, now),
        "pay": {
            "balance": rng.randrange(20_000, 90_000),
            "count": 0,
            "payments": [],
            "secure": False,
            "payees": [{"id": ids(), "name": one["name"], "account": one["phone"][-4:]} for one in people[:5]],
        },
        "web": _web(data),
        "camera": {"count": 0, "photos": []},
    }
    state["next_id"] = ids.last
    return state


def _iso(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S")


def _device(rng: random.Random, language: str, now: datetime) -> dict[str, Any]:
    return {
        "name": "Standin One",
        "clock": _iso(now),
        "language": language,
        "dark": False,
        "font_scale": 1.0,
        "brightness": 160,
        "screen_timeout": 60,
        "volume": {"media": 7, "ring": 5, "alarm": 10},
        "airplane": False,
        "wifi": {"on": True, "network": "Home-5G", "networks": ["Home-5G", "Café Guest", "Office", "Cabin-5G"]},
        "bluetooth": {"on": False, "connected": [], "devices": ["Headphones", "Car audio", "Keyboard"]},
        "flashlight": False,
        "battery": rng.randrange(35, 98),
        "charging": False,
        "rotation": 0,
        "auto_rotate": False,
        "awake": True,
        "locked": False,
        "lock": True,
        "animation": {"window": 1.0, "transition": 1.0, "animator": 1.0},
        "secure": [],
        "permissions": {},
        "input_method": "com.standin.keyboard/.Keyboard",
    }


def _clock(ids: _Ids) -> dict[str, Any]:
    return {
        "alarms": [
            {"id": ids(), "hour": 6, "minute": 30, "label": "", "days": [1, 2, 3, 4, 5], "on": True},
            {"id": ids(), "hour": 9, "minute": 0, "label": "", "days": [0, 6], "on": False},
        ],
        "timer": {"duration": 0, "left": 0, "ends": None, "finished": 0},
        "stopwatch": {"elapsed": 0, "started": None, "laps": []},
    }


def _people(rng: random.Random, ids: _Ids, data: str) -> list[dict[str, Any]]:
    names = rng.sample(words.PEOPLE[data], 12)
    return [
        {
            "id": ids(),
            "name": name,
            "phone": f"555 01{rng.randrange(100):02d} {rng.randrange(10_000):04d}",
            "email": f"contact{place + 1}@mail.example",
            "company": rng.choice(words.COMPANIES[data]),
            "favourite": place < 2,
        }
        for place, name in enumerate(names)
    ]


def _threads(
    rng: random.Random, ids: _Ids, data: str, people: list[dict[str, Any]], now: datetime
) -> list[dict[str, Any]]:
    threads = []
    chats = rng.sample(words.CHATS[data], 5)
    for place, (person, chat) in enumerate(zip(rng.sample(people, 5), chats, strict=True)):
        first = now - timedelta(days=place, minutes=rng.randrange(20, 200))
        messages = [
            {"id": ids(), "mine": turn % 2 == 1, "text": text, "time": _iso(first + timedelta(minutes=turn))}
            for turn, text in enumerate(chat)
        ]
        threads.append(
            {"id": ids(), "name": person["name"], "phone": person["phone"], "unread": place == 0, "messages": messages}
        )
    return threads


def _notes(rng: random.Random, ids: _Ids, data: str, now: datetime) -> dict[str, Any]:
    notes = [
        {
            "id": ids(),
            "title": title,
            "text": text,
            "folder": folder,
            "pinned": False,
            "time": _iso(now - timedelta(days=place, minutes=rng.randrange(600))),
        }
        for place, (title, text, folder) in enumerate(rng.sample(words.NOTES[data], 5))
    ]
    return {"folders": list(words.FOLDERS[data]), "notes": notes}


def _events(rng: random.Random, ids: _Ids, data: str, now: datetime) -> list[dict[str, Any]]:
    events = []
    for place, (title, where) in enumerate(rng.sample(words.EVENTS[data], 6)):
        day = now + timedelta(days=place * 2 - 1)
        hour = rng.randrange(8, 19)
        events.append(
            {
                "id": ids(),
                "title": title,
                "place": where,
                "date": f"{day:%Y-%m-%d}",
                "start": f"{hour:02d}:00",
                "end": f"{hour + 1:02d}:00",
                "reminder": rng.choice([None, 10, 30]),
                "notes": "",
            }
        )
    return events


def _shop(rng: random.Random, ids: _Ids) -> dict[str, Any]:
    products = [
        {
            "id": ids(),
            "name": {"en": en, "zh": zh},
            "category": category,
            "icon": icon,
            "price": rng.randrange(8, 180) * 100 + 99,
            "rating": rng.randrange(32, 50) / 10,
            "stock": rng.randrange(5, 40),
        }
        for en, zh, category, icon in words.PRODUCTS
    ]
    return {
        "products": products,
        "cart": [],
        "orders": [],
        "address": {"name": "", "phone": "", "street": "", "city": ""},
    }


def _maps(rng: random.Random, ids: _Ids) -> dict[str, Any]:
    spots = [(x, y) for x in range(4) for y in range(4)]
    rng.shuffle(spots)
    places = []
    for (en, zh, category), (x, y) in zip(words.PLACES, spots, strict=False):
        number, (street_en, street_zh) = rng.randrange(1, 90), rng.choice(words.STREETS)
        places.append(
            {
                "id": ids(),
                "name": {"en": en, "zh": zh},
                "category": category,
                "address": {"en": f"{number} {street_en}", "zh": f"{street_zh}{number}号"},
                "rating": rng.randrange(30, 50) / 10,
                "opens": f"{rng.randrange(6, 11):02d}:00",
                "closes": f"{rng.randrange(18, 24):02d}:00",
                "x": 12 + 24 * x + rng.randrange(-4, 5),
                "y": 12 + 24 * y + rng.randrange(-4, 5),
                "minutes": rng.randrange(3, 40),
            }
        )
    return {"places": places, "saved": [], "route": None, "history": []}


def _files(rng: random.Random, ids: _Ids, data: str, now: datetime) -> dict[str, Any]:
    entries: list[dict[str, Any]] = []
    folders: dict[str, int] = {"": 0}  # the root's id
    for folder, name, text in words.FILES[data]:
        if folder not in folders:
            folders[folder] = ids()
            entries.append(_entry(folders[folder], folder, 0, True, now, 0, ""))
        age = timedelta(days=rng.randrange(1, 60), minutes=rng.randrange(600))
        entries.append(_entry(ids(), name, folders[folder], False, now - age, rng.randrange(2, 4000), text))
    return {"entries": entries, "sort": "name"}


def _entry(number: int, name: str, parent: int, folder: bool, when: datetime, size: int, text: str) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "parent": parent,
        "folder": folder,
        "time": _iso(when),
        "size": size,
        "text": text,
    }


def _web(data: str) -> dict[str, Any]:
    pages = [
        {"url": url, "title": title, "blocks": [{"kind": "text", "text": text} for text in texts]}
        for url, title, texts in words.PAGES[data]
    ]
    return {"pages": pages, "history": [], "bookmarks": []}
