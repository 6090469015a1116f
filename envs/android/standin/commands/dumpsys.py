"""`dumpsys`: the lines of its services that drivers read."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Any

from envs.android.standin.commands import methods
from envs.android.standin.commands.packages import apk
from envs.android.standin.screen import DENSITY
from envs.android.standin.system import Answer, System, failed, physical_size, said, short_component

_LAUNCHER = "com.android.launcher3"


async def dumpsys(system: System, args: list[str], cwd: str) -> Answer:
    """`dumpsys service [words…]`"""
    words = [word for word in args if word not in {"-t", "-T"}]
    if not words or words == ["-l"]:
        return said("Currently running services:\n" + "".join(f"  {name}\n" for name in sorted(_SERVICES)))
    service, *rest = words
    dump = _SERVICES.get(service)
    if dump is None:
        return failed(f"Can't find service: {service}\n", code=0)
    return said(await dump(system, rest))


def _tag(*words: object) -> str:
    """A stable stand-in for the address of an object."""
    return hashlib.sha256(repr(words).encode()).hexdigest()[:7]


def _front(status: dict[str, Any]) -> tuple[str, str]:
    """The package and the component in front."""
    package = str(status.get("package") or _LAUNCHER)
    return package, short_component(package, str(status.get("activity") or ".MainActivity"))


def _record(status: dict[str, Any]) -> str:
    package, component = _front(status)
    return f"ActivityRecord{{{_tag(component)} u0 {component} t{int(_tag(package), 16) % 90 + 10}}}"


def _window(status: dict[str, Any]) -> str:
    if status.get("locked") or not status.get("awake", True):
        return f"Window{{{_tag('shade')} u0 NotificationShade}}"
    package, component = _front(status)
    activity = component.partition("/")[2]
    name = f"{package}/{package + activity if activity.startswith('.') else activity}"
    return f"Window{{{_tag(name)} u0 {name}}}"


def _yes(value: object) -> str:
    return str(bool(value)).lower()


def _keyboard(status: dict[str, Any]) -> str:
    """The input method's window, and the room it takes from the others, as Android 14 tells them."""
    frame = status.get("keyboard_frame")
    if not frame:
        return ""
    left, top, right, bottom = frame
    shown = bool(status.get("keyboard"))
    window = (
        f"  Window #1 Window{{{_tag('input method')} u0 InputMethod}}:\n"
        f"    mGivenContentInsets=[0,{top}][0,0] mGivenVisibleInsets=[0,{top}][0,0]\n"
        f"    mTouchableInsets=3 mGivenInsetsPending=false\n"
        f"    touchable region=SkRegion(({left},{top},{right},{bottom}))\n\n"
    )
    return (
        (window if shown else "") + "  InsetsState\n"
        f"    InsetsSource id=3 type=ime frame=[{left},{top}][{right},{bottom}] visible={_yes(shown)} flags=\n\n"
    )


async def _window_service(system: System, words: list[str]) -> str:
    status = await system.screen.status()
    if words[:1] in (["policy"], ["p"]):
        return _policy(status)
    flags = "SECURE " if status.get("secure") or system.faults.secure else ""
    window = _window(status)
    width, height = await system.screen.size()
    base_width, base_height = physical_size()
    short, long = sorted((width, height))
    return (
        "WINDOW MANAGER WINDOWS (dumpsys window windows)\n"
        f"  Window #0 {window}:\n"
        f"    mDisplayId=0 rootTaskId=1 mSession=Session{{{_tag('session')} 2100:u0a10100}}\n"
        f"    mAttrs={{(0,0)(fillxfill) sim={{adjust=resize}} ty=BASE_APPLICATION fl={flags}LAYOUT_IN_SCREEN}}\n"
        "    isOnScreen=true\n    isVisible=true\n\n"
        f"{_keyboard(status)}"
        f"  Display: mDisplayId=0\n    init={base_width}x{base_height} {160 * DENSITY}dpi cur={width}x{height} "
        f"app={width}x{height} rng={short}x{short}-{long}x{long}\n"
        f"  mCurrentFocus={window}\n"
        f"  mFocusedApp={_record(status)}\n"
        f"  mRotation=ROTATION_{90 * int(status.get('rotation', 0))}\n"
    )


def _policy(status: dict[str, Any]) -> str:
    awake, locked = status.get("awake", True), status.get("locked", False)
    return (
        "WINDOW MANAGER POLICY STATE (dumpsys window policy)\n"
        f"    mAwake={_yes(awake)}\n"
        f"    screenState=SCREEN_STATE_{'ON' if awake else 'OFF'}\n"
        f"    mScreenOnEarly={_yes(awake)} mScreenOnFully={_yes(awake)}\n"
        "    KeyguardServiceDelegate\n"
        f"      showing={_yes(locked)}\n"
        f"      inputRestricted={_yes(locked)}\n"
        f"      occluded=false\n      secure={_yes(locked)}\n      dreaming=false\n"
        f"    mShowingDream=false isKeyguardShowing={_yes(locked)} mDreamingLockscreen={_yes(locked)}\n"
        f"    mInputRestricted={_yes(locked)} mIsShowing={_yes(locked)}\n"
    )


async def _activity(system: System, words: list[str]) -> str:
    status = await system.screen.status()
    record = _record(status)
    package, component = _front(status)
    return (
        "ACTIVITY MANAGER ACTIVITIES (dumpsys activity activities)\n"
        "Display #0 (activities from top to bottom):\n"
        f"  * Task{{{_tag('task', package)} #1 type=standard A=10100:{package} U=0 visible=true mode=fullscreen}}\n"
        f"    mResumedActivity: {record}\n"
        f"    * Hist  #0: {record}\n"
        f"        packageName={package} processName={package}\n"
        f"        Intent {{ act=android.intent.action.MAIN flg=0x10000000 cmp={component} }}\n\n"
        f"  topResumedActivity={record}\n\n"
        f"  ResumedActivity: {record}\n"
    )


async def _input_method(system: System, words: list[str]) -> str:
    status = await system.screen.status()
    method = await methods.current(system)
    shown, focused = _yes(status.get("keyboard")), status.get("focused")
    served = f"android.view.inputmethod.InputConnection@{_tag(focused)}" if focused else "null"
    return (
        "Current Input Method Manager state:\n"
        "  Input Methods: mMethodMapUpdateCount=1\n"
        + "".join(f"  InputMethod #{at}:\n    mId={one}\n" for at, one in enumerate(await methods.installed(system)))
        + f"  mCurMethodId={method}\n"
        f"  mCurClient=ClientState{{{_tag('client')} uid=10100 pid=2100 displayId=0}} mCurSeq=1\n"
        f"  mCurId={method} mHaveConnection=true mBoundToMethod=true mVisibleBound={shown}\n"
        f"  mShowRequested={shown} mShowExplicitlyRequested=false mShowForced=false mInputShown={shown}\n"
        f"  mServedInputConnection={served}\n"
        f"  mIsInputViewShown={shown}\n"
    )


async def _display(system: System, words: list[str]) -> str:
    rotation = await system.rotation()
    width, height = await system.screen.size()
    base_width, base_height = physical_size()
    awake = (await system.screen.status()).get("awake", True)
    state = "ON" if awake else "OFF"
    density = 160 * DENSITY
    info = (
        'DisplayInfo{{"Built-in Screen", displayId 0, displayGroupId 0, FLAG_SECURE, FLAG_SUPPORTS_PROTECTED_BUFFERS, '
        "FLAG_TRUSTED, real {0} x {1}, largest app {1} x {1}, smallest app {0} x {0}, appVsyncOff 1000000, "
        'presDeadline 16666666, mode 1, rotation {2}, state {3}, type INTERNAL, uniqueId "local:0", app {0} x {1}, '
        "density {4} ({4}.0 x {4}.0) dpi, layerStack 0, colorMode 0}}"
    )
    return (
        "DISPLAY MANAGER (dumpsys display)\n"
        f"  mGlobalDisplayState={state}\n"
        "  mViewports=[DisplayViewport{type=INTERNAL, valid=true, isActive=true, displayId=0, uniqueId='local:0', "
        f"physicalPort=0, orientation={rotation}, logicalFrame=Rect(0, 0 - {width}, {height}), "
        f"physicalFrame=Rect(0, 0 - {width}, {height}), deviceWidth={width}, deviceHeight={height}}}]\n"
        "Logical Displays: size=1\n"
        "  Display 0:\n    mDisplayId=0\n    mLayerStack=0\n"
        f"    mBaseDisplayInfo={info.format(base_width, base_height, 0, state, density)}\n"
        f"    mOverrideDisplayInfo={info.format(width, height, rotation, state, density)}\n"
    )


async def _power(system: System, words: list[str]) -> str:
    awake = (await system.screen.status()).get("awake", True)
    return (
        "POWER MANAGER (dumpsys power)\n\nPower Manager State:\n"
        f"  mWakefulness={'Awake' if awake else 'Asleep'}\n"
        "  mIsPowered=true\n  mPlugType=2\n  mBatteryLevel=85\n"
        f"  mStayOn={_yes(await system.setting('global', 'stay_on_while_plugged_in') != '0')}\n"
        f"  mHoldingDisplaySuspendBlocker={_yes(awake)}\n"
        f"Display Power: state={'ON' if awake else 'OFF'}\n"
    )


async def _battery(system: System, words: list[str]) -> str:
    status = await system.screen.status()
    charging, level = status.get("charging", True), status.get("battery", 85)
    return (
        "Current Battery Service state:\n"
        f"  AC powered: false\n  USB powered: {_yes(charging)}\n  Wireless powered: false\n  Dock powered: false\n"
        "  Max charging current: 500000\n  Max charging voltage: 5000000\n  Charge counter: 3400000\n"
        f"  status: {2 if charging else 3}\n  health: 2\n  present: true\n  level: {level}\n  scale: 100\n"
        "  voltage: 4200\n  temperature: 270\n"
        "  technology: Li-ion\n"
    )


async def _trust(system: System, words: list[str]) -> str:
    locked = int(bool((await system.screen.status()).get("locked")))
    return (
        "Trust manager state:\n"
        f' User "Owner" (id=0, flags=0x4c13) (current): trustState={"UNTRUSTED" if locked else "TRUSTED"}, '
        f"trustManaged=0, deviceLocked={locked}, isActiveUnlockRunning=0, strongAuthRequired=0x0\n"
    )


async def _package(system: System, words: list[str]) -> str:
    launchers = await system.launchers()
    names = [name for name in sorted(await system.packages()) if not words or name == words[0]]
    if not names:
        return f"Unable to find package: {words[0]}\n"
    text = "Activity Resolver Table:\n  Non-Data Actions:\n      android.intent.action.MAIN:\n"
    for name in names:
        if name in launchers:
            component = short_component(name, launchers[name].activity)
            text += f"        {_tag(component)} {component} filter {_tag('filter', component)}\n"
            text += '          Action: "android.intent.action.MAIN"\n'
            text += '          Category: "android.intent.category.LAUNCHER"\n'
    text += "\nPackages:\n"
    for name in names:
        text += (
            f"  Package [{name}] ({_tag('package', name)}):\n    userId=10100\n    codePath={await apk(system, name)}\n"
        )
        text += "    versionCode=1 minSdk=24 targetSdk=34\n    versionName=1.0\n    flags=[ HAS_CODE ALLOW_BACKUP ]\n"
    return text


async def _surface(system: System, words: list[str]) -> str:
    if words == ["--display-id"]:
        return 'Display 4619827259835644672 (HWC display 0): port=0 pnpId=GGL displayName="Built-in Screen"\n'
    return "Build configuration: [sf]\n"


async def _notification(system: System, words: list[str]) -> str:
    found = (await system.screen.status()).get("notifications", [])
    lines = "".join(f"    NotificationRecord({_tag(repr(one))}: {one!r})\n" for one in found)
    return f"Current Notification Manager state:\n  Notification List:\n{lines}"


async def _wifi(system: System, words: list[str]) -> str:
    on = await system.setting("global", "wifi_on") == "1"
    return f"Wi-Fi is {'enabled' if on else 'disabled'}\n"


_SERVICES: dict[str, Callable[[System, list[str]], Awaitable[str]]] = {
    "SurfaceFlinger": _surface,
    "activity": _activity,
    "battery": _battery,
    "display": _display,
    "input_method": _input_method,
    "notification": _notification,
    "package": _package,
    "power": _power,
    "trust": _trust,
    "wifi": _wifi,
    "window": _window_service,
}
