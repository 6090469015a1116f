"""Oracles for the mail and social media pages."""

from __future__ import annotations

import re
from dataclasses import dataclass

from envs.browser.miniwob.oracles.look import Look, Oracle
from envs.browser.miniwob.oracles.page import Step, asked, click, fill, find, one, where

_GOALS = (
    (r'email by (?P<by>.+) and reply to them with the text "(?P<message>.+)"\.', "reply"),
    (r"email by (?P<by>.+) and forward that email to (?P<to>.+)\.", "forward"),
    (r"email by (?P<by>.+) and click the trash icon", "delete"),
    (r"email by (?P<by>.+) and click the star icon", "star"),
)


@dataclass(frozen=True, slots=True)
class Errand:
    """What to do with whose mail."""

    task: str
    sender: str
    message: str
    receiver: str


def _errand(look: Look) -> Errand:
    fields = look.fields
    if "by" in fields:  # goals in free wording come with their parts
        task = fields.get("task", "forward")
        return Errand(task, fields["by"], fields.get("message", ""), fields.get("to", ""))
    for pattern, task in _GOALS:
        match = re.search(pattern, look.utterance)
        if match is not None:
            parts = match.groupdict()
            return Errand(task, parts["by"], parts.get("message", ""), parts.get("to", ""))
    raise LookupError(f"the goal {look.utterance!r} asks nothing of a mail")


def email_inbox(look: Look) -> Step:
    """Find a mail by its sender; then reply to it, forward it, delete it or star it.

    Two mails may have one sender, as with seed 2: then only the page knows which of them it wants forwarded.
    """
    errand = _errand(look)
    if find(look, "#reply"):
        sent = one(look, "#send-reply")
        return fill(look, one(look, "#reply-text"), errand.message, "the reply") or click(
            look, sent, f"The reply is written; send it with the arrow {where(look, sent)}."
        )
    if find(look, "#forward"):
        sent = one(look, "#send-forward")
        return fill(look, one(look, "#forward .forward-sender"), errand.receiver, "the receiver") or click(
            look, sent, f"The receiver is filled in; send it with the arrow {where(look, sent)}."
        )
    if find(look, "#email"):
        button = one(look, f"#email .email-{errand.task}")
        return click(look, button, f'The mail is open; press "{button.text}", {where(look, button)}.')
    senders = find(look, "#main .email-sender")
    index = [sender.text for sender in senders].index(errand.sender)
    row = f'#main .email-thread[data-index="{index}"]'
    if errand.task in ("delete", "star"):
        icon = one(look, f"{row} .{'trash' if errand.task == 'delete' else 'star'}")
        name = "bin" if errand.task == "delete" else "star"
        return click(look, icon, f"The mail by {errand.sender} is {where(look, icon)}; click its {name}.")
    return click(look, senders[index], f"The mail by {errand.sender} is {where(look, senders[index])}; open it.")


_POST = {"Reply": "reply", "Retweet": "retweet", "Like": "like", "Share": "share"}
_MORE = {
    "Share via DM": "share",
    "Copy link to Tweet": "copy",
    "Embed Tweet": "embed",
    "Mute": "menu-user",
    "Block": "block-user",
    "Report": "report",
}


def _posts(look: Look, user: str) -> list[str]:
    names = find(look, ".media .username")
    return [f'.media[data-result="{i}"]' for i, name in enumerate(names) if name.text == user]


def social_media(look: Look) -> Step:
    """One button of a user's post, or an entry of the menu behind its last button."""
    user, name = asked(look, r'^For the user (@\S+), click on the "(.+)" button')
    post = _posts(look, user)[0]
    if name not in _MORE:
        button = one(look, f"{post} .{_POST[name]}")
        return click(look, button, f'The post by {user} has a "{name}" button, {where(look, button)}.')
    entries = find(look, f"{post} li.{_MORE[name]}")
    if entries:
        return click(look, entries[0], f'The menu is open; "{entries[0].text}" is {where(look, entries[0])}.')
    more = one(look, f"{post} .more")
    return click(look, more, f'"{name}" is in the menu behind the last button of the post by {user}; open it.')


def social_media_all(look: Look) -> Step:
    """The same button of all posts by a user, or of as many as the goal says."""
    name, count, user = asked(look, r'^Click the "(.+)" button on (all|\d+) posts? by (@\S+) and then')
    posts = _posts(look, user)
    for post in posts if count == "all" else posts[: int(count)]:
        button = one(look, f"{post} .{_POST[name]}")
        if not button.has("active"):
            return click(look, button, f'A post by {user} has its "{name}" button, {where(look, button)}, still grey.')
    sent = one(look, "#submitRow button")
    return click(look, sent, f'"{name}" is pressed on {count} posts by {user}; submit, {where(look, sent)}.')


ORACLES: dict[str, Oracle] = {
    "email-inbox": email_inbox,
    "email-inbox-delete": email_inbox,
    "email-inbox-forward": email_inbox,
    "email-inbox-forward-nl": email_inbox,
    "email-inbox-forward-nl-turk": email_inbox,
    "email-inbox-important": email_inbox,
    "email-inbox-nl-turk": email_inbox,
    "email-inbox-noscroll": email_inbox,
    "email-inbox-reply": email_inbox,
    "email-inbox-star-reply": email_inbox,
    "social-media": social_media,
    "social-media-all": social_media_all,
    "social-media-some": social_media_all,
}
