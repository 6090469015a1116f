"""Each app's main flow, by taps found in the hierarchy: the state changes as a user expects."""

from __future__ import annotations

import pytest

from envs.android.standin.seed import APPS
from tests.envs.android_web.hands import Hands

MARCH_2 = "2026-03-02T10:00:00"


@pytest.mark.parametrize("app", sorted(APPS))
def test_every_app_opens_from_the_launcher_and_back_leaves_it(hands: Hands, app: str) -> None:
    hands.tap(f"app_{app}")
    if app == "camera":
        assert hands.where == "com.android.permissioncontroller/.GrantPermissionsActivity"
        hands.tap("permission_allow_button")
    assert hands.where == f"{app}/.MainActivity"
    hands.press("BACK")
    assert hands.where == "launcher/.Launcher"


def test_an_alarm_by_the_clock_face_and_by_typing(hands: Hands) -> None:
    hands.open("clock")
    hands.tap("add_alarm", "time", "hour_7", "minute_30", "time_ok")
    hands.type("label", "Gym")
    hands.tap("save")
    alarm = hands.state["clock"]["alarms"][-1]
    assert (alarm["hour"], alarm["minute"], alarm["label"], alarm["on"], alarm["days"]) == (7, 30, "Gym", True, [])
    hands.tap(f"alarm_switch_{alarm['id']}")
    assert not hands.state["clock"]["alarms"][-1]["on"]
    hands.tap(f"alarm_{alarm['id']}", "time", "time_mode")
    hands.type("time_hour_input", "21")
    hands.type("time_minute_input", "77")
    hands.tap("time_ok")
    assert "Enter a valid time" in hands.texts()
    hands.type("time_minute_input", "07")
    hands.tap("time_ok", "day_1", "save")
    assert (
        hands.state["clock"]["alarms"][-1] | {"hour": 21, "minute": 7, "days": [1]}
        == hands.state["clock"]["alarms"][-1]
    )
    hands.tap(f"alarm_{alarm['id']}", "delete", "confirm_delete")
    assert all(one["id"] != alarm["id"] for one in hands.state["clock"]["alarms"])


def test_timer_and_stopwatch_follow_the_state_clock(hands: Hands) -> None:
    hands.open("clock")
    hands.tap("tab_timer", "digit_1", "digit_0", "digit_0", "timer_start")
    hands.do("advance", 20)
    assert hands.see("timer_left")["text"] == "00:00:40"
    hands.tap("timer_pause")
    hands.do("advance", 100)
    hands.tap("timer_resume")
    hands.do("advance", 40)
    assert hands.state["clock"]["timer"]["finished"] == 1
    assert hands.state["notifications"][-1]["text"] == "Time's up"
    hands.tap("tab_stopwatch", "stopwatch_start")
    hands.do("advance", 65)
    hands.tap("stopwatch_lap", "stopwatch_stop")
    assert hands.state["clock"]["stopwatch"] == {"elapsed": 65, "started": None, "laps": [65]}


def test_an_alarm_rings_once(hands: Hands) -> None:
    hands.fresh(clock="2026-03-02T06:29:00")
    hands.do("advance", 120)
    assert [note["title"] for note in hands.state["notifications"]] == ["Alarm"]


def test_contacts(hands: Hands) -> None:
    hands.open("contacts")
    hands.tap("add_contact")
    hands.type("name_input", "Zoe Young")
    hands.type("phone_input", "555 0199")
    hands.tap("save")
    person = hands.state["contacts"]["people"][-1]
    assert (person["name"], person["phone"]) == ("Zoe Young", "555 0199")
    hands.tap("favourite", "call")
    hands.tap("permission_allow_button")
    assert hands.where == "contacts/.CallActivity"
    hands.tap("end_call")
    state = hands.state["contacts"]
    assert state["people"][-1]["favourite"]
    assert state["calls"][-1]["name"] == "Zoe Young"
    hands.tap("edit")
    hands.type("name_input", "Zoe Old")
    hands.tap("save")
    assert hands.state["contacts"]["people"][-1]["name"] == "Zoe Old"
    hands.tap("navigate_up")
    hands.type("search", "zoe")
    assert hands.find(f"row_{person['id']}") is not None
    hands.press("BACK")
    hands.tap(f"row_{person['id']}", "delete", "confirm_delete")
    assert all(one["id"] != person["id"] for one in hands.state["contacts"]["people"])


def test_messages_send_receive_delete(hands: Hands) -> None:
    hands.open("messages")
    hands.tap("start_chat")
    hands.type("to", "555 7777")
    hands.tap("send_to_number")
    hands.type("compose", "Hello 你好")
    hands.tap("send")
    thread = hands.state["messages"]["threads"][-1]
    assert [(one["mine"], one["text"]) for one in thread["messages"]] == [(True, "Hello 你好")]
    hands.do("receive", "", "555 7777", "Hi!")
    hands.do("swipe", 500, 10, 500, 900, 200)
    hands.settle()
    hands.tap(f"notification_{hands.state['notifications'][-1]['id']}")
    assert hands.where == "messages/.ThreadActivity"
    assert "Hi!" in hands.texts()
    assert hands.state["notifications"] == []
    hands.hold(f"message_{hands.state['messages']['threads'][-1]['messages'][-1]['id']}")
    hands.tap("delete_message")
    assert len(hands.state["messages"]["threads"][-1]["messages"]) == 1
    hands.tap("delete", "confirm_delete")
    assert all(one["phone"] != "555 7777" for one in hands.state["messages"]["threads"])


def test_notes(hands: Hands) -> None:
    hands.open("notes")
    hands.tap("add_note")
    hands.type("title_input", "Plan")
    hands.type("text_input", "First line")
    hands.press("BACK")
    hands.tap("folder", "pick_folder_1", "pin", "save")
    note = hands.state["notes"]["notes"][-1]
    assert (note["title"], note["text"], note["folder"], note["pinned"]) == ("Plan", "First line", "Work", True)
    hands.tap(f"note_{note['id']}")
    hands.type("title_input", "Other")
    hands.press("BACK")
    hands.press("BACK")
    hands.tap("cancel")
    assert hands.where == "notes/.EditActivity"
    hands.press("BACK")
    hands.tap("discard")
    assert hands.state["notes"]["notes"][-1]["title"] == "Plan"
    hands.hold(f"note_{note['id']}")
    hands.tap("menu_delete", "confirm_delete")
    assert all(one["id"] != note["id"] for one in hands.state["notes"]["notes"])
    hands.tap("folders", "add_folder")
    hands.type("folder_name", "Travel")
    hands.tap("create_folder")
    assert hands.state["notes"]["folders"][-1] == "Travel"


def test_calendar(hands: Hands) -> None:
    hands.fresh(clock=MARCH_2)
    hands.open("calendar")
    hands.tap("day_2026-03-18", "add_event")
    hands.type("title_input", "Concert")
    hands.press("BACK")
    hands.tap("start", "hour_20", "minute_15", "time_ok")
    hands.tap("date", "next_month", "day_2026-04-05", "date_ok", "reminder", "reminder_30", "save")
    event = hands.state["calendar"]["events"][-1]
    assert (event["title"], event["date"], event["start"], event["end"], event["reminder"]) == (
        "Concert",
        "2026-04-05",
        "20:15",
        "21:15",
        30,
    )
    hands.tap("next_month", "day_2026-04-05", f"event_{event['id']}", "edit")
    hands.type("place_input", "Old Hall")
    hands.tap("save")
    assert hands.state["calendar"]["events"][-1]["place"] == "Old Hall"
    hands.tap("delete", "confirm_delete")
    assert all(one["title"] != "Concert" for one in hands.state["calendar"]["events"])
    assert hands.where == "calendar/.MainActivity"


def test_an_order_is_placed_at_the_last_step_only(hands: Hands) -> None:
    hands.open("shop")
    hands.type("search", "mug")
    hands.press("BACK")
    product = next(one for one in hands.state["shop"]["products"] if one["name"]["en"] == "Travel mug")
    hands.tap(
        f"product_{product['id']}",
        "quantity_more",
        "add_to_cart",
        "cart",
        f"line_{product['id']}_more",
        "checkout",
        "continue",
    )
    assert hands.find("error") is not None
    for name, text in (("name", "Ann"), ("street", "1 Mill Lane"), ("city", "Rye")):
        hands.type(f"{name}_input", text)
    hands.press("BACK")
    hands.tap("continue")
    assert hands.where == "shop/.ReviewActivity"
    assert hands.state["shop"]["orders"] == []
    hands.tap("place_order")
    (order,) = hands.state["shop"]["orders"]
    assert order["items"] == [{"product": product["id"], "quantity": 3, "price": product["price"]}]
    assert order["total"] == 3 * product["price"] + order["shipping"]
    assert order["address"]["city"] == "Rye"
    hands.press("BACK")
    assert hands.where == "shop/.MainActivity"
    assert hands.state["shop"]["cart"] == []


def test_maps(hands: Hands) -> None:
    hands.open("maps")
    hands.tap("search")
    hands.do("text", "lighthouse")
    hands.press("ENTER")
    place = next(one for one in hands.state["maps"]["places"] if one["name"]["en"] == "Old Lighthouse")
    hands.tap(f"place_{place['id']}", "save", "directions", "mode_walk", "start", "permission_allow_button")
    maps = hands.state["maps"]
    assert maps["route"] == {"place": place["id"], "mode": "walk"}
    assert maps["saved"] == [place["id"]]
    assert maps["history"] == ["lighthouse"]
    hands.tap("end_route")
    assert hands.state["maps"]["route"] is None


def test_files(hands: Hands) -> None:
    hands.open("files")
    entries = {one["name"]: one["id"] for one in hands.state["files"]["entries"]}
    hands.tap("new_folder")
    hands.type("name_input", "Archive")
    hands.tap("name_ok")
    archive = hands.state["files"]["entries"][-1]
    assert archive["name"] == "Archive"
    assert archive["folder"]
    hands.tap(f"entry_{entries['Documents']}", f"more_{entries['report.txt']}", "menu_rename")
    hands.type("name_input", "final.txt")
    hands.tap("name_ok")
    hands.hold(f"entry_{entries['report.txt']}")
    hands.tap("menu_move", f"target_{archive['id']}", "move_here")
    moved = next(one for one in hands.state["files"]["entries"] if one["id"] == entries["report.txt"])
    assert (moved["name"], moved["parent"]) == ("final.txt", archive["id"])
    hands.press("BACK")
    hands.tap(f"more_{archive['id']}", "menu_delete", "confirm_delete")
    assert not {archive["id"], moved["id"]} & {one["id"] for one in hands.state["files"]["entries"]}
    hands.tap("sort", "sort_size")
    assert hands.state["files"]["sort"] == "size"


def test_money_goes_with_the_last_button_only(hands: Hands) -> None:
    before = hands.state["pay"]["balance"]
    hands.open("pay")
    hands.tap(f"payee_{hands.state['pay']['payees'][0]['id']}")
    hands.type("amount_input", "12.5")
    hands.press("BACK")
    hands.tap("continue")
    assert hands.state["pay"]["count"] == 0
    hands.tap("pay")
    pay = hands.state["pay"]
    assert (pay["count"], pay["balance"], pay["payments"][0]["amount"]) == (1, before - 1250, 1250)
    assert pay["payments"][0]["payee"] == pay["payees"][0]["name"]
    hands.tap("finish")
    assert hands.where == "pay/.MainActivity"


def test_settings(hands: Hands) -> None:
    hands.open("settings")
    hands.tap("network", "airplane", "wifi")
    device = hands.state["device"]
    assert device["airplane"]
    assert not device["wifi"]["on"]
    assert hands.do("setting", "global", "airplane_mode_on") == "1"
    hands.press("BACK")
    hands.tap("display", "dark", "font_size", "font_large", "timeout", "timeout_300")
    left, top, right, bottom = hands.see("brightness")["bounds"]
    hands.do("swipe", (left + right) // 2, (top + bottom) // 2, right - 60, (top + bottom) // 2, 300)
    device = hands.state["device"]
    assert device["dark"]
    assert device["font_scale"] == 1.15
    assert device["screen_timeout"] == 300
    assert device["brightness"] == 255
    hands.press("BACK")
    hands.tap("about", "device_name")
    hands.type("device_name_input", "Mine")
    hands.tap("rename_ok")
    assert hands.state["device"]["name"] == "Mine"


def test_web_shows_hostile_text_as_text(hands: Hands) -> None:
    state = hands.state
    hostile = "<img src=http://evil.example/x onerror=alert(1)><script>phone.state().pay.count=9</script>"
    state["web"]["pages"].append(
        {
            "url": "evil.local/",
            "title": hostile,
            "blocks": [
                {"kind": "text", "text": hostile},
                {"kind": "button", "text": "OK"},
                {"kind": "link", "text": "more", "url": "news.local"},
            ],
        }
    )
    hands.do("load", state)
    hands.open("web")
    hands.tap("address")
    hands.do("text", "evil.local")
    hands.press("ENTER")
    assert hands.see("page_title")["text"] == hostile
    hands.tap("link_2")
    assert hands.see("page_title")["text"] == "The Local News"
    assert hands.state["pay"]["count"] == 0


def test_camera_asks_once_and_counts(hands: Hands) -> None:
    hands.open("camera")
    hands.tap("permission_deny_button")
    assert hands.state["device"]["permissions"] == {"camera": {"camera": "denied"}}
    hands.tap("allow", "permission_allow_button", "shutter", "shutter")
    assert hands.state["camera"]["count"] == 2
    assert [one["name"] for one in hands.state["files"]["entries"]][-1].endswith("_02.jpg")
