/** Local time as ISO 8601 with milliseconds and the offset from UTC: `2026-01-07T08:52:47.120+01:00`. */
export function isoTime(time: Date): string {
  const offsetMin = -time.getTimezoneOffset();
  const local = new Date(time.getTime() + offsetMin * 60_000).toISOString().slice(0, -1);
  const two = (value: number) => String(value).padStart(2, "0");
  const sign = offsetMin < 0 ? "-" : "+";
  const minutes = Math.abs(offsetMin);
  return `${local}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
