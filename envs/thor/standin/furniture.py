"""The types of objects that stay where they are."""

from __future__ import annotations

from envs.thor.standin.kinds import Kind, kind

_OAK, _PINE, _WALNUT = (168, 122, 78), (196, 158, 108), (112, 76, 50)
_WHITE, _STEEL, _STONE = (228, 228, 224), (176, 180, 186), (156, 150, 144)

_SURFACES: tuple[Kind, ...] = (
    kind("ArmChair", (0.85, 0.85, 0.80), (126, 96, 88), "chair", "RM", capacity=5, surface=0.42),
    kind("Bed", (1.50, 0.90, 1.90), (150, 160, 186), "bed", "R", capacity=20, surface=0.55),
    kind("Cart", (0.60, 0.80, 0.45), _STEEL, "table", "R", capacity=12, surface=0.80),
    kind("CoffeeTable", (1.00, 0.45, 0.60), _WALNUT, "table", "R", capacity=16, surface=0.45),
    kind("CounterTop", (1.20, 0.06, 0.62), _STONE, "counter", "R", "top", capacity=40),
    kind("Desk", (1.20, 0.75, 0.60), _OAK, "table", "R", capacity=20, surface=0.75),
    kind("DiningTable", (1.40, 0.76, 0.85), _OAK, "table", "R", capacity=24, surface=0.76),
    kind("Dresser", (1.20, 0.95, 0.50), _PINE, "cupboard", "R", capacity=20, surface=0.95),
    kind("Floor", (6.0, 0.01, 6.0), (180, 150, 116), "none", "R", capacity=200),
    kind("Footstool", (0.45, 0.35, 0.35), _WALNUT, "table", "RM", capacity=4, surface=0.35),
    kind("Ottoman", (0.60, 0.42, 0.60), (140, 110, 96), "block", "R", capacity=8, surface=0.42),
    kind("Shelf", (0.60, 0.03, 0.30), _PINE, "shelf", "R", "top", capacity=16),
    kind("SideTable", (0.50, 0.60, 0.45), _WALNUT, "table", "R", capacity=10, surface=0.60),
    kind("Sofa", (1.80, 0.85, 0.85), (110, 120, 140), "chair", "R", capacity=16, surface=0.42),
    kind("StoveBurner", (0.26, 0.02, 0.26), (40, 40, 44), "burner", "RT", capacity=1, takes="Pot Pan Kettle"),
    kind("TVStand", (1.40, 0.55, 0.45), _WALNUT, "table", "R", capacity=16, surface=0.55),
    kind("Toilet", (0.42, 0.95, 0.62), _WHITE, "toilet", "RO", capacity=10, surface=0.95),
)

_HOLLOW: tuple[Kind, ...] = (
    kind("BathtubBasin", (1.30, 0.18, 0.60), (236, 236, 238), "basin", "R", "top", capacity=20),
    kind("Cabinet", (0.44, 0.62, 0.42), _OAK, "cabinet", "RO", "door", capacity=12),
    kind("Drawer", (0.46, 0.16, 0.40), _OAK, "drawer", "RO", "door", capacity=12),
    kind("Fridge", (0.78, 1.85, 0.70), (206, 208, 212), "fridge", "ROK", capacity=24),
    kind("GarbageCan", (0.32, 0.28, 0.32), (78, 82, 86), "can", "R", capacity=16),
    kind("LaundryHamper", (0.42, 0.55, 0.40), (214, 204, 186), "can", "RO", capacity=12),
    kind("Microwave", (0.54, 0.32, 0.38), (70, 72, 78), "microwave", "ROTH", capacity=10),
    kind("Safe", (0.46, 0.62, 0.40), (84, 92, 96), "fridge", "RO", capacity=6),
    kind("SinkBasin", (0.46, 0.16, 0.38), (190, 194, 200), "basin", "R", "top", capacity=12),
)

_FIXED: tuple[Kind, ...] = (
    kind("Bathtub", (1.50, 0.50, 0.75), (240, 240, 240), "rim"),
    kind("Blinds", (1.00, 0.90, 0.04), (222, 216, 200), "block", "O", "centre"),
    kind("Chair", (0.42, 0.85, 0.42), _OAK, "chair", "RM", capacity=2, surface=0.45),
    kind("CoffeeMachine", (0.26, 0.34, 0.28), (54, 50, 50), "machine", "RT", capacity=1, takes="Mug Cup"),
    kind("Curtains", (0.50, 1.60, 0.06), (176, 150, 140), "block", "", "centre"),
    kind("DeskLamp", (0.18, 0.42, 0.18), (214, 190, 120), "lamp", "TM"),
    kind("Faucet", (0.06, 0.26, 0.20), (210, 214, 220), "faucet", "T"),
    kind("FloorLamp", (0.52, 1.45, 0.52), (226, 206, 150), "lamp", "TM"),
    kind("HandTowelHolder", (0.30, 0.03, 0.06), _STEEL, "block", "R", "centre", capacity=1, takes="HandTowel"),
    kind("HousePlant", (0.30, 0.50, 0.30), (72, 126, 66), "plant", "M"),
    kind("Lamp", (0.30, 0.50, 0.30), (226, 206, 150), "lamp", "T"),
    kind("LightSwitch", (0.08, 0.12, 0.02), (236, 236, 228), "block", "T", "centre"),
    kind("Mirror", (0.60, 0.80, 0.03), (186, 206, 214), "block", "", "centre"),
    kind("Painting", (0.60, 0.45, 0.03), (130, 110, 150), "block", "", "centre"),
    kind("ShowerHead", (0.12, 0.12, 0.12), _STEEL, "block", "T", "centre"),
    kind("Sink", (0.56, 0.03, 0.46), (200, 204, 210), "rim", "", "top"),
    kind("StoveKnob", (0.05, 0.05, 0.03), (44, 44, 48), "block", "T", "centre"),
    kind("Television", (1.00, 0.60, 0.06), (24, 24, 28), "screen", "TM", "centre"),
    kind("Toaster", (0.28, 0.18, 0.18), (186, 60, 56), "block", "RT", capacity=2, takes="BreadSliced"),
    kind("ToiletPaperHanger", (0.16, 0.03, 0.05), _STEEL, "block", "R", "centre", capacity=1, takes="ToiletPaper"),
    kind("TowelHolder", (0.50, 0.03, 0.06), _STEEL, "block", "R", "centre", capacity=1, takes="Towel"),
    kind("Window", (1.00, 0.90, 0.04), (176, 210, 236), "block", "", "centre"),
)

FURNITURE: tuple[Kind, ...] = (*_SURFACES, *_HOLLOW, *_FIXED)
