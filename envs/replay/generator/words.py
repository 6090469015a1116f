"""What the drawn phones hold: apps, shops, goods, questions and settings, all made up or common knowledge."""

from __future__ import annotations

APPS = (
    "Clock", "Camera", "Maps", "Photos", "Calendar", "Contacts", "Files", "Notes", "Music", "Weather", "Calculator",
    "Recorder", "Podcasts", "Translate", "Fitness", "Wallet", "News", "Books", "Drive", "Messages", "Phone", "Mail",
    "Browser", "Settings", "Store",
)  # fmt: skip
NEW_APPS = (
    "Fox Mail", "Ride Now", "Pocket Chess", "Star Map", "Quick Scan", "Bread Book", "Paint Box", "City Bus",
    "Yoga Time", "Word Garden", "Sea Radio", "Green Bank", "Snap Notes", "Moon Diary", "Tiny Farm", "Lemon Chat",
)  # fmt: skip
SHOPS = ("shopwell.com", "bluebasket.com", "marketo.com", "homegoods.net", "gadgetry.com")
ADJECTIVES = ("red", "blue", "green", "black", "white", "yellow", "wooden", "steel", "large", "small")
GOODS = ("mug", "lamp", "backpack", "keyboard", "chair", "bottle", "umbrella", "blanket", "kettle", "notebook", "clock")
CAPITALS = {
    "Germany": "Berlin", "France": "Paris", "Japan": "Tokyo", "Egypt": "Cairo", "Peru": "Lima", "Norway": "Oslo",
    "Kenya": "Nairobi", "Canada": "Ottawa", "Greece": "Athens", "Cuba": "Havana", "Chile": "Santiago", "Italy": "Rome",
}  # fmt: skip
CITIES = ("Lisbon", "Moscow", "Denver", "Madrid", "Seoul", "Hanoi", "Dublin", "Quito")
SETTINGS = (
    "Wi-Fi", "Bluetooth", "Airplane mode", "Dark theme", "Location", "Battery saver", "Night light", "Auto-rotate",
    "Do not disturb", "Mobile data", "Hotspot", "Vibration", "Screen saver", "Auto-update", "Backup", "Captions",
)  # fmt: skip
MAIL = ("Google", "Outlook", "Yahoo", "Exchange", "Other")
PICTURES = ("Beach", "Forest", "Birthday", "Mountain", "Kitchen", "Harbour", "Garden", "Concert")
SUBJECTS = {
    "beach": (250, 214, 137), "forest": (46, 125, 50), "birthday": (240, 98, 146), "mountain": (120, 144, 156),
    "kitchen": (255, 171, 145), "harbour": (79, 147, 210), "garden": (156, 204, 101), "concert": (94, 53, 177),
}  # fmt: skip
PAINTS = {
    "red": (211, 47, 47), "blue": (25, 118, 210), "green": (56, 142, 60), "black": (40, 40, 40),
    "white": (225, 225, 225), "yellow": (251, 192, 45), "wooden": (141, 110, 99), "steel": (144, 164, 174),
    "large": (123, 31, 162),
    "small": (0, 151, 167),
}  # fmt: skip
