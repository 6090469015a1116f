"""Tasks in Notes."""

from __future__ import annotations

from typing import Any

from envs.android.tasks.base import Draw, Parameters, Task, by_id, new_id
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move


def note(state: State, title: str, text: str, folder: str = "") -> dict[str, Any]:
    """A new note, in the first folder if none is given."""
    folder = folder or state["notes"]["folders"][0]
    time = state["device"]["clock"]
    return {"id": new_id(state), "title": title, "text": text, "folder": folder, "pinned": False, "time": time}


def read_note(hand: Hand, number: int) -> Move | None:
    """Open a note."""
    if move := hand.enter("notes"):
        return move
    return hand.tap(f"note_{number}") if hand.activity == "MainActivity" else None


class _OneNote(Task):
    """Something to be done with a note."""

    def draw(self, draw: Draw) -> Parameters:
        it = draw.one(draw.state["notes"]["notes"])
        return {"note": it["id"], "title": it["title"], "text": it["text"], "folder": it["folder"]}


class NewNote(Task):
    name = "notes-new"
    english = ("Make a note titled “{title}”: {text}", "Write down in Notes, under the title {title}: {text}")
    chinese = ("新建一条标题为“{title}”的笔记：{text}", "在笔记里以{title}为题写下：{text}")

    def draw(self, draw: Draw) -> Parameters:
        return {"title": draw.word("title"), "text": draw.word("text")}

    def end(self, state: State, p: Parameters) -> None:
        state["notes"]["notes"].append(note(state, p["title"], p["text"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := hand.enter("notes"):
            return move
        if hand.activity == "MainActivity":
            return hand.tap("add_note")
        return hand.fill("title_input", p["title"]) or hand.fill("text_input", p["text"]) or hand.tap("save")


class AddLine(_OneNote):
    name = "notes-add-line"
    english = ("Add a last line “{line}” to the note {title}.",)
    chinese = ("在笔记“{title}”的末尾另起一行加上“{line}”。",)

    def draw(self, draw: Draw) -> Parameters:
        return {**super().draw(draw), "line": draw.word("line")}

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["notes"]["notes"], p["note"])["text"] += f"\n{p['line']}"

    def move(self, hand: Hand, p: Parameters) -> Move:
        whole = f"{p['text']}\n{p['line']}"
        return read_note(hand, p["note"]) or hand.fill("text_input", whole) or hand.tap("save")


class NoteDelete(_OneNote):
    name = "notes-delete"
    english = ("Delete the note “{title}”.", "Throw away my note {title}.")
    chinese = ("删除笔记“{title}”。", "把我的笔记{title}删掉。")

    def end(self, state: State, p: Parameters) -> None:
        notes = state["notes"]["notes"]
        notes.remove(by_id(notes, p["note"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        asked = hand.has("confirm_delete")
        return read_note(hand, p["note"]) or hand.tap("confirm_delete" if asked else "delete")


class NoteMove(_OneNote):
    name = "notes-move"
    english = ("Move the note “{title}” to the folder {to}.", "Put my note {title} into {to}.")
    chinese = ("把笔记“{title}”移到文件夹{to}。", "将我的笔记{title}放进{to}。")

    def draw(self, draw: Draw) -> Parameters:
        p = super().draw(draw)
        return {**p, "to": draw.one([name for name in draw.state["notes"]["folders"] if name != p["folder"]])}

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["notes"]["notes"], p["note"])["folder"] = p["to"]

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "notes" and hand.activity == "MainActivity":
            if hand.has("pick_folder_0"):
                return hand.tap(f"pick_folder_{hand.state['notes']['folders'].index(p['to'])}")
            return hand.tap("menu_move") if hand.has("menu_move") else hand.hold(f"note_{p['note']}")
        return hand.enter("notes") or hand.back()


class Pin(_OneNote):
    name = "notes-pin"
    english = ("Pin the note “{title}”.", "Keep my note {title} on top: pin it.")
    chinese = ("置顶笔记“{title}”。", "把我的笔记{title}固定在最上面。")

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["notes"]["notes"], p["note"])["pinned"] = True

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "notes" and hand.activity == "MainActivity":
            return hand.tap("menu_pin") if hand.has("menu_pin") else hand.hold(f"note_{p['note']}")
        return hand.enter("notes") or hand.back()


class AskNote(_OneNote):
    name = "notes-ask"
    english = ("How many litres are in the note {title}? The number is enough.",)
    chinese = ("笔记“{title}”里写着多少升？只要数字。",)

    def draw(self, draw: Draw) -> Parameters:
        p = super().draw(draw)
        litres = draw.one(range(11, 99))
        added = draw.pick(f"The tank holds {litres} litres.", f"水箱容量为 {litres} 升。")
        return {**p, "litres": litres, "added": added}

    def prepare(self, state: State, p: Parameters) -> None:
        it = by_id(state["notes"]["notes"], p["note"])
        it["text"] = f"{it['text']}\n{p['added']}"

    def replies(self, before: State, p: Parameters) -> tuple[str, ...]:
        return (str(p["litres"]),)

    def move(self, hand: Hand, p: Parameters) -> Move:
        return read_note(hand, p["note"]) or hand.answer(str(p["litres"]))


TASKS: tuple[Task, ...] = (NewNote(), AddLine(), NoteDelete(), NoteMove(), Pin(), AskNote())
