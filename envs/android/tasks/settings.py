"""Tasks in Settings."""

from __future__ import annotations

from typing import ClassVar

from envs.android.tasks.base import Draw, Parameters, Task
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move

_SIZES = {
    "small": (0.85, "small", "小"),
    "large": (1.15, "large", "大"),
    "largest": (1.3, "largest", "最大"),
}
_TIMEOUTS = {
    15: ("15 seconds", "15秒"),
    30: ("30 seconds", "30秒"),
    120: ("2 minutes", "2分钟"),
    300: ("5 minutes", "5分钟"),
    600: ("10 minutes", "10分钟"),
}


class _Setting(Task):
    """Something on a page of Settings."""

    page: ClassVar[str]
    activity: ClassVar[str]

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := hand.enter("settings"):
            return move
        if hand.activity == self.activity:
            return self.change(hand, p)
        return hand.tap(self.page) if hand.activity == "MainActivity" else hand.back()

    def change(self, hand: Hand, p: Parameters) -> Move:
        """The next move on the page."""
        raise NotImplementedError


class Brightness(_Setting):
    name = "settings-brightness"
    english = ("Set the screen brightness to its {end}.", "Turn the brightness of the display to the {end}.")
    chinese = ("把屏幕亮度调到{end}。", "将显示亮度设为{end}。")
    page, activity = "display", "DisplayActivity"

    def draw(self, draw: Draw) -> Parameters:
        most = draw.one([True, False])
        return {"most": most, "end": draw.pick("maximum", "最大") if most else draw.pick("minimum", "最小")}

    def end(self, state: State, p: Parameters) -> None:
        state["device"]["brightness"] = 255 if p["most"] else 0

    def change(self, hand: Hand, p: Parameters) -> Move:
        return hand.slide("brightness", p["most"])


class DarkTheme(_Setting):
    name = "settings-dark-theme"
    english = ("Turn {way} the dark theme.", "Switch the dark theme {way}.")
    chinese = ("{way}深色主题。", "请{way}手机的深色主题。")
    page, activity = "display", "DisplayActivity"

    def draw(self, draw: Draw) -> Parameters:
        dark = draw.one([True, False])
        return {"dark": dark, "way": draw.pick("on" if dark else "off", "打开" if dark else "关闭")}

    def prepare(self, state: State, p: Parameters) -> None:
        state["device"]["dark"] = not p["dark"]

    def end(self, state: State, p: Parameters) -> None:
        state["device"]["dark"] = p["dark"]

    def change(self, hand: Hand, p: Parameters) -> Move:
        return hand.tap("dark")


class FontSize(_Setting):
    name = "settings-font-size"
    english = ("Set the font size to {word}.", "Change the text size of the phone to “{word}”.")
    chinese = ("把字体大小设为{word}。", "将手机字号改成“{word}”。")
    page, activity = "display", "DisplayActivity"

    def draw(self, draw: Draw) -> Parameters:
        size = draw.one(list(_SIZES))
        return {"size": size, "word": draw.pick(*_SIZES[size][1:])}

    def end(self, state: State, p: Parameters) -> None:
        state["device"]["font_scale"] = _SIZES[p["size"]][0]

    def change(self, hand: Hand, p: Parameters) -> Move:
        return hand.tap(f"font_{p['size']}" if hand.has("font_large") else "font_size")


class ScreenTimeout(_Setting):
    name = "settings-screen-timeout"
    english = ("Let the screen turn off after {word}.", "Set the screen timeout to {word}.")
    chinese = ("让屏幕在{word}后自动关闭。", "把屏幕超时设为{word}。")
    page, activity = "display", "DisplayActivity"

    def draw(self, draw: Draw) -> Parameters:
        seconds = draw.one(list(_TIMEOUTS))
        return {"seconds": seconds, "word": draw.pick(*_TIMEOUTS[seconds])}

    def end(self, state: State, p: Parameters) -> None:
        state["device"]["screen_timeout"] = p["seconds"]

    def change(self, hand: Hand, p: Parameters) -> Move:
        return hand.tap(f"timeout_{p['seconds']}" if hand.has("timeout_60") else "timeout")


class Wifi(_Setting):
    name = "settings-wifi"
    english = ("Connect the phone to the Wi-Fi network {network}.", "Use the Wi-Fi “{network}”.")
    chinese = ("把手机连接到无线网络{network}。", "使用Wi-Fi“{network}”。")
    page, activity = "network", "NetworkActivity"

    def draw(self, draw: Draw) -> Parameters:
        wifi = draw.state["device"]["wifi"]
        network = draw.one([name for name in wifi["networks"] if name != wifi["network"]])
        return {"network": network, "on": draw.one([True, False])}

    def prepare(self, state: State, p: Parameters) -> None:
        state["device"]["wifi"]["on"] = p["on"]

    def end(self, state: State, p: Parameters) -> None:
        state["device"]["wifi"] |= {"on": True, "network": p["network"]}

    def change(self, hand: Hand, p: Parameters) -> Move:
        wifi = hand.state["device"]["wifi"]
        return hand.tap(f"network_{wifi['networks'].index(p['network'])}" if wifi["on"] else "wifi")


class Bluetooth(_Setting):
    name = "settings-bluetooth"
    english = ("Turn on Bluetooth and connect to {device}.", "Connect the phone to “{device}” over Bluetooth.")
    chinese = ("打开蓝牙并连接{device}。", "用蓝牙把手机连接到“{device}”。")
    page, activity = "bluetooth", "BluetoothActivity"

    def draw(self, draw: Draw) -> Parameters:
        return {"device": draw.one(draw.state["device"]["bluetooth"]["devices"])}

    def end(self, state: State, p: Parameters) -> None:
        state["device"]["bluetooth"] |= {"on": True, "connected": [p["device"]]}

    def change(self, hand: Hand, p: Parameters) -> Move:
        radio = hand.state["device"]["bluetooth"]
        return hand.tap(f"device_{radio['devices'].index(p['device'])}" if radio["on"] else "bluetooth_switch")


class DeviceName(_Setting):
    name = "settings-device-name"
    english = ("Rename this phone to “{device}”.", "Set the device name to {device}.")
    chinese = ("把这台手机改名为“{device}”。", "将设备名称设为{device}。")
    page, activity = "about", "AboutActivity"

    def draw(self, draw: Draw) -> Parameters:
        return {"device": draw.word("device")}

    def end(self, state: State, p: Parameters) -> None:
        state["device"]["name"] = p["device"]

    def change(self, hand: Hand, p: Parameters) -> Move:
        if not hand.has("rename"):
            return hand.tap("device_name")
        return hand.fill("device_name_input", p["device"]) or hand.tap("rename_ok")


class Volume(_Setting):
    name = "settings-volume"
    english = ("Turn the {sound} volume {way}.", "In the settings, put the {sound} volume {way}.")
    chinese = ("把{sound}音量{way}。", "在设置中将{sound}音量{way}。")
    page, activity = "sound", "SoundActivity"

    def draw(self, draw: Draw) -> Parameters:
        kinds = {"media": ("media", "媒体"), "ring": ("ring", "铃声"), "alarm": ("alarm", "闹钟")}
        kind, most = draw.one(list(kinds)), draw.one([True, False])
        way = draw.pick("all the way up", "调到最大") if most else draw.pick("down to zero", "调到零")
        return {"kind": kind, "most": most, "sound": draw.pick(*kinds[kind]), "way": way}

    def end(self, state: State, p: Parameters) -> None:
        state["device"]["volume"][p["kind"]] = 15 if p["most"] else 0

    def change(self, hand: Hand, p: Parameters) -> Move:
        return hand.slide(f"volume_{p['kind']}", p["most"])


TASKS: tuple[Task, ...] = (
    Brightness(), DarkTheme(), FontSize(), ScreenTimeout(), Wifi(), Bluetooth(), DeviceName(), Volume(),
)  # fmt: skip
