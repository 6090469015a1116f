"""What stands and lies in each sort of made-up room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of furniture of a station: metres to the right of its middle, from the wall, and the id's height."""

    kind: str
    side: float = 0.0
    height: float = 0.0
    deep: float = 0.3


@dataclass(frozen=True, slots=True)
class Station:
    """Furniture that stands together, `width` metres of wall."""

    width: float
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """A sort of room: its least size in metres, its stations, and where each thing may lie (types of receptacles)."""

    width: float
    depth: float
    stations: tuple[Station, ...]
    goods: Mapping[str, str]


def _counter(*items: Item) -> Station:
    return Station(1.1, (Item("CounterTop", 0.0, 0.95, 0.31), *items))


_CAN = Station(0.4, (Item("GarbageCan", 0.0, 0.0, 0.2),))
_SWITCH = Station(0.2, (Item("LightSwitch", 0.0, 1.3, 0.02),))
_SINK = (
    Item("SinkBasin", 0.0, 0.94, 0.3),
    Item("Faucet", 0.0, 0.95, 0.1),
    Item("Cabinet", -0.26, 0.5, 0.62),
    Item("Cabinet", 0.26, 0.5, 0.62),
)
_TABLES = "CounterTop DiningTable"

KITCHEN = Room(
    4.0,
    3.75,
    (
        Station(0.85, (Item("Fridge", 0.0, 0.0, 0.36),)),
        _counter(*_SINK),
        _counter(
            Item("StoveBurner", -0.25, 0.95, 0.2),
            Item("StoveBurner", -0.25, 0.95, 0.46),
            Item("StoveKnob", -0.35, 0.86, 0.61),
            Item("StoveKnob", -0.15, 0.86, 0.61),
            Item("CoffeeMachine", 0.3, 0.95, 0.22),
            Item("Cabinet", 0.2, 0.48, 0.62),
        ),
        _counter(
            Item("Microwave", 0.2, 0.95, 0.24),
            Item("Drawer", -0.25, 0.78, 0.62),
            Item("Drawer", 0.25, 0.78, 0.62),
            Item("Drawer", -0.25, 0.5, 0.62),
            Item("Cabinet", -0.28, 2.05, 0.42),
        ),
        _counter(Item("Toaster", -0.3, 0.95, 0.2), Item("Cabinet", 0.0, 0.5, 0.62)),
        Station(1.45, (Item("DiningTable", 0.0, 0.0, 0.45),)),
        _CAN,
        _SWITCH,
    ),
    {
        "Apple": f"{_TABLES} Fridge",
        "Bowl": f"{_TABLES} Cabinet",
        "Bread": _TABLES,
        "ButterKnife": f"{_TABLES} Drawer",
        "Cup": f"{_TABLES} Cabinet",
        "DishSponge": f"{_TABLES} SinkBasin",
        "Egg": f"{_TABLES} Fridge",
        "Fork": f"{_TABLES} Drawer",
        "Knife": _TABLES,
        "Lettuce": f"{_TABLES} Fridge",
        "Mug": f"{_TABLES} Cabinet",
        "Pan": _TABLES,
        "PepperShaker": f"{_TABLES} Cabinet",
        "Plate": f"{_TABLES} Cabinet",
        "Pot": _TABLES,
        "Potato": f"{_TABLES} Fridge",
        "SaltShaker": f"{_TABLES} Cabinet",
        "SoapBottle": "CounterTop",
        "Spatula": f"{_TABLES} Drawer",
        "Spoon": f"{_TABLES} Drawer",
        "Tomato": f"{_TABLES} Fridge",
    },
)

LIVING_ROOM = Room(
    5.0,
    4.5,
    (
        Station(1.95, (Item("Sofa", 0.0, 0.0, 0.45),)),
        Station(1.0, (Item("ArmChair", 0.0, 0.0, 0.45),)),
        Station(1.1, (Item("CoffeeTable", 0.0, 0.0, 0.35),)),
        Station(1.5, (Item("TVStand", 0.0, 0.0, 0.25), Item("Television", 0.0, 0.9, 0.15))),
        Station(1.1, (Item("SideTable", -0.25, 0.0, 0.25), Item("FloorLamp", 0.3, 0.0, 0.3))),
        Station(
            1.3,
            (
                Item("Dresser", 0.0, 0.0, 0.27),
                Item("Drawer", -0.28, 0.75, 0.5),
                Item("Drawer", 0.28, 0.75, 0.5),
                Item("Drawer", -0.28, 0.45, 0.5),
                Item("Drawer", 0.28, 0.45, 0.5),
            ),
        ),
        Station(1.3, (Item("Desk", 0.0, 0.0, 0.32), Item("DeskLamp", 0.42, 0.75, 0.2))),
        Station(0.7, (Item("Shelf", 0.0, 0.9, 0.17), Item("Shelf", 0.0, 1.3, 0.17))),
        _CAN,
        _SWITCH,
    ),
    {
        "Book": "CoffeeTable Desk Shelf Sofa",
        "Box": "CoffeeTable Sofa TVStand",
        "CellPhone": "CoffeeTable SideTable Desk",
        "CreditCard": "CoffeeTable SideTable Dresser Drawer",
        "KeyChain": "CoffeeTable SideTable Dresser",
        "Laptop": "Desk CoffeeTable",
        "Newspaper": "Sofa CoffeeTable TVStand",
        "Pencil": "Desk",
        "Pillow": "Sofa ArmChair",
        "RemoteControl": "TVStand CoffeeTable Sofa",
        "Statue": "Shelf TVStand Dresser",
        "TissueBox": "SideTable Dresser",
        "Vase": "Shelf SideTable Dresser",
        "Watch": "SideTable Dresser Drawer",
    },
)

BEDROOM = Room(
    4.75,
    4.25,
    (
        Station(1.6, (Item("Bed", 0.0, 0.0, 1.0),)),
        Station(
            1.3,
            (
                Item("Desk", 0.0, 0.0, 0.32),
                Item("DeskLamp", 0.42, 0.75, 0.2),
                Item("Drawer", -0.3, 0.62, 0.58),
            ),
        ),
        Station(
            1.3,
            (
                Item("Dresser", 0.0, 0.0, 0.27),
                Item("Drawer", -0.28, 0.75, 0.5),
                Item("Drawer", 0.28, 0.75, 0.5),
                Item("Drawer", -0.28, 0.45, 0.5),
            ),
        ),
        Station(0.55, (Item("SideTable", 0.0, 0.0, 0.25),)),
        Station(0.95, (Item("ArmChair", 0.0, 0.0, 0.45),)),
        Station(0.5, (Item("Safe", 0.0, 0.0, 0.25),)),
        Station(0.7, (Item("Shelf", 0.0, 0.9, 0.17), Item("Shelf", 0.0, 1.3, 0.17))),
        _CAN,
        _SWITCH,
    ),
    {
        "AlarmClock": "Desk Dresser SideTable Shelf",
        "BaseballBat": "",
        "Book": "Bed Desk Shelf",
        "Bowl": "Desk Shelf Dresser",
        "CD": "Desk Drawer Shelf",
        "CellPhone": "Bed Desk Dresser",
        "CreditCard": "Desk Dresser Drawer",
        "KeyChain": "Desk Dresser SideTable",
        "Laptop": "Bed Desk",
        "Mug": "Desk Shelf Dresser",
        "Pen": "Desk Drawer",
        "Pencil": "Desk Drawer",
        "Pillow": "Bed ArmChair",
        "TeddyBear": "Bed ArmChair",
    },
)

BATHROOM = Room(
    3.5,
    3.0,
    (
        Station(
            1.6,
            (
                Item("Bathtub", 0.0, 0.0, 0.4),
                Item("BathtubBasin", 0.0, 0.45, 0.4),
                Item("Faucet", -0.5, 0.5, 0.1),
            ),
        ),
        _counter(*_SINK, Item("Mirror", 0.0, 1.6, 0.03)),
        Station(0.75, (Item("Toilet", 0.0, 0.0, 0.33), Item("ToiletPaperHanger", 0.34, 0.7, 0.06))),
        Station(0.6, (Item("TowelHolder", 0.0, 1.4, 0.05),)),
        Station(0.4, (Item("HandTowelHolder", 0.0, 1.5, 0.05),)),
        Station(0.55, (Item("SideTable", 0.0, 0.0, 0.25),)),
        _CAN,
        _SWITCH,
    ),
    {
        "Candle": "CounterTop SideTable Toilet",
        "Cloth": "CounterTop BathtubBasin SideTable",
        "SoapBar": "CounterTop BathtubBasin SideTable",
        "SoapBottle": "CounterTop SideTable Cabinet",
        "SprayBottle": "CounterTop SideTable Cabinet",
        "TissueBox": "CounterTop SideTable Toilet",
        "ToiletPaper": "CounterTop SideTable Toilet",
    },
)
