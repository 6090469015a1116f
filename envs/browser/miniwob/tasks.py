"""The tasks of MiniWoB++ 1.1.0: the 128 pages that its own registry knows, by what they ask for.

The kinds are ours, for reading a table; MiniWoB++ has none.
"""

from __future__ import annotations

_KINDS: dict[str, str] = {
    "click": "click-button click-button-sequence click-color click-dialog click-dialog-2 click-link click-option "
    "click-scroll-list click-shades click-test click-test-2 click-test-transfer click-widget focus-text focus-text-2 "
    "unicode-test sign-agreement",
    "check": "click-checkboxes click-checkboxes-large click-checkboxes-soft click-checkboxes-transfer "
    "number-checkboxes choose-list form-sequence form-sequence-2 form-sequence-3 buy-ticket order-food phone-book "
    "multi-layouts multi-orderings",
    "unfold": "click-collapsible click-collapsible-2 click-collapsible-2-nodelay click-collapsible-nodelay click-menu "
    "click-menu-2 click-pie click-pie-nodelay click-tab click-tab-2 click-tab-2-easy click-tab-2-hard "
    "click-tab-2-medium navigate-tree search-engine",
    "type": "copy-paste copy-paste-2 enter-date enter-password enter-text enter-text-2 enter-text-dynamic enter-time "
    "find-word login-user login-user-popup read-table read-table-2 simple-algebra simple-arithmetic terminal "
    "text-editor text-transform use-autocomplete use-autocomplete-nodelay",
    "date": "choose-date choose-date-easy choose-date-medium choose-date-nodelay book-flight book-flight-nodelay "
    "daily-calendar",
    "drag": "drag-box drag-circle drag-cube drag-items drag-items-grid drag-shapes drag-shapes-2 drag-single-shape "
    "drag-sort-numbers draw-circle draw-line highlight-text highlight-text-2 resize-textarea scroll-text scroll-text-2 "
    "use-colorwheel use-colorwheel-2 use-slider use-slider-2 use-spinner",
    "look": "bisect-angle circle-center click-shape count-shape count-sides find-midpoint grid-coordinate "
    "identify-shape right-angle visual-addition ascending-numbers find-greatest generate-number guess-number hot-cold "
    "odd-or-even stock-market tic-tac-toe",
    "inbox": "email-inbox email-inbox-delete email-inbox-forward email-inbox-forward-nl email-inbox-forward-nl-turk "
    "email-inbox-important email-inbox-nl-turk email-inbox-noscroll email-inbox-reply email-inbox-star-reply "
    "social-media social-media-all social-media-some",
    "flight": "flight.AA flight.Alaska flight.Alaska-auto",
}

KINDS: dict[str, str] = {task: kind for kind, tasks in _KINDS.items() for task in tasks.split()}
"""The kind of every task."""

TASKS = tuple(sorted(KINDS))


def is_flight(task: str) -> bool:
    """Whether a task is one of FlightWoB's sites, which are larger and need a server."""
    return task.startswith("flight.")
