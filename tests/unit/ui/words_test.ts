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

/** Sentences that are put together from several texts, as they reach people. */
const PUT_TOGETHER: readonly (readonly [english: string, german: string])[] = [
  [
    'Cannot schedule the job "docs" by cron: of "hourly", it knows no seconds',
    "Kann den Job „docs“ nicht mit cron einplanen: bei „hourly“: es kennt keine Sekunden",
  ],
  [
    'Cannot schedule the backup: "block "phlb" of the crontab" is there, and phlb did not write it',
    "Kann die Sicherung nicht einplanen: der Block „phlb“ der Crontab ist schon da, und phlb hat das nicht geschrieben",
  ],
  [
    'Cannot write "/a" and "/b": permission denied',
    "Kann „/a“ und „/b“ nicht schreiben: keine Berechtigung",
  ],
  [
    'The job "docs" was not run: there is no network',
    "Der Job „docs“ wurde nicht gestartet: es gibt kein Netz",
  ],
  [
    'Cannot run the hook run_before "x": it ended with exit code 3: no permission denied',
    "Kann den Hook run_before „x“ nicht ausführen: er endete mit dem Exit-Code 3: no permission denied",
  ],
  [
    "Hook run_after: echo a: b: done after 0.1 s",
    "Hook run_after: echo a: b: fertig nach 0.1 s",
  ],
  [
    "Cannot notify by email: its password cannot be had: it is empty",
    "Kann nicht über email benachrichtigen: das Passwort ist nicht zu bekommen: der Text dafür ist leer",
  ],
  [
    "Cannot notify by ntfy: https://example.org answered 503 Busy",
    "Kann nicht über ntfy benachrichtigen: https://example.org antwortete 503 Busy",
  ],
  [
    'Cannot use the hooks and notifications: "hooks.run_before" is set in "/p.toml", and others may write to that file. chmod go-w takes that away',
    "Kann die Hooks und Benachrichtigungen nicht verwenden: „hooks.run_before“ ist in „/p.toml“ gesetzt, und andere dürfen in diese Datei schreiben. chmod go-w unterbindet das",
  ],
  [
    '/p.toml:3: Cannot set "notify.email.password": must be text in quotes, or { env = "NAME" }, { file = "PATH" } or { command = ["PROGRAM", "ARGUMENT"] }',
    '/p.toml:3: Kann „notify.email.password“ nicht setzen: es muss Text in Anführungszeichen oder { env = "NAME" }, { file = "PFAD" } oder { command = ["PROGRAMM", "ARGUMENT"] } sein',
  ],
  [
    'Cannot back up "a?": the backup root cannot hold this name: it is too long there',
    "Kann „a?“ nicht sichern: der Sicherungsort kann diesen Namen nicht aufnehmen: er ist dort zu lang",
  ],
  ['Backup of "docs" is done on nb', "Sicherung von „docs“ auf nb ist fertig"],
  [
    'Backup of "docs" is done on nb, 1 problem',
    "Sicherung von „docs“ auf nb ist fertig, 1 Problem",
  ],
  [
    'Backup of "docs" is done on nb, 12 problems',
    "Sicherung von „docs“ auf nb ist fertig, 12 Probleme",
  ],
  [
    'Backup of "docs" is done on nb, not all is well',
    "Sicherung von „docs“ auf nb ist fertig, aber nicht alles ist gut",
  ],
];

Deno.test("what is put together from several texts is German throughout", async () => {
  const { tell } = await loadWords("de");
  for (const [english, german] of PUT_TOGETHER) strictEqual(tell(english), german);
});
