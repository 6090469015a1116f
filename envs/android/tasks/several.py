"""Tasks that need more than one app."""

from __future__ import annotations

from datetime import date

from envs.android.tasks.base import Draw, Parameters, Task, by_id
from envs.android.tasks.calendar import draw_event, event, find_event, make_event, say_date
from envs.android.tasks.clock import alarm, make_alarm
from envs.android.tasks.contacts import contact, draw_phone, make_contact, open_person
from envs.android.tasks.ending import State, same
from envs.android.tasks.files import folder_at_root, make_folder
from envs.android.tasks.hand import Hand, Move
from envs.android.tasks.maps import draw_place, go_to_place
from envs.android.tasks.messages import put_message, read_thread, send
from envs.android.tasks.notes import note, read_note
from envs.android.tasks.pay import draw_amount, put_payment, send_money
from envs.android.tasks.shop import dollars, draw_product, put_in_cart


def two_people(draw: Draw) -> Parameters:
    """Two contacts: `name` of whom something is known, `to` who is told."""
    one, other = draw.some(draw.state["contacts"]["people"], 2)
    about = {"person": one["id"], "name": one["name"], "phone": one["phone"]}
    return {**about, "to_person": other["id"], "to": other["name"], "to_phone": other["phone"]}


def tell(hand: Hand, p: Parameters, text: str) -> Move:
    """The next move towards a message to the one who is told."""
    return send(hand, p["to_person"], p["to"], p["to_phone"], text)


def has_been_in(hand: Hand, app: str) -> bool:
    """Whether an app is among those used since the start: what stood there has been seen."""
    return f"com.standin.{app}" in hand.status["recents"] and hand.app != app


class SendNumber(Task):
    name = "send-number"
    english = ("Send {to} the phone number of {name}, and nothing else.",)
    chinese = ("把{name}的电话号码发给{to}，不要写别的。",)

    def draw(self, draw: Draw) -> Parameters:
        return two_people(draw)

    def end(self, state: State, p: Parameters) -> None:
        put_message(state, p["to"], p["to_phone"], p["phone"], mine=True)

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "messages" or has_been_in(hand, "contacts"):
            return tell(hand, p, p["phone"])
        if move := open_person(hand, p["person"]):
            return move
        return hand.enter("messages") or hand.back()


class SendAddress(Task):
    name = "send-address"
    english = ("Look up the address of {where} in Maps and send just that to {to}.",)
    chinese = ("在地图里查{where}的地址，并只把地址发给{to}。",)

    def draw(self, draw: Draw) -> Parameters:
        return {**two_people(draw), **draw_place(draw)}

    def end(self, state: State, p: Parameters) -> None:
        put_message(state, p["to"], p["to_phone"], p["address"], mine=True)

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "messages" or has_been_in(hand, "maps"):
            return tell(hand, p, p["address"])
        if move := go_to_place(hand, p["place"], p["where"]):
            return move
        return hand.enter("messages") or hand.back()


class SendPrice(Task):
    name = "send-price"
    english = ("Tell {to} in a message what {thing} costs in Shop: only the price, as $12.34.",)
    chinese = ("发消息告诉{to}商店里{thing}的价格：只写价格，如$12.34。",)

    def draw(self, draw: Draw) -> Parameters:
        p = draw_product(draw)
        price = by_id(draw.state["shop"]["products"], p["product"])["price"]
        return {**two_people(draw), **p, "price": f"${dollars(price)}"}

    def end(self, state: State, p: Parameters) -> None:
        put_message(state, p["to"], p["to_phone"], p["price"], mine=True)

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "messages" or has_been_in(hand, "shop"):
            return tell(hand, p, p["price"])
        if move := hand.enter("shop"):
            return move
        if hand.activity == "MainActivity":
            return hand.tap(f"product_{p['product']}")
        return hand.enter("messages") or hand.back()


class EventFromMessage(Task):
    name = "event-from-message"
    english = ("{name} wrote me of an appointment. Add it to my calendar with the title “{title}”, for one hour.",)
    chinese = ("{name}发消息说了一个约会。请以“{title}”为标题加到日历，时长一小时。",)

    def draw(self, draw: Draw) -> Parameters:
        person, p = draw.person(threaded=True), draw_event(draw)
        text = draw.pick(f"{p['title']} is on {p['day']} at {p['start']}.", f"{p['title']}定在{p['day']}{p['start']}。")
        return {**p, "name": person["name"], "phone": person["phone"], "text": text}

    def prepare(self, state: State, p: Parameters) -> None:
        put_message(state, p["name"], p["phone"], p["text"], mine=False)

    def end(self, state: State, p: Parameters) -> None:
        state["calendar"]["events"].append(event(state, p))

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "calendar" or has_been_in(hand, "messages"):
            return make_event(hand, p)
        return read_thread(hand, p["phone"]) or hand.enter("calendar") or hand.back()


class ContactFromMessage(Task):
    name = "contact-from-message"
    english = ("{name} sent me the number of {who}. Save {who} in my contacts.",)
    chinese = ("{name}把{who}的号码发给我了。请把{who}存进通讯录。",)

    def draw(self, draw: Draw) -> Parameters:
        person, who, number = draw.person(), draw.word("stranger"), draw_phone(draw)
        text = draw.pick(f"The number of {who} is {number}.", f"{who}的号码是 {number} 。")
        return {"name": person["name"], "phone": person["phone"], "who": who, "number": number, "text": text}

    def prepare(self, state: State, p: Parameters) -> None:
        put_message(state, p["name"], p["phone"], p["text"], mine=False)

    def end(self, state: State, p: Parameters) -> None:
        state["contacts"]["people"].append(contact(state, p["who"], p["number"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "contacts" or has_been_in(hand, "messages"):
            return make_contact(hand, p["who"], p["number"])
        return read_thread(hand, p["phone"]) or hand.enter("contacts") or hand.back()


class PayFromNote(Task):
    name = "pay-from-note"
    english = ("The note {title} says what I owe {name}. Pay it, without a message.",)
    chinese = ("笔记“{title}”里写着我欠{name}多少钱。请付清，不用留言。",)

    def draw(self, draw: Draw) -> Parameters:
        payee, amount, title = draw.one(draw.state["pay"]["payees"])["name"], draw_amount(draw), draw.word("title")
        text = draw.pick(f"I owe {payee} ${dollars(amount)} for dinner.", f"晚饭欠{payee} ${dollars(amount)} 。")
        return {"name": payee, "amount": amount, "title": title, "text": text, "note": draw.state["next_id"] + 1}

    def prepare(self, state: State, p: Parameters) -> None:
        state["notes"]["notes"].append(note(state, p["title"], p["text"]))

    def end(self, state: State, p: Parameters) -> None:
        put_payment(state, p["name"], p["amount"])

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "pay" or has_been_in(hand, "notes"):
            return send_money(hand, p["name"], p["amount"])
        return read_note(hand, p["note"]) or hand.enter("pay") or hand.back()


class AlarmForEvent(Task):
    name = "alarm-for-event"
    english = ("Set an alarm for two hours before {title} begins, for that hour once.",)
    chinese = ("查看日历，设一个比{title}开始时间早两小时、只响一次的闹钟。",)

    def draw(self, draw: Draw) -> Parameters:
        it = draw.one(draw.state["calendar"]["events"])
        return {"event": it["id"], "title": it["title"], "hour": int(it["start"][:2]) - 2}

    def end(self, state: State, p: Parameters) -> None:
        state["clock"]["alarms"].append(alarm(state, p["hour"], 0))

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "clock" or has_been_in(hand, "calendar"):
            return make_alarm(hand, p["hour"], 0)
        return find_event(hand, p["event"]) or hand.enter("clock") or hand.back()


class TellEvent(Task):
    name = "tell-event"
    english = ("Tell {to} by message where {title} is: only the place, as in the calendar.",)
    chinese = ("发消息告诉{to}{title}的地点：只写日历里的地点。",)

    def draw(self, draw: Draw) -> Parameters:
        it = draw.one([it for it in draw.state["calendar"]["events"] if it["place"]])
        return {**two_people(draw), "event": it["id"], "title": it["title"], "place": it["place"]}

    def end(self, state: State, p: Parameters) -> None:
        put_message(state, p["to"], p["to_phone"], p["place"], mine=True)

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app == "messages" or has_been_in(hand, "calendar"):
            return tell(hand, p, p["place"])
        return find_event(hand, p["event"]) or hand.enter("messages") or hand.back()


class ShopFromNote(Task):
    name = "shop-from-note"
    english = ("Put what the note {title} lists into the cart of Shop, one of each.",)
    chinese = ("把笔记“{title}”里列出的东西各放一件到商店的购物车。",)

    def draw(self, draw: Draw) -> Parameters:
        products = draw.some(draw.state["shop"]["products"], 2)
        text = "\n".join(draw.say(it["name"]) for it in products)
        facts = {"products": [it["id"] for it in products], "text": text, "title": draw.word("title")}
        return {**facts, "note": draw.state["next_id"] + 1}

    def prepare(self, state: State, p: Parameters) -> None:
        state["notes"]["notes"].append(note(state, p["title"], p["text"]))

    def end(self, state: State, p: Parameters) -> None:
        state["shop"]["cart"] += [{"product": product, "quantity": 1} for product in p["products"]]

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app != "shop" and not has_been_in(hand, "notes"):
            return read_note(hand, p["note"]) or hand.enter("shop") or hand.back()
        return put_in_cart(hand, p["products"][0]) or put_in_cart(hand, p["products"][1]) or hand.back()


class NoteDate(Task):
    name = "note-event-day"
    english = ("Write a note titled “{title}” that says on which date it is, as 2026-03-05, and nothing else.",)
    chinese = ("以“{title}”为题写一条笔记，内容只写该日程的日期，如2026-03-05。",)

    def draw(self, draw: Draw) -> Parameters:
        it = draw.one(draw.state["calendar"]["events"])
        day = say_date(date.fromisoformat(it["date"]), draw.language)
        return {"event": it["id"], "title": it["title"], "date": it["date"], "day": day}

    def end(self, state: State, p: Parameters) -> None:
        state["notes"]["notes"].append(note(state, p["title"], p["date"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        if hand.app != "notes" and not has_been_in(hand, "calendar"):
            return find_event(hand, p["event"]) or hand.enter("notes") or hand.back()
        if move := hand.enter("notes"):
            return move
        if hand.activity == "MainActivity":
            return hand.tap("add_note")
        return hand.fill("title_input", p["title"]) or hand.fill("text_input", p["date"]) or hand.tap("save")


class FolderAndNote(Task):
    name = "folder-and-note"
    english = ("In Files, make the folder “{folder}”, and then a note titled “{folder}” that says: {text}",)
    chinese = ("在文件的最上层新建文件夹“{folder}”，再新建一条标题为“{folder}”的笔记，内容：{text}",)

    def draw(self, draw: Draw) -> Parameters:
        return {"folder": draw.word("folder"), "text": draw.word("text")}

    def end(self, state: State, p: Parameters) -> None:
        state["files"]["entries"].append(folder_at_root(state, p["folder"]))
        state["notes"]["notes"].append(note(state, p["folder"], p["text"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        if not any(it["name"] == p["folder"] for it in hand.state["files"]["entries"]):
            return hand.enter("files") or make_folder(hand, p["folder"])
        if move := hand.enter("notes"):
            return move
        if hand.activity == "MainActivity":
            return hand.tap("add_note")
        return hand.fill("title_input", p["folder"]) or hand.fill("text_input", p["text"]) or hand.tap("save")


class Photos(Task):
    name = "photo"
    english = ("Take {count} photos with the camera.", "Open the camera and take {count} pictures.")
    chinese = ("用相机拍{count}张照片。", "打开相机，拍{count}张照片。")

    def draw(self, draw: Draw) -> Parameters:
        return {"count": draw.one([1, 2, 3])}

    def success(self, before: State, now: State, p: Parameters, answer: str) -> bool:
        """A photo is a file too, in a folder that comes with the first: only its number is judged."""
        plain = {**now, "camera": before["camera"], "files": before["files"]}
        names = [photo["name"] for photo in now["camera"]["photos"]]
        known = {entry["id"] for entry in before["files"]["entries"]}
        new = [entry["name"] for entry in now["files"]["entries"] if entry["id"] not in known]
        kept = all(entry in now["files"]["entries"] for entry in before["files"]["entries"])
        return same(before, plain) and kept and len(names) == p["count"] and sorted(new) == sorted([*names, "DCIM"])

    def move(self, hand: Hand, p: Parameters) -> Move:
        return hand.enter("camera") or hand.tap("shutter" if hand.has("shutter") else "allow")


TASKS: tuple[Task, ...] = (
    SendNumber(), SendAddress(), SendPrice(), EventFromMessage(), ContactFromMessage(), PayFromNote(), AlarmForEvent(),
    TellEvent(), ShopFromNote(), NoteDate(), FolderAndNote(), Photos(),
)  # fmt: skip
