"""Tasks in Maps."""

from __future__ import annotations

from envs.android.tasks.base import Draw, Parameters, Task, by_id
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move

_MODES = {"drive": ("by car", "开车"), "transit": ("by public transport", "乘公共交通"), "walk": ("on foot", "步行")}


def draw_place(draw: Draw) -> Parameters:
    it = draw.one(draw.state["maps"]["places"])
    return {"place": it["id"], "where": draw.say(it["name"]), "address": draw.say(it["address"])}


def go_to_place(hand: Hand, place: int, name: str) -> Move | None:
    """Go to a place's page by searching for its name."""
    if move := hand.enter("maps"):
        return move
    match hand.activity:
        case "MainActivity":
            typed = hand.find("search")
            if typed is not None and typed["text"] == name:
                return hand.enter_key()
            return hand.fill("search", name) or hand.enter_key()
        case "ResultsActivity":
            return hand.tap(f"place_{place}")
    return None


class Save(Task):
    name = "maps-save"
    english = ("Save {where} in Maps.", "Bookmark the place “{where}” in Maps.")
    chinese = ("在地图中收藏{where}。", "把地点“{where}”保存到地图。")

    def draw(self, draw: Draw) -> Parameters:
        return draw_place(draw)

    def end(self, state: State, p: Parameters) -> None:
        state["maps"]["saved"].append(p["place"])

    def move(self, hand: Hand, p: Parameters) -> Move:
        return go_to_place(hand, p["place"], p["where"]) or hand.tap("save")


class Unsave(Task):
    name = "maps-unsave"
    english = ("Remove {where} from my saved places in Maps.",)
    chinese = ("把{where}从地图的收藏中移除。",)

    def draw(self, draw: Draw) -> Parameters:
        others = [it["id"] for it in draw.some(draw.state["maps"]["places"], 3)]
        p = draw_place(draw)
        return {**p, "saved": list(dict.fromkeys([*others, p["place"]]))}

    def prepare(self, state: State, p: Parameters) -> None:
        state["maps"]["saved"] = list(p["saved"])

    def end(self, state: State, p: Parameters) -> None:
        state["maps"]["saved"].remove(p["place"])

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := hand.enter("maps"):
            return move
        ways = {"MainActivity": "saved", "SavedActivity": f"place_{p['place']}"}
        return hand.tap(ways.get(hand.activity, "save"))


class Route(Task):
    name = "maps-route"
    english = ("Start the route to {where} {way}.", "Take me to {where} {way}: start the navigation.")
    chinese = ("开始{way}去{where}的导航。", "我要{way}去{where}，请开始导航。")

    def draw(self, draw: Draw) -> Parameters:
        mode = draw.one(list(_MODES))
        return {**draw_place(draw), "mode": mode, "way": draw.pick(*_MODES[mode])}

    def end(self, state: State, p: Parameters) -> None:
        state["maps"]["route"] = {"place": p["place"], "mode": p["mode"]}

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := go_to_place(hand, p["place"], p["where"]):
            return move
        if hand.activity == "PlaceActivity":
            return hand.tap("directions")
        chip = hand.find(f"mode_{p['mode']}")
        return hand.tap("start" if chip is not None and chip["checked"] else f"mode_{p['mode']}")


class AskClosing(Task):
    name = "maps-ask-closing"
    english = ("When does {where} close? Give the time as 18:00.",)
    chinese = ("{where}几点关门？请写成18:00的形式。",)

    def draw(self, draw: Draw) -> Parameters:
        return draw_place(draw)

    def replies(self, before: State, p: Parameters) -> tuple[str, ...]:
        return (by_id(before["maps"]["places"], p["place"])["closes"],)

    def move(self, hand: Hand, p: Parameters) -> Move:
        closes = by_id(hand.before["maps"]["places"], p["place"])["closes"]
        return go_to_place(hand, p["place"], p["where"]) or hand.answer(closes)


TASKS: tuple[Task, ...] = (Save(), Unsave(), Route(), AskClosing())
