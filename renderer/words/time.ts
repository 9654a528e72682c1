// Times as people read them: relative in lists, exact with zone in details.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `just now`, `4 min ago`, `2 h ago`, `Yesterday`, `3 Nov`. */
export function ago(at: string, now: number): string {
  const then = Date.parse(at);
  if (Number.isNaN(then)) return at;
  const passed = now - then;
  if (passed < MINUTE) return 'just now';
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h ago`;
  if (passed < 2 * DAY) return 'Yesterday';
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' }).format(then);
}

/** How long something has lasted: `12 s`, `4 min`, `2 h 10 min`, `3 d 4 h`. */
export function lasting(since: string, now: number): string {
  const passed = Math.max(0, now - Date.parse(since));
  if (Number.isNaN(passed)) return '';
  if (passed < MINUTE) return `${Math.floor(passed / 1000)} s`;
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h ${Math.floor((passed % HOUR) / MINUTE)} min`;
  return `${Math.floor(passed / DAY)} d ${Math.floor((passed % DAY) / HOUR)} h`;
}

const exactFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  timeZoneName: 'short',
});

/** `22 Nov 2026, 14:11:31.412 UTC`, in the reader's own zone. */
export function exact(at: string): string {
  const then = Date.parse(at);
  return Number.isNaN(then) ? at : exactFormat.format(then);
}

const clockFormat = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayFormat = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short' });

/** Time of day for dense lists: `14:13:22`. */
export function clockTime(at: string | number): string {
  const then = typeof at === 'number' ? at : Date.parse(at);
  return Number.isNaN(then) ? String(at) : clockFormat.format(then);
}

/** `14:13:22` today, `21 Nov 09:02` on other days. */
export function listTime(at: string, now: number): string {
  const then = Date.parse(at);
  if (Number.isNaN(then)) return at;
  const clock = clockFormat.format(then);
  return dayFormat.format(then) === dayFormat.format(now) ? clock : `${dayFormat.format(then)} ${clock.slice(0, 5)}`;
}
