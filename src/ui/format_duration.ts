const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A length of time in its two largest units: `0.84 s`, `12.3 s`, `3 min 20 s`, `2 h 05 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < HOUR) return `${Math.floor(whole / MINUTE)} min ${two(whole % MINUTE)} s`;
  if (whole < DAY) return `${Math.floor(whole / HOUR)} h ${two((whole % HOUR) / MINUTE)} min`;
  return `${Math.floor(whole / DAY)} d ${Math.floor((whole % DAY) / HOUR)} h`;
}

/** A length of time as a clock shows it: `0:07`, `12:05`, `3:00:10`. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const tail = `${two((whole % HOUR) / MINUTE)}:${two(whole % MINUTE)}`;
  return whole < HOUR ? tail.replace(/^0/, "") : `${Math.floor(whole / HOUR)}:${tail}`;
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
