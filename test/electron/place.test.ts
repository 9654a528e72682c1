// A window whose display is gone comes back on one that is there.
import { beforeEach, expect, test, vi } from 'vitest';
import { placeOnScreen } from '../../electron/place.ts';
import { screen } from '../support/recording-electron.ts';

vi.mock('electron', async () => import('../support/recording-electron.ts'));

beforeEach(() => {
  screen.displays = [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }];
});

test('a place of which enough shows is kept as it was', () => {
  const kept = [
    { x: 0, y: 0, width: 1280, height: 800 },
    { x: -1080, y: 0, width: 1280, height: 800 },
    { x: 1720, y: 980, width: 1280, height: 800 },
  ];
  expect(kept.map(placeOnScreen)).toEqual(kept);
});

test('a place that no display shows enough of keeps its size only', () => {
  const gone = [
    { x: 1920, y: 0, width: 1280, height: 800 },
    { x: -1081, y: 0, width: 1280, height: 800 },
    { x: 0, y: 981, width: 1280, height: 800 },
    { x: -90_000, y: -90_000, width: 1280, height: 800 },
  ];
  expect(gone.map(placeOnScreen)).toEqual(gone.map(() => ({ width: 1280, height: 800 })));
});

test('a second display counts, and a size larger than the display is cut', () => {
  screen.displays = [
    { workArea: { x: 0, y: 0, width: 1024, height: 700 } },
    { workArea: { x: 1024, y: 0, width: 1920, height: 1080 } },
  ];
  expect(placeOnScreen({ x: 1500, y: 10, width: 1280, height: 800 })).toEqual({
    x: 1500,
    y: 10,
    width: 1280,
    height: 800,
  });
  expect(placeOnScreen({ x: 9000, y: 10, width: 1280, height: 800 })).toEqual({ width: 1024, height: 700 });
});

test('without a remembered place the defaults hold', () => {
  expect(placeOnScreen(null)).toEqual({});
});
