// Movement, as slow as the animation scales say.

import { state } from "./state.js";

export const TRANSITION = 300;
const SMOOTH = "cubic-bezier(0.2, 0, 0, 1)";

/** Animate and wait. `kind` is which of Android's three scales holds: window, transition or animator. */
export async function move(node, frames, kind = "transition", milliseconds = TRANSITION) {
  const scale = Number(state.device.animation[kind] ?? 1);
  if (!(scale > 0)) return;
  const animation = node.animate(frames, { duration: milliseconds * scale, easing: SMOOTH });
  try {
    await animation.finished;
  } catch {
    /* its element was taken away */
  }
}
