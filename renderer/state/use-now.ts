// A clock for relative times: one render a minute is enough for words such as "4 min ago".
import { useEffect, useState } from 'react';

/** Epoch milliseconds, refreshed every `everyMs`. */
export function useNow(everyMs = 20_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
