import { deepStrictEqual, strictEqual } from "node:assert/strict";
import type { JobStatus, RootStatus } from "../../../src/ops/status/status.ts";
import { parseCalendar } from "../../../src/base/calendar/parse_calendar.ts";
import { loadFigures } from "../../../src/ui/figures.ts";
import { calendarResult, scheduleRows, scheduleTable } from "../../../src/ui/schedule_text.ts";
import { statusMessages, statusText } from "../../../src/ui/status_text.ts";

const NOW = new Date(2026, 0, 7, 12, 30);

const JOB: JobStatus = {
  id: "docs",
  source: "/home/ann/docs",
  root: "/mnt/backup",
  name: "ann",
  record: {
    job: "docs",
    source: "/home/ann/docs",
    destination: "/mnt/backup",
    last_try: {
      started_at: new Date(2026, 0, 7, 11, 29).toISOString(),
      finished_at: new Date(2026, 0, 7, 11, 30).toISOString(),
      exit_code: 1,
      error_code: "SOURCE_UNREADABLE",
      message: 'Cannot read "a": permission denied',
      snapshot_id: null,
      scheduled: true,
    },
    last_good: null,
    last_skip: {
      at: new Date(2026, 0, 7, 12, 29).toISOString(),
      code: "BATTERY",
      reason: "the computer runs on its battery",
    },
  },
  lastGood: new Date(2026, 0, 4, 12, 30),
  every: "daily 02:30",
  next: new Date(2026, 0, 8, 2, 30),
  overdueSince: new Date(2026, 0, 6, 8, 30),
  snapshots: 1200,
  pinned: 1,
  partial: 2,
  newest: undefined,
};

const ROOT: RootStatus = {
  path: "/mnt/backup",
  fault: undefined,
  trash: 1,
  room: {
    freeBytes: 3 * 1024 ** 3,
    freeInodes: 1000,
    perSnapshot: { bytes: 1536, inodes: 1 },
    basis: 1,
    fits: 2000,
  },
  coverage: undefined,
};

const GONE: RootStatus = {
  path: "/mnt/gone",
  fault: "no such file or directory",
  trash: undefined,
  room: undefined,
  coverage: undefined,
};

const STATUS = { jobs: [JOB], roots: [ROOT, GONE] };

async function shown(locale: string | undefined): Promise<string> {
  const figures = await loadFigures(locale);
  return statusText(STATUS, { now: NOW, figures, color: false, blocks: false });
}

Deno.test("a status in English", async () => {
  strictEqual(
    await shown(undefined),
    `docs  OVERDUE
             /home/ann/docs to /mnt/backup
  Last good  Sun 2026-01-04 12:30 (3 days ago)
  Last try   Wed 2026-01-07 11:29 (1 hour ago)
             Cannot read "a": permission denied
  Not run    Wed 2026-01-07 12:29: the computer runs on its battery
  Next       Thu 2026-01-08 02:30
  Missing    since Tue 2026-01-06 08:30
  Snapshots  1,200, 1 pinned, 2 not complete

/mnt/backup
  Free       3.00 GiB
  Trend      1.50 KiB for each snapshot: room for about 2,000 more
  Verified   never: phlb verify --all
  Trash      1 removed snapshot

/mnt/gone
  Not there  no such file or directory`,
  );
});

Deno.test("a status in German, with what is remembered in English", async () => {
  strictEqual(
    await shown("de-DE"),
    `docs  ÜBERFÄLLIG
                   /home/ann/docs nach /mnt/backup
  Zuletzt gut      So 2026-01-04 12:30 (vor 3 Tagen)
  Versuch          Mi 2026-01-07 11:29 (vor 1 Stunde)
                   Kann „a“ nicht lesen: keine Berechtigung
  Nicht gestartet  Mi 2026-01-07 12:29: der Rechner läuft auf Akku
  Nächster Lauf    Do 2026-01-08 02:30
  Fehlt            seit Di 2026-01-06 08:30
  Schnappschüsse   1.200, 1 angeheftet, 2 unvollständig

/mnt/backup
  Frei             3,00 GiB
  Trend            1,50 KiB je Schnappschuss: Platz für etwa 2.000 weitere
  Geprüft          nie: phlb verify --all
  Papierkorb       1 entfernter Schnappschuss

/mnt/gone
  Nicht da         Datei oder Verzeichnis nicht gefunden`,
  );
  const [job] = statusMessages(STATUS);
  strictEqual(job?.["last_skip"], JOB.record.last_skip);
});

Deno.test("how much was verified, and what of it is damaged", async () => {
  const bytes = (inodes: number) => ({ inodes, bytes: inodes * 1000 });
  const root: RootStatus = {
    ...ROOT,
    room: undefined,
    trash: 0,
    coverage: {
      known: bytes(10),
      within: [{ days: 30, ...bytes(5) }, { days: 90, ...bytes(10) }],
      damaged: bytes(1),
      neverRead: bytes(0),
      oldestReadAt: undefined,
      newestReadAt: undefined,
    },
  };
  const figures = await loadFigures("de-DE");
  const text = statusText({ jobs: [], roots: [root] }, {
    now: NOW,
    figures,
    color: false,
    blocks: true,
  });
  const full = "█".repeat(20);
  deepStrictEqual(text.split("\n").slice(1), [
    `  Geprüft          ${full.slice(10).padEnd(20)}  50 % in den letzten 30 Tagen`,
    `                   ${full} 100 % in den letzten 90 Tagen`,
    "  Beschädigt       1 gespeicherte Datei: phlb repair",
  ]);
});

Deno.test("schedules in German: the list, and one time in all notations", async () => {
  const words = await loadFigures("de-DE");
  const rows = scheduleRows({
    jobs: [{ id: undefined, unit: "phlb", job: undefined }],
    installed: ["phlb-old"],
    backend: "cron",
    now: NOW,
    words,
  });
  strictEqual(
    scheduleTable(rows, words),
    `Job         Zeit  Nächster Lauf  Eingerichtet
(kein Job)  -     -              -
phlb-old    -     -              cron, aber nicht konfiguriert
`,
  );
  const every = "*-*~01 10:00";
  const parsed = parseCalendar(every);
  if ("fault" in parsed) throw new Error(parsed.fault);
  const { text } = calendarResult({
    ...{ id: undefined, every, calendar: parsed.calendar },
    ...{ now: NOW, words },
  });
  deepStrictEqual(text.split("\n").slice(0, 4), [
    every,
    "  systemd  *-*~01 10:00:00",
    "  cron     nicht möglich: es kann Tage nicht vom Monatsende an zählen",
    "  Nächste  Sa 2026-01-31 10:00",
  ]);
});
