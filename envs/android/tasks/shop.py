"""Tasks in Shop."""

from __future__ import annotations

from typing import Any, ClassVar

from envs.android.tasks.base import Draw, Parameters, Task, by_id, new_id
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move

SHIPPING = 499
"""Cents that Shop takes for delivery."""
_CATEGORIES = {
    "audio": ("Audio", "影音"),
    "clothing": ("Clothing", "服饰"),
    "home": ("Home & living", "家居"),
    "sports": ("Sports", "运动"),
}


def draw_product(draw: Draw) -> Parameters:
    it = draw.one(draw.state["shop"]["products"])
    return {"product": it["id"], "thing": draw.say(it["name"])}


def dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def put_in_cart(hand: Hand, product: int, quantity: int = 1) -> Move | None:
    """Put so many of a product into the cart, where it is not yet."""
    if any(line["product"] == product for line in hand.state["shop"]["cart"]):
        return None
    if move := hand.enter("shop"):
        return move
    it = by_id(hand.state["shop"]["products"], product)
    name = it["name"]["zh" if hand.status["language"] == "zh" else "en"]
    match hand.activity:
        case "MainActivity":
            return hand.tap(f"product_{product}")
        case "ProductActivity" if hand.words("name") == name:
            enough = hand.words("quantity_value") == str(quantity)
            return hand.tap("add_to_cart" if enough else "quantity_more")
    return hand.back()


def check_out(hand: Hand) -> Move:
    """From wherever in Shop to the order, the address being known."""
    ways = {"CartActivity": "checkout", "CheckoutActivity": "continue", "ReviewActivity": "place_order"}
    return hand.enter("shop") or hand.tap(ways.get(hand.activity, "cart"))


class Cart(Task):
    name = "shop-cart"
    english = ("Put {quantity} × {thing} into the shopping cart.", "I want {quantity} of “{thing}” in my cart.")
    chinese = ("把{quantity}件{thing}放进购物车。", "往购物车里加{quantity}件“{thing}”。")

    def draw(self, draw: Draw) -> Parameters:
        return {**draw_product(draw), "quantity": draw.one([1, 2, 3])}

    def end(self, state: State, p: Parameters) -> None:
        state["shop"]["cart"].append({"product": p["product"], "quantity": p["quantity"]})

    def move(self, hand: Hand, p: Parameters) -> Move:
        return put_in_cart(hand, p["product"], p["quantity"]) or hand.back()


class CartRemove(Task):
    name = "shop-cart-remove"
    english = ("Take {thing} out of the cart and leave the rest.", "Remove “{thing}” from my shopping cart.")
    chinese = ("把{thing}从购物车中移除，其余保留。", "从购物车里删掉“{thing}”。")

    def draw(self, draw: Draw) -> Parameters:
        lines = [
            {"product": it["id"], "quantity": draw.one([1, 2])} for it in draw.some(draw.state["shop"]["products"], 3)
        ]
        gone = draw.one(lines)["product"]
        named = draw.say(by_id(draw.state["shop"]["products"], gone)["name"])
        return {"lines": lines, "product": gone, "thing": named}

    def prepare(self, state: State, p: Parameters) -> None:
        state["shop"]["cart"] = [dict(line) for line in p["lines"]]

    def end(self, state: State, p: Parameters) -> None:
        state["shop"]["cart"] = [line for line in state["shop"]["cart"] if line["product"] != p["product"]]

    def move(self, hand: Hand, p: Parameters) -> Move:
        shown = hand.activity == "CartActivity"
        return hand.enter("shop") or hand.tap(f"remove_{p['product']}" if shown else "cart")


class Order(Task):
    name = "shop-order"
    english: ClassVar[tuple[str, ...]] = (
        "Order one {thing} from Shop, to the address it knows.",
        "Buy a “{thing}” in Shop: place the order.",
    )
    chinese: ClassVar[tuple[str, ...]] = (
        "在商店里订购一件{thing}，送到已有的地址。",
        "在商店购买一件“{thing}”并提交订单。",
    )

    def draw(self, draw: Draw) -> Parameters:
        address = {"name": draw.word("stranger"), "phone": "", "street": draw.word("street"), "city": draw.word("city")}
        return {**draw_product(draw), "address": address}

    def prepare(self, state: State, p: Parameters) -> None:
        state["shop"]["address"] = dict(p["address"])

    def end(self, state: State, p: Parameters) -> None:
        place_order(state, p["product"], p["address"])

    def move(self, hand: Hand, p: Parameters) -> Move:
        return put_in_cart(hand, p["product"]) or check_out(hand)


def place_order(state: State, product: int, address: dict[str, str]) -> None:
    """One of a product is ordered, delivery paid."""
    price = by_id(state["shop"]["products"], product)["price"]
    order: dict[str, Any] = {"id": new_id(state), "time": "", "shipping": SHIPPING, "total": price + SHIPPING}
    order |= {"items": [{"product": product, "quantity": 1, "price": price}], "address": dict(address)}
    state["shop"]["orders"].append(order)


class OrderTo(Order):
    name = "shop-order-to"
    english = ("Order one {thing} from Shop for {name}, {street}, {city}. No phone number is needed.",)
    chinese = ("在商店订购一件{thing}，收件人{name}，街道{street}，城市{city}，不用填电话。",)

    def draw(self, draw: Draw) -> Parameters:
        p = super().draw(draw)
        return {**p, **{name: p["address"][name] for name in ("name", "street", "city")}}

    def prepare(self, state: State, p: Parameters) -> None:
        pass

    def end(self, state: State, p: Parameters) -> None:
        state["shop"]["address"] = dict(p["address"])
        super().end(state, p)

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := put_in_cart(hand, p["product"]):
            return move
        if hand.app == "shop" and hand.activity == "CheckoutActivity":
            for name in ("name", "street", "city"):
                if move := hand.fill(f"{name}_input", p[name]):
                    return move
        return check_out(hand)


class Cheapest(Task):
    name = "shop-cheapest"
    english = ("Put the cheapest product of the category {word} into the cart.",)
    chinese = ("把“{word}”类中最便宜的商品放进购物车。",)

    def draw(self, draw: Draw) -> Parameters:
        category = draw.one(list(_CATEGORIES))
        return {"category": category, "word": draw.pick(*_CATEGORIES[category])}

    def prepare(self, state: State, p: Parameters) -> None:
        found = [it for it in state["shop"]["products"] if it["category"] == p["category"]]
        cheapest = min(found, key=lambda it: it["price"])
        for it in found:  # no two the cheapest
            if it is not cheapest and it["price"] == cheapest["price"]:
                it["price"] += 100

    def end(self, state: State, p: Parameters) -> None:
        state["shop"]["cart"].append({"product": self._wanted(state, p), "quantity": 1})

    def move(self, hand: Hand, p: Parameters) -> Move:
        chip = hand.find(f"category_{p['category']}")
        if hand.app == "shop" and chip is not None and not chip["checked"]:
            return hand.tap(f"category_{p['category']}")
        return put_in_cart(hand, self._wanted(hand.before, p)) or hand.back()

    def _wanted(self, state: State, p: Parameters) -> int:
        found = [it for it in state["shop"]["products"] if it["category"] == p["category"]]
        return int(min(found, key=lambda it: it["price"])["id"])


class AskPrice(Task):
    name = "shop-ask-price"
    english = ("How much does {thing} cost in Shop?", "What is the price of “{thing}” in Shop?")
    chinese = ("商店里的{thing}多少钱？", "“{thing}”在商店的价格是多少？")

    def draw(self, draw: Draw) -> Parameters:
        return draw_product(draw)

    def replies(self, before: State, p: Parameters) -> tuple[str, ...]:
        price = by_id(before["shop"]["products"], p["product"])["price"]
        return dollars(price), f"${dollars(price)}"

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := hand.enter("shop"):
            return move
        price = dollars(by_id(hand.before["shop"]["products"], p["product"])["price"])
        return hand.answer(f"${price}") if hand.activity == "ProductActivity" else hand.tap(f"product_{p['product']}")


TASKS: tuple[Task, ...] = (Cart(), CartRemove(), Order(), OrderTo(), Cheapest(), AskPrice())
