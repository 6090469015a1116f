"""Real clients take the stand-in for a phone. The table at the end of the test output says which could do what."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from envs.android.standin.server import Standin
from envs.android.standin.threaded import StandinThread
from tests.envs.android import clients
from tests.envs.android.clients import Client
from tests.envs.android.fake_screen import FakeScreen, making
from tests.envs.android.table import CELL


class NotForThisClientError(Exception):
    """The client has no such thing."""


class Bench:
    """One client, connected to a phone of its own."""

    def __init__(self, client: Client, phone: StandinThread, screen: FakeScreen, folder: Path) -> None:
        self.client = client
        self.phone = phone
        self.screen = screen
        self.folder = folder


@pytest.fixture(scope="module", params=clients.CLIENTS)
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("client")
    client = clients.make(request.param, folder)
    if isinstance(client, str):
        pytest.skip(client)
    screen = FakeScreen()
    with StandinThread(Standin(making(screen))) as phone:
        try:
            client.connect(phone.standin.port)
            yield Bench(client, phone, screen, folder)
        finally:
            client.close()
    assert phone.standin.failures == []


def new_key_accepted_then_known(bench: Bench) -> None:
    assert len(bench.phone.standin.device.keys) == 1
    bench.phone.drop_links()
    bench.client.connect(bench.phone.standin.port)
    assert bench.client.shell("echo again").strip() == "again"
    assert len(bench.phone.standin.device.keys) == 1


def shell_text(bench: Bench) -> None:
    assert bench.client.shell("echo hi").replace("\r\n", "\n") == "hi\n"


def exit_code_and_stderr_apart(bench: Bench) -> None:
    done = bench.client.run("echo out; cat /sdcard/none; exit 7")
    if done is None:
        raise NotForThisClientError
    assert (done.out, done.code) == ("out\n", 7)
    assert "No such file" in done.err


def exec_out_png(bench: Bench) -> None:
    assert Image.open(io.BytesIO(bench.client.exec_out("screencap -p"))).size == (1080, 2400)


def exec_out_raw(bench: Bench) -> None:
    raw = bench.client.exec_out("screencap")
    assert struct.unpack_from("<4I", raw) == (1080, 2400, 1, 1)
    assert raw[16:20] == bytes([10, 200, 30, 255])
    assert len(raw) == 16 + 1080 * 2400 * 4


def push_and_pull_3_mb(bench: Bench) -> None:
    data = random.Random(1).randbytes(3_000_000)
    (bench.folder / "sent").write_bytes(data)
    bench.client.push(bench.folder / "sent", "/sdcard/Download/big")
    bench.client.pull("/sdcard/Download/big", bench.folder / "got")
    assert hashlib.sha256((bench.folder / "got").read_bytes()).digest() == hashlib.sha256(data).digest()


def pushed_file_is_the_shells(bench: Bench) -> None:
    (bench.folder / "note").write_text("你好 from here\n")
    bench.client.push(bench.folder / "note", "/data/local/tmp/note é.txt")
    assert "你好 from here" in bench.client.exec_out("cat '/data/local/tmp/note é.txt'").decode()


def push_and_pull_a_folder(bench: Bench) -> None:
    if not isinstance(bench.client, clients.AdbProgram):
        raise NotForThisClientError
    (bench.folder / "tree/inner").mkdir(parents=True)
    (bench.folder / "tree/one").write_text("1")
    (bench.folder / "tree/inner/two").write_text("2")
    bench.client.push(bench.folder / "tree", "/sdcard/Download")
    assert "two" in bench.client.shell("ls /sdcard/Download/tree/inner")
    bench.client.pull("/sdcard/Download/tree", bench.folder / "back")
    assert (bench.folder / "back/inner/two").read_text() == "2"


def list_a_folder(bench: Bench) -> None:
    names = bench.client.names("/sdcard")
    if names is None:
        raise NotForThisClientError
    assert {"Download", "DCIM", "Pictures"} <= set(names)


def stat_a_file(bench: Bench) -> None:
    (bench.folder / "five").write_text("12345")
    bench.client.push(bench.folder / "five", "/sdcard/five")
    size = bench.client.size("/sdcard/five")
    if size is None:
        raise NotForThisClientError
    assert size == 5


def missing_file_is_an_error(bench: Bench) -> None:
    with pytest.raises(Exception, match="(?i)no such file|not exist|failed"):
        bench.client.pull("/sdcard/none", bench.folder / "none")


def androids_formats(bench: Bench) -> None:
    shell = bench.client.shell
    assert "Physical size: 1080x2400" in shell("wm size")
    assert shell("getprop ro.build.version.sdk").strip() == "34"
    assert "package:com.example.notes" in shell("pm list packages -3")
    assert (
        "Error type 3" in (bench.client.run("am start -n x/.y") or clients.Result("", shell("am start -n x/.y"), 1)).err
    )
    assert "mCurrentFocus=Window{" in shell("dumpsys window")
    assert "orientation=0" in shell("dumpsys display")
    assert "UI hierchary dumped to: /sdcard/window_dump.xml" in shell("uiautomator dump")


def settings_put_and_get(bench: Bench) -> None:
    bench.client.shell("settings put system screen_brightness 7")
    assert bench.client.shell("settings get system screen_brightness").strip() == "7"


def tap_and_type(bench: Bench) -> None:
    bench.screen.field = ""
    bench.client.shell("input tap 100 200")
    bench.client.shell("input text hello%sworld")
    assert bench.screen.field == "hello world"
    assert "mInputShown=true" in bench.client.shell("dumpsys input_method")


def unicode_by_adbkeyboard(bench: Bench) -> None:
    shell = bench.client.shell
    bench.screen.field = ""
    shell("input tap 100 200")
    line = "am broadcast -p com.android.adbkeyboard -a ADB_INPUT_B64 --es msg 5L2g5aW977yM5LiW55WMIPCfjok="
    assert "Broadcast completed: result=0" in shell(line)
    assert bench.screen.field == ""  # another keyboard is the current one
    shell("ime enable com.android.adbkeyboard/.AdbIME; ime set com.android.adbkeyboard/.AdbIME")
    shell(line)
    shell("ime reset")
    assert bench.screen.field == "你好，世界 🎉"


def standard_input(bench: Bench) -> None:
    told = bench.client.tell("cat > /sdcard/typed; cat /sdcard/typed", b"a line\n")
    if told is None:
        raise NotForThisClientError
    assert told == "a line\n"


def forward_and_reverse(bench: Bench) -> None:
    done = bench.client.forward()
    if done is None:
        raise NotForThisClientError
    assert done


CHECKS: list[Callable[[Bench], None]] = [
    new_key_accepted_then_known, shell_text, exit_code_and_stderr_apart, exec_out_png, exec_out_raw, push_and_pull_3_mb,
    push_and_pull_a_folder,
    pushed_file_is_the_shells, list_a_folder, stat_a_file, missing_file_is_an_error, androids_formats,
    settings_put_and_get, tap_and_type, unicode_by_adbkeyboard, standard_input, forward_and_reverse,
]  # fmt: skip


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_client(bench: Bench, check: Callable[[Bench], None], record_property: Callable[[str, object], None]) -> None:
    cell = check.__name__.replace("_", " "), bench.client.name
    mark = "✗"
    try:
        check(bench)
        mark = "✓"
    except NotForThisClientError:
        mark = "–"
        pytest.skip(f"{bench.client.name} cannot ask for this")
    finally:
        record_property(CELL, (*cell, mark))


@pytest.mark.parametrize("name", ["adb (system)", "adb (adbutils)"])
def test_a_refused_computer_is_unauthorized(name: str, tmp_path: Path) -> None:
    client = clients.make(name, tmp_path)
    if isinstance(client, str):
        pytest.skip(client)
    assert isinstance(client, clients.AdbProgram)
    with StandinThread(Standin(FakeScreen, shell="builtin", accept_keys=lambda key: False)) as phone:
        try:
            client.adb("connect", phone.address)
            until = time.monotonic() + 20
            while f"{phone.address}\tunauthorized" not in (listed := client.adb("devices").stdout.decode()):
                assert time.monotonic() < until, listed
                time.sleep(0.1)
        finally:
            client.close()
