"""Which apps an agent may touch, judged by the window with the focus before every action."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from actions.android import Answer, Done, HandOver, OpenApp, Press, Wait
from actions.space import Action
from envs.android.state import State

# Where one touch gives away more than a task can want: software of any origin, the lock, other programs' powers.
GUARDED_PACKAGES = (
    "*.packageinstaller", "com.android.certinstaller", "com.android.managedprovisioning", "com.android.vpndialogs",
    "com.android.backupconfirm",
)  # fmt: skip
_ADMIN = (
    "*DevelopmentSettings*", "*DevelopmentSubSettings*", "*Security*", "*DeviceAdmin*", "*ChooseLock*",
    "*ConfirmLock*", "*ConfirmDeviceCredential*", "*Biometric*", "*Fingerprint*", "*FaceSettings*", "*FaceEnroll*",
    "*Credential*", "*FactoryReset*", "*MasterClear*", "*ResetDashboard*", "*ManageExternalSources*",
    "*UnknownSources*", "*Accessibility*Service*", "*NotificationAccess*", "*UsageAccess*", "*Encryption*",
    "*OemUnlock*", "*WirelessDebug*", "*AdbWireless*", "*VpnSettings*", "*SpecialAccess*", "*ManageDeviceOwner*",
)  # fmt: skip
_SETTINGS = ("*.settings", "com.miui.securitycenter", "com.coloros.safecenter", "com.samsung.android.lool")
# Android 9 asks for permissions in the installer; that is an app's question, and a person's task may need it.
_QUESTION = "*GrantPermissionsActivity"


class Rules:
    """The packages an agent may touch.

    Args:
        allow: patterns of packages ("com.android.chrome", "com.google.*", "*"), or of "package/activity". When there
            are any, all else is out of bounds. What is guarded is allowed only when it is named: a package by its
            whole name, a page of the settings by a pattern with a slash.
        deny: patterns that come before all.
    """

    def __init__(self, allow: Sequence[str] = (), deny: Sequence[str] = ()) -> None:
        self._allow = tuple(allow)
        self._deny = tuple(deny)

    def refusal(self, state: State) -> str | None:
        """Why what is in front may not be touched, in words for the model, or None when it may."""
        if not state.package:
            # Between two windows there is none for a moment; with rules of the person's own, what is unknown is out.
            return "The phone does not tell which app is in front" if self._allow or self._deny else None
        what = f"{state.package} is in front, and"
        if self._matches(self._deny, state):
            return f"{what} this app is not allowed here"
        if self._guarded(state):
            return f"{what} this part of the phone (installing, security, administration) is not allowed here"
        if self._allow and not self._matches(self._allow, state):
            return f"{what} only these apps are allowed here: {', '.join(self._allow)}"
        return None

    def _guarded(self, state: State) -> bool:
        package, activity = state.package, state.activity
        if any(fnmatchcase(package, pattern) for pattern in GUARDED_PACKAGES):
            named = package in self._allow or self._page_named(state)
            return not named and not fnmatchcase(activity, _QUESTION)
        settings = any(fnmatchcase(package, pattern) for pattern in _SETTINGS)
        if settings and any(fnmatchcase(activity, pattern) for pattern in _ADMIN):
            return not self._page_named(state)
        return False

    def _page_named(self, state: State) -> bool:
        return any("/" in pattern and fnmatchcase(state.component, pattern) for pattern in self._allow)

    @staticmethod
    def _matches(patterns: Sequence[str], state: State) -> bool:
        return any(fnmatchcase(state.component if "/" in pattern else state.package, pattern) for pattern in patterns)


def leaves(action: Action) -> bool:
    """Whether an action touches nothing in the app in front, and so is allowed in any."""
    if isinstance(action, Press):
        return action.button in ("Back", "Home")
    return isinstance(action, OpenApp | Wait | HandOver | Answer | Done)
