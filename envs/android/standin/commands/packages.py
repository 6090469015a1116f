"""`pm` and `cmd`: which packages there are and which activity an intent means."""

from __future__ import annotations

import hashlib

from envs.android.standin.commands import intents, methods, preferences
from envs.android.standin.system import Answer, Launcher, System, failed, said, short_component

_RESOLVED = "priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=true"


async def pm(system: System, args: list[str], cwd: str) -> Answer:
    """`pm list packages [-3|-s] [filter] | path PACKAGE | resolve-activity | query-activities | list features`"""
    match args:
        case ["list", "packages" | "package", *rest]:
            return await _list(system, rest)
        case ["list", "users"]:
            return said("Users:\n\tUserInfo{0:Owner:c13} running\n")
        case ["list", "features"]:
            return said("feature:android.hardware.touchscreen\nfeature:android.hardware.wifi\n")
        case ["path", package]:
            found = package in await system.packages()
            return said(f"package:{await apk(system, package)}\n") if found else Answer(code=1)
        case ["resolve-activity", *rest]:
            return await _resolve(system, rest)
        case ["query-activities", *rest]:
            return await _query(system, rest)
        case ["install" | "install-create", *_]:
            return failed("Failure [INSTALL_FAILED_USER_RESTRICTED: Install canceled by user]\n", code=1)
        case ["uninstall", *_]:
            return said("Failure [DELETE_FAILED_INTERNAL_ERROR]\n", code=1)
        case ["clear" | "grant" | "revoke" | "enable" | "disable-user", *_]:
            return failed("Error: java.lang.SecurityException: not allowed on this phone\n")
        case [verb, *_]:
            return said(f"Unknown command: {verb}\n", code=255)
        case _:
            return said("Package manager (package) commands:\n", code=255)


async def cmd(system: System, args: list[str], cwd: str) -> Answer:
    """`cmd service …`: the same programs, asked for by their service."""
    match args:
        case ["package", *rest]:
            return await pm(system, rest, cwd)
        case ["input_method", *rest]:
            return await methods.ime(system, rest, cwd)
        case ["settings", *rest]:
            return await preferences.settings(system, rest, cwd)
        case ["activity" | "window" | "input" | "statusbar" as service, *rest]:
            name = {"activity": "am", "window": "wm", "input": "input"}.get(service)
            return await system.commands[name](system, rest, cwd) if name else await _statusbar(system, rest)
        case ["-l"]:
            return said(
                "Currently running services:\n  activity\n  input\n  input_method\n  package\n  settings\n  window\n"
            )
        case [service, *_]:
            return failed(f"cmd: Can't find service: {service}\n", code=20)
        case _:
            return failed(
                "cmd: No service specified; use -l to list all running services. Use -w to start and wait.\n", 20
            )


async def _statusbar(system: System, args: list[str]) -> Answer:
    match args:
        case ["expand-notifications" | "expand-settings"]:
            await system.screen.key("KEYCODE_NOTIFICATION")
        case ["collapse"]:
            await system.screen.key("KEYCODE_BACK")
        case _:
            return failed("Status bar commands:\n")
    return Answer()


async def apk(system: System, package: str) -> str:
    """The path of a package's file."""
    if await system.is_system(package):
        name = package.rpartition(".")[2].capitalize()
        return f"/system/app/{name}/{name}.apk"
    mark = hashlib.sha256(package.encode()).hexdigest()[:22]
    return f"/data/app/~~{mark}==/{package}-{mark[::-1]}==/base.apk"


async def _list(system: System, args: list[str]) -> Answer:
    names = sorted(await system.packages())
    if "-3" in args:
        names = [name for name in names if not await system.is_system(name)]
    elif "-s" in args:
        names = [name for name in names if await system.is_system(name)]
    wanted = [word for word in args if not word.startswith("-") and word != "0"]
    lines = [f"package:{await apk(system, name)}={name}" if "-f" in args else f"package:{name}" for name in names]
    return said("".join(f"{line}\n" for line in lines if all(word in line for word in wanted)))


def _asked(args: list[str]) -> tuple[intents.Intent, bool, bool]:
    """The intent, whether a short answer is wanted, and whether only components."""
    words = [word for word in args if word not in {"--brief", "--components", "--query-flags"}]
    return intents.parse(words), "--brief" in args, "--components" in args


async def _resolve(system: System, args: list[str]) -> Answer:
    try:
        intent, brief, _ = _asked(args)
    except ValueError as error:
        return failed(f"Error: {error}\n")
    launchers = await system.launchers()
    package = intent.package or intent.component.partition("/")[0]
    if package not in launchers:
        return said("No activity found\n")
    launcher = launchers[package]
    if brief:
        return said(f"{_RESOLVED}\n{short_component(package, launcher.activity)}\n")
    return said(await _described(system, package, launcher, indent=""))


async def _query(system: System, args: list[str]) -> Answer:
    try:
        intent, brief, components = _asked(args)
    except ValueError as error:
        return failed(f"Error: {error}\n")
    launchers = await system.launchers()
    chosen = {name: found for name, found in launchers.items() if intent.package in {"", name}}
    if intent.action not in {"", "android.intent.action.MAIN"} or not chosen:
        return said("No activities found\n")
    if components:
        return said("".join(f"{short_component(name, one.activity)}\n" for name, one in chosen.items()))
    text = f"{len(chosen)} activities found:\n"
    for number, (name, launcher) in enumerate(chosen.items()):
        text += f"  Activity #{number}:\n"
        if brief:
            text += f"    {_RESOLVED}\n    {short_component(name, launcher.activity)}\n"
        else:
            text += await _described(system, name, launcher, indent="    ")
    return said(text)


async def _described(system: System, package: str, launcher: Launcher, indent: str) -> str:
    """A ResolveInfo as it prints itself.

    The label of an app is a resource on most phones and then printed as a number only; the apps of this one have theirs
    written into the manifest, which Android prints.
    """
    user = "10" + str(int(hashlib.sha256(package.encode()).hexdigest()[:4], 16) % 1000).rjust(3, "0")
    lines = [
        _RESOLVED,
        "ActivityInfo:",
        f"  name={launcher.activity}",
        f"  packageName={package}",
        f"  labelRes=0x0 nonLocalizedLabel={launcher.label} icon=0x7f0d0000 banner=0x0",
        f"  enabled=true exported=true directBootAware=false processName={package}",
        "  ApplicationInfo:",
        f"    packageName={package}",
        f"    labelRes=0x0 nonLocalizedLabel={launcher.label} icon=0x7f0d0000 banner=0x0",
        f"    processName={package} taskAffinity={package} uid={user}",
        f"    sourceDir={await apk(system, package)}",
    ]
    return "".join(f"{indent}{line}\n" for line in lines)
