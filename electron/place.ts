// Where the window opens: where it was, moved back on screen when its display is gone or shrank.
import { type Rectangle, screen } from 'electron';

const MIN_VISIBLE = { width: 200, height: 100 };

/** The remembered place; only its size, cut to the display, when no display shows enough of it; `{}` without one. */
export function placeOnScreen(bounds: Rectangle | null): Partial<Rectangle> {
  if (!bounds) return {};
  const isVisible = screen.getAllDisplays().some(({ workArea }) => {
    const shown = overlap(bounds, workArea);
    return shown.width >= MIN_VISIBLE.width && shown.height >= MIN_VISIBLE.height;
  });
  if (isVisible) return bounds;
  const { workArea } = screen.getPrimaryDisplay();
  return { width: Math.min(bounds.width, workArea.width), height: Math.min(bounds.height, workArea.height) };
}

function overlap(a: Rectangle, b: Rectangle): { width: number; height: number } {
  return {
    width: Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
    height: Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
  };
}
