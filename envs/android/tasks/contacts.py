"""Tasks in Contacts."""

from __future__ import annotations

from typing import Any

from envs.android.tasks.base import Draw, Parameters, Task, by_id, new_id
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move


def draw_phone(draw: Draw) -> str:
    return f"555 02{draw.one(range(100)):02d} {draw.one(range(10_000)):04d}"


def contact(state: State, name: str, phone: str) -> dict[str, Any]:
    """A new contact."""
    return {"id": new_id(state), "name": name, "phone": phone, "email": "", "company": "", "favourite": False}


def open_person(hand: Hand, person: int) -> Move | None:
    """Go to a contact's page."""
    if move := hand.enter("contacts"):
        return move
    if hand.activity == "MainActivity":
        return hand.tap(f"row_{person}")
    return None


def make_contact(hand: Hand, name: str, phone: str) -> Move:
    """The next move towards a new contact."""
    if move := hand.enter("contacts"):
        return move
    if hand.activity == "MainActivity":
        return hand.tap("add_contact")
    if hand.activity != "EditActivity":
        return hand.back()
    return hand.fill("name_input", name) or hand.fill("phone_input", phone) or hand.tap("save")


class _OneContact(Task):
    """Something to be done with a contact."""

    def draw(self, draw: Draw) -> Parameters:
        person = draw.person()
        return {"person": person["id"], "name": person["name"], "phone": person["phone"]}


class NewContact(Task):
    name = "contacts-new"
    english = ("Add {name} to my contacts, phone {phone}.", "Create a contact: {name}, {phone}.")
    chinese = ("把{name}加到通讯录，电话{phone}。", "新建联系人：{name}，{phone}。")

    def draw(self, draw: Draw) -> Parameters:
        return {"name": draw.word("stranger"), "phone": draw_phone(draw)}

    def end(self, state: State, p: Parameters) -> None:
        state["contacts"]["people"].append(contact(state, p["name"], p["phone"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        return make_contact(hand, p["name"], p["phone"])


class ContactPhone(_OneContact):
    name = "contacts-phone"
    english = ("{name} has a new number: {to}. Change it in my contacts.",)
    chinese = ("{name}换了新号码：{to}。请在通讯录里修改。",)

    def draw(self, draw: Draw) -> Parameters:
        return {**super().draw(draw), "to": draw_phone(draw)}

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["contacts"]["people"], p["person"])["phone"] = p["to"]

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := open_person(hand, p["person"]):
            return move
        if hand.activity == "DetailActivity":
            return hand.tap("edit")
        return hand.fill("phone_input", p["to"]) or hand.tap("save")


class Favourite(_OneContact):
    name = "contacts-favourite"
    english = ("Make {name} a favourite contact.", "Add {name} to my favourites in Contacts.")
    chinese = ("把{name}设为收藏的联系人。", "在通讯录中收藏{name}。")

    def prepare(self, state: State, p: Parameters) -> None:
        by_id(state["contacts"]["people"], p["person"])["favourite"] = False

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["contacts"]["people"], p["person"])["favourite"] = True

    def move(self, hand: Hand, p: Parameters) -> Move:
        return open_person(hand, p["person"]) or hand.tap("favourite")


class ContactDelete(_OneContact):
    name = "contacts-delete"
    english = ("Delete the contact {name}.", "Remove {name} from my contacts.")
    chinese = ("删除联系人{name}。", "把{name}从通讯录中删除。")

    def end(self, state: State, p: Parameters) -> None:
        people = state["contacts"]["people"]
        people.remove(by_id(people, p["person"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        asked = hand.has("confirm_delete")
        return open_person(hand, p["person"]) or hand.tap("confirm_delete" if asked else "delete")


class Call(_OneContact):
    name = "contacts-call"
    english = ("Call {name}.", "Ring {name} on the phone.")
    chinese = ("给{name}打电话。", "拨打{name}的电话。")

    def end(self, state: State, p: Parameters) -> None:
        call = {"id": new_id(state), "contact": p["person"], "name": p["name"], "phone": p["phone"], "time": ""}
        state["contacts"]["calls"].append(call)

    def move(self, hand: Hand, p: Parameters) -> Move:
        return open_person(hand, p["person"]) or hand.tap("call")


class AskNumber(_OneContact):
    name = "contacts-ask-phone"
    english = ("What is the phone number of {name}?", "Tell me {name}'s phone number.")
    chinese = ("{name}的电话号码是多少？", "告诉我{name}的电话号码。")

    def replies(self, before: State, p: Parameters) -> tuple[str, ...]:
        return p["phone"], p["phone"].replace(" ", "")

    def move(self, hand: Hand, p: Parameters) -> Move:
        return open_person(hand, p["person"]) or hand.answer(p["phone"])


TASKS: tuple[Task, ...] = (NewContact(), ContactPhone(), Favourite(), ContactDelete(), Call(), AskNumber())
