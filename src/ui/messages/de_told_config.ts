import type { ToldTexts } from "../tell.ts";

/** What the command line and the configuration get wrong. Words: see `de.ts`. */
export const DE_TOLD_CONFIG: ToldTexts = {
  'Cannot run "{}": {}': "Kann „{1}“ nicht ausführen: {2}",
  '"{} --help" lists what there is': "„{1} --help“ zählt auf, was es gibt",
  '{} "{} --help" lists what there is': "{1} „{2} --help“ zählt auf, was es gibt",
  'Did you mean "{}"? {}': "War „{1}“ gemeint? {2}",
  'Cannot explain "{}": there is no such command, topic or key':
    "Kann „{1}“ nicht erklären: es gibt keinen solchen Befehl, kein Thema und keinen Schlüssel",
  '"phlb help" lists commands and topics, "phlb help configuration" the keys':
    "„phlb help“ zählt Befehle und Themen auf, „phlb help configuration“ die Schlüssel",
  "Cannot write the manual: no directory is given":
    "Kann das Handbuch nicht schreiben: es ist kein Verzeichnis angegeben",
  "Name one, such as ~/.local/share/man, or print a page: phlb man --print phlb":
    "Eines nennen, etwa ~/.local/share/man, oder eine Seite ausgeben: phlb man --print phlb",
  'Cannot write "{}": {}': "Kann „{1}“ nicht schreiben: {2}",
  "May this user write there?": "Darf dieser Benutzer dort schreiben?",
  'Cannot print the page "{}": there is none': "Kann die Seite „{1}“ nicht ausgeben: es gibt keine",
  "Cannot write the output: {}": "Kann die Ausgabe nicht schreiben: {1}",
  "Only the report of what was done is lost": "Nur der Bericht über das Getane ist verloren",
  "Is there room where it goes, and may this user write there?":
    "Ist dort Platz, und darf dieser Benutzer dort schreiben?",
  "Did you mean {}?": "War {1} gemeint?",
  'unknown option "{}"': "unbekannte Option „{1}“",
  'unknown command "{}"': "unbekannter Befehl „{1}“",
  'missing required argument "{}"': "das Argument „{1}“ fehlt",
  'option "{}" argument missing': "der Option „{1}“ fehlt ihr Wert",
  'option "{}" argument "{}" is invalid. {}': "der Wert „{2}“ der Option „{1}“ ist ungültig. {3}",
  "too many arguments{}. Expected {} but got {}":
    "zu viele Argumente{1}: {2} erwartet, {3} erhalten",
  "Allowed choices are {}": "Möglich sind {1}",
  "It must be a whole number, or -1 for all": "Es muss eine ganze Zahl sein, oder -1 für alle",
  "It must be a whole number of days": "Es muss eine ganze Zahl von Tagen sein",
  "It must be {}": "Es muss {1} sein",
  "It must be {}.": "Es muss {1} sein.",
  "It must be a whole number, or -1 for all.": "Es muss eine ganze Zahl sein, oder -1 für alle.",
  "It must be a whole number of days.": "Es muss eine ganze Zahl von Tagen sein.",
  "It takes {}": "Es nimmt {1}",
  "Give {}": "Anzugeben ist {1}",
  'It takes 2026-01-31, "2026-01-31 08:52", or {}':
    "Es nimmt 2026-01-31, „2026-01-31 08:52“ oder {1}",
  "It takes 8 to 64 hexadecimal digits of a SHA-256":
    "Es nimmt 8 bis 64 Hexadezimalziffern einer SHA-256-Prüfsumme",
  "It takes a number from 1 on": "Es nimmt eine Zahl ab 1",
  'Cannot use --newest "{}"': "Kann --newest „{1}“ nicht verwenden",
  'Cannot use {} "{}"': "Kann {1} „{2}“ nicht verwenden",
  "Cannot use {} together with {}": "Kann {1} nicht zusammen mit {2} verwenden",
  "Cannot use --all together with a SNAPSHOT":
    "Kann --all nicht zusammen mit einem SCHNAPPSCHUSS verwenden",
  "a SNAPSHOT": "einem SCHNAPPSCHUSS",
  "Leave one of them out": "Eines von beiden weglassen",
  'Cannot use "{}" for --sample: it is no share':
    "Kann „{1}“ nicht für --sample verwenden: es ist kein Anteil",
  "Give a share such as 5% or 0.05": "Einen Anteil wie 5% oder 0.05 angeben",
  'Cannot use "{}" for --max-duration: it is no time':
    "Kann „{1}“ nicht für --max-duration verwenden: es ist keine Zeit",
  "Cannot find anything: no pattern is given": "Kann nichts suchen: es ist kein Muster angegeben",
  'Give a name, a pattern such as "*.jpg", or --digest':
    "Einen Namen, ein Muster wie „*.jpg“ oder --digest angeben",
  "Cannot choose what to back up: {}": "Kann nicht entscheiden, was zu sichern ist: {1}",
  "--job and --all exclude each other": "--job und --all schließen sich aus",
  "a source was given, but with --all every job has its own":
    "es ist eine Quelle angegeben, aber mit --all hat jeder Job seine eigene",
  "there are jobs in the configuration, and none was chosen":
    "in der Konfiguration stehen Jobs, und keiner ist gewählt",
  "no configuration file has a [[job]]": "keine Konfigurationsdatei enthält einen [[job]]",
  '"phlb config path" lists the files that were looked for':
    "„phlb config path“ zählt die gesuchten Dateien auf",
  "Give --all, or --job ID with one of: {}": "--all angeben, oder --job ID mit einem von: {1}",
  'Cannot edit "{}": {}': "Kann „{1}“ nicht bearbeiten: {2}",
  "there is no terminal": "es gibt kein Terminal",
  "the editor was not found": "der Editor wurde nicht gefunden",
  "the editor ended with exit code {}": "der Editor endete mit dem Code {1}",
  "Name an editor in VISUAL or EDITOR, or change the file by other means":
    "In VISUAL oder EDITOR einen Editor nennen, oder die Datei auf andere Weise ändern",
  "Cannot choose a place for the configuration: there is no home directory":
    "Kann keinen Ort für die Konfiguration wählen: es gibt kein Heimatverzeichnis",
  "Name the file: phlb config init FILE": "Die Datei nennen: phlb config init DATEI",
  'Cannot create "{}": there is a file already':
    "Kann „{1}“ nicht anlegen: es gibt dort schon eine Datei",
  '"phlb config" opens the configuration in an editor':
    "„phlb config“ öffnet die Konfiguration in einem Editor",
  'Cannot run the job "{}": no configuration file has it':
    "Kann den Job „{1}“ nicht ausführen: er steht in keiner Konfigurationsdatei",
  'Jobs are [[job]] tables in a phlb.toml, each with an "id"':
    "Jobs sind [[job]]-Tabellen in einer phlb.toml, jede mit einer „id“",
  "Jobs: {}": "Jobs: {1}",
  "Cannot use the configuration: 1 error": "Kann die Konfiguration nicht verwenden: 1 Fehler",
  "Cannot use the configuration: {} errors": "Kann die Konfiguration nicht verwenden: {1} Fehler",
  '"phlb config init" writes an example with every key':
    "„phlb config init“ schreibt ein Beispiel mit jedem Schlüssel",
  'The environment variable "{}" is not known; the nearest one is "PHLB_{}"':
    "Die Umgebungsvariable „{1}“ ist nicht bekannt; die ähnlichste ist „PHLB_{2}“",

  '{}: Cannot set "job.id" to {}: {}': "{1}: Kann „job.id“ nicht auf {2} setzen: {3}",

  // Times of a schedule
  '"{}" is no {}': "„{1}“ ist kein {2}",
  'the range "{}" of {}s runs backwards': "der Bereich „{1}“ von {2} läuft rückwärts",
  "{} {} is not one from {} to {}": "{1} {2} liegt nicht zwischen {3} und {4}",
  "@reboot is no time": "@reboot ist keine Zeit",
  'cron knows no "{}"': "cron kennt kein „{1}“",
  "it knows no years": "es kennt keine Jahre",
  "it knows no seconds": "es kennt keine Sekunden",
  "it cannot count days from the end of a month": "es kann Tage nicht vom Monatsende an zählen",
  "it knows local time alone": "es kennt nur die Ortszeit",
  "it takes a day of the month and a weekday as either, not as both":
    "es nimmt Monatstag und Wochentag als eines von beiden, nicht als beides",
  '"{}" is not understood': "„{1}“ ist unverständlich",
  "it says no time": "es nennt keine Zeit",
  '"{}" is no weekday': "„{1}“ ist kein Wochentag",
  '"{}" is no date': "„{1}“ ist kein Datum",
  '"{}" is no day': "„{1}“ ist kein Tag",
  '"{}" is no time': "„{1}“ ist keine Zeit",
  "once in a second is too often": "einmal in der Sekunde ist zu oft",
  'a time such as "daily 02:30", "weekdays 18:00", "every 6h", "Mon,Thu 02:30", "*-*-01 04:00" (OnCalendar) or "30 2 * * *" (cron)':
    "eine Zeit wie „daily 02:30“, „weekdays 18:00“, „every 6h“, „Mon,Thu 02:30“, „*-*-01 04:00“ (OnCalendar) oder „30 2 * * *“ (cron)",
  "there is no such day": "es gibt keinen solchen Tag",
  "there is no day {} in a month": "kein Monat hat einen Tag {1}",
  '"{}" is no time of the day': "„{1}“ ist keine Tageszeit",
  "an hour": "eine Stunde",
  "a day": "einen Tag",
  "{} {} do not divide {}": "{1} {2} teilen {3} nicht",

  // One line for each error of a file: the place, then what is wrong there
  "{}: Cannot read the configuration file: {}":
    "{1}: Kann die Konfigurationsdatei nicht lesen: {2}",
  "there is no such file": "es gibt keine solche Datei",
  "it is not UTF-8 text": "es ist kein UTF-8-Text",
  '{}: Cannot take {} into "{}": {}': "{1}: Kann {2} nicht in „{3}“ aufnehmen: {4}",
  '{}: Cannot set "{}" to {}: {}': "{1}: Kann „{2}“ nicht auf {3} setzen: {4}",
  'Cannot set "snapshot.protect" to "{}": "dedup.metadata" is "inode", which keeps the modes of stored files as they are; set only one of the two':
    "Kann „snapshot.protect“ nicht auf „{1}“ setzen: „dedup.metadata“ ist „inode“, was die Rechte gespeicherter Dateien lässt, wie sie sind; nur eines von beiden setzen",
  '{}: Cannot set "snapshot.protect" to "{}": "dedup.metadata" is "inode", which keeps the modes of stored files as they are; set only one of the two':
    "{1}: Kann „snapshot.protect“ nicht auf „{2}“ setzen: „dedup.metadata“ ist „inode“, was die Rechte gespeicherter Dateien lässt, wie sie sind; nur eines von beiden setzen",
  '{}: Cannot set "{}": {}': "{1}: Kann „{2}“ nicht setzen: {3}",
  '{}: Cannot set "{}" twice: give one of {}':
    "{1}: Kann „{2}“ nicht zweimal setzen: eines angeben von {3}",
  '{}: Cannot set "{}": must be a plain value or a list of text':
    "{1}: Kann „{2}“ nicht setzen: es muss ein einfacher Wert oder eine Liste von Texten sein",
  '{}: Cannot set "{}": it is a table, headed [{}]':
    "{1}: Kann „{2}“ nicht setzen: es ist eine Tabelle mit der Überschrift [{3}]",
  '{}: Cannot use "{}": "{}" is not a list':
    "{1}: Kann „{2}“ nicht verwenden: „{3}“ ist keine Liste",
  "{}: Cannot use this as a job: each job is a table of its own, headed [[job]]":
    "{1}: Kann das nicht als Job verwenden: jeder Job ist eine eigene Tabelle mit der Überschrift [[job]]",
  "{}: Cannot use [[{}]]: it stands only once, in single brackets":
    "{1}: Kann [[{2}]] nicht verwenden: es steht nur einmal, in einfachen Klammern",
  '{}: Cannot use this [[job]]: it has no "id"':
    "{1}: Kann diesen [[job]] nicht verwenden: er hat keine „id“",
  '{}: Duplicate job "{}": its id is already taken on line {}':
    "{1}: Der Job „{2}“ steht doppelt: Zeile {3} hat diese id schon",
  '{}: Duplicate key "{}": it is already set on line {}':
    "{1}: Der Schlüssel „{2}“ steht doppelt: er ist schon in Zeile {3} gesetzt",
  '{}: Duplicate key "{}"': "{1}: Der Schlüssel „{2}“ steht doppelt",
  "{}: Unknown table [{}]; the nearest one is [{}]":
    "{1}: Die Tabelle [{2}] gibt es nicht; die ähnlichste ist [{3}]",
  "{}: Unknown table [{}]": "{1}: Die Tabelle [{2}] gibt es nicht",
  '{}: Unknown key "{}"; this setting is called "{}" now':
    "{1}: Den Schlüssel „{2}“ gibt es nicht; diese Einstellung heißt jetzt „{3}“",
  '{}: Unknown key "{}"; the nearest one is "{}"':
    "{1}: Den Schlüssel „{2}“ gibt es nicht; der ähnlichste ist „{3}“",
  '{}: Unknown key "{}"': "{1}: Den Schlüssel „{2}“ gibt es nicht",
  "{}: Cannot read this as TOML: {}": "{1}: Kann das nicht als TOML lesen: {2}",
  "the value is missing": "der Wert fehlt",
  "this line is not complete": "diese Zeile ist unvollständig",
  "this character is not allowed here; text needs quotes":
    "dieses Zeichen darf hier nicht stehen; Text braucht Anführungszeichen",
  "this is not a value; text needs quotes": "das ist kein Wert; Text braucht Anführungszeichen",
  "one line may set only one key": "eine Zeile darf nur einen Schlüssel setzen",
  'a key must be followed by "="': "auf einen Schlüssel muss „=“ folgen",
  "the text has no closing quote": "dem Text fehlt das schließende Anführungszeichen",
  'the list has no closing "]"': "der Liste fehlt die schließende „]“",
  'a number must not start with 0; an octal mode is written "0700" or 0o700':
    "eine Zahl darf nicht mit 0 beginnen; oktale Rechte schreibt man „0700“ oder 0o700",

  // What a value has to be
  "must be {}": "es muss {1} sein",
  "must be {}; {}": "es muss {1} sein; {2}",
  "true or false": "true oder false",
  "text in quotes": "Text in Anführungszeichen",
  "a whole number from {} to {}": "eine ganze Zahl von {1} bis {2}",
  '"{}" or a whole number from {} to {}': "„{1}“ oder eine ganze Zahl von {2} bis {3}",
  "one of {}": "eines von {1}",
  "{}, because {}": "{1}, denn {2}",
  "the SHA256SUMS files of every snapshot need it":
    "die SHA256SUMS-Dateien jedes Schnappschusses brauchen es",
  "a size from {} to {}": "eine Größe von {1} bis {2}",
  "a path": "ein Pfad",
  "a path without ~, for the home directory is not known":
    "ein Pfad ohne ~, denn das Heimatverzeichnis ist nicht bekannt",
  'a list, such as ["a", "b"]': 'eine Liste wie ["a", "b"]',
  'a size such as "256KiB", "10M" (steps of 1024) or a number of bytes':
    "eine Größe wie „256KiB“, „10M“ (in Schritten von 1024) oder eine Zahl von Bytes",
  'a duration such as "0.5s", "30m", "2h" or a number of seconds':
    "eine Dauer wie „0.5s“, „30m“, „2h“ oder eine Zahl von Sekunden",
  'a mode such as "0700" or 0o755 that gives the owner full access':
    "Rechte wie „0700“ oder 0o755, die dem Eigentümer alles erlauben",
  '"idle" or "best-effort:N" with N from 0 (first) to 7 (last)':
    "„idle“ oder „best-effort:N“ mit N von 0 (zuerst) bis 7 (zuletzt)",
  'must be a single file name without "/"': "es muss ein einzelner Dateiname ohne „/“ sein",
  'must be a plain name: no "/" or "\\", no dot in front, no control characters, no space around it':
    "es muss ein einfacher Name sein: kein „/“ oder „\\“, kein Punkt davor, keine Steuerzeichen, kein Leerzeichen am Rand",
  'must be made of %Y, %m, %d, %H, %M, %S and plain text without "/"':
    "es muss aus %Y, %m, %d, %H, %M, %S und einfachem Text ohne „/“ bestehen",
  'must be an address such as "ann@example.org"': "es muss eine Adresse wie „ann@example.org“ sein",
  'must be a name such as "mail.example.org"': "es muss ein Name wie „mail.example.org“ sein",
  'must be a line such as "Content-Type: text/plain"':
    "es muss eine Zeile wie „Content-Type: text/plain“ sein",
  'must have "{secret}" for what is secret, which "secret" beside it then says':
    "es muss „{secret}“ für das Geheime enthalten, das dann „secret“ daneben nennt",
  "must be an address that begins with http:// or https://, without a user in it":
    "es muss eine Adresse sein, die mit http:// oder https:// beginnt, ohne Benutzer darin",
  'text for the shell, a list of arguments such as ["sync", "-f"], or a list of several of these in which lists of arguments are lists of their own':
    'Text für die Shell, eine Liste von Argumenten wie ["sync", "-f"], oder eine Liste von mehreren davon, in der Listen von Argumenten eigene Listen sind',
  "a command: text for the shell, or a list of arguments":
    "ein Befehl (Text für die Shell oder eine Liste von Argumenten)",
  "the name of an environment variable": "der Name einer Umgebungsvariable",
  'a list of arguments, such as ["pass", "show", "mail"]':
    'eine Liste von Argumenten wie ["pass", "show", "mail"]',
  "text in quotes, or {}": "Text in Anführungszeichen oder {1}",
  '{ env = "NAME" }, { file = "PATH" } or { command = ["PROGRAM", "ARGUMENT"] }':
    '{ env = "NAME" }, { file = "PFAD" } oder { command = ["PROGRAMM", "ARGUMENT"] }',

  // Files that others may write to
  '"{}" is set in "{}", and {}. {}': "„{1}“ ist in „{2}“ gesetzt, und {3}. {4}",
  '"{}" is set in "{}", and {}': "„{1}“ ist in „{2}“ gesetzt, und {3}",
  "that file belongs to another user ({})": "diese Datei gehört einem anderen Benutzer ({1})",
  "Set it in a file of your own or of root": "In einer eigenen Datei oder in einer von root setzen",
  "others may write to that file": "andere dürfen in diese Datei schreiben",
  "chmod go-w takes that away": "chmod go-w unterbindet das",
};
