"""Tasks in Pay: what it does cannot be taken back, so a second payment is as wrong as none."""

from __future__ import annotations

from typing import ClassVar

from envs.android.tasks.base import Draw, Parameters, Task, new_id
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move
from envs.android.tasks.shop import dollars


def draw_amount(draw: Draw) -> int:
    """Cents, less than any balance."""
    return draw.one(range(3, 150)) * 100 + draw.one([0, 50, 25, 99])


def put_payment(state: State, payee: str, amount: int, note: str = "") -> None:
    """A payment is made."""
    pay = state["pay"]
    pay["balance"] -= amount
    pay["count"] += 1
    pay["payments"].append({"id": new_id(state), "payee": payee, "amount": amount, "note": note, "time": ""})


def send_money(hand: Hand, payee: str, amount: int, note: str = "") -> Move:
    """The next move towards a payment."""
    if move := hand.enter("pay"):
        return move
    match hand.activity:
        case "MainActivity":
            known = next((one["id"] for one in hand.state["pay"]["payees"] if one["name"] == payee), None)
            return hand.tap("send_money" if known is None else f"payee_{known}")
        case "SendActivity":
            return (
                hand.fill("payee_input", payee)
                or hand.fill("amount_input", dollars(amount))
                or (hand.fill("note_input", note) if note else None)
                or hand.tap("continue")
            )
        case "ConfirmActivity":
            return hand.tap("pay")
    return hand.back()


class Send(Task):
    name = "pay-send"
    english: ClassVar[tuple[str, ...]] = ("Pay {name} ${dollars}.", "Send ${dollars} to {name} with Pay.")
    chinese: ClassVar[tuple[str, ...]] = ("付给{name} {dollars}美元。", "用支付给{name}转{dollars}美元。")

    def draw(self, draw: Draw) -> Parameters:
        amount = draw_amount(draw)
        return {"name": draw.one(draw.state["pay"]["payees"])["name"], "amount": amount, "dollars": dollars(amount)}

    def end(self, state: State, p: Parameters) -> None:
        put_payment(state, p["name"], p["amount"], p.get("note", ""))

    def move(self, hand: Hand, p: Parameters) -> Move:
        return send_money(hand, p["name"], p["amount"], p.get("note", ""))


class SendNote(Send):
    name = "pay-send-note"
    english = ("Pay {name} ${dollars} with the message “{note}”.",)
    chinese = ("付给{name} {dollars}美元，留言“{note}”。",)

    def draw(self, draw: Draw) -> Parameters:
        return {**super().draw(draw), "note": draw.word("reason")}


class SendNew(Send):
    name = "pay-send-new"
    english = ("Pay {name}, who is not in the list of Pay, ${dollars}.",)
    chinese = ("付给支付列表里没有的{name} {dollars}美元。",)

    def draw(self, draw: Draw) -> Parameters:
        return {**super().draw(draw), "name": draw.word("stranger")}


class AskLast(Task):
    name = "pay-ask-last"
    english = ("How much did I last pay {name}? Look in Pay.",)
    chinese = ("我上次付给{name}多少钱？请在支付里查看。",)

    def draw(self, draw: Draw) -> Parameters:
        one, other = draw.some([payee["name"] for payee in draw.state["pay"]["payees"]], 2)
        first = draw_amount(draw)
        amounts = [first, first + 711, first + 1422]
        return {"name": one, "payments": [[one, amounts[0]], [one, amounts[1]], [other, amounts[2]]]}

    def prepare(self, state: State, p: Parameters) -> None:
        for payee, amount in p["payments"]:
            put_payment(state, payee, amount)
            state["pay"]["payments"][-1]["time"] = state["device"]["clock"]

    def replies(self, before: State, p: Parameters) -> tuple[str, ...]:
        amount = dollars(p["payments"][1][1])
        return amount, f"${amount}"

    def move(self, hand: Hand, p: Parameters) -> Move:
        last = next(one for one in reversed(hand.before["pay"]["payments"]) if one["payee"] == p["name"])
        amount = dollars(last["amount"])
        if move := hand.enter("pay"):
            return move
        return hand.answer(f"${amount}") if hand.sees(f"${amount}") else hand.scroll(f"payment_{last['id']}")


TASKS: tuple[Task, ...] = (Send(), SendNote(), SendNew(), AskLast())
