"""Every action does in a real page what a person's hand would do."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from actions.browser import (
    Answer,
    AnswerDialog,
    Back,
    Click,
    CloseTab,
    Done,
    DoubleClick,
    Drag,
    Forward,
    Goto,
    Hover,
    Key,
    NewTab,
    RightClick,
    Scroll,
    SelectOption,
    SwitchTab,
    TypeText,
    UploadFile,
    Wait,
)
from actions.call import ActionError
from actions.point import Point
from envs.base import EnvError
from envs.registry import make_env

# Every event of the mouse and keyboard, in `log`.
RECORDER = """<script>
  const log = [];
  for (const kind of ['click', 'dblclick', 'contextmenu', 'mouseover', 'mousedown', 'mouseup', 'keydown', 'submit'])
    addEventListener(kind, e => { log.push(`${kind} ${e.target.id ?? ''} ${e.key ?? ''}`.trim());
      if (kind === 'submit') e.preventDefault(); }, true);
</script>"""


def test_the_mouse_clicks_double_clicks_right_clicks_and_hovers_where_it_is_told(drive):
    page = drive(RECORDER + "<button id=one>one</button> <button id=two style='margin-left: 200px'>two</button>")
    page.do(Click(page.at("#two")))
    assert page.js("log").count("click two") == 1
    assert page.info["device"] == {"point": [pytest.approx(number, abs=0.6) for number in middle(page.box("#two"))]}
    page.do(DoubleClick(page.at("#one")))
    assert page.js("log").count("dblclick one") == 1
    page.do(RightClick(page.at("#one")))
    assert page.js("log").count("contextmenu one") == 1
    clicks = page.js("log.filter(e => e.startsWith('click')).length")
    page.do(Hover(page.at("#two")))
    assert page.js("log").pop() == "mouseover two"
    assert page.js("log.filter(e => e.startsWith('click')).length") == clicks
    assert page.info["tabs"] == 1
    assert page.text == ""


def middle(box):
    left, top, width, height = box
    return left + width / 2, top + height / 2


def test_a_drag_is_a_path_of_the_mouse_and_a_drop_of_html(drive):
    page = drive(
        """<style>div { position: absolute; width: 80px; height: 80px } </style>
        <div id=path style="left: 0; top: 0; width: 600px; height: 200px; background: #eee"></div>
        <div id=from draggable=true style="left: 20px; top: 300px; background: red"></div>
        <div id=to style="left: 400px; top: 300px; background: blue"></div>
        <script>
          const moves = []; let dropped = '';
          path.onmousemove = e => { if (e.buttons) moves.push([e.clientX, e.clientY]); };
          document.getElementById('from').ondragstart = e => e.dataTransfer.setData('text/plain', 'cargo');
          to.ondragover = e => e.preventDefault();
          to.ondrop = e => { e.preventDefault(); dropped = e.dataTransfer.getData('text/plain'); };
        </script>"""
    )
    page.do(Drag(Point(0.1, 0.1), Point(0.4, 0.2)))
    moves = page.js("moves")
    assert len(moves) >= 5
    assert moves[-1] == [512, 144]
    assert [x for x, _ in moves] == sorted(x for x, _ in moves)
    page.do(Drag(page.at("#from"), page.at("#to")))
    assert page.js("dropped") == "cargo"
    assert set(page.info["device"]) == {"start", "end"}


@pytest.mark.parametrize(
    "text", ["plain ASCII ~!@#$%^&*()", "Grüße, 你好，世界", "🎉👩‍🚀 שלום مرحبا", "\t no", "a" * 1500]
)
def test_text_arrives_as_it_is_written(drive, text):
    page = drive("<textarea id=one autofocus rows=5></textarea><input id=two>")
    page.do(Click(page.at("#one")), TypeText(text))
    if "\t" in text:  # a tab is a character of the text, and does not leave the field
        assert page.js("document.activeElement.id") == "one"
    assert page.js("one.value") == text


def test_line_ends_are_text_and_only_submit_presses_enter(drive):
    page = drive(
        RECORDER
        + """<form id=form><input id=line><textarea id=many></textarea><button>go</button></form>
        <div id=free contenteditable style="border: 1px solid; height: 60px"></div><p id=prose>nothing to type in</p>"""
    )
    page.do(Click(page.at("#many")), TypeText("one\r\ntwo\n\nfour"))
    assert page.js("many.value") == "one\ntwo\n\nfour"
    assert "submit form" not in page.js("log")
    page.do(Click(page.at("#line")), TypeText("kept"))
    assert "takes one line" in page.do(TypeText("a\nb"))
    assert page.js("line.value") == "kept"
    page.do(TypeText(" and sent", submit=True))
    assert page.js("line.value") == "kept and sent"
    assert page.js("log").count("submit form") == 1
    assert page.js("log").count("keydown line Enter") == 1
    page.do(Click(page.at("#free")), TypeText("a\nb"))
    assert page.js("free.innerText").split() == ["a", "b"]
    assert "at most 5000" in page.do(TypeText("x" * 5001))


def test_keys_and_chords_by_any_name_and_unknown_ones_are_told(drive):
    page = drive(RECORDER + "<input id=field value='some text'>")
    page.do(Click(page.at("#field")), Key("ctrl+a"), Key("BACKSPACE"))
    assert page.js("field.value") == ""
    page.do(Key("x"), Key("shift+y"), Key("+"), Key("left"), Key("Del"))
    assert page.js("field.value").lower() == "xy"
    page.do(Key("Return"))
    assert page.js("log").pop() == "keydown field Enter"
    assert 'there is no key "Hyper"' in page.do(Key("Hyper+a")).replace("'", '"')
    assert "no key" in page.do(Key("+".join("abcdef")))
    assert page.js("field.value").lower() == "xy"


def test_scrolling_goes_four_ways_and_into_what_is_under_the_point(drive):
    page = drive(
        """<body style="margin: 0; width: 5000px; height: 5000px">
        <div id=inner style="position: absolute; left: 100px; top: 100px; width: 200px; height: 200px; overflow: auto">
        <div style="height: 3000px; width: 3000px; background: linear-gradient(red, blue)"></div></div>"""
    )
    page.do(Scroll("down", 5))
    assert page.js("[scrollX, scrollY]") == [0, 360]
    page.do(Scroll("right", 2))
    assert page.js("[scrollX, scrollY]") == [256, 360]
    page.do(Scroll("up", 3), Scroll("left", 1))
    assert page.js("[scrollX, scrollY]") == [128, 144]
    page.do(Scroll("up", 50), Scroll("left", 50))
    page.do(Scroll("down", 1, page.at("#inner")))
    assert page.js("[scrollY, inner.scrollTop]") == [0, 72]
    page.do(Scroll("right", 1, page.at("#inner")))
    assert page.js("[scrollX, inner.scrollLeft]") == [0, 128]


def test_addresses_and_the_history_of_a_tab(drive, serve):
    site = serve({"/": "<title>one</title>", "/two": "<title>two</title>"})
    page = drive(site, task="Find two.")
    assert page.info["title"] == "one"
    assert "There is no page to go back to." in page.do(Back())
    assert "There is no page to go forward to." in page.do(Forward())
    text = page.do(Goto(site.url("/two")))
    assert "“two”" in text
    assert site.url("/two") in text
    page.do(Back())
    assert (page.info["title"], page.info["url"]) == ("one", site.url())
    page.do(Forward())
    assert page.info["title"] == "two"
    assert "There is no page to go forward to." in page.do(Forward())
    assert page.do(Wait(0.0)) == ""


def test_tabs_are_opened_chosen_and_closed(drive, serve):
    site = serve({"/": "<title>one</title><body bgcolor=red>", "/two": "<title>two</title><body bgcolor=blue>"})
    page = drive(site)
    assert (page.info["tab"], page.info["tabs"]) == (1, 1)
    page.do(NewTab(site.url("/two")))
    assert (page.info["tab"], page.info["tabs"], page.info["title"]) == (2, 2, "two")
    assert tuple(page.image[300, 300]) == (0, 0, 255)
    page.do(SwitchTab(1))
    assert (page.info["tab"], page.info["title"]) == (1, "one")
    assert tuple(page.image[300, 300]) == (255, 0, 0)
    assert page.js("document.visibilityState") == "visible"
    assert "only 2 tabs" in page.do(SwitchTab(3))
    page.do(SwitchTab(2), CloseTab())
    assert (page.info["tab"], page.info["tabs"], page.info["title"]) == (1, 1, "one")
    assert tuple(page.image[300, 300]) == (255, 0, 0)
    assert page.js("document.visibilityState") == "visible"
    page.do(CloseTab())
    assert (page.info["tabs"], page.info["url"]) == (1, "about:blank")
    page.do(Goto(site.url("/two")))
    assert page.info["title"] == "two"
    for _ in range(9):
        page.do(NewTab())
    assert page.info["tabs"] == 10
    assert "close" in page.do(NewTab(site.url("/"))).lower()
    assert (page.info["tabs"], page.info["url"]) == (10, "about:blank")


def test_options_of_a_list_are_told_and_chosen_by_their_label(drive, serve):
    lists = """<select id=tea onchange="chosen.push(this.value)"><option value=0>Choose…</option>
      <optgroup label=hot><option value=1>Green  Tea</option><option value=2 disabled>Black tea</option></optgroup>
      <option value=3>Maté</option></select><select id=off disabled><option>no</option></select>
      <p id=prose>text</p><script>const chosen = []</script>"""
    site = serve({"/": lists + "<iframe src=/in style='border: 13px solid; padding: 7px'></iframe>", "/in": lists})
    page = drive(site)
    told = page.do(Click(page.at("#tea")))
    assert "“Choose…”, “Green Tea”, “Black tea”, “Maté”" in told
    assert page.do(SelectOption(page.at("#tea"), "green TEA")) == ""
    assert page.js("chosen") == ["1"]
    assert page.do(SelectOption(page.at("#tea"), " Maté ")) == ""
    assert page.js("[chosen.at(-1), tea.value]") == ["3", "3"]
    told = page.do(SelectOption(page.at("#tea"), "coffee"))
    assert "coffee" in told
    assert "“Green Tea”" in told
    assert "no list at this point" in page.do(SelectOption(page.at("#prose"), "Maté"))
    assert "cannot be chosen" in page.do(SelectOption(page.at("#tea"), "Black tea"))
    assert "cannot be changed" in page.do(SelectOption(page.at("#off"), "no"))
    assert "cannot be changed" in page.do(Click(page.at("#off")))
    assert page.js("chosen") == ["1", "3"]
    assert page.do(SelectOption(page.at("#tea", "iframe"), "Green Tea")) == ""
    assert page.js("[chosen, tea.value]", "iframe") == [["1"], "1"]
    for corner in (0.05, 0.95):
        assert "A list" in page.do(Click(page.at("#tea", "iframe", dx=corner, dy=corner)))
    assert page.js("document.activeElement.id", "iframe") == "tea"


UPLOADS = """<input type=file id=field><label id=label>choose <input type=file hidden id=hidden></label>
  <button id=button onclick="late.click()">Attach</button><input type=file id=late hidden>"""
NAMES = "[...document.querySelectorAll('input')].map(i => i.files[0]?.name ?? '')"


def test_files_of_the_allowed_folder_are_given_to_the_page_and_no_others(drive, tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    for name in ("one.txt", "two.txt", "three.txt"):
        (folder / name).write_text(name)
    (tmp_path / "private.txt").write_text("private")
    (folder / "link.txt").symlink_to(tmp_path / "private.txt")
    page = drive(UPLOADS, uploads=str(folder))
    for name in (
        "../private.txt",
        str(tmp_path / "private.txt"),
        "link.txt",
        "/etc/passwd",
        "",
        ".",
        "a\0b",
        "x" * 5000,
    ):
        assert "there is no file" in page.do(UploadFile(name, page.at("#field")))
    assert "one.txt" in page.text
    assert "no page asks for a file" in page.do(UploadFile("one.txt"))
    assert page.js(NAMES) == ["", "", ""]
    assert page.do(UploadFile("one.txt", page.at("#field"))) == ""
    assert page.do(UploadFile("two.txt", page.at("#label"))) == ""
    assert "upload_file" in page.do(Click(page.at("#button")))
    assert "there is no file" in page.do(UploadFile("../private.txt"))
    assert page.do(UploadFile("three.txt")) == ""
    assert page.js(NAMES) == ["one.txt", "two.txt", "three.txt"]


def test_without_a_folder_a_file_choice_is_told_and_the_action_does_not_exist(drive):
    page = drive(UPLOADS)
    assert "No files may be uploaded." in page.do(Click(page.at("#button")))
    with pytest.raises(ActionError, match="not an action of a browser"):
        page.env.step(UploadFile("one.txt"))


def test_questions_of_the_page_wait_for_their_answer(drive, serve):
    site = serve(
        {
            "/": """<button id=sure onclick="said.push(confirm('Really?'))">a</button>
            <button id=name onclick="said.push(prompt('Who?', 'Ann'))">b</button>
            <button id=stay onclick="onbeforeunload = e => e.preventDefault()">c</button>
            <script>const said = []</script>""",
            "/two": "<title>two</title>",
        }
    )
    page = drive(site)
    before = page.image
    assert "“Really?”" in page.do(Click(page.at("#sure")))
    told = page.do(TypeText("x"))
    assert "Nothing was done" in told
    assert "“Really?”" in told
    assert np.array_equal(page.image[100:], before[100:])
    page.do(AnswerDialog(True))
    point = page.at("#name")
    page.do(Click(page.at("#sure")), AnswerDialog(False))
    told = page.do(Click(point))
    assert "“Who?”" in told
    assert "“Ann”" in told
    page.do(AnswerDialog(True, "Bob ✿"), Click(point), AnswerDialog(True), Click(point), AnswerDialog(False))
    page.do(Click(point), AnswerDialog(True, ""))
    assert page.js("said") == [True, False, "Bob ✿", "Ann", None, ""]
    assert "asks nothing" in page.do(AnswerDialog(True))
    page.do(Click(page.at("#stay")))
    assert "beforeunload" in page.do(Goto(site.url("/two")))
    page.do(AnswerDialog(False))
    assert page.info["url"] == site.url()
    assert "beforeunload" in page.do(Goto(site.url("/two")))
    page.do(AnswerDialog(True), Wait(0.5))
    assert page.info["title"] == "two"


def test_waiting_sees_what_came_meanwhile_and_an_answer_and_the_end_are_kept(drive):
    page = drive("<body><script>setTimeout(() => document.body.append('late'), 400)</script>", task="Wait.")
    page.do(Wait(0.7))
    assert page.js("document.body.innerText") == "late"
    assert "answer was given" in page.do(Answer("It is late."))
    assert (page.info["answer"], page.ended) == ("It is late.", False)
    page.do(Done("failure"))
    assert (page.info["status"], page.info["answer"], page.ended) == ("failure", "It is late.", True)


def test_a_start_says_the_task_the_tab_and_the_secrets_and_needs_a_page():
    with pytest.raises(EnvError, match="--url"):
        make_env("browser").reset(seed=0)


# 16 x 9 cells; a click or tap says in the title which one it met.
GRID = """<!doctype html>{head}<style>
  * {{ margin: 0 }} body {{ width: {width}px; height: {height}px; overflow: hidden; position: relative }}
  i {{ position: absolute; width: 6.25%; height: 11.1112%; outline: 1px solid #888 }}
</style><body><script>
  for (let y = 0; y < 9; y++) for (let x = 0; x < 16; x++) {{
    const cell = document.createElement('i');
    cell.style.left = `${{6.25 * x}}%`; cell.style.top = `${{11.1111 * y}}%`;
    cell.onclick = () => document.title = `${{x}},${{y}}`;
    document.body.append(cell);
  }}
</script>"""
CORNERS = [(0, 0), (15, 8), (15, 0), (0, 8)]
CELLS = [*CORNERS, (7, 4), (3, 6)]


def click_cells(page, cells=CELLS):
    for x, y in cells:
        page.do(Click(Point((x + 0.5) / 16, (y + 0.5) / 9)))
        assert page.info["title"] == f"{x},{y}"
    for (x, y), corner in zip(CORNERS, [(0, 0), (1, 1), (1, 0), (0, 1)], strict=True):
        page.do(Click(Point(*map(float, corner))))
        assert page.info["title"] == f"{x},{y}"


@pytest.mark.parametrize(
    ("scale", "mobile", "size", "inner", "meta"),
    [
        (1.0, False, (1280, 720), (1280, 720), ""),
        (2.0, False, (640, 360), (640, 360), ""),
        (2.8, False, (160, 90), (160, 90), ""),
        (1.0, True, (640, 360), (640, 360), "<meta name=viewport content='width=device-width'>"),
        (2.0, True, (364, 812), (364, 812), "<meta name=viewport content='width=device-width'>"),
        (2.0, True, (364, 812), (980, 2186), ""),  # zoomed out, as phones show pages that were not made for them
    ],
)
def test_the_cell_that_is_clicked_is_the_one_pointed_at(drive, scale, mobile, size, inner, meta):
    site = GRID.format(head=meta, width=inner[0], height=inner[1])
    page = drive(site, width=size[0], height=size[1], scale=scale, mobile=mobile)
    assert page.image.shape == (round(size[1] * scale), round(size[0] * scale), 3)
    assert abs(page.js("innerWidth") - inner[0]) <= 1
    click_cells(page)
    x, y = page.info["device"]["point"]
    assert x == pytest.approx(0, abs=1)
    assert y == pytest.approx(page.js("innerHeight"), abs=3)


def test_a_point_inside_frames_and_on_a_scrolled_page_is_where_it_is_seen(drive, serve):
    grid = GRID.format(head="", width=320, height=180)
    frame = (
        "position: absolute; left: 50px; top: 1060px; width: 320px; height: 180px; border: 20px solid red; padding: 9px"
    )
    site = serve(
        {
            "/": f"<body style='margin: 0; height: 4000px'><iframe id=out src=/mid style='{frame}'></iframe>",
            "/mid": grid.replace("document.title =", "parent.document.title = document.title ="),
        }
    )
    page = drive(site, width=640, height=360)
    page.do(Scroll("down", 28))
    assert page.js("scrollY") > 900
    for x, y in itertools.product((0, 8, 15), (0, 4, 8)):
        page.do(Click(page.at(f"i:nth-of-type({16 * y + x + 1})", "#out")))
        assert page.info["title"] == f"{x},{y}"


def test_two_screenshots_of_an_unchanged_page_with_a_caret_are_equal_to_the_byte(drive):
    page = drive("<input id=field><textarea>text</textarea>")
    page.do(Click(page.at("#field")), TypeText("hello"))
    first = page.image.tobytes()
    for pause in (0.3, 0.55, 0.8):
        page.do(Wait(pause))
        assert page.image.tobytes() == first
    assert page.info["settled"]
    assert set(page.info["seconds"]) == {"settle", "shot"}
