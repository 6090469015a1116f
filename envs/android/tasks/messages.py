"""Tasks in Messages."""

from __future__ import annotations

from typing import Any

from envs.android.tasks.base import Draw, Parameters, Task, new_id
from envs.android.tasks.contacts import draw_phone
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move


def thread_of(state: State, phone: str) -> dict[str, Any] | None:
    """The conversation with a number."""
    return next((thread for thread in state["messages"]["threads"] if thread["phone"] == phone), None)


def put_message(state: State, name: str, phone: str, text: str, *, mine: bool) -> None:
    """A message that is sent or came, in the conversation it belongs to."""
    thread = thread_of(state, phone)
    if thread is None:
        thread = {"id": new_id(state), "name": name, "phone": phone, "unread": False, "messages": []}
        state["messages"]["threads"].append(thread)
    message = {"id": new_id(state), "mine": mine, "text": text, "time": state["device"]["clock"]}
    thread["messages"].append(message)


def read_thread(hand: Hand, phone: str) -> Move | None:
    """Go to the conversation with a number, which there is."""
    if move := hand.enter("messages"):
        return move
    thread = thread_of(hand.state, phone)
    if hand.activity == "MainActivity" and thread is not None:
        return hand.tap(f"thread_{thread['id']}")
    return None if hand.activity == "ThreadActivity" else hand.back()


def send(hand: Hand, person: int, name: str, phone: str, text: str) -> Move:
    """The next move towards a message to a contact, in their conversation or a new one."""
    if move := hand.enter("messages"):
        return move
    match hand.activity:
        case "MainActivity":
            thread = thread_of(hand.state, phone)
            return hand.tap("start_chat" if thread is None else f"thread_{thread['id']}")
        case "NewActivity" if not hand.has(f"contact_{person}"):
            return hand.fill("to", name) or hand.tap(f"contact_{person}")
        case "NewActivity":
            return hand.tap(f"contact_{person}")
        case "ThreadActivity" if hand.words("title") == name:
            return hand.fill("compose", text) or hand.tap("send")
    return hand.back()


class _Send(Task):
    threaded: bool | None = None

    def draw(self, draw: Draw) -> Parameters:
        person = draw.person(threaded=self.threaded)
        facts = {"person": person["id"], "name": person["name"], "phone": person["phone"]}
        return {**facts, "text": draw.word("message")}

    def end(self, state: State, p: Parameters) -> None:
        put_message(state, p["name"], p["phone"], p["text"], mine=True)

    def move(self, hand: Hand, p: Parameters) -> Move:
        return send(hand, p["person"], p["name"], p["phone"], p["text"])


class Reply(_Send):
    name = "messages-reply"
    english = ("Reply to {name}: {text}", "Write back to {name}: “{text}”")
    chinese = ("回复{name}：{text}", "给{name}回消息：“{text}”")
    threaded = True


class NewChat(_Send):
    name = "messages-new"
    english = ("Start a chat with {name}: {text}", "Send {name} a message that says “{text}”")
    chinese = ("和{name}开始聊天：{text}", "给{name}发一条消息：“{text}”")
    threaded = False


class ToNumber(Task):
    name = "messages-number"
    english = ("Send “{text}” to {phone}.", "Text the number {phone}: {text}")
    chinese = ("把“{text}”发到{phone}。", "给号码{phone}发短信：{text}")

    def draw(self, draw: Draw) -> Parameters:
        return {"phone": draw_phone(draw), "text": draw.word("message")}

    def end(self, state: State, p: Parameters) -> None:
        put_message(state, p["phone"], p["phone"], p["text"], mine=True)

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := hand.enter("messages"):
            return move
        match hand.activity:
            case "MainActivity":
                return hand.tap("start_chat")
            case "NewActivity":
                return hand.fill("to", p["phone"]) or hand.tap("send_to_number")
        return hand.fill("compose", p["text"]) or hand.tap("send")


class ChatDelete(Task):
    name = "messages-delete"
    english = ("Delete the conversation with {name}.", "Remove my chat with {name} from Messages.")
    chinese = ("删除和{name}的对话。", "把我和{name}的聊天从信息中删除。")

    def draw(self, draw: Draw) -> Parameters:
        person = draw.person(threaded=True)
        return {"name": person["name"], "phone": person["phone"]}

    def end(self, state: State, p: Parameters) -> None:
        threads = state["messages"]["threads"]
        threads.remove(thread_of(state, p["phone"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        asked = hand.has("confirm_delete")
        return read_thread(hand, p["phone"]) or hand.tap("confirm_delete" if asked else "delete")


class AskCode(Task):
    name = "messages-ask-code"
    english = ("What is the door code that {name} sent me?", "{name} texted me a door code. Which is it?")
    chinese = ("{name}发给我的门禁密码是多少？", "{name}给我发过门禁密码，是什么？")

    def draw(self, draw: Draw) -> Parameters:
        person, code = draw.person(), str(draw.one(range(1000, 10_000)))
        text = draw.pick(f"The door code is {code} from today.", f"从今天起门禁密码是 {code} 。")
        return {"name": person["name"], "phone": person["phone"], "code": code, "text": text}

    def prepare(self, state: State, p: Parameters) -> None:
        put_message(state, p["name"], p["phone"], p["text"], mine=False)

    def replies(self, before: State, p: Parameters) -> tuple[str, ...]:
        return (p["code"],)

    def move(self, hand: Hand, p: Parameters) -> Move:
        return read_thread(hand, p["phone"]) or hand.answer(p["code"])


TASKS: tuple[Task, ...] = (Reply(), NewChat(), ToNumber(), ChatDelete(), AskCode())
