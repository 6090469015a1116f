"""The ways to a phone: what they send, what they notice, and what they say when it does not work."""

from __future__ import annotations

import os
import socket
import stat
import struct
import threading
from types import SimpleNamespace

import pytest

pytest.importorskip("adb_shell", reason="needs adb-shell")

from adb_shell.exceptions import TcpTimeoutException

from envs.android import devices
from envs.android.devices import Device, address_of, find_link
from envs.android.direct import Direct
from envs.android.env import AndroidEnv
from envs.android.keys import Key, load_key
from envs.android.link import Limits, LostError
from envs.android.options import AndroidOptions
from envs.android.tcp import Tcp
from envs.base import EnvError, MissingExtraError
from envs.options import options_of, read_options
from envs.registry import EnvSpec

LIMITS = Limits(0.3, 0.5, 1.0)


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def connected(listener):
    transport = Tcp("127.0.0.1", listener.getsockname()[1])
    transport.connect(1.0)
    peer, _ = listener.accept()
    yield transport, peer
    transport.close()
    peer.close()


# --- the transport over TCP


def test_small_packets_leave_at_once_and_a_dead_peer_is_noticed(connected):
    transport, _ = connected
    assert transport._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert transport._socket.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_an_end_raises_at_once_instead_of_spinning(connected):
    transport, peer = connected
    peer.close()
    with pytest.raises(ConnectionResetError):
        transport.bulk_read(24, 5.0)


def test_silence_ends_at_its_limit_and_a_closed_transport_says_so(connected):
    transport, _ = connected
    with pytest.raises(TcpTimeoutException):
        transport.bulk_read(24, 0.05)
    transport.close()
    with pytest.raises(ConnectionResetError):
        transport.bulk_write(b"x", 0.05)


def test_everything_is_written_though_the_buffers_are_small(connected):
    transport, peer = connected
    transport._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    data, got = os.urandom(2_000_000), bytearray()

    def read():
        while len(got) < len(data):
            got.extend(peer.recv(65536))

    reader = threading.Thread(target=read)
    reader.start()
    assert transport.bulk_write(data, 5.0) == len(data)
    reader.join()
    assert bytes(got) == data


# --- the transport over USB, whose library is faked at its handle


@pytest.fixture
def usb():
    pytest.importorskip("usb1", reason="needs libusb", exc_type=(ImportError, OSError))
    from envs.android import usb

    return usb


class Handle:
    """A device of libusb that takes few bytes at a time."""

    def __init__(self, claim=None):
        self.written: list[bytes] = []
        self.closed = False
        self._claim = claim

    def kernelDriverActive(self, interface):  # noqa: N802
        return False

    def claimInterface(self, interface):  # noqa: N802
        if self._claim:
            raise self._claim

    def bulkWrite(self, endpoint, data, timeout):  # noqa: N802
        self.written.append(bytes(data[:300]))
        return len(self.written[-1])

    def close(self):
        self.closed = True


def usb_transport(usb, handle, opening=None):
    def open_device():
        if opening:
            raise opening
        return handle

    ends = [SimpleNamespace(getAddress=lambda at=at: at, getMaxPacketSize=lambda: 512) for at in (0x81, 0x01)]
    setting = SimpleNamespace(iterEndpoints=lambda: iter(ends), getNumber=lambda: 0)
    return usb.Usb(SimpleNamespace(open=open_device, getSerialNumber=lambda: "ABC"), setting)


def test_usb_writes_everything_and_ends_whole_packets_with_an_empty_one(usb):
    handle = Handle()
    transport = usb_transport(usb, handle)
    transport.connect(1.0)
    assert transport.bulk_write(b"a" * 700, 1.0) == 700
    assert [len(piece) for piece in handle.written] == [300, 300, 100]
    handle.written.clear()
    transport.bulk_write(b"b" * 1024, 1.0)
    assert [len(piece) for piece in handle.written] == [300, 300, 300, 124, 0]


def test_usb_says_what_to_do_when_it_is_busy_or_forbidden(usb):
    import usb1

    handle = Handle(claim=usb1.USBErrorBusy())
    with pytest.raises(EnvError, match="adb kill-server"):
        usb_transport(usb, handle).connect(1.0)
    assert handle.closed
    with pytest.raises(EnvError, match="udev rules"):
        usb_transport(usb, None, opening=usb1.USBErrorAccess()).connect(1.0)


# --- keys


def test_a_new_key_is_private_from_the_start_and_is_used_again(tmp_path):
    folder = tmp_path / "android"
    before = os.umask(0)
    try:
        key = load_key(folder)
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder / "adbkey").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == ["adbkey", "adbkey.pub"]
    text = (folder / "adbkey").read_text()
    again = load_key(folder)
    assert again.GetPublicKey() == key.GetPublicKey() == (folder / "adbkey.pub").read_bytes()
    assert (folder / "adbkey").read_text() == text


def test_a_key_is_written_as_adb_shells_own_and_signs_alike(tmp_path):
    from adb_shell.auth.keygen import keygen
    from adb_shell.auth.sign_cryptography import CryptographySigner

    keygen(str(tmp_path / "adbkey"))  # as the person's own may be: it is taken as it is
    theirs, ours = CryptographySigner(str(tmp_path / "adbkey")), load_key(tmp_path)
    token = os.urandom(20)
    assert ours.Sign(token) == theirs.Sign(token)
    assert ours.GetPublicKey().split()[0] == theirs.GetPublicKey().split()[0]


def test_a_key_that_is_none_is_left_alone_and_named(tmp_path):
    (tmp_path / "adbkey").write_text("nonsense")
    with pytest.raises(EnvError, match="move it away"):
        load_key(tmp_path)
    assert (tmp_path / "adbkey").read_text() == "nonsense"


# --- a daemon that does not do as it should


def packet(command, first=0, second=0, payload=b""):
    word = int.from_bytes(command, "little")
    return struct.pack("<6I", word, first, second, len(payload), sum(payload), word ^ 0xFFFFFFFF) + payload


def daemon(listener, *answers):
    """Reads a packet and gives an answer, over and over; then hangs up."""

    def serve():
        peer, _ = listener.accept()
        with peer:
            for answer in answers:
                header = peer.recv(24, socket.MSG_WAITALL)
                peer.recv(struct.unpack("<6I", header)[3], socket.MSG_WAITALL) if len(header) == 24 else None
                if answer is None:
                    peer.recv(1)  # silence, until the other end goes
                else:
                    peer.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return thread


@pytest.fixture
def direct(listener, tmp_path):
    def make(port=None):
        at = port or listener.getsockname()[1]
        return Direct(lambda: Tcp("127.0.0.1", at), f"127.0.0.1:{at}", lambda: load_key(tmp_path), LIMITS, 0.2)

    return make


HELLO = packet(b"CNXN", 0x01000000, 4096, b"device::\0")
TOKEN = packet(b"AUTH", 1, 0, b"t" * 20)


def test_a_phone_that_has_not_accepted_this_computer_says_where_to_look(listener, direct):
    daemon(listener, TOKEN, TOKEN, None)
    with pytest.raises(EnvError, match=r"has not accepted this computer within 0\.2 s: unlock the phone") as caught:
        direct().open()
    assert not isinstance(caught.value, LostError)


def test_wireless_debugging_is_recognised(listener, direct):
    daemon(listener, packet(b"STLS", 0x01000000))
    with pytest.raises(EnvError, match="adb pair"):
        direct().open()


def test_a_refused_connection_and_a_silent_phone_may_pass(listener, direct):
    daemon(listener, None)
    with pytest.raises(LostError, match="cannot be reached"):
        direct().open()
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(LostError, match="refuses the connection: turn on USB debugging"):
        direct(port).open()


def test_a_connection_that_ends_within_an_answer_is_lost_at_once(listener, direct):
    okay = packet(b"OKAY", 7, 1)
    half = packet(b"WRTE", 7, 1, b"x" * 100)[:60]
    daemon(listener, HELLO, okay + half)
    link = direct()
    link.open()
    with pytest.raises(LostError, match="was lost"):
        link.run(b"screencap", Limits(5, 5, 5))
    with pytest.raises(LostError, match="is closed"):
        link.run(b"screencap", LIMITS)


def test_the_bytes_of_a_command_come_back_and_a_silent_one_ends_at_its_limit(listener, direct):
    daemon(listener, HELLO, packet(b"OKAY", 7, 1) + packet(b"WRTE", 7, 1, b"\x00\r\n\xff") + packet(b"CLSE", 7, 1), b"")
    link = direct()
    link.open()
    assert link.run("echo 你".encode(), LIMITS) == b"\x00\r\n\xff"
    daemon(listener, HELLO, packet(b"OKAY", 7, 1), None)
    link.open()
    with pytest.raises(LostError):
        link.run(b"sleep 9", LIMITS)


def test_packets_with_typed_text_are_not_logged(direct, caplog):
    import logging

    direct()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("adb_shell.adb_device").debug("bulk_write: a secret")
    assert "secret" not in caplog.text


# --- which phone is meant


@pytest.fixture
def found(monkeypatch):
    """What is on USB and what a server lists."""
    lists: dict[str, list[Device]] = {"usb": [], "server": []}
    monkeypatch.setattr(devices, "_on_usb", lambda options: iter(lists["usb"]))
    monkeypatch.setattr(devices, "_of_server", lambda options: lists["server"])
    monkeypatch.setattr(devices, "_usb", lambda serial, options: ("usb", serial))
    monkeypatch.setattr(devices, "_server", lambda serial, options: ("server", serial))
    monkeypatch.setattr(devices, "_tcp", lambda host, port, options: ("tcp", host, port))
    return lists


def test_no_phone_several_phones_and_a_wrong_serial_are_told_apart(found):
    with pytest.raises(EnvError, match="no phone was found"):
        find_link(AndroidOptions())
    found["usb"] = [Device("A1", "usb", "device")]
    assert find_link(AndroidOptions()) == ("usb", "A1")
    found["server"] = [Device("B2", "server", "device"), Device("C3", "server", "unauthorized")]
    with pytest.raises(EnvError, match=r"several phones, say which with --serial: B2, C3 \(unauthorized\), A1"):
        find_link(AndroidOptions())
    assert find_link(AndroidOptions(serial="B2")) == ("server", "B2")
    assert find_link(AndroidOptions(serial="A1")) == ("usb", "A1")
    with pytest.raises(EnvError, match="there is no phone 'X'; there are: B2, C3"):
        find_link(AndroidOptions(serial="X"))
    with pytest.raises(EnvError, match="there is no phone 'A1'"):
        find_link(AndroidOptions(serial="A1", backend="server"))


def test_a_phone_a_server_holds_is_not_listed_twice_and_one_of_several_may_be_ready(found):
    found["usb"] = [Device("A1", "usb", "device")]
    found["server"] = [Device("A1", "server", "device"), Device("B2", "server", "offline")]
    assert [str(device) for device in devices.devices()] == ["A1", "B2 (offline)"]
    assert find_link(AndroidOptions()) == ("server", "A1")


@pytest.mark.parametrize(
    ("serial", "address"),
    [
        ("192.168.1.5:5555", ("192.168.1.5", 5555)),
        ("phone.local:37123", ("phone.local", 37123)),
        ("[fe80::1%eth0]:5555", ("fe80::1%eth0", 5555)),
        ("emulator-5554", ("127.0.0.1", 5555)),
        ("R58M12ABCDE", None),
        ("adb-R58-x._adb-tls-connect._tcp", None),
        ("", None),
    ],
)
def test_a_serial_with_a_port_is_an_address(found, serial, address):
    assert address_of(serial) == address
    if address:
        assert find_link(AndroidOptions(serial=serial)) == ("tcp", *address)
        found["server"] = [Device(serial, "server", "device")]
        assert find_link(AndroidOptions(serial=serial)) == ("server", serial)
        assert find_link(AndroidOptions(serial=serial, backend="direct")) == ("tcp", *address)


def test_a_port_that_is_none_is_refused():
    with pytest.raises(EnvError, match="1 to 65535"):
        address_of("phone:99999")


def test_a_server_is_asked_but_never_started(tmp_path):
    pytest.importorskip("adbutils", reason="needs adbutils")
    from envs.android import server

    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(LostError, match=f"no adb server answers at 127.0.0.1:{port}: start it"):
        devices.devices(AndroidOptions(backend="server", port=port))
    link = server.Server("X", "127.0.0.1", port, LIMITS)
    with pytest.raises(LostError, match="no adb server"):
        link.run(b"true", LIMITS)


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        ("unauthorized", EnvError, "accept “Allow USB debugging"),
        ("offline", LostError, "unplug it"),
        ("no permissions", EnvError, "udev"),
        ("recovery", EnvError, "'recovery'"),
    ],
)
def test_a_phone_that_a_server_cannot_use_says_why(state, kind, words):
    pytest.importorskip("adbutils", reason="needs adbutils")
    from envs.android.server import check_state

    with pytest.raises(EnvError, match=words) as caught:
        check_state("A1", state)
    assert type(caught.value) is kind
    check_state("A1", "device")


def test_a_driver_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "envs.android.tcp", None)
    with pytest.raises(MissingExtraError, match=r"visuomotor\[android\]"):
        AndroidEnv(serial="127.0.0.1:1").reset()


# --- options


@pytest.mark.parametrize(
    "options",
    [{"backend": "x"}, {"settle": 9.0}, {"transport": 0.0}, {"port": 0}, {"screencap": "jpeg"}, {"serial": 5},
     {"port": True}],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(options):
    with pytest.raises(EnvError):
        AndroidEnv(**options)


def test_options_are_read_off_their_class():
    spec = EnvSpec(
        "android", "envs.android.env:AndroidEnv", "", 1, "android", options="envs.android.options:AndroidOptions"
    )
    by_name = {option.name: option for option in options_of(spec)}
    assert by_name["backend"].choices == ("auto", "direct", "server")
    assert by_name["allow_app"].repeated
    assert read_options(AndroidOptions, {"allow_app": ["a", "b"], "settle": 4}).allow_app == ("a", "b")
    with pytest.raises(TypeError):
        read_options(AndroidOptions, {"nonsense": 1})


def test_a_key_is_made_of_its_private_part_alone(tmp_path):
    assert isinstance(load_key(tmp_path), Key)
    (tmp_path / "adbkey.pub").unlink()
    assert load_key(tmp_path).GetPublicKey()
