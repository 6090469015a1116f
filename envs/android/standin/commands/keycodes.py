"""The key codes of android.view.KeyEvent that a phone's buttons and keyboard have."""

from __future__ import annotations

_FROM_ZERO = """UNKNOWN SOFT_LEFT SOFT_RIGHT HOME BACK CALL ENDCALL 0 1 2 3 4 5 6 7 8 9 STAR POUND DPAD_UP DPAD_DOWN
DPAD_LEFT DPAD_RIGHT DPAD_CENTER VOLUME_UP VOLUME_DOWN POWER CAMERA CLEAR A B C D E F G H I J K L M N O P Q R S T U V W
X Y Z COMMA PERIOD ALT_LEFT ALT_RIGHT SHIFT_LEFT SHIFT_RIGHT TAB SPACE SYM EXPLORER ENVELOPE ENTER DEL GRAVE MINUS
EQUALS LEFT_BRACKET RIGHT_BRACKET BACKSLASH SEMICOLON APOSTROPHE SLASH AT NUM HEADSETHOOK FOCUS PLUS MENU NOTIFICATION
SEARCH MEDIA_PLAY_PAUSE MEDIA_STOP MEDIA_NEXT MEDIA_PREVIOUS MEDIA_REWIND MEDIA_FAST_FORWARD MUTE PAGE_UP PAGE_DOWN"""
_OTHERS = {
    111: "ESCAPE", 112: "FORWARD_DEL", 113: "CTRL_LEFT", 114: "CTRL_RIGHT", 115: "CAPS_LOCK", 116: "SCROLL_LOCK",
    117: "META_LEFT", 118: "META_RIGHT", 119: "FUNCTION", 122: "MOVE_HOME", 123: "MOVE_END", 124: "INSERT",
    126: "MEDIA_PLAY", 127: "MEDIA_PAUSE", 131: "F1", 132: "F2", 133: "F3", 134: "F4", 135: "F5", 136: "F6", 137: "F7",
    138: "F8", 139: "F9", 140: "F10", 141: "F11", 142: "F12", 160: "NUMPAD_ENTER", 164: "VOLUME_MUTE",
    176: "SETTINGS", 187: "APP_SWITCH", 204: "LANGUAGE_SWITCH", 207: "CONTACTS", 208: "CALENDAR", 209: "MUSIC",
    210: "CALCULATOR", 219: "ASSIST", 220: "BRIGHTNESS_DOWN", 221: "BRIGHTNESS_UP", 223: "SLEEP", 224: "WAKEUP",
    231: "VOICE_ASSIST", 276: "SOFT_SLEEP", 277: "CUT", 278: "COPY", 279: "PASTE", 284: "ALL_APPS",
}  # fmt: skip
NAMES = {number: f"KEYCODE_{name}" for number, name in {**dict(enumerate(_FROM_ZERO.split())), **_OTHERS}.items()}
_KNOWN = frozenset(NAMES.values())


def name_of(code: str) -> str:
    """The name of a key told by number, by name or by the name's end; KEYCODE_UNKNOWN for another, as on a phone."""
    if code.isdecimal():
        return NAMES.get(int(code), "KEYCODE_UNKNOWN")
    name = code.upper() if code.upper().startswith("KEYCODE_") else f"KEYCODE_{code.upper()}"
    return name if name in _KNOWN else "KEYCODE_UNKNOWN"
