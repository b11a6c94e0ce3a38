import type { ToldTexts } from "../tell.ts";

/** What a backup, its source and its backup root say. Words: see `de.ts`. */
export const DE_TOLD_BACKUP: ToldTexts = {
  // A file of the source
  'Cannot back up "{}": {}': "Kann „{1}“ nicht sichern: {2}",
  "it changed each of the {} times it was read; the last reading was kept":
    "die Datei änderte sich bei jedem der {1} Lesevorgänge; der letzte wurde behalten",
  "it is not a regular file any more": "es ist keine gewöhnliche Datei mehr",
  "it is a virtual file: its size is not that of its content":
    "es ist eine virtuelle Datei: ihre Größe ist nicht die ihres Inhalts",
  'Cannot back up "{}": its name is not valid Unicode':
    "Kann „{1}“ nicht sichern: der Name ist kein gültiges Unicode",
  "Cannot read {}: {}": "Kann {1} nicht lesen: {2}",
  'Cannot read "{}": {}': "Kann „{1}“ nicht lesen: {2}",
  "the source": "die Quelle",
  'the source "{}"': "die Quelle „{1}“",
  "it is too large to hold rules, so none are taken from it":
    "die Datei ist zu groß für Regeln, es werden keine daraus genommen",
  'Cannot trust "{}" in the source: its content changed, though its size and times did not; {}':
    "Kann „{1}“ in der Quelle nicht trauen: der Inhalt hat sich geändert, Größe und Zeiten aber nicht; {2}",
  "it is stored, and the snapshot before has what it was":
    "er ist gesichert, und der Schnappschuss davor enthält den früheren",
  "the snapshot keeps what it was": "der Schnappschuss behält den früheren",
  'The snapshot "{}/{}" is pinned: it has what was before':
    "Der Schnappschuss „{1}/{2}“ ist angeheftet: er enthält den früheren Inhalt",

  // Linking
  "not all entries were linked": "nicht alle Einträge wurden verlinkt",
  "it is missing ({})": "sie fehlt ({1})",
  'it is of type "{}" now': "sie ist jetzt vom Typ „{1}“",
  "its size is {} bytes instead of {}": "ihre Größe ist {1} Bytes statt {2}",
  "its modification time differs from its record":
    "ihre Änderungszeit ist eine andere als aufgezeichnet",
  "its mode, owner or modification time differs":
    "Rechte, Eigentümer oder Änderungszeit sind andere",
  "there is no previous snapshot": "es gibt keinen vorigen Schnappschuss",
  'Cannot create "{}" in the snapshot: {}; it is recorded in the manifest':
    "Kann „{1}“ im Schnappschuss nicht anlegen: {2}; das Manifest verzeichnet es",
  'Cannot link to the stored file "{}": {}; the content of "{}" was stored again':
    "Kann die gespeicherte Datei „{1}“ nicht verlinken: {2}; der Inhalt von „{3}“ wurde neu gespeichert",

  'Cannot back up "{}" with all that is in it: {}': "Kann „{1}“ mit allem darin nicht sichern: {2}",
  "the directory above it could not be made": "das Verzeichnis darüber ließ sich nicht anlegen",
  "the backup root cannot hold this name: {}":
    "der Sicherungsort kann diesen Namen nicht aufnehmen: {1}",
  "it has bytes that are not allowed there": "er enthält Bytes, die dort nicht erlaubt sind",
  "it has characters that are not allowed there": "er enthält Zeichen, die dort nicht erlaubt sind",
  "it is too long there": "er ist dort zu lang",
  "another name in this directory is the same there, which may be one in other letters":
    "ein anderer Name in diesem Verzeichnis ist dort derselbe, vielleicht in anderen Buchstaben",
  "the file is too large for the file system of the backup root":
    "die Datei ist zu groß für das Dateisystem des Sicherungsorts",

  // Protection
  'Cannot make stored files immutable in "{}": {}; they are stored without write bits. {}':
    "Kann gespeicherte Dateien in „{1}“ nicht unveränderlich machen: {2}; sie sind ohne Schreibrechte gespeichert. {3}",
  "only root may, with the capability CAP_LINUX_IMMUTABLE":
    "das darf nur root, mit der Befugnis CAP_LINUX_IMMUTABLE",
  "its file system has no such flag, or not here":
    "das Dateisystem kennt dieses Merkmal nicht, oder nicht hier",
  'Run the backup as root, or set snapshot.protect = "readonly"':
    "Die Sicherung als root ausführen oder snapshot.protect = „readonly“ setzen",
  'Use ext4, XFS or Btrfs for the backup root, or set snapshot.protect = "readonly"':
    "Für den Sicherungsort ext4, XFS oder Btrfs verwenden oder snapshot.protect = „readonly“ setzen",
  "Stored files that a run which was cut off had just made changeable are immutable again":
    "Gespeicherte Dateien, die ein abgebrochener Lauf gerade änderbar gemacht hatte, sind wieder unveränderlich",

  "At least one stored file could not be made immutable; it has no write bits":
    "Mindestens eine gespeicherte Datei ließ sich nicht unveränderlich machen; sie ist ohne Schreibrechte",
  "Stored files are immutable, and only root can link to these: their contents are stored again":
    "Gespeicherte Dateien sind unveränderlich, und nur root kann sie verlinken: ihr Inhalt wird neu gespeichert",

  // Before it begins
  "no such file": "es gibt keine solche Datei",
  'Cannot read the exclude patterns in "{}": {}':
    "Kann die Ausschlussmuster in „{1}“ nicht lesen: {2}",
  "Correct --exclude-from or `exclude.from`; nothing was backed up":
    "--exclude-from oder `exclude.from` berichtigen; es wurde nichts gesichert",
  'Cannot make the directory "{}"': "Kann das Verzeichnis „{1}“ nicht anlegen",
  'Cannot make the directory "{}": {}': "Kann das Verzeichnis „{1}“ nicht anlegen: {2}",
  'Cannot lock the backup root "{}"': "Kann den Sicherungsort „{1}“ nicht sperren",
  'Cannot lock the backup root "{}": {}': "Kann den Sicherungsort „{1}“ nicht sperren: {2}",
  'Cannot back up "{}": it lies inside the backup root "{}"':
    "Kann „{1}“ nicht sichern: es liegt im Sicherungsort „{2}“",
  "Choose a destination outside of the source, or a source outside of the destination":
    "Ein Ziel außerhalb der Quelle wählen, oder eine Quelle außerhalb des Ziels",
  "Cannot back up: no destination is given": "Kann nichts sichern: es ist kein Ziel angegeben",
  "Give it as the second argument (phlb backup SOURCE DESTINATION), set `destination` in phlb.toml (phlb config init writes one), or set PHLB_DESTINATION":
    "Als zweites Argument angeben (phlb backup QUELLE ZIEL), `destination` in phlb.toml setzen (phlb config init legt eine an) oder PHLB_DESTINATION setzen",
  'Cannot open the backup root "{}": {}': "Kann den Sicherungsort „{1}“ nicht öffnen: {2}",
  "Is the disk mounted? A new backup root is made with: mkdir -p {}":
    "Ist der Datenträger eingehängt? Einen neuen Sicherungsort legt man an mit: mkdir -p {1}",
  'Cannot read the source "{}": {}': "Kann die Quelle „{1}“ nicht lesen: {2}",
  "Is it spelled right, and is its disk mounted?":
    "Ist sie richtig geschrieben und ihr Datenträger eingehängt?",
  "May this user read it?": "Darf dieser Benutzer sie lesen?",
  'Cannot name the backup of "{}": it has no last component':
    "Kann die Sicherung von „{1}“ nicht benennen: der Pfad hat keinen letzten Bestandteil",
  "Give one with --name NAME, or set `name` in phlb.toml":
    "Mit --name NAME einen Namen angeben oder `name` in phlb.toml setzen",
  "May this user write there, and is it mounted read-write with room left?":
    "Darf dieser Benutzer dort schreiben, ist es zum Schreiben eingehängt, und ist noch Platz?",
  'Cannot write to the backup root "{}"': "Kann nicht in den Sicherungsort „{1}“ schreiben",
  'Cannot write to the backup root "{}": {}':
    "Kann nicht in den Sicherungsort „{1}“ schreiben: {2}",
  'Cannot make hard links in the backup root "{}"':
    "Kann im Sicherungsort „{1}“ keine harten Links anlegen",
  'Cannot make hard links in the backup root "{}": {}':
    "Kann im Sicherungsort „{1}“ keine harten Links anlegen: {2}",
  "phlb needs a file system with hard links, such as ext4, XFS, Btrfs, ZFS, APFS or NTFS":
    "phlb braucht ein Dateisystem mit harten Links, etwa ext4, XFS, Btrfs, ZFS, APFS oder NTFS",
  "the file system makes copies and calls them links":
    "das Dateisystem legt Kopien an und nennt sie Links",
  'Cannot back up "{}": it is empty, and the previous snapshot "{}/{}" is not':
    "Kann „{1}“ nicht sichern: es ist leer, der vorige Schnappschuss „{2}/{3}“ aber nicht",
  "Is its disk mounted? If it is meant to be empty, use --allow-empty":
    "Ist der Datenträger eingehängt? Wenn es leer sein soll: --allow-empty",
  "The backup root has {} free inodes; the previous run would need about {}":
    "Der Sicherungsort hat {1} freie Inodes; der vorige Lauf bräuchte etwa {2}",
  "The backup root has {} free; about {} may be needed":
    "Im Sicherungsort sind {1} frei; etwa {2} könnten nötig sein",
  'Cannot name the snapshot "{}": it would not sort after "{}", which is there already':
    "Kann den Schnappschuss nicht „{1}“ nennen: er stünde nicht hinter „{2}“, den es schon gibt",
  "Check this computer's clock, and snapshot.time_format if it was changed; a snapshot that is wrongly dated may be renamed, together with the files beside it":
    "Die Uhr dieses Rechners prüfen, und snapshot.time_format, falls es geändert wurde; ein falsch datierter Schnappschuss darf umbenannt werden, samt den Dateien daneben",
  "{} entries were met and {} accounted for":
    "{1} Einträge wurden angetroffen, über {2} ist Rechenschaft abgelegt",

  // The backup root fails
  "Make room there (or choose a file system with more inodes), then run it again: what was stored is used again":
    "Dort Platz schaffen (oder ein Dateisystem mit mehr Inodes wählen) und erneut starten: was gespeichert ist, wird verwendet",
  "Make room there, because the quota is used up, then run it again":
    "Dort Platz schaffen, weil die Quota erschöpft ist, und erneut starten",
  "The file system became read-only; its kernel log may say why":
    "Das Dateisystem ist nur noch lesbar; das Kernel-Protokoll sagt vielleicht, warum",
  "The disk or its connection fails: check its health before anything else":
    "Der Datenträger oder seine Verbindung versagt: zuallererst seinen Zustand prüfen",
  'Cannot {} "{}": {}': "Kann „{2}“ nicht {1}: {3}",
  'Is the backup root "{}" still there and writable?':
    "Ist der Sicherungsort „{1}“ noch da und beschreibbar?",
  "{}. To make room, what was cut off may be deleted: {}":
    "{1}. Um Platz zu schaffen, darf Abgebrochenes gelöscht werden: {2}",
  'Cannot read the previous manifest "{}" to its end: {}; the files after that are read and hashed anew':
    "Kann das vorige Manifest „{1}“ nicht zu Ende lesen: {2}; die Dateien danach werden neu gelesen",
  "{}; the next run repairs it": "{1}; der nächste Lauf behebt das",

  // Which backup root it is
  'Cannot mark the backup root "{}"': "Kann den Sicherungsort „{1}“ nicht kennzeichnen",
  'Cannot mark the backup root "{}": {}': "Kann den Sicherungsort „{1}“ nicht kennzeichnen: {2}",
  '"{}" is another backup root than the last time (id {})':
    "„{1}“ ist ein anderer Sicherungsort als das letzte Mal (Kennung {2})",
  'Cannot remember this backup root in "{}": {}; a disk that is not mounted will not be noticed':
    "Kann diesen Sicherungsort nicht in „{1}“ vermerken: {2}; ein nicht eingehängter Datenträger fällt nicht auf",
  "it is empty, and was a backup root before": "er ist leer, und war vorher ein Sicherungsort",
  "it was a backup root before, and has no .phlb/root.json any more":
    "er war vorher ein Sicherungsort und hat keine .phlb/root.json mehr",
  "it has never been used as a backup root": "er wurde noch nie als Sicherungsort verwendet",
  'Cannot use the backup root "{}": {}': "Kann den Sicherungsort „{1}“ nicht verwenden: {2}",
  "Is its disk mounted? If so, and {} --init":
    "Ist sein Datenträger eingehängt? Wenn ja, und {1} --init",
  "Run phlb backup once by hand: that marks it":
    "phlb backup einmal von Hand ausführen: das kennzeichnet ihn",
  "a new backup root is to begin there: phlb backup":
    "dort soll ein neuer Sicherungsort beginnen: phlb backup",
  "these are the snapshots you know: phlb rebuild, or phlb backup":
    "es sind die bekannten Schnappschüsse: phlb rebuild, oder phlb backup",
  'Cannot use the backup root "{}": the file system for "{}" that /etc/fstab names is not mounted':
    "Kann den Sicherungsort „{1}“ nicht verwenden: das in /etc/fstab für „{2}“ genannte Dateisystem ist nicht eingehängt",
  'Cannot use "{}": a newer phlb wrote its .phlb/root.json (version {})':
    "Kann „{1}“ nicht verwenden: die .phlb/root.json schrieb ein neueres phlb (Version {2})",
  'the backup root takes it for "{}" beside it': "der Sicherungsort hält es für „{1}“ daneben",
  "it has dedup.max_links names": "sie hat dedup.max_links Namen",

  // Notes on the way
  "the kernel refused it": "der Kernel verweigerte es",
  "Each thread is fenced by Landlock (ABI {})":
    "Jeder Thread ist durch Landlock eingezäunt (ABI {1})",
  "The threads run without a fence: {}": "Die Threads laufen ohne Zaun: {1}",
  "All threads together read at most {}{} a second":
    "Alle Threads zusammen lesen höchstens {1}{2} in der Sekunde",
  'Taking over {} contents that "{}" of a cut-off run holds':
    "Übernehme {1} Inhalte, die „{2}“ eines abgebrochenen Laufs enthält",
  "Stored the contents of {} new or changed files, newest first":
    "Die Inhalte von {1} neuen oder geänderten Dateien gespeichert, die neuesten zuerst",
  'The backup root does not keep the attribute "{}" of at least one entry; the manifest has it':
    "Der Sicherungsort bewahrt das Attribut „{1}“ mindestens eines Eintrags nicht; das Manifest hat es",
  "Manifest: {} entries, sha256 {}": "Manifest: {1} Einträge, sha256 {2}",
  'Snapshot complete: "{}"': "Schnappschuss vollständig: „{1}“",
  "The run ended early: {}": "Der Lauf endete vorzeitig: {1}",
  'What was stored stays in "{}" for the next run':
    "Was gespeichert wurde, bleibt für den nächsten Lauf in „{1}“",
  "phlb {}, {} file system": "phlb {1}, Dateisystem {2}",
  'Backup of "{}" to "{}"': "Sicherung von „{1}“ nach „{2}“",
  'The backup root "{}" lies in the source and is left out':
    "Der Sicherungsort „{1}“ liegt in der Quelle und wird ausgelassen",
  'An earlier run was cut off and left "{}"':
    "Ein früherer Lauf wurde abgebrochen und hinterließ „{1}“",
  "directory {}": "Verzeichnis {1}",
  "excluded {} by {} ({})": "{1} ausgeschlossen durch {2} ({3})",
  "Stopping; ask once more to stop at once": "Halte an; noch einmal drücken, um sofort anzuhalten",
  "The run was interrupted": "Der Lauf wurde unterbrochen",
  "The run was interrupted; earlier snapshots are as they were":
    "Der Lauf wurde unterbrochen; frühere Schnappschüsse sind, wie sie waren",
  "Run the same command again: what was stored already is used":
    "Denselben Befehl noch einmal ausführen: was schon gespeichert ist, wird verwendet",
  "The work was interrupted": "Die Arbeit wurde unterbrochen",
  "Run the same command again": "Denselben Befehl noch einmal ausführen",

  // Rules
  'exclude.dirs "{}"': "exclude.dirs „{1}“",
  "backup root": "Sicherungsort",
  "built in": "eingebaut",
  "exclude.larger_than {} bytes": "exclude.larger_than {1} Bytes",
  'pattern "{}"': "Muster „{1}“",
  'exclude.patterns "{}"': "exclude.patterns „{1}“",
  'exclude.if_present "{}"': "exclude.if_present „{1}“",

  // Threads and the fence
  "Cannot fence the threads: {}": "Kann die Threads nicht einzäunen: {1}",
  'Set `performance.fence = "auto"` to run without it':
    'Mit `performance.fence = "auto"` geht es ohne Zaun',
  "performance.fence is off": "performance.fence ist aus",
  "A worker thread failed: {}": "Ein Thread versagte: {1}",
  "this kernel has no Landlock": "dieser Kernel hat kein Landlock",
  "this kernel's Landlock would refuse all hard links":
    "das Landlock dieses Kernels würde alle harten Links verweigern",
  "the kernel refused the rules": "der Kernel verweigerte die Regeln",
  "the kernel refused to raise it": "der Kernel verweigerte den Zaun",
  "Landlock: {}": "Landlock: {1}",
  "set by performance.hashers": "durch performance.hashers festgelegt",
  "a rotating disk; more while reading does not wait for it":
    "eine rotierende Platte; mehr, solange das Lesen nicht auf sie wartet",
  "a solid disk": "eine SSD",
  "a disk of unknown kind": "ein Datenträger unbekannter Art",
  "one for each core, {}; more while they wait for it":
    "einer je Kern, {1}; mehr, solange sie auf ihn warten",

  // Priorities
  "Cannot set {}: {}; going on without it{}": "Kann {1} nicht setzen: {2}; es geht ohne weiter{3}",
  " (only root may take a niceness below the present one)":
    " (nur root darf einen kleineren Nice-Wert nehmen)",
  "the niceness {}": "den Nice-Wert {1}",
  'the disk priority "{}"': "die Priorität auf dem Datenträger „{1}“",
  "it takes the C library, which the portable file system does without":
    "das geht nur mit der C-Bibliothek, ohne die das portable Dateisystem auskommt",
};
