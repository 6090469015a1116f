"""The stand-in phone: both shells give the same answers, faults are faults, and nothing is left when it is off."""

from __future__ import annotations

import asyncio
import base64
import io
import os
import shlex
import socket
import struct
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from envs.android.standin import mksh
from envs.android.standin.faults import Drop
from envs.android.standin.keys import PublicKey
from envs.android.standin.server import Standin
from envs.android.standin.shell import Pipes
from envs.android.standin.threaded import StandinThread
from envs.android.standin.wire import VERSION, Packet, Word
from tests.envs.android.clients import signer
from tests.envs.android.fake_screen import FakeScreen, making
from tests.envs.android.hostile import CANARY, HOSTILE


class Held:
    """Pipes that hold what was written."""

    def __init__(self, given: bytes = b"") -> None:
        self._given = [given] if given else []
        self.said = b""
        self.wrong = b""

    async def read(self) -> bytes:
        return self._given.pop() if self._given else b""

    async def out(self, data: bytes) -> None:
        self.said += data

    async def err(self, data: bytes) -> None:
        self.wrong += data


def run(phone: StandinThread, line: str, given: bytes = b"") -> tuple[str, str, int]:
    """Output, error and exit code of a line."""
    pipes = Held(given)
    code = phone.run(_run(phone, line.encode(), pipes))
    return pipes.said.decode(errors="surrogateescape"), pipes.wrong.decode(errors="surrogateescape"), code


async def _run(phone: StandinThread, line: bytes, pipes: Pipes) -> int:
    return await phone.standin.shells.shell.run(line, pipes, terminal=False)


CORPUS = [
    ("echo a 'b  c' \"d\"", "a b  c d\n", 0),
    ("echo 'a\\tb'; echo -E 'a\\tb'; echo -n x", "a\tb\na\\tb\nx", 0),
    ("echo one && echo two", "one\ntwo\n", 0),
    ("false && echo two", "", 1),
    ("false || echo two", "two\n", 0),
    ("false; echo $?", "1\n", 0),
    ("nosuch; echo rc=$?", "rc=127\n", 0),
    ("nosuch 2>/dev/null", "", 127),
    ("exit 7", "", 7),
    ("true; exit", "", 0),
    ("(exit 3); echo $?", "3\n", 0),
    ("( echo a; nosuch ) >/sdcard/h 2>&1; grep -c . /sdcard/h; rm /sdcard/h", "2\n", 0),
    ("( wm size ) 2>&1; echo mark:$?", "Physical size: 1080x2400\nmark:0\n", 0),
    ("sleep 0.2 & echo first; wait; echo last", "first\nlast\n", 0),
    ("( sleep 0.05; echo late ) & echo first; wait", "first\nlate\n", 0),
    ("echo a | cat | cat", "a\n", 0),
    ("false | true", "", 0),
    ("echo hidden >/dev/null; echo shown", "shown\n", 0),
    ("echo text > /sdcard/f; echo more >> /sdcard/f; cat /sdcard/f; rm /sdcard/f; ls /sdcard/f 2>/dev/null", None, 1),
    ("echo both >/sdcard/g 2>&1; cat < /sdcard/g; rm /sdcard/g", "both\n", 0),
    ("mkdir -p /sdcard/x/y; echo 1 >/sdcard/x/y/z; rm -r /sdcard/x; ls /sdcard", "DCIM\nDownload\nPictures\n", 0),
    ("printf '%s|' a 'b c' \"d\"", "a|b c|d|", 0),
    ("printf '%s\\n' 'x\\ny'", "x\\ny\n", 0),
    ("echo aGk= | base64 -d", "hi", 0),
    ("echo -n hi | base64", "aGk=\n", 0),
    ("sleep 0.01", "", 0),
    ("echo a # comment", "a\n", 0),
    ("echo a;\necho b", "a\nb\n", 0),
    ("echo a\\\nb", "ab\n", 0),
    ("echo 'unclosed", "", 1),
    ("wm size", "Physical size: 1080x2400\n", 0),
    ("wm density", "Physical density: 480\n", 0),
    ("wm size 720x1600; wm size; wm size reset", "Physical size: 1080x2400\nOverride size: 720x1600\n", 0),
    ("getprop ro.build.version.sdk", "34\n", 0),
    ("getprop no.such", "\n", 0),
    ("setprop debug.x 1; getprop debug.x", "1\n", 0),
    ("setprop ro.x 1 2>/dev/null", "", 1),
    ("settings get system none", "null\n", 0),
    ("settings put global g 'a b'; settings get global g", "a b\n", 0),
    ("settings put system s 1; settings list system | grep '^s='", "s=1\n", 0),
    ("settings delete system s", "Deleted 1 rows\n", 0),
    ("pm list packages -3", "package:com.android.adbkeyboard\npackage:com.example.notes\npackage:com.example.pay\n", 0),
    ("pm path com.android.settings", "package:/system/app/Settings/Settings.apk\n", 0),
    ("pm path none", "", 1),
    (
        "cmd package resolve-activity --brief com.example.notes",
        "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true\ncom.example.notes/.MainActivity\n",
        0,
    ),
    ("cmd package resolve-activity --brief none", "No activity found\n", 0),
    ("am start -n com.example.pay/.MainActivity", "Starting: Intent { cmp=com.example.pay/.MainActivity }\n", 0),
    ("am start -n x/.y 2>/dev/null", "Starting: Intent { cmp=x/.y }\n", 1),
    (
        "am start -a android.intent.action.VIEW -d https://a.example/b",
        "Starting: Intent { act=android.intent.action.VIEW dat=https://a.example/... }\n",
        0,
    ),
    ("am force-stop com.example.notes", "", 0),
    ("monkey -p none -c android.intent.category.LAUNCHER 1 >/dev/null 2>&1", "", 252),
    ("monkey -p com.example.notes -c android.intent.category.LAUNCHER 1 2>/dev/null | grep -c injected", "1\n", 0),
    ("ime list -s", "com.android.inputmethod.latin/.LatinIME\n", 0),
    ("ime set com.android.adbkeyboard/.AdbIME 2>/dev/null", "", 255),
    (
        "ime enable com.android.adbkeyboard/.AdbIME && ime set com.android.adbkeyboard/.AdbIME; "
        "settings get secure default_input_method",
        "Input method com.android.adbkeyboard/.AdbIME: now enabled for user #0\n"
        "Input method com.android.adbkeyboard/.AdbIME selected for user #0\ncom.android.adbkeyboard/.AdbIME\n",
        0,
    ),
    (
        "ime reset >/dev/null; dumpsys input_method | grep mCurMethodId",
        "  mCurMethodId=com.android.inputmethod.latin/.LatinIME\n",
        0,
    ),
    ("dumpsys power | grep mWakefulness=", "  mWakefulness=Awake\n", 0),
    ("dumpsys trust | grep -c deviceLocked=0", "1\n", 0),
    ("dumpsys display | grep -c 'real 1080 x 2400'", "2\n", 0),
    ("dumpsys battery | grep level", "  level: 85\n", 0),
    ("dumpsys none 2>/dev/null", "", 0),
    ("input text 你好 2>/dev/null", "", 255),
    ("input tap 1 2>/dev/null", "", 255),
    ("input tap a b 2>/dev/null", "", 255),
    ("input nosuch", "Unknown command: nosuch\n", 255),
    ("uiautomator dump", "UI hierchary dumped to: /sdcard/window_dump.xml\n", 0),
    ("screencap -p | wc -c | grep -c '[0-9]'", "1\n", 0),
    ("screencap -p /sdcard/shot.png && ls /sdcard/shot.png", "/sdcard/shot.png\n", 0),
    ("svc wifi disable; settings get global wifi_on", "0\n", 0),
    ("logcat -d", "--------- beginning of main\n", 0),
]  # fmt: skip


def test_both_shells_answer_alike(phone: StandinThread) -> None:
    wrong = []
    for line, out, code in CORPUS:
        said, _, ended = run(phone, line)
        if ended != code or said != (out if out is not None else "text\nmore\n"):
            wrong.append((line, said, ended))
    assert wrong == []


def test_standard_error_is_apart(phone: StandinThread) -> None:
    out, err, code = run(phone, "input text é")
    assert (out, code) == ("", 255)
    assert "Attempt to get length of null array" in err
    out, err, code = run(phone, "am start -n x/.y")
    assert "Error type 3\nError: Activity class {x/x.y} does not exist.\n" in err


def test_standard_input_reaches_the_command(phone: StandinThread) -> None:
    assert run(phone, "cat > /sdcard/in; cat /sdcard/in", b"given\n")[0] == "given\n"


def test_hostile_texts_arrive_as_text(phone: StandinThread, screen: FakeScreen) -> None:
    """Quoted by the rules of POSIX, every text is one argument, and nothing in it runs."""
    spoken = [text for text in HOSTILE if "\0" not in text]
    assert len(HOSTILE) >= 200
    for at in range(0, len(spoken), 20):
        batch = spoken[at : at + 20]
        screen.done.clear()
        lines = [f"printf '%s|' {shlex.quote(text)}; input text {shlex.quote(text)} 2>/dev/null" for text in batch]
        out, err, _ = run(phone, "\n".join(lines))
        assert out == "".join(f"{text}|" for text in batch), err
        typable = [text for text in batch if all(one in "\n\t" or " " <= one <= "~" for one in text)]
        typed = "".join({"KEYCODE_ENTER": "\n", "KEYCODE_TAB": "\t"}.get(done[1], done[1]) for done in screen.done)
        assert typed == "".join(text.replace("%s", " ") for text in typable)
    assert not phone.standin.root.locate(CANARY).exists()


def _in_double_quotes(text: str) -> str:
    """The other way of POSIX to quote: within double quotes four characters keep a meaning."""
    return '"' + "".join(f"\\{one}" if one in '$`"\\' else one for one in text) + '"'


def test_hostile_texts_arrive_in_double_quotes_too(phone: StandinThread) -> None:
    spoken = [text for text in HOSTILE if "\0" not in text]
    out, err, _ = run(phone, "\n".join(f"echo -E {_in_double_quotes('x' + text)}" for text in spoken))
    assert out == "".join(f"x{text}\n" for text in spoken), err
    assert not phone.standin.root.locate(CANARY).exists()


def test_a_nul_ends_the_line_and_runs_nothing(phone: StandinThread, screen: FakeScreen) -> None:
    for text in HOSTILE:
        if "\0" in text:
            client = Wire(phone.standin.port)
            client.open(f"exec:input text {shlex.quote(text)}")
            client.close()
    assert [done for done in screen.done if done[0] == "text"] == []
    assert not phone.standin.root.locate(CANARY).exists()


def test_hostile_texts_unquoted_never_get_past_the_builtin_parser(builtin: StandinThread) -> None:
    """What the built-in shell does with careless drivers: it runs what a shell would, or refuses; it never guesses."""
    assert run(builtin, "input text a; echo PWNED")[0] == "PWNED\n"
    out, err, code = run(builtin, f"echo $(echo x > {CANARY})")
    assert (out, code) == ("", 2)
    assert "$(…) is not supported" in err
    assert not builtin.standin.root.locate(CANARY).exists()


def test_the_builtin_shell_writes_where_a_phone_may(builtin: StandinThread) -> None:
    assert run(builtin, "echo x > /system/bin/sh")[2] == 1
    assert run(builtin, "rm -rf /system")[2] == 1


@pytest.mark.skipif(mksh.missing() is not None, reason=str(mksh.missing()))
def test_the_sandbox_holds(screen: FakeScreen) -> None:
    with StandinThread(Standin(making(screen), shell="mksh")) as phone:
        assert run(phone, "id -u")[0] == "2000\n"
        assert run(phone, "ls /proc | grep -c '^[0-9]'")[0].strip() in {"3", "4", "5"}
        assert run(phone, "ls /root /work /home 2>/dev/null")[0] == ""
        assert run(phone, "ifconfig 2>/dev/null | grep -c eth")[0].strip() == "0"
        assert run(phone, "echo x > /system/bin/wm")[2] != 0
        assert run(phone, "wm size; x=$(getprop ro.build.version.sdk); echo $((x + 1))")[0].endswith("\n35\n")


def test_screenshots_have_the_headers_of_old_and_new(screen: FakeScreen) -> None:
    for header in (12, 16):
        thread = StandinThread(Standin(making(screen), shell="builtin", header_bytes=header))  # type: ignore[arg-type]
        with thread as phone:
            pipes = Held()
            phone.run(_run(phone, b"screencap", pipes))
            assert len(pipes.said) - 1080 * 2400 * 4 == header
            assert struct.unpack_from("<3I", pipes.said) == (1080, 2400, 1)


def test_hierarchy_is_xml(builtin: StandinThread) -> None:
    out, _, _ = run(builtin, "uiautomator dump --compressed /dev/tty")
    xml, _, tail = out.partition("UI hierchary")
    assert tail == " dumped to: /dev/tty\n"
    field, switch = ET.fromstring(xml)[0]
    assert field.get("text") == 'a "b" <c> & é\n你好'
    assert field.get("bounds") == "[0,100][1080,300]"
    assert (switch.get("checkable"), switch.get("checked")) == ("true", "true")


def test_labels_are_told_where_android_tells_them(builtin: StandinThread) -> None:
    where = "-a android.intent.action.MAIN -c android.intent.category.LAUNCHER"
    brief, _, _ = run(builtin, f"cmd package query-activities --brief {where}")
    assert brief.startswith("3 activities found:\n  Activity #0:\n")
    assert "    com.example.notes/.MainActivity\n" in brief
    full, _, _ = run(builtin, f"cmd package query-activities {where}")
    assert "packageName=com.example.notes\n" in full
    assert "nonLocalizedLabel=Notes " in full


def test_gestures(builtin: StandinThread, screen: FakeScreen) -> None:
    for line in (
        "input swipe 1 2 3 4", "input touchscreen swipe 1 2 3 4 50", "input keyevent 4 KEYCODE_HOME enter 9999",
        "input motionevent DOWN 5 6; input motionevent MOVE 7 8; input motionevent UP 9 9", "input roll 1 1",
        "input draganddrop 1 1 9 9 80", "input motionevent DOWN 5 6; input motionevent UP 5 6",
    ):  # fmt: skip
        assert run(builtin, line)[2] == 0, line
    keys = [done[1] for done in screen.done if done[0] == "key"]
    assert keys == ["KEYCODE_BACK", "KEYCODE_HOME", "KEYCODE_ENTER", "KEYCODE_UNKNOWN"]
    moves = [done for done in screen.done if done[0] != "key"]
    assert moves[:2] == [("swipe", 1, 2, 3, 4, 300), ("swipe", 1, 2, 3, 4, 50)]
    assert moves[2][:5] == ("swipe", 5, 6, 9, 9)
    assert moves[3:] == [("swipe", 1, 1, 9, 9, 80), ("tap", 5, 6)]


class Wire:
    """A client made by hand, to see packets."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.send(Packet(Word.CNXN, VERSION, 1 << 20, b"host::\0"))
        assert self.receive()[0] == Word.CNXN

    def send(self, packet: Packet) -> None:
        self.sock.sendall(packet.encode())

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self.sock.recv(count - len(data))
            if not part:
                raise EOFError(len(data))
            data += part
        return data

    def receive(self) -> tuple[int, int, int, bytes]:
        word, first, second, length, _, _ = struct.unpack("<6I", self._exactly(24))
        return word, first, second, self._exactly(length)

    def open(self, service: str, local: int = 1) -> bytes | None:
        """All that a service answers, or None when there is no such service."""
        self.send(Packet(Word.OPEN, local, 0, service.encode() + b"\0"))
        got = b""
        while True:
            word, remote, _, payload = self.receive()
            if word == Word.CLSE:
                if remote:
                    self.send(Packet(Word.CLSE, local, remote))
                return got if remote else None
            if word == Word.WRTE:
                got += payload
                self.send(Packet(Word.OKAY, local, remote))

    def close(self) -> None:
        self.sock.close()


def test_one_packet_of_a_stream_is_in_flight(builtin: StandinThread) -> None:
    client = Wire(builtin.standin.port)
    client.send(Packet(Word.OPEN, 1, 0, b"exec:screencap\0"))
    word, remote, _, _ = client.receive()
    assert word == Word.OKAY
    assert len(client.receive()[3]) == 1 << 20
    client.sock.settimeout(0.3)
    with pytest.raises(TimeoutError):
        client.receive()
    client.sock.settimeout(10)
    client.send(Packet(Word.OKAY, 1, remote))
    assert client.receive()[0] == Word.WRTE
    client.close()


def test_unknown_services_are_closed(builtin: StandinThread) -> None:
    client = Wire(builtin.standin.port)
    for service in ("nosuch:", "tcp:8080", "localabstract:x", "framebuffer:", "jdwp-x:", ""):
        assert client.open(service) is None
    assert client.open("root:") == b"adbd cannot run as root in production builds\n"
    assert client.open("exec:echo still here") == b"still here\n"
    client.close()


def test_garbage_ends_the_link_and_only_that(builtin: StandinThread) -> None:
    with socket.create_connection(("127.0.0.1", builtin.standin.port), timeout=5) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert sock.recv(10) == b""
    client = Wire(builtin.standin.port)
    assert client.open("exec:echo fine") == b"fine\n"
    client.close()


def test_many_streams_and_links_at_once(builtin: StandinThread) -> None:
    wrong: list[object] = []

    def work(number: int) -> None:
        client = Wire(builtin.standin.port)
        for turn in range(10):
            got = client.open(f"exec:sleep 0.01; echo {number} {turn}", local=turn + 1)
            if got != f"{number} {turn}\n".encode():
                wrong.append((number, turn, got))
        client.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert wrong == []
    # Two streams of one link: the short one is not held up by the long one.
    client = Wire(builtin.standin.port)
    client.send(Packet(Word.OPEN, 1, 0, b"exec:sleep 5\0"))
    assert client.receive()[0] == Word.OKAY
    assert client.open("exec:echo quick", local=2) == b"quick\n"
    client.close()


@pytest.fixture
def asking(screen: FakeScreen) -> Iterator[tuple[StandinThread, list[PublicKey]]]:
    asked: list[PublicKey] = []

    def answer(key: PublicKey) -> bool:
        asked.append(key)
        return len(asked) > 1

    with StandinThread(Standin(making(screen), shell="builtin", accept_keys=answer)) as phone:
        yield phone, asked


def _connect(phone: StandinThread, home: Path, seconds: float = 5.0) -> object:
    from adb_shell.adb_device import AdbDeviceTcp

    device = AdbDeviceTcp("127.0.0.1", phone.standin.port, default_transport_timeout_s=seconds)
    device.connect(rsa_keys=[signer(home)], auth_timeout_s=seconds, read_timeout_s=seconds)
    text = str(device.shell("echo in", read_timeout_s=seconds))
    device.close()
    return text


def test_a_key_is_refused_then_accepted_then_known(
    asking: tuple[StandinThread, list[PublicKey]], tmp_path: Path
) -> None:
    pytest.importorskip("adb_shell")
    phone, asked = asking
    with pytest.raises(Exception, match=None):
        _connect(phone, tmp_path, 0.5)
    assert _connect(phone, tmp_path) == "in\n"
    assert _connect(phone, tmp_path) == "in\n"
    assert len(asked) == 2
    phone.standin.faults.refuse_keys = True
    with pytest.raises(Exception, match=None):
        _connect(phone, tmp_path, 0.5)


def test_always_ask_forgets_the_key(screen: FakeScreen, tmp_path: Path) -> None:
    pytest.importorskip("adb_shell")
    with StandinThread(Standin(making(screen), shell="builtin", always_ask=True)) as phone:
        assert _connect(phone, tmp_path) == "in\n"
        assert phone.standin.device.keys == []


@pytest.mark.parametrize("half_frame", [False, True])
def test_the_link_drops_in_the_middle_of_a_screenshot(builtin: StandinThread, half_frame: bool) -> None:
    builtin.standin.faults.drop = Drop("exec:screencap", after=5000, half_frame=half_frame)
    client = Wire(builtin.standin.port)
    client.send(Packet(Word.OPEN, 1, 0, b"exec:screencap -p\0"))
    assert client.receive()[0] == Word.OKAY
    if half_frame:
        with pytest.raises(EOFError, match="5000"):
            client.receive()
    else:
        assert len(client.receive()[3]) == 5000
        with pytest.raises(EOFError, match="^0$"):
            client.receive()
    client.close()
    again = Wire(builtin.standin.port)
    shot = again.open("exec:screencap -p")
    assert shot is not None
    assert Image.open(io.BytesIO(shot)).size == (1080, 2400)
    again.close()


def test_screenshots_fail_or_are_black(builtin: StandinThread) -> None:
    builtin.standin.faults.screencap_fails = 1
    assert run(builtin, "screencap -p") == ("", "Failed to take screenshot. Status: -1\n", 1)
    builtin.standin.faults.secure = True
    pipes = Held()
    builtin.run(_run(builtin, b"screencap -p", pipes))
    assert Image.open(io.BytesIO(pipes.said)).convert("L").getextrema() == (0, 0)


def test_no_idle_state(builtin: StandinThread) -> None:
    builtin.standin.faults.never_idle = True
    assert run(builtin, "uiautomator dump")[1] == "ERROR: could not get idle state.\n"


def test_latency_and_stalls_hold_answers_back(builtin: StandinThread) -> None:
    client = Wire(builtin.standin.port)
    builtin.standin.faults.latency["input"] = 0.2
    began = time.monotonic()
    client.open("exec:input tap 1 1")
    assert time.monotonic() - began >= 0.2
    builtin.standin.faults.stall(0.3)
    began = time.monotonic()
    assert client.open("exec:echo late") == b"late\n"
    assert time.monotonic() - began >= 0.25
    client.close()


def test_offline_and_back(builtin: StandinThread) -> None:
    client = Wire(builtin.standin.port)
    builtin.go_offline(0.3)
    with pytest.raises((EOFError, ConnectionError)):
        client.receive()
    with pytest.raises(ConnectionError):
        Wire(builtin.standin.port)
    _wait_for(lambda: _answers(builtin.standin.port))


def test_reboot_drops_the_link_and_the_phone_comes_back(screen: FakeScreen) -> None:
    phone = StandinThread(Standin(making(screen), shell="builtin", accept_keys=False, reboot_seconds=0.3))
    with phone:
        client = Wire(phone.standin.port)
        assert client.open("reboot:") == b""
        with pytest.raises((EOFError, ConnectionError)):
            client.receive()
        _wait_for(lambda: _answers(phone.standin.port))


def _answers(port: int) -> bool:
    try:
        client = Wire(port)
    except (ConnectionError, EOFError):
        return False
    client.close()
    return True


def _wait_for(condition: object, seconds: float = 10.0) -> None:
    assert callable(condition)
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.05)


def _children() -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid():
            found.add(int(entry.name))
    return found


def test_nothing_is_left_when_it_is_off(screen: FakeScreen) -> None:
    threads, children = set(threading.enumerate()), _children()
    phone = StandinThread(Standin(making(screen), accept_keys=False))
    client = Wire(phone.standin.port)
    for local, line in enumerate((b"exec:sleep 600\0", b"shell:logcat\0", b"shell:\0"), start=1):
        client.send(Packet(Word.OPEN, local, 0, line))
        assert client.receive()[0] in {Word.OKAY, Word.WRTE}
    time.sleep(0.2)
    folder = phone.standin.root.folder
    phone.close()
    assert set(threading.enumerate()) <= threads
    assert _children() <= children
    assert not folder.exists()
    assert screen.closed
    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", phone.standin.port), timeout=1)
    client.close()


def test_a_client_that_leaves_ends_its_command(phone: StandinThread) -> None:
    client = Wire(phone.standin.port)
    client.send(Packet(Word.OPEN, 1, 0, b"exec:sleep 600\0"))
    word, remote, _, _ = client.receive()
    assert word == Word.OKAY
    client.send(Packet(Word.CLSE, 1, remote))
    client.sock.settimeout(10)
    assert client.receive()[:3] == (Word.CLSE, remote, 1)
    client.close()
    assert phone.standin.log[-1].what == "exec:sleep 600"
    assert phone.standin.log[-1].code == -1


def test_interactive_shell(phone: StandinThread) -> None:
    client = Wire(phone.standin.port)
    client.send(Packet(Word.OPEN, 1, 0, b"shell:\0"))
    word, remote, _, _ = client.receive()
    assert word == Word.OKAY
    client.send(Packet(Word.WRTE, 1, remote, b"echo $?-there\nexit\n"))
    got = b""
    while (packet := client.receive())[0] != Word.CLSE:
        if packet[0] == Word.WRTE:
            got += packet[3]
            client.send(Packet(Word.OKAY, 1, remote))
    assert b"0-there" in got
    client.close()


def test_async_context_manager_and_log(screen: FakeScreen) -> None:
    async def use() -> list[str]:
        async with Standin(making(screen), shell="builtin", accept_keys=False) as phone:
            assert phone.address == f"127.0.0.1:{phone.port}"
            reader, writer = await asyncio.open_connection("127.0.0.1", phone.port)
            writer.write(Packet(Word.CNXN, VERSION, 4096, b"host::").encode())
            writer.write(Packet(Word.OPEN, 1, 0, b"exec:wm size").encode())
            await reader.readexactly(24)
            await asyncio.sleep(0.2)
            writer.close()
            return [entry.what for entry in phone.log]

    assert asyncio.run(use())[0] == "wm size"


def test_adbkeyboard_types_what_no_key_has(builtin: StandinThread, screen: FakeScreen) -> None:
    encoded = base64.b64encode("héllo 🎉".encode()).decode()
    line = f"am broadcast -a ADB_INPUT_B64 --es msg {encoded} -p com.android.adbkeyboard"
    run(builtin, "input tap 5 5; ime enable com.android.adbkeyboard/.AdbIME; ime set com.android.adbkeyboard/.AdbIME")
    assert run(builtin, line)[0].endswith("Broadcast completed: result=0\n")
    assert screen.field == "héllo 🎉"
    run(builtin, "am broadcast -a ADB_CLEAR_TEXT -p com.android.adbkeyboard")
    assert screen.field == ""
    run(builtin, "input tap 5 2000")  # no field there
    assert run(builtin, line)[0].endswith("Broadcast completed: result=0\n")
    assert screen.field == ""


def test_a_broken_screen_is_kept_and_ends_the_command(
    phone: StandinThread, screen: FakeScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(x: int, y: int) -> None:
        raise RuntimeError("the page is gone")

    monkeypatch.setattr(screen, "tap", broken)
    client = Wire(phone.standin.port)
    assert b"fine" not in (client.open("exec:input tap 1 2 && echo fine") or b"")
    assert [str(error) for error in phone.standin.failures] == ["the page is gone"]
    phone.standin.failures.clear()
    client.close()
