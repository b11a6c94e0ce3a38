/** The time zone of the process, until it is disposed of. */
export function inZone(zone: string): Disposable {
  const before = Deno.env.get("TZ");
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  Deno.env.set("TZ", zone);
  return {
    [Symbol.dispose]: () => {
      Deno.env.set("TZ", before ?? timeZone);
      // Taking it away alone would leave the zone as it was set last.
      if (before === undefined) Deno.env.delete("TZ");
    },
  };
}
