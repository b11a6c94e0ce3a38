import type { ToldTexts } from "../tell.ts";

/** What schedules, hooks, notifications, status and helper scripts say. Words: see `de.ts`. */
export const DE_TOLD_SCHEDULE: ToldTexts = {
  // What cannot be scheduled
  "the backup": "die Sicherung",
  'the job "{}"': "den Job „{1}“",
  "the Task Scheduler": "der Aufgabenplanung",
  "Cannot schedule {} by {}: {}": "Kann {1} nicht mit {2} einplanen: {3}",
  "Cannot schedule {}: it has no destination":
    "Kann {1} nicht einplanen: es ist kein Ziel angegeben",
  'Set "destination" in phlb.toml': "„destination“ in phlb.toml setzen",
  "Cannot schedule {}: another job's units have the same name":
    "Kann {1} nicht einplanen: die Units eines anderen Jobs heißen genauso",
  "Give it another id": "Eine andere id geben",
  "Cannot schedule anything: no job says when it is to run":
    "Kann nichts einplanen: kein Job sagt, wann er laufen soll",
  'Put every = "daily 02:30" below [schedule] in phlb.toml':
    'In phlb.toml unter [schedule] eintragen: every = "daily 02:30"',
  'Cannot read the time "{}": {}': "Kann die Zeit „{1}“ nicht lesen: {2}",
  "Cannot schedule for this user: there is no home directory":
    "Kann für diesen Benutzer nichts einplanen: es gibt kein Heimatverzeichnis",
  "Set HOME, or schedule for the system with --system":
    "HOME setzen, oder mit --system für das System einplanen",
  "Cannot schedule: there is no place for the tasks' XML":
    "Kann nichts einplanen: es gibt keinen Ort für das XML der Aufgaben",
  "Set LOCALAPPDATA, or ProgramData for --system":
    "LOCALAPPDATA setzen, oder ProgramData für --system",
  "Choose another time": "Eine andere Zeit wählen",
  "Choose another time or another scheduler (--backend)":
    "Eine andere Zeit oder einen anderen Zeitplaner wählen (--backend)",
  'of "{}", {}': "bei „{1}“: {2}",
  'of "{}", it takes one second of a minute': "bei „{1}“: eine Minute darf nur eine Sekunde nennen",
  "it knows no day from the end of a month but the last":
    "vom Monatsende her kennt es nur den letzten Tag",
  "it takes either days of the month or weekdays": "es nimmt entweder Monatstage oder Wochentage",
  "the command has {} characters, more than {}": "der Befehl hat {1} Zeichen, mehr als {2}",
  '"{}" ends with a line break': "„{1}“ endet mit einem Zeilenumbruch",
  "a path has a line break": "ein Pfad enthält einen Zeilenumbruch",
  '"{}" takes {} moments, more than {}': "„{1}“ braucht {2} Zeitpunkte, mehr als {3}",
  '"{}" takes {} triggers, more than {}': "„{1}“ braucht {2} Auslöser, mehr als {3}",
  '"{}" takes more than {} triggers': "„{1}“ braucht mehr als {2} Auslöser",
  '"{}" cannot stand in a hardened unit, it has a line break':
    "„{1}“ kann nicht in einer abgesicherten Unit stehen, es enthält einen Zeilenumbruch",
  "Set schedule.hardened = false, or schedule by cron: --backend cron":
    "schedule.hardened = false setzen, oder mit cron einplanen: --backend cron",
  '"{}" is not UTF-8': "„{1}“ ist kein UTF-8",
  "Give the directory a name in UTF-8, or reach it through a symlink with one":
    "Dem Verzeichnis einen Namen in UTF-8 geben, oder es über einen symbolischen Link mit einem solchen erreichen",
  '"{}" cannot stand in XML': "„{1}“ kann nicht in XML stehen",
  "Give the directory another name, or reach it through a symlink":
    "Dem Verzeichnis einen anderen Namen geben, oder es über einen symbolischen Link erreichen",

  // Writing a schedule
  "there is no such program": "es gibt kein solches Programm",
  "it took too long": "es dauerte zu lange",
  "exit code {}": "Exit-Code {1}",
  "--print shows what is to be installed, --backend chooses another scheduler":
    "--print zeigt, was einzurichten ist, --backend wählt einen anderen Zeitplaner",
  'Cannot schedule {}: "{}" is there, and {}':
    "Kann {1} nicht einplanen: „{2}“ ist schon da, und {3}",
  'Cannot schedule {}: "block "{}" of the crontab" is there, and {}':
    "Kann {1} nicht einplanen: der Block „{2}“ der Crontab ist schon da, und {3}",
  "phlb wrote it for another configuration": "phlb schrieb das für eine andere Konfiguration",
  "phlb did not write it": "phlb hat das nicht geschrieben",
  "Give the job another id, or replace the file with --force":
    "Dem Job eine andere id geben, oder die Datei mit --force ersetzen",
  'Cannot write "{}" and "{}": {}': "Kann „{1}“ und „{2}“ nicht schreiben: {3}",
  "May this user write there? --user makes a schedule of your own":
    "Darf dieser Benutzer dort schreiben? --user richtet einen eigenen Zeitplan ein",
  "Cannot change the crontab: it has bytes that are not UTF-8":
    "Kann die Crontab nicht ändern: sie enthält Bytes, die kein UTF-8 sind",
  "Put in by hand what --print shows, with: crontab -e":
    "Von Hand eintragen, was --print zeigt, mit: crontab -e",
  'It runs while you are logged in; "loginctl enable-linger" has it run at all times':
    "Läuft nur, solange dieser Benutzer angemeldet ist; mit „loginctl enable-linger“ jederzeit",
  "There is nothing of phlb in {} to remove": "In {1} ist nichts von phlb zu entfernen",

  // Scheduled runs
  "The backup": "Die Sicherung",
  'The job "{}"': "Der Job „{1}“",
  "{} is not due; next: never": "{1} ist nicht fällig; nächster Lauf: nie",
  "{} is not due; next: {}": "{1} ist nicht fällig; nächster Lauf: {2}",
  "{} was not run: {}": "{1} wurde nicht gestartet: {2}",
  "the computer runs on its battery": "der Rechner läuft auf Akku",
  "there is no network": "es gibt kein Netz",
  "Cannot finish the backup: it took longer than schedule.timeout ({})":
    "Kann die Sicherung nicht beenden: sie dauerte länger als schedule.timeout ({1})",
  "What was stored serves the next run; allow more time, or run phlb backup by hand":
    "Das Gespeicherte dient dem nächsten Lauf; mehr Zeit erlauben, oder phlb backup von Hand starten",
  'Cannot remember this run in "{}": {}': "Kann diesen Lauf nicht in „{1}“ vermerken: {2}",

  // Hooks
  'Cannot run the hook {} "{}": {}': "Kann den Hook {1} „{2}“ nicht ausführen: {3}",
  'Nothing was backed up. -v shows what the command wrote; with hooks.on_failure = "warn" the backup goes on':
    "Es wurde nichts gesichert. -v zeigt, was der Befehl schrieb; mit hooks.on_failure = „warn“ geht die Sicherung weiter",
  'there is no program "{}" that may be run':
    "es gibt kein Programm „{1}“, das gestartet werden darf",
  "it took longer than {} and was ended": "er dauerte länger als {1} und wurde beendet",
  "it was ended by signal {}{}": "er endete durch das Signal {1}{2}",
  "it ended with exit code {}{}": "er endete mit dem Exit-Code {1}{2}",
  "done after {} s": "fertig nach {1} s",
  "Hook {}: {}: done after {} s": "Hook {1}: {2}: fertig nach {3} s",
  "Hook {}: {}: it ended with exit code {}": "Hook {1}: {2}: er endete mit dem Exit-Code {3}",
  "Hook {}: {}: it was ended by signal {}": "Hook {1}: {2}: er endete durch das Signal {3}",
  "Hook {}: {}: it took longer than {} and was ended":
    "Hook {1}: {2}: er dauerte länger als {3} und wurde beendet",
  "Hook {}: {}: it was interrupted": "Hook {1}: {2}: er wurde unterbrochen",
  'Hook {}: {}: there is no program "{}" that may be run':
    "Hook {1}: {2}: es gibt kein Programm „{3}“, das gestartet werden darf",
  "A dry run runs none of the commands in [hooks]; what they would prepare, such as a dump or a mounted disk, is missing":
    "Ein Probelauf führt keinen der Befehle unter [hooks] aus; was sie vorbereiten würden, etwa ein Dump oder ein eingehängter Datenträger, fehlt",
  "Cannot use the hooks and notifications: {}":
    "Kann die Hooks und Benachrichtigungen nicht verwenden: {1}",
  "phlb runs commands and reads secrets only for files that nobody else may write to: chmod go-w FILE, chown, or set them in a file of your own":
    "phlb startet Befehle und liest Geheimnisse nur aus Dateien, in die niemand sonst schreiben darf: chmod go-w DATEI, chown, oder sie in einer eigenen Datei setzen",

  // What notifications tell
  'Backup of "{}" begins on {}': "Sicherung von „{1}“ beginnt auf {2}",
  'Backup of "{}" is done on {}': "Sicherung von „{1}“ auf {2} ist fertig",
  'Backup of "{}" failed on {}': "Sicherung von „{1}“ auf {2} ist fehlgeschlagen",
  'Backup of "{}" is done on {}, {}': "Sicherung von „{1}“ auf {2} ist fertig, {3}",
  'Backup of "{}" is done on {}, 1 problem': "Sicherung von „{1}“ auf {2} ist fertig, 1 Problem",
  'Backup of "{}" is done on {}, {} problems':
    "Sicherung von „{1}“ auf {2} ist fertig, {3} Probleme",
  "not all is well": "aber nicht alles ist gut",
  "Log: {}": "Protokoll: {1}",

  // Sending them
  "Notified by {}: {}": "Über {1} benachrichtigt: {2}",
  "Notified by {}: failure": "Über {1} benachrichtigt: fehlgeschlagen",
  "Notified by {}: problem": "Über {1} benachrichtigt: mit Problemen",
  "Notified by {}: overdue": "Über {1} benachrichtigt: überfällig",
  "Notified by {}: success": "Über {1} benachrichtigt: gelungen",
  "Notified by {}: start": "Über {1} benachrichtigt: Beginn",
  "Cannot notify by {}: {}": "Kann nicht über {1} benachrichtigen: {2}",
  "Cannot send a test: {}": "Kann keinen Test senden: {1}",
  "no channel is configured": "es ist kein Kanal konfiguriert",
  "{} is not configured": "{1} ist nicht konfiguriert",
  'Set {} in phlb.toml; "phlb config path" tells which files are read':
    "In phlb.toml {1} setzen; „phlb config path“ sagt, welche Dateien gelesen werden",
  '"notify.email.host" and "notify.email.to"': "„notify.email.host“ und „notify.email.to“",
  "its address": "die Adresse",
  "its password": "das Passwort",
  "its secret": "das Geheimnis",
  "its token": "das Token",
  "its address is none: it {}": "die Adresse ist keine: {1}",
  "{} cannot be reached: {}": "{1} ist nicht erreichbar: {2}",
  "{} answered {}": "{1} antwortete {2}",
  "{} cannot be had: it is empty": "{1} ist nicht zu bekommen: der Text dafür ist leer",
  "{} cannot be had: {}": "{1} ist nicht zu bekommen: {2}",
  'the environment variable "{}" is not set': "die Umgebungsvariable „{1}“ ist nicht gesetzt",
  'there is no file "{}"': "es gibt keine Datei „{1}“",
  '"{}" cannot be read: {}': "„{1}“ ist nicht lesbar: {2}",
  '"{}" took too long': "„{1}“ dauerte zu lange",
  '"{}" ended with exit code {}': "„{1}“ endete mit dem Exit-Code {2}",
  "{} ended with exit code {}{}": "{1} endete mit dem Exit-Code {2}{3}",
  "there is no notify-send, osascript or powershell":
    "es gibt weder notify-send noch osascript noch powershell",
  'no password is sent in the clear: set "notify.email.tls"':
    "ein Passwort wird nicht unverschlüsselt gesendet: „notify.email.tls“ setzen",
  'there is a user and no "notify.email.password"':
    "es gibt einen Benutzer, aber kein „notify.email.password“",

  // status
  "Cannot tell how backups stand: no destination is configured":
    "Kann nicht sagen, wie es um die Sicherungen steht: es ist kein Ziel konfiguriert",
  'Set "destination" in phlb.toml or PHLB_DESTINATION':
    "„destination“ in phlb.toml oder PHLB_DESTINATION setzen",
  "May this user write there? It is written anew beside it, then renamed":
    "Darf dieser Benutzer dort schreiben? Die Datei wird daneben neu geschrieben, dann umbenannt",

  // helper
  'Cannot write a script that starts "{}"': "Kann kein Skript schreiben, das „{1}“ startet",
  "Put phlb where its path has no control characters":
    "phlb an einen Ort legen, dessen Pfad keine Steuerzeichen enthält",
  'Cannot write "{}": it was changed since phlb wrote it':
    "Kann „{1}“ nicht schreiben: es wurde geändert, seit phlb es schrieb",
  "Move it away, or replace it with --force": "Es anderswohin bewegen, oder mit --force ersetzen",
};
