import { expect, test } from 'vitest';
import { quietUntil } from '../../../core/notices/quiet-hours.ts';

const at = (day: number, hours: number, minutes = 0) => new Date(2026, 0, day, hours, minutes).getTime();
const NIGHT = { from: '22:00', to: '07:00' };

test('hours over midnight and within a day end at their time, and are over then', () => {
  expect([at(1, 21, 59), at(1, 22), at(2, 6, 59), at(2, 7)].map((now) => quietUntil(NIGHT, now))).toEqual([
    undefined,
    at(2, 7),
    at(2, 7),
    undefined,
  ]);
  const noon = { from: '12:00', to: '13:30' };
  expect([at(1, 11, 59), at(1, 12), at(1, 13, 29), at(1, 13, 30)].map((now) => quietUntil(noon, now))).toEqual([
    undefined,
    at(1, 13, 30),
    at(1, 13, 30),
    undefined,
  ]);
});

test('without hours, and with hours of no length, it is never quiet', () => {
  expect([quietUntil(null, at(1, 3)), quietUntil({ from: '03:00', to: '03:00' }, at(1, 3))]).toEqual([
    undefined,
    undefined,
  ]);
});
