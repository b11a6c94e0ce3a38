/** German: schedule, status, notify, helper and man; see `de.ts`. */
export const DE_SCHEDULE = {
  // Times
  "Sun": "So",
  "Mon": "Mo",
  "Tue": "Di",
  "Wed": "Mi",
  "Thu": "Do",
  "Fri": "Fr",
  "Sat": "Sa",
  "just now": "gerade eben",
  "{minutes:minute|minutes} ago": "vor {minutes:Minute|Minuten}",
  "{hours:hour|hours} ago": "vor {hours:Stunde|Stunden}",
  "{days:day|days} ago": "vor {days:Tag|Tagen}",
  "since {time}": "seit {time}",
  "never": "nie",

  // status
  "OVERDUE": "ÜBERFÄLLIG",
  "failed": "fehlgeschlagen",
  "never run": "noch nie gelaufen",
  "{source} to {root}": "{source} nach {root}",
  "Last good": "Zuletzt gut",
  "Last try": "Versuch",
  "Not run": "Nicht gestartet",
  "Next": "Nächster Lauf",
  "Missing": "Fehlt",
  "Not there": "Nicht da",
  "Trend": "Trend",
  "not scheduled": "nicht eingeplant",
  "exit code {code}": "Exit-Code {code}",
  "{count} pinned": "{count} angeheftet",
  "{count} not complete": "{count} unvollständig",
  "newest {size}, {fresh} of it new": "der neueste {size}, davon {fresh} neu",
  "{size} for each snapshot: room for about {count} more":
    "{size} je Schnappschuss: Platz für etwa {count} weitere",
  "{share} within {days:day|days}": "{share} in den letzten {days:Tag|Tagen}",
  "never: phlb verify --all": "nie: phlb verify --all",
  "{files:stored file|stored files}: phlb repair":
    "{files:gespeicherte Datei|gespeicherte Dateien}: phlb repair",
  "{snapshots:removed snapshot|removed snapshots}":
    "{snapshots:entfernter Schnappschuss|entfernte Schnappschüsse}",

  // schedule
  "Job": "Job",
  "Every": "Zeit",
  "Installed": "Eingerichtet",
  "not installed": "nicht eingerichtet",
  "{backend}, but not configured": "{backend}, aber nicht konfiguriert",
  "(no job)": "(kein Job)",
  "next": "Nächste",
  "not possible: {reason}": "nicht möglich: {reason}",
  "Scheduled {label} by {backend}: {every}":
    "Zeitplan für {label} mit {backend} eingerichtet: {every}",
  "Removed {unit} from {backend}": "{unit} aus {backend} entfernt",
  "Note: {note}": "Hinweis: {note}",

  // notify
  "Test from phlb on {host}": "Test von phlb auf {host}",
  "This is a test: notifications of phlb arrive here.":
    "Dies ist ein Test: Benachrichtigungen von phlb kommen hier an.",
  "sent": "gesendet",
  "not sent, {reason}": "nicht gesendet, {reason}",

  // man
  "Wrote {pages:page|pages} to {dir}": "{pages:Seite|Seiten} nach {dir} geschrieben",
} as const;
