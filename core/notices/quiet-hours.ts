// Hours in which nobody is disturbed, by the local time of this computer.
import type { NoticeSettings } from '../../shared/model/notice.ts';

const MINUTES_OF_DAY = 1_440;

/** When the quiet hours that `now` lies in are over (epoch milliseconds); undefined outside of them. Equal times: never quiet. */
export function quietUntil(quiet: NoticeSettings['quiet'], now: number): number | undefined {
  if (quiet === null) return undefined;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const date = new Date(now);
  const minute = date.getHours() * 60 + date.getMinutes();
  const since = (minute - from + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  const length = (to - from + MINUTES_OF_DAY) % MINUTES_OF_DAY;
  if (since >= length) return undefined;
  // By the calendar and not by adding hours: a night may have 23 or 25 of them.
  const end = new Date(now);
  end.setHours(Math.floor(to / 60), to % 60, 0, 0);
  if (end.getTime() <= now) end.setDate(end.getDate() + 1);
  return end.getTime();
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
