"""Tasks in Files."""

from __future__ import annotations

from typing import Any

from envs.android.tasks.base import Draw, Parameters, Task, by_id, new_id
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move


def _way(state: State, entry: int) -> list[int]:
    """The folders to go through from the root to where an entry is."""
    parent = by_id(state["files"]["entries"], entry)["parent"]
    return [] if parent == 0 else [*_way(state, parent), parent]


def show(hand: Hand, entry: int) -> Move | None:
    """Go to the folder an entry is in: its row is then on the screen, if need be after scrolling."""
    if move := hand.enter("files"):
        return move
    if hand.has(f"entry_{entry}") or hand.activity not in ("MainActivity", "FolderActivity"):
        return None
    for folder in reversed(_way(hand.state, entry)):
        if hand.has(f"entry_{folder}"):
            return hand.tap(f"entry_{folder}")
    return hand.scroll(f"entry_{entry}")


class _OneFile(Task):
    """Something to be done with a file in a folder."""

    def draw(self, draw: Draw) -> Parameters:
        entries = draw.state["files"]["entries"]
        it = draw.one([entry for entry in entries if not entry["folder"] and entry["parent"]])
        folder = by_id(entries, it["parent"])
        return {"entry": it["id"], "file": it["name"], "folder": folder["name"], "parent": folder["id"]}


class NewFolder(Task):
    name = "files-folder"
    english = ("Make a folder named “{folder}” in Files, outside all others.", "In Files, create the folder {folder}.")
    chinese = ("在文件的最上层新建文件夹“{folder}”。", "在文件里创建文件夹{folder}。")

    def draw(self, draw: Draw) -> Parameters:
        return {"folder": draw.word("folder")}

    def end(self, state: State, p: Parameters) -> None:
        state["files"]["entries"].append(folder_at_root(state, p["folder"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := hand.enter("files"):
            return move
        return make_folder(hand, p["folder"])


def folder_at_root(state: State, name: str) -> dict[str, Any]:
    return {"id": new_id(state), "name": name, "parent": 0, "folder": True, "time": "", "size": 0, "text": ""}


def make_folder(hand: Hand, name: str) -> Move:
    """The next move towards a folder, where one stands in Files."""
    if not hand.has("name_input"):
        return hand.tap("new_folder")
    return hand.fill("name_input", name) or hand.tap("name_ok")


class Rename(_OneFile):
    name = "files-rename"
    english = ("Rename {file} in {folder} to {to}.", "Give the file {file} in the folder {folder} the name {to}.")
    chinese = ("把{folder}里的{file}重命名为{to}。", "将文件夹{folder}中的文件{file}改名为{to}。")

    def draw(self, draw: Draw) -> Parameters:
        p = super().draw(draw)
        return {**p, "to": f"{draw.word('file')}.{p['file'].rpartition('.')[2]}"}

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["files"]["entries"], p["entry"])["name"] = p["to"]

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "files" and hand.has("name_input"):
            return hand.fill("name_input", p["to"]) or hand.tap("name_ok")
        if hand.app == "files" and hand.has("menu_rename"):
            return hand.tap("menu_rename")
        return show(hand, p["entry"]) or hand.tap(f"more_{p['entry']}")


class FileDelete(_OneFile):
    name = "files-delete"
    english = ("Delete the file {file} in {folder}.", "Remove {file} from the folder {folder}.")
    chinese = ("删除{folder}里的文件{file}。", "从文件夹{folder}中删掉{file}。")

    def end(self, state: State, p: Parameters) -> None:
        entries = state["files"]["entries"]
        entries.remove(by_id(entries, p["entry"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        for asked in ("confirm_delete", "menu_delete"):
            if hand.app == "files" and hand.has(asked):
                return hand.tap(asked)
        return show(hand, p["entry"]) or hand.tap(f"more_{p['entry']}")


class FileMove(_OneFile):
    name = "files-move"
    english = ("Move {file} from {folder} to {to}.", "Put the file {file}, now in {folder}, into the folder {to}.")
    chinese = ("把{file}从{folder}移到{to}。", "将{folder}中的文件{file}放进文件夹{to}。")

    def draw(self, draw: Draw) -> Parameters:
        p = super().draw(draw)
        folders = [it for it in draw.state["files"]["entries"] if it["folder"] and it["id"] != p["parent"]]
        to = draw.one(folders)
        return {**p, "to": to["name"], "target": to["id"]}

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["files"]["entries"], p["entry"])["parent"] = p["target"]

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "files" and hand.activity == "MoveActivity":
            there = f"target_{p['target']}"  # a row for it stands only where one is not in it yet
            return hand.tap(there if hand.has(there) else "move_here")
        if hand.app == "files" and hand.has("menu_move"):
            return hand.tap("menu_move")
        return show(hand, p["entry"]) or hand.tap(f"more_{p['entry']}")


class AskFile(_OneFile):
    name = "files-ask"
    english = ("Which number stands in the file {file} in {folder}, after “Reference”?",)
    chinese = ("{folder}里的文件{file}中，“编号”后面的数字是什么？",)

    def draw(self, draw: Draw) -> Parameters:
        number = str(draw.one(range(10_000, 100_000)))
        return {**super().draw(draw), "number": number, "text": draw.pick(f"Reference {number}", f"编号 {number}")}

    def prepare(self, state: State, p: Parameters) -> None:
        by_id(state["files"]["entries"], p["entry"])["text"] = p["text"]

    def replies(self, before: State, p: Parameters) -> tuple[str, ...]:
        return (p["number"],)

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := show(hand, p["entry"]):
            return move
        return hand.answer(p["number"]) if hand.activity == "FileActivity" else hand.tap(f"entry_{p['entry']}")


TASKS: tuple[Task, ...] = (NewFolder(), Rename(), FileDelete(), FileMove(), AskFile())
