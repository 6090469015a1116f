"""Oracles for pages where something is dragged, or a text is marked by dragging over it."""

from __future__ import annotations

from actions.browser import Drag
from envs.browser.miniwob.oracles.look import Look, Oracle
from envs.browser.miniwob.oracles.page import (
    Box,
    Element,
    Step,
    asked,
    click,
    drag,
    find,
    one,
    ordinal,
    submit,
    wait,
    where,
)

_DIRECTIONS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}

# The text of an element without its spaces, the same of what is marked, and where its first and last letter are.
_MARKED = """([selector, index]) => {
  const element = document.querySelectorAll(selector)[index], range = document.createRange();
  range.selectNodeContents(element);
  const boxes = Array.from(range.getClientRects()).filter((box) => box.width > 0);
  const first = boxes[0], last = boxes[boxes.length - 1], bare = (text) => text.replace(/\\s/g, '');
  return [bare(element.textContent), bare(getSelection().toString()),
          [first.left, first.top + first.height / 2], [last.right, last.top + last.height / 2]];
}"""


def drag_box(look: Look) -> Step:
    """A small box into a large one."""
    small, large = one(look, "#draggableSmall"), one(look, "#draggableLarge")
    if isinstance(look.done[-1] if look.done else None, Drag):
        return submit(look, "The small box is inside the large one.")
    return drag(
        look, small.box.centre, large.box.centre,
        f"The small box is {where(look, small)}; drag it into the large one, {where(look, large)}.",
    )  # fmt: skip


def drag_single_shape(look: Look) -> Step:
    """A circle or another shape some way in one direction."""
    if look.done:
        return submit(look, "The shape is moved.")
    (direction,) = asked(look, r"Drag the \w+ (left|right|up|down)")
    shape = one(look, "#area svg > *")
    x, y = shape.box.centre
    across, down = _DIRECTIONS[direction]
    # Shapes jump by up to a tenth of their size when they are taken hold of: 20 pixels are more than that.
    return drag(
        look, (x, y), (x + 20 * across, y + 20 * down),
        f"The shape is {where(look, shape)}; drag it {direction}.",
    )  # fmt: skip


def _onto(look: Look, items: list[Element], start: int, end: int, thought: str) -> Step:
    # A list makes room once the dragged item is half over its neighbour: aim a little beyond the place.
    (x, y), (to_x, to_y) = items[start].box.centre, items[end].box.centre
    beyond_x, beyond_y = (4 * (to_x > x) - 4 * (to_x < x)), (4 * (to_y > y) - 4 * (to_y < y))
    return drag(look, (x, y), (to_x + beyond_x, to_y + beyond_y), thought)


def drag_items(look: Look) -> Step:
    """One entry of a list to another place in it."""
    name, goal = asked(look, r"^Drag (\S+) (.+)\.$")
    items = find(look, "#sortable li")
    start = [item.text for item in items].index(name)
    end = {
        "to the top": 0,
        "to the bottom": len(items) - 1,
        "down by one position": start + 1,
        "up by one position": start - 1,
    }.get(goal)
    if end is None:
        end = ordinal(asked(look, r"to the (\d\w\w) position")[0]) - 1
    thought = f'"{name}" is number {start + 1} and must be number {end + 1}; drag it there.'
    return _onto(look, items, start, end, thought)


def drag_items_grid(look: Look) -> Step:
    """One entry of a grid of three by three to another place in it."""
    name, goal = asked(look, r"^Drag (\S+) (.+)\.$")
    items = find(look, "#sortable li")
    start = [item.text for item in items].index(name)
    steps = {"up by one": -3, "down by one": 3, "left by one": -1, "right by one": 1}
    if goal in steps:
        end = start + steps[goal]
    else:
        words = goal.removeprefix("to the ").split()
        row, column = (words[0], words[-1]) if len(words) == 2 else ("center", "center")
        end = 3 * ("top", "center", "bottom").index(row) + ("left", "center", "right").index(column)
    thought = f'"{name}" is {where(look, items[start])}; drag it {goal}.'
    if end < start and end % 3 > start % 3:
        # An item on its way up and right is put behind the one it lies on: stop between its place and the one before.
        (left, top), (right, _) = items[end - 1].box.centre, items[end].box.centre
        return drag(look, items[start].box.centre, ((left + right) / 2 + 4, top - 4), thought)
    return _onto(look, items, start, end, thought)


def drag_sort_numbers(look: Look) -> Step:
    """Put the numbers of a list in order, the lowest of the rest first."""
    items = find(look, "#sortable li")
    numbers = [int(item.text) for item in items]
    for end, number in enumerate(sorted(numbers)):
        if numbers[end] != number:
            start = numbers.index(number, end)
            return _onto(look, items, start, end, f"{number} belongs in place {end + 1}; drag it up from {start + 1}.")
    return submit(look, "The numbers increase from top to bottom.")


def _inside(shape: Box, frame: Box) -> bool:
    x, y = shape.centre
    return frame.left < x < frame.left + frame.width and frame.top < y < frame.top + frame.height


def _into(look: Look, shape: Element, frame: Element, filled: int, what: str) -> Step:
    # In rows of three from the top left, so that nothing dropped hides what was dropped before.
    left, top = frame.box.left + 14, frame.box.top + 14
    step_x, step_y = (frame.box.width - 28) / 2, frame.box.height - 28
    end = left + step_x * (filled % 3), top + step_y * (filled // 3 % 2)
    thought = f"The {what} {where(look, shape)} is not in its box; drag it there."
    return drag(look, shape.spot or shape.box.centre, end, thought)


_TAGS = {"rectangles": "rect", "circles": "circle", "triangles": "polygon"}


def drag_shapes(look: Look) -> Step:
    """All shapes of one form into a box."""
    (form,) = asked(look, r"^Drag all (\w+) into")
    frame = one(look, "#shape-container")
    shapes = find(look, f"#area_svg {_TAGS[form]}:not(#shape-container)")
    outside = [shape for shape in shapes if not _inside(shape.box, frame.box)]
    if outside:
        return _into(look, outside[0], frame, len(shapes) - len(outside), form.removesuffix("s"))
    return submit(look, f"All {form} are in the box.")


def drag_shapes_2(look: Look) -> Step:
    """All shapes of one form or colour into the left box, all others into the right one."""
    (kind,) = asked(look, r"^Drag all (\w+?)(?: shapes)? into the left box")
    left, right = find(look, "#shape-container")
    shapes = find(look, "#area_svg > *:not(#shape-container)")
    for shape in shapes:
        fits = shape.tag == _TAGS.get(kind) or shape.attributes["fill"] == kind
        frame, side = (left, "left") if fits else (right, "right")
        if not _inside(shape.box, frame.box):
            filled = sum(_inside(each.box, frame.box) for each in shapes)
            return _into(look, shape, frame, filled, f"shape of the {side} box")
    return submit(look, "Every shape is in its box.")


def _mark(look: Look, selector: str, index: int, what: str) -> Step | None:
    text, marked, start, end = look.run(_MARKED, [selector, index])
    if text == marked:
        return None
    thought = f"{what} is not marked; drag from its first letter to its last."
    return drag(look, (max(start[0] - 2, 0), start[1]), (min(end[0] + 3, look.size[0]), end[1]), thought)


def highlight_text(look: Look) -> Step:
    """Mark the only paragraph."""
    return _mark(look, "#randomText", 0, "The paragraph") or submit(look, "The paragraph is marked.")


def highlight_text_2(look: Look) -> Step:
    """Mark the first, second or third paragraph."""
    (which,) = asked(look, r"the (\w+) paragraph")
    step = _mark(look, "#randomText p", ordinal(which) - 1, f"The {which} paragraph")
    return step or submit(look, f"The {which} paragraph is marked.")


_GRIPS = {
    ("width", "larger"): (12, 0),
    ("width", "smaller"): (-12, 0),
    ("height", "larger"): (0, 12),
    ("height", "smaller"): (0, -12),
}


def resize_textarea(look: Look) -> Step:
    """Make a text area wider, narrower, higher or lower by dragging its edge."""
    if look.done:
        return submit(look, "The text area has its new size.", "#submit")
    dimension, change = asked(look, r"the (width|height) is (smaller|larger)")
    across, down = _GRIPS[dimension, change]
    edge = one(look, f".ui-resizable-{'e' if dimension == 'width' else 's'}")
    x, y = edge.spot or edge.box.centre
    side = "right" if dimension == "width" else "lower"
    thought = f"The {dimension} must be {change}; drag the {side} edge of the text area."
    return drag(look, (x, y), (x + across, y + down), thought)


# Where a text of an editor begins and ends on the screen, what is marked, and how each of its letters is styled.
_WORD = """(word) => {
  const root = document.querySelector('.ql-editor');
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const whole = nodes.map((node) => node.data).join('');
  const at = (' ' + whole.replace(/\\s/g, ' ') + ' ').indexOf(' ' + word + ' ');
  const range = document.createRange(), styles = [];
  const locate = (offset, end) => {
    for (const node of nodes) {
      if (offset < node.length || (end && offset === node.length)) return [node, offset];
      offset -= node.length;
    }
  };
  range.setStart(...locate(at, false));
  range.setEnd(...locate(at + word.length, true));
  let offset = 0;
  for (const node of nodes) {
    if (offset < at + word.length && offset + node.length > at) {
      const path = [];
      for (let up = node.parentElement; up !== root; up = up.parentElement) {
        path.push(up.tagName.toLowerCase());
        if (up.style.color) path.push(up.style.color);
      }
      styles.push(path);
    }
    offset += node.length;
  }
  const boxes = Array.from(range.getClientRects()), first = boxes[0], last = boxes[boxes.length - 1];
  return {
    styles, marked: getSelection().toString().trim() === word,
    noticed: (editor.selection.lastRange || {}).length === word.length,
    start: [first.left, first.top + first.height / 2], end: [last.right, last.top + last.height / 2],
  };
}"""

_STYLES = {"bold": "strong", "italics": "em", "underlined": "u"}
_BUTTONS = {"bold": ".ql-bold", "italics": ".ql-italic", "underlined": ".ql-underline"}
# One colour of each name in the editor's palette, as it is written there and as the browser tells it.
_PALETTE = {
    "red": ("#e60000", "rgb(230, 0, 0)"),
    "orange": ("#ff9900", "rgb(255, 153, 0)"),
    "yellow": ("#ffff00", "rgb(255, 255, 0)"),
    "green": ("#008a00", "rgb(0, 138, 0)"),
    "blue": ("#0066cc", "rgb(0, 102, 204)"),
    "purple": ("#9933ff", "rgb(153, 51, 255)"),
}


def text_editor(look: Look) -> Step:
    """Give a word, or all the text, of an editor a style or a colour."""
    word, style = asked(look, r"(?:give the text|give|make) (.+) the (?:style|color) (\w+)")
    if word == "everything":
        word = one(look, ".ql-editor").text
    state = look.run(_WORD, word)
    wanted = _PALETTE[style][1] if style in _PALETTE else _STYLES[style]
    if all(wanted in path for path in state["styles"]):
        return submit(look, f'"{word}" is {style} now.')
    code = _PALETTE[style][0] if style in _PALETTE else ""
    colours = find(look, f'.ql-picker-options [data-value="{code}"]')
    if colours:  # the open palette has taken the marking over
        return click(look, colours[0], f"The palette is open; {style} is {where(look, colours[0])}.")
    if not state["marked"]:
        start, end = state["start"], state["end"]
        return drag(look, (start[0] + 0.5, start[1]), (end[0] + 0.5, end[1]), f'Mark "{word}" by dragging over it.')
    if not state["noticed"]:  # the editor looks at the marking ten times a second, and styles what it saw last
        return wait(0.3, f'"{word}" is marked; give the editor a moment to take it in.')
    button = one(look, _BUTTONS.get(style, ".ql-color-picker .ql-picker-label"))
    what = "open the palette" if code else f"press the button for {style}"
    return click(look, button, f'"{word}" is marked; {what}, {where(look, button)}.')


ORACLES: dict[str, Oracle] = {
    "drag-box": drag_box,
    "drag-circle": drag_single_shape,
    "drag-single-shape": drag_single_shape,
    "drag-items": drag_items,
    "drag-items-grid": drag_items_grid,
    "drag-sort-numbers": drag_sort_numbers,
    "drag-shapes": drag_shapes,
    "drag-shapes-2": drag_shapes_2,
    "highlight-text": highlight_text,
    "highlight-text-2": highlight_text_2,
    "resize-textarea": resize_textarea,
    "text-editor": text_editor,
}
