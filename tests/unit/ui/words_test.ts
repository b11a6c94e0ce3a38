import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { DE } from "../../../src/ui/messages/de.ts";
import { DE_TOLD } from "../../../src/ui/messages/german.ts";
import { loadFigures } from "../../../src/ui/figures.ts";
import { Teller } from "../../../src/ui/tell.ts";
import { ENGLISH, loadWords, PLACEHOLDER } from "../../../src/ui/words.ts";
import { runFake } from "../../support/fake_machine.ts";

Deno.test("say() puts values in, and the word that fits a number", async () => {
  const { say } = await loadWords("de-DE");
  const root = "/r";
  strictEqual(
    ENGLISH.say("{count:snapshot|snapshots} in {root}", { count: 1, root }),
    "1 snapshot in /r",
  );
  strictEqual(
    ENGLISH.say("{count:snapshot|snapshots} in {root}", { count: 1234, root }),
    "1,234 snapshots in /r",
  );
  strictEqual(
    say("{count:snapshot|snapshots} in {root}", { count: 1234, root }),
    "1.234 Schnappschüsse in /r",
  );
  strictEqual(say("{found:|path|paths}", { found: 1 }), "Pfad");
  strictEqual(say("{found:|path|paths}", { found: 0 }), "Pfade");
});

Deno.test("say() leaves alone what a value looks like", () => {
  const root = "{count} $& {root}";
  strictEqual(
    ENGLISH.say("{count:snapshot|snapshots} in {root}", { count: 2, root }),
    `2 snapshots in ${root}`,
  );
});

Deno.test("every German message has the values of the English one", () => {
  const namesIn = (text: string) =>
    [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name]) => name))].toSorted();
  for (const [english, german] of Object.entries(DE)) {
    deepStrictEqual(namesIn(german), namesIn(english), english);
    ok(german.trim() !== "", english);
  }
});

Deno.test("every German sentence for an English text has each of its values", () => {
  for (const [english, german] of Object.entries(DE_TOLD)) {
    const wanted = english.split("{}").slice(1).map((_, i) => `{${i + 1}}`);
    const found = [...german.matchAll(/\{\d\}/g)].map(([value]) => value).toSorted();
    deepStrictEqual(found, wanted, english);
  }
});

Deno.test("German quotes and units are German", () => {
  for (const german of [...Object.values(DE), ...Object.values(DE_TOLD)]) {
    strictEqual(german.match(/„/g)?.length ?? 0, german.match(/“/g)?.length ?? 0, german);
    ok(!/\d(?:KiB|MiB|GiB)|\.\.\.| - /.test(german.replaceAll(/„[^“]*“/g, "")), german);
  }
});

Deno.test("tell() translates a text with what is in it", async () => {
  const { tell } = await loadWords("de");
  strictEqual(
    tell('Cannot read "a/b": permission denied'),
    "Kann „a/b“ nicht lesen: keine Berechtigung",
  );
  strictEqual(
    tell('Cannot read "a\nb": permission denied'),
    "Kann „a\nb“ nicht lesen: keine Berechtigung",
  );
  strictEqual(
    tell('Cannot find the snapshot "x"'),
    "Kann den Schnappschuss „x“ nicht finden",
  );
  strictEqual(
    tell(
      'Cannot use the configuration: 2 errors\n  /p.toml:3: Unknown key "nmae"; the nearest one is "name"',
    ),
    "Kann die Konfiguration nicht verwenden: 2 Fehler\n" +
      "  /p.toml:3: Den Schlüssel „nmae“ gibt es nicht; der ähnlichste ist „name“",
  );
});

Deno.test("tell() never loses what it does not know, nor what a name looks like", async () => {
  const { tell } = await loadWords("de");
  for (const text of ["", "some text of a program", 'odd "quotes" {1} $& here', "a. B. C"]) {
    strictEqual(tell(text), text);
  }
  const strange = 'permission denied": {1} $& “x”';
  ok(tell(`Cannot back up "${strange}": permission denied`).includes("{1} $& “x”"));
  strictEqual(tell('Cannot read "pinned": pinned'), "Kann „pinned“ nicht lesen: angeheftet");
  strictEqual(ENGLISH.tell("Cannot read x"), "Cannot read x");
});

Deno.test("a longer form of a sentence is preferred to a shorter one", () => {
  const teller = new Teller({ "a {}": "A {1}", "a {} b {}": "AB {2} {1}" });
  strictEqual(teller.tell("a 1"), "A 1");
  strictEqual(teller.tell("a 1 b 2"), "AB 2 1");
});

Deno.test("numbers and durations are German, too", async () => {
  const { duration, size, decimal } = await loadFigures("de-DE");
  deepStrictEqual([duration(12.34), duration(200), size(1536), decimal(1.5, 2)], [
    "12,3 s",
    "3 min 20 s",
    "1,50 KiB",
    "1,50",
  ]);
});

Deno.test("errors come in the language of the environment, JSON in English", async () => {
  const env = { LANG: "de_DE.UTF-8" };
  const { err } = await runFake(["find", "--root", "/r"], { env });
  strictEqual(
    err,
    "Fehler: Kann nichts suchen: es ist kein Muster angegeben\n" +
      "Hinweis: Einen Namen, ein Muster wie „*.jpg“ oder --digest angeben\n",
  );
  const json = await runFake(["find", "--root", "/r", "--json"], { env });
  strictEqual(JSON.parse(json.err).message, "Cannot find anything: no pattern is given");
  const c = await runFake(["find", "--root", "/r"], { env: { ...env, LC_ALL: "C" } });
  ok(c.err.startsWith("Error: Cannot find anything"), c.err);
});

Deno.test("errors come in the configured language", async () => {
  const files = { "/home/ann/work/phlb.toml": 'locale = "de"\n' };
  const { err } = await runFake(["find", "--root", "/r"], { files });
  ok(err.startsWith("Fehler: "), err);
  const usage = await runFake(["find", "--nonsense"], { env: { LANG: "de_DE.UTF-8" } });
  ok(usage.err.includes("unbekannte Option"), usage.err);
});
