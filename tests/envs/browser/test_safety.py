"""What an agent in a browser cannot do, whatever it or a page tries."""

from __future__ import annotations

import json
import socket
import threading
from urllib.parse import parse_qsl

import numpy as np
import pytest

from actions.browser import (
    AnswerDialog,
    Click,
    DoubleClick,
    Goto,
    Hover,
    Key,
    NewTab,
    Scroll,
    SwitchTab,
    TypeSecret,
    TypeText,
    UploadFile,
    Wait,
)
from actions.dialects.qwen import QwenDialect
from actions.point import Point
from agent.guard import Budget
from agent.play import header_of, play
from agent.policy import ModelPolicy, space_of
from agent.record import Recorder
from envs.base import EnvError
from model.scripted import ScriptedModel
from tests.envs.browser.serving import Reply, Site

ALLOWED = "127.0.0.1"


def test_no_request_for_a_page_of_another_site_leaves_the_browser(drive, serve):
    other = serve({"/": "<title>other</title>"})
    there = other.url(host="localhost")
    site = serve(
        {
            "/": f"""<title>start</title><a id=link href={there}>a</a> <a id=tab target=_blank href={there}>b</a>
              <button id=script onclick="location = '{there}'">c</button>
              <button id=popup onclick="window.open('{there}')">d</button>
              <button id=late onclick="const w = window.open(); setTimeout(() => w.location = '{there}', 50)">d</button>
              <form method=post action={there}><button id=post>e</button></form>
              <form action={there}><input name=q><button id=get>f</button></form>
              <a id=meta href=/meta>g</a> <a id=hop href=/hop>h</a> <a id=download download href={there}>i</a>
              <button id=top onclick="frame.srcdoc = '<script>top.location = `{there}`</' + 'script>'">j</button>
              <iframe id=frame></iframe>""",
            "/meta": f"<meta http-equiv=refresh content='0; url={there}'><title>meta</title>",
            "/hop": Reply("", 302, {"Location": "/hop2"}),
            "/hop2": Reply("", 307, {"Location": there}),
        }
    )
    page = drive(site, allow_local=True)
    for way in ("link", "script", "post", "get", "meta", "hop", "tab", "popup", "late", "top"):
        told = page.do(Click(page.at(f"#{way}")))
        told += page.do(Wait(0.3))
        assert f"is not on {ALLOWED}, the only site this task may visit" in told, way
        page.do(SwitchTab(1), Goto(site.url()))
        assert page.info["title"] == "start"
    for action in (Goto(there), NewTab(there), Goto(site.url("/hop")), Goto(there.removeprefix("http://"))):
        assert f"is not on {ALLOWED}" in page.do(action)
    page.do(SwitchTab(1), Goto(site.url()))
    page.do(Click(page.at("#download")), Wait(0.3))
    assert other.paths() == []
    assert page.info["url"].startswith(site.url())


def test_only_pages_are_addresses(drive, serve, tmp_path):
    (tmp_path / "private.txt").write_text("private")
    addresses = [
        (tmp_path / "private.txt").as_uri(), "file:///etc/passwd", "data:text/html,<title>data</title>",
        "javascript:document.title='js'", "view-source:{}", "chrome://version", "chrome:version", "about:version",
        "devtools://devtools/bundled/inspector.html", "blob:{}x", "filesystem:{}x", "ftp://127.0.0.1/", "//", "",
        "ws://127.0.0.1/",
    ]  # fmt: skip
    site = serve(
        {
            "/": """<title>start</title><a id=a href=file:///etc/passwd>a</a><a id=b href="view-source:/">b</a>
        <button id=c onclick="location = 'data:text/html,<title>data</title>'">c</button>
        <button id=d onclick="window.open('file:///etc/passwd')">d</button>
        <button id=e onclick="window.open('data:text/html,<title>data</title>')">e</button>
        <button id=f onclick="location = URL.createObjectURL(new Blob(['<b>blob</b>'], {type: 'text/html'}))">f</button>
        """
        }
    )
    page = drive(site)
    for address in addresses:
        told = page.do(Goto(address.format(site.url())))
        assert address == "" or "cannot be opened" in told or "is not on" in told, address
        assert (page.info["url"], page.info["title"]) == (site.url(), "start")
    for name in "abcdef":
        page.do(Click(page.at(f"#{name}")), Wait(0.1), SwitchTab(1))
        assert page.info["url"] in (site.url(), "about:blank"), name
        page.do(Goto(site.url()))
        assert page.info["title"] == "start"
    assert page.info["tabs"] <= 3


def test_a_start_page_that_is_none_is_an_error(drive):
    for url in ("file:///etc/passwd", "javascript:1", "example", "http://127.0.0.1:0/", "https://"):
        with pytest.raises(EnvError):
            drive("x", url=url)


def test_other_ports_of_this_machine_are_out_of_reach_of_a_page(drive, serve):
    came: list[object] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                came.append(listener.accept())
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    port = listener.getsockname()[1]
    tries = f"""<img src=http://127.0.0.1:{port}/><script src=http://127.0.0.1:{port}/></script>
      <iframe src=http://127.0.0.1:{port}/></iframe><link rel=stylesheet href=http://localhost:{port}/>
      <script>
        const done = []; const say = what => () => done.push(what);
        fetch('http://127.0.0.1:{port}/', {{mode: 'no-cors'}}).then(say('fetched'), say('no fetch'));
        fetch('http://[::1]:{port}/', {{mode: 'no-cors'}}).then(say('fetched'), say('no fetch'));
        const socket = new WebSocket('ws://127.0.0.1:{port}/');
        socket.onopen = say('open'); socket.onerror = say('no socket');
        navigator.sendBeacon('http://127.0.0.1:{port}/', 'x');
        new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{port}'}}]}}).createDataChannel('x');
      </script>"""
    try:
        page = drive(tries)
        page.do(Wait(1.0))
        assert "no socket" in page.js("done")
        assert "open" not in page.js("done")
        page.do(Goto(f"http://127.0.0.1:{port}/"))
        page.do(Wait(0.1))
        assert came == []
    finally:
        listener.close()


SECRET = "pa~ss w0rd!*('ü"
FORMS = (SECRET, "w0rd!", "w0rd%21", "pa~ss", "pa%7Ess")


def leaks(text: str) -> list[str]:
    return [form for form in FORMS if form in text]


@pytest.fixture
def secrets(tmp_path):
    file = tmp_path / "secrets"
    file.write_text(f"bank={SECRET}\n", encoding="utf-8")
    return str(file)


FORM = """<title>start</title><form action=/got><input id=field name=secret style="width: 400px; font-size: 40px">
  <button>go</button></form><p id=echo style="font-size: 40px; height: 60px; background: yellow"></p>
  <iframe id=frame srcdoc="<body style='background: lime; font-size: 40px'><b id=deep>-</b>" height=80></iframe>
  <script>
    const deep = () => frame.contentDocument.getElementById('deep');
    const kind = new URLSearchParams(location.search).get('kind') ?? '';
    field.oninput = () => {
      if (kind === 'text') echo.textContent = field.value;
      if (kind === 'split') echo.innerHTML = [...field.value].map(c => `<i>${c === ' ' ? '&nbsp;' : c}</i>`).join('');
      if (kind === 'many') for (let i = 0; i < 150; i++) echo.append(Object.assign(document.createElement('p'), {textContent: field.value}));
      if (kind === 'frame') deep().textContent = field.value;
      if (kind === 'title') document.title = 'x'.repeat(70) + field.value;
      if (kind === 'alert' && field.value.length > 14) alert('y'.repeat(190) + field.value);
      if (kind === 'unmask') field.style.setProperty('-webkit-text-security', 'none', 'important');
      if (kind === 'link') history.replaceState(0, '', '/?z=' + encodeURIComponent(encodeURIComponent(field.value)));
      if (kind === 'away' && field.value.length > 14) location = 'http://example.org/' + 'q'.repeat(48) + encodeURI(field.value);
      if (kind === 'list') { const list = document.createElement('select'); list.id = 'list'; list.innerHTML = '<option>' + 'v'.repeat(34) + field.value; echo.append(list); }
    };
  </script>"""  # noqa: E501 - a page


def dark(pixels) -> float:
    """How much of a picture is black."""
    return float(np.mean(pixels.max(axis=2) < 20))


def test_a_typed_secret_is_in_no_text_and_no_picture(drive, serve, secrets):
    site = serve({"/": FORM, "/got": lambda asked: f"<title>{asked.path}</title><p>thanks for {SECRET}"})
    page = drive(site, task="Log in.", secrets=secrets)
    assert "type_secret can type: bank" in page.text
    assert 'no secret "house"' in page.do(TypeSecret("house")).replace("'", '"')
    assert "no text field has the focus" in page.do(TypeSecret("bank"))
    for kind in ("", "text", "split", "many", "frame", "title", "alert", "unmask", "link", "away", "list"):
        page.do(Goto(site.url(f"/?kind={kind}")), Click(page.at("#field")))
        told = page.do(TypeSecret("Bank"))
        assert page.js("field.value") == SECRET, kind
        if kind == "list":
            told += page.do(Click(page.at("#list")))
            assert "A list" in told
        assert not leaks(told + json.dumps(page.info, ensure_ascii=False)), kind
        field, echo = page.pixels("#field"), page.pixels("#echo")
        assert dark(field) > 0.7
        if kind == "text":
            assert dark(echo) > 0.9
        elif kind in ("split", "many"):
            assert not (echo[:, :, 0] > 100).any()
        elif kind == "frame":
            assert dark(page.pixels("#frame")) > 0.1
    page.do(Goto(site.url()), Click(page.at("#field")))
    told = page.do(TypeSecret("bank"), Key("Enter"))
    assert "/got" in told
    assert "<secret:bank>" in told
    assert dict_of(site)["secret"] == SECRET
    assert not leaks(told + json.dumps(page.info, ensure_ascii=False))
    assert dark(page.pixels("p")) > 0.9


def dict_of(site: Site) -> dict[str, str]:
    return dict(parse_qsl(site.paths()[-1].partition("?")[2]))


def test_a_secret_is_masked_on_a_zoomed_out_phone_as_well(drive, secrets):
    page = drive(
        "<!doctype html><input id=field style='font-size: 60px; width: 700px'>"
        "<p id=echo style='font-size: 60px; background: yellow; width: 700px; "
        "position: absolute; top: 1500px; left: 200px'></p>"
        "<script>field.oninput = () => echo.textContent = field.value</script>",
        mobile=True, width=364, height=812, scale=2, secrets=secrets,
    )  # fmt: skip
    page.do(Click(page.at("#field")), TypeSecret("bank"))
    left, top, width, height = page.box("#echo")
    zoom = page.image.shape[1] / page.world._browsing.view.width
    shown = page.image[int(top * zoom) : int((top + height) * zoom), int(left * zoom) : int((left + width) * zoom)]
    assert dark(shown) > 0.9


def test_a_record_of_an_episode_holds_no_secret(drive, serve, secrets, tmp_path):
    site = serve({"/": FORM, "/got": lambda asked: f"<title>{asked.path}</title><p>thanks for {SECRET}"})
    page = drive(site, path="/?kind=text", secrets=secrets, task="Log in.")
    x, y = (round(1000 * number) for number in (page.at("#field").x, page.at("#field").y))
    answers = [
        f'✿FUNCTION✿: click\n✿ARGS✿: {{"point": [{x}, {y}]}}\n✿RESULT✿',
        ': ok\n✿FUNCTION✿: type_secret\n✿ARGS✿: {"secret": "bank"}\n✿RESULT✿',
        ': ok\n✿FUNCTION✿: key\n✿ARGS✿: {"keys": "Enter"}\n✿RESULT✿',
        ": ok\n✿FUNCTION✿: done\n✿ARGS✿: {}\n✿RESULT✿",
    ]
    policy = ModelPolicy(ScriptedModel(answers), QwenDialect())
    run = tmp_path / "run"
    header = header_of(page.env, policy, "browser", "Log in.", 0)
    with Recorder(run, "one", header, space_of(page.env)) as recorder:
        episode = play(page.env, policy, name="browser", task="Log in.", seed=0, budget=Budget(), recorder=recorder)
    assert (episode.steps, episode.facts["status"]) == (4, "success")
    assert dict_of(site)["secret"] == SECRET
    files = [path for path in run.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for path in files:
        assert not leaks(path.read_bytes().decode(errors="replace"))
    assert "<secret:bank>" in (run / "episodes" / "one.jsonl").read_text(encoding="utf-8")


BUTTONS = """<button id=plain type=button>Show more</button><a id=link href=/x>Read the news</a>
  <p id=prose>Pay attention to this.</p>
  <button id=buy type=button>Buy now</button><div id=div onclick=1><b id=bold>Delete</b> it</div>
  <form><input id=name name=name><input id=mail type=email value="pay@example.org"><button id=default>Next</button>
  <button id=quiet type=button>Next</button></form>
  <form role=search><input id=q name=q><button id=find>Find</button></form>
  <form><input id=s type=search><button id=look>Look</button></form><textarea id=text></textarea>
  <a id=zip href=/a.ZIP?x=1>archive</a><a id=saved download href=/b>keep</a><button id=chinese>立即支付</button>
  <button id=icon aria-label="Send message"><svg width=20 height=20><rect width=20 height=20 /></svg></button>
  <svg id=drawing width=30 height=30><rect width=30 height=30 /></svg><input id=image type=submit value=Löschen>
  <iframe id=frame srcdoc="<button id=inner>Delete account</button>" style="border: 9px solid"></iframe>
  <x-shadow id=shadow style="display: inline-block"></x-shadow><label id=label>Place order <input type=checkbox></label>
  <div id=scripted>Pay</div><a id=asks href="javascript:0" onclick="confirm('Delete all?')">x</a>
  <script>
    shadow.attachShadow({mode: 'open'}).innerHTML = '<button>Publish</button>';
    scripted.addEventListener('click', () => 0);
  </script>"""
LYING = """<script>
  document.elementFromPoint = () => null; Element.prototype.closest = () => null;
  Element.prototype.matches = () => false;
  Document.prototype.elementFromPoint = () => null; Element.prototype.getAttribute = () => '';
  Object.defineProperty(HTMLElement.prototype, 'innerText', {get: () => 'Show more'});
  Object.defineProperty(Node.prototype, 'textContent', {get: () => 'Show more'});
  Object.defineProperty(Element.prototype, 'shadowRoot', {get: () => null});
</script>"""
INTENTS = {
    "plain": (), "link": (), "buy": ("pay",), "bold": ("delete",), "default": ("submit",), "quiet": (), "find": (),
    "look": (), "zip": ("download",), "saved": ("download",), "chinese": ("pay",), "icon": ("send",), "drawing": (),
    "image": ("delete",), "shadow": ("send",), "label": ("pay",), "scripted": ("pay",), "name": (), "mail": (),
    "text": (), "q": (),
}  # fmt: skip


def kinds(intent) -> tuple[str, ...]:
    return () if intent is None else intent.kinds


@pytest.mark.parametrize("lies", ["", LYING])
def test_what_a_click_would_bring_about_is_known_beforehand(drive, tmp_path, lies):
    page = drive(BUTTONS + lies, width=1280, height=720)
    before = page.js("document.activeElement.tagName")
    for name, expected in INTENTS.items():
        point = page.at(f"#{name}")
        assert set(kinds(page.intent(Click(point)))) == set(expected), name
        assert kinds(page.intent(DoubleClick(point))) == kinds(page.intent(Click(point)))
        assert page.intent(Hover(point)) is None
        assert page.intent(Scroll("down", 5, point)) is None
    assert kinds(page.intent(Click(page.at("#inner", "#frame")))) == ("delete",)
    assert "Buy now" in page.intent(Click(page.at("#buy"))).what
    assert page.js("document.activeElement.tagName") == before


def test_what_keys_addresses_files_and_answers_would_bring_about(drive, tmp_path):
    page = drive(BUTTONS, uploads=str(tmp_path))
    assert page.intent(Key("Enter")) is None
    page.do(Click(page.at("#name")))
    assert set(kinds(page.intent(Key("enter")))) == {"submit", "send"}
    assert set(kinds(page.intent(TypeText("Ann", submit=True)))) == {"submit", "send"}
    assert page.intent(TypeText("Ann Lee")) is None
    assert page.intent(Key("a")) is None
    page.do(Click(page.at("#q")))
    assert page.intent(TypeText("news", submit=True)) is None
    page.do(Click(page.at("#name")), Key("Tab"), Key("Tab"))
    assert page.js("document.activeElement.id") == "default"
    for action in (Key("Return"), Key("space"), TypeText(" ")):
        assert kinds(page.intent(action)) == ("submit",)
    assert kinds(page.intent(UploadFile("a.txt"))) == ("upload",)
    assert kinds(page.intent(Goto("https://example.org/setup.exe"))) == ("download",)
    assert page.intent(Goto("https://example.org/")) is None
    assert page.intent(NewTab()) is None
    asks = page.at("#asks")
    page.do(Click(asks))
    assert page.intent(AnswerDialog(False)) is None
    assert kinds(page.intent(AnswerDialog(True))) == ("delete",)
    assert page.intent(Click(asks)) is None  # nothing is done before the answer


def test_what_cannot_be_looked_at_is_asked_about(drive):
    page = drive("<button onclick='setTimeout(() => { for (;;); }, 300)'>plain</button>")
    point = page.at("button")
    page.do(Click(point))

    async def begin(front):
        await front.evaluate("() => void setTimeout(() => { for (;;); }, 0)")

    page.on_page(begin)
    assert kinds(page.intent(Click(Point(0.5, 0.5)))) == ("submit",)
