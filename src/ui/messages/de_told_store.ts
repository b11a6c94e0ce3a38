import type { ToldTexts } from "../tell.ts";

/** What disks, locks, the index, names and manifests say. Words: see `de.ts`. */
export const DE_TOLD_STORE: ToldTexts = {
  // What the system answers
  "operation not permitted": "nicht erlaubt",
  "no such file or directory": "Datei oder Verzeichnis nicht gefunden",
  "input/output error": "Ein-/Ausgabefehler",
  "no such device or address": "Gerät oder Adresse nicht gefunden",
  "out of memory": "der Arbeitsspeicher reicht nicht",
  "permission denied": "keine Berechtigung",
  "device or resource busy": "das Gerät ist belegt",
  "it exists already": "es besteht bereits",
  "it lies on another file system": "es liegt auf einem anderen Dateisystem",
  "not a directory": "kein Verzeichnis",
  "it is a directory": "es ist ein Verzeichnis",
  "invalid argument": "ungültiges Argument",
  "too many open files in the system": "zu viele offene Dateien im System",
  "too many open files": "zu viele offene Dateien",
  "the file is too large": "die Datei ist zu groß",
  "no space (or no inode) left on the device":
    "auf dem Datenträger ist kein Platz (oder kein Inode) mehr",
  "the file system is read-only": "das Dateisystem ist nur lesbar",
  "too many links": "zu viele Links",
  "too many links or a result out of range": "zu viele Links oder ein Wert außerhalb des Bereichs",
  "the name is too long": "der Name ist zu lang",
  "the directory is not empty": "das Verzeichnis ist nicht leer",
  "it is a symbolic link": "es ist ein symbolischer Link",
  "it is not valid Unicode": "es ist kein gültiges Unicode",
  "the file system does not support it": "das Dateisystem kann das nicht",
  "the server is not connected": "der Server ist nicht verbunden",
  "the connection timed out": "die Verbindung antwortet nicht mehr",
  "the server is down": "der Server läuft nicht",
  "the file handle is stale": "der Server kennt die geöffnete Datei nicht mehr",
  "the file system needs a check": "das Dateisystem muss geprüft werden",
  "input/output error on the server": "Ein-/Ausgabefehler auf dem Server",
  "the disk quota is exceeded": "die Quota ist erschöpft",
  "the system answered {}": "das System antwortete {1}",
  "it is not a usable name": "der Name ist nicht verwendbar",
  "its name is not valid Unicode": "der Name ist kein gültiges Unicode",
  "Windows allows no {} in a name": "Windows erlaubt in einem Namen kein {1}",
  "Windows takes this name for a device": "Windows hält diesen Namen für ein Gerät",
  "Windows drops a dot or a space at the end of a name":
    "Windows lässt einen Punkt oder ein Leerzeichen am Ende eines Namens weg",
  "control character {}": "Steuerzeichen {1}",

  // What could not be done
  "read": "lesen",
  "write": "schreiben",
  "write to": "beschreiben",
  "open": "öffnen",
  "create": "anlegen",
  "look at": "ansehen",
  "list": "auflisten",
  "remove": "entfernen",
  "rename": "umbenennen",
  "link": "verlinken",
  "lock": "sperren",
  "restore": "wiederherstellen",
  "read the rules in": "die Regeln lesen in",
  "sign manifests": "Manifeste signieren",
  "check signatures": "Signaturen prüfen",

  "May this user do that?": "Darf dieser Benutzer das?",
  "Make room there (or choose a file system with more inodes), then run it again":
    "Dort Platz schaffen (oder ein Dateisystem mit mehr Inodes wählen) und erneut starten",
  "Is its disk still there and in order? Then run the same command again":
    "Ist der Datenträger noch da und in Ordnung? Dann denselben Befehl noch einmal starten",

  // The two file systems
  "The portable file system is used; {}": "Das portable Dateisystem wird verwendet; {1}",
  "The portable file system is used, because {}; {}":
    "Das portable Dateisystem wird verwendet, weil {1}; {2}",
  "The posix file system cannot be used: {}": "Das posix-Dateisystem ist nicht verwendbar: {1}",
  "names that are not Unicode may be left out, times are kept to the millisecond, extended attributes, holes and special files are not kept, an error half-way through a directory may go unseen, and what should be mounted is not known":
    "Namen, die kein Unicode sind, fehlen womöglich, Zeiten sind auf die Millisekunde genau, erweiterte Attribute, Löcher und besondere Dateien werden nicht bewahrt, ein Fehler mitten in einem Verzeichnis kann unbemerkt bleiben, und was eingehängt sein sollte, ist nicht bekannt",
  "it is not used on {} yet": "es auf {1} noch nicht verwendet wird",
  "no C library was found": "keine C-Bibliothek gefunden wurde",
  "calls into the C library are not allowed": "Aufrufe der C-Bibliothek nicht erlaubt sind",
  "the C library is too old: {}": "die C-Bibliothek zu alt ist: {1}",

  // Lock and index
  'Cannot lock "{}": locked by {}': "Kann „{1}“ nicht sperren: gesperrt durch {2}",
  "another process": "einen anderen Prozess",
  "pid {} on {} since {}": "Prozess {1} auf {2} seit {3}",
  "Another run works on this backup root; wait for it with --lock-wait":
    "Ein anderer Lauf arbeitet an diesem Sicherungsort; --lock-wait wartet auf ihn",
  'The index "{}" {}; it is made anew': "Der Index „{1}“ {2}; er wird neu angelegt",
  "is damaged": "ist beschädigt",
  "has schema {}, newer than {} of this program":
    "hat das Schema {1}, neuer als {2} dieses Programms",
  "is a database of another program": "ist die Datenbank eines anderen Programms",
  'Cannot use the index "{}": {}': "Kann den Index „{1}“ nicht verwenden: {2}",
  "Make room there, or set `index.path` to another place":
    "Dort Platz schaffen, oder `index.path` auf einen anderen Ort setzen",
  "Run again: an index that is missing or damaged is made anew from the snapshots":
    "Noch einmal starten: ein fehlender oder beschädigter Index wird aus den Schnappschüssen neu angelegt",
  'Cannot take in "{}": {}': "Kann „{1}“ nicht aufnehmen: {2}",
  'Forgot "{}", which is gone: {} contents': "„{1}“ vergessen, das es nicht mehr gibt: {2} Inhalte",
  '"{}" was put there by hand: without a manifest, its files are not linked to':
    "„{1}“ wurde von Hand dort abgelegt: ohne Manifest werden seine Dateien nicht verlinkt",
  'Took "{}" into the index: {} contents of {}':
    "„{1}“ in den Index aufgenommen: {2} Inhalte von {3}",
  'Cannot read "{}" for the index: {}': "Kann „{1}“ für den Index nicht lesen: {2}",

  // Which snapshot
  'Cannot find the snapshot "{}"': "Kann den Schnappschuss „{1}“ nicht finden",
  "The backup root holds no complete snapshot":
    "Der Sicherungsort enthält keinen vollständigen Schnappschuss",
  "There are: {}": "Es gibt: {1}",
  'Cannot tell which snapshot "{}" is: there are {}':
    "Kann nicht sagen, welcher Schnappschuss „{1}“ ist: es gibt {2}",
  "Choose one of: {}": "Einen wählen von: {1}",
  "it is not a directory; symlinks are not followed":
    "es ist kein Verzeichnis; symbolischen Links wird nicht gefolgt",

  // Names
  'Cannot use the time format "{}": {}': "Kann das Zeitformat „{1}“ nicht verwenden: {2}",
  "it needs %Y %m %d, then %H %M %S, each once and in that order, for names to sort by time":
    "es braucht %Y %m %d, dann %H %M %S, jedes einmal und in dieser Folge, damit Namen nach der Zeit sortiert sind",
  "it has a character that cannot stand in a name everywhere":
    "es hat ein Zeichen, das nicht überall in einem Namen stehen kann",
  "names that begin with a dot are for snapshots that are not complete":
    "Namen mit einem Punkt am Anfang sind für unvollständige Schnappschüsse",
  'The default is "{}"': "Voreingestellt ist „{1}“",
  'Cannot use the name "{}": {}': "Kann den Namen „{1}“ nicht verwenden: {2}",
  "Give another one with --name, for example the name of this computer":
    "Mit --name einen anderen angeben, etwa den Namen dieses Rechners",
  "it is empty": "er ist leer",
  "it is an absolute path": "es ist ein absoluter Pfad",
  "it leads out of the backup root": "er führt aus dem Sicherungsort hinaus",
  "it has more than one path component": "er hat mehr als einen Bestandteil",
  "names that begin with a dot are reserved": "Namen mit einem Punkt am Anfang sind vorbehalten",
  "it has a control character": "er enthält ein Steuerzeichen",
  "it is longer than {} bytes": "er ist länger als {1} Bytes",
  "it looks like the time of a snapshot": "er sieht aus wie die Zeit eines Schnappschusses",

  // Manifests
  "Cannot read the manifest: line {}: {}": "Kann das Manifest nicht lesen: Zeile {1}: {2}",
  "the text is not ASCII": "der Text ist kein ASCII",
  "something follows the end": "hinter dem Ende folgt noch etwas",
  "the comment above a directory is missing": "der Kommentar über einem Verzeichnis fehlt",
  "the manifest ends too early": "das Manifest endet zu früh",
  "it is not of phlb's format": "es hat nicht das Format von phlb",
  "format {} is newer than {} of this program": "das Format {1} ist neuer als {2} dieses Programms",
  "the directories are not in order": "die Verzeichnisse stehen nicht in Reihenfolge",
  "there is no directory above an entry": "über einem Eintrag steht kein Verzeichnis",
  "the compressed data is damaged": "die komprimierten Daten sind beschädigt",
  "the file ends too early": "die Datei endet zu früh",
  'bad mode "{}"': "falsche Rechte „{1}“",
  'unknown type "{}"': "unbekannter Typ „{1}“",
  'unknown state "{}"': "unbekannter Zustand „{1}“",
  'bad digest "{}"': "falsche Prüfsumme „{1}“",
  'bad base64 "{}"': "falsches base64 „{1}“",
  'bad number "{}"': "falsche Zahl „{1}“",
  "a name contains a zero byte": "ein Name enthält ein Nullbyte",
  "there should be {} entries, not {}": "es sollten {1} Einträge sein, nicht {2}",
  "the line is too long": "die Zeile ist zu lang",
  "the path is absolute": "der Pfad ist absolut",
  "too many keywords are set": "zu viele Schlüsselwörter sind gesetzt",
  "the names are not in order": "die Namen stehen nicht in Reihenfolge",
  "the directory above is not listed": "das Verzeichnis darüber ist nicht verzeichnet",
  "the entry is not in the directory above it": "der Eintrag liegt nicht im Verzeichnis darüber",
  "the path is not complete": "der Pfad ist nicht vollständig",
  "the path leads elsewhere": "der Pfad führt anderswohin",
  "the entries are not in order": "die Einträge stehen nicht in Reihenfolge",

  // The record of verify
  "it is only read": "er wird nur gelesen",
  "it is not a regular file": "es ist keine gewöhnliche Datei",
  "is not a scrub record of this version": "ist keine Prüfaufzeichnung dieser Version",
  "holds nothing": "enthält nichts",

  // Signatures
  "the key that signed it is not an allowed one": "der signierende Schlüssel ist nicht zugelassen",
  "it was changed after it had been signed": "es wurde nach dem Signieren geändert",
  "it ended with {}": "es endete mit {1}",
  "ssh-keygen says: {}": "ssh-keygen meldet: {1}",
  "The key has a passphrase: add it to the agent with ssh-add, and give phlb SSH_AUTH_SOCK":
    "Der Schlüssel hat eine Passphrase: ihn mit ssh-add dem Agenten geben, und phlb SSH_AUTH_SOCK",
  "snapshot.sign_key names a private key of OpenSSH that this user may read; ssh-keygen -t ed25519 makes one":
    "snapshot.sign_key nennt einen privaten Schlüssel von OpenSSH, den dieser Benutzer lesen darf; ssh-keygen -t ed25519 erzeugt einen",
  'Cannot sign with the key "{}": {}': "Kann mit dem Schlüssel „{1}“ nicht signieren: {2}",
  "Cannot {}: there is no ssh-keygen that can be run":
    "Kann nicht {1}: es gibt kein ausführbares ssh-keygen",
  "Install OpenSSH's client programs (the package openssh-client), or leave the keys snapshot.sign_key and snapshot.allowed_signers unset":
    "Die Client-Programme von OpenSSH installieren (das Paket openssh-client), oder snapshot.sign_key und snapshot.allowed_signers nicht setzen",
  "it has {} checksum files, one of them a user's own":
    "es hat {1} Prüfsummendateien, darunter eine eigene des Benutzers",
  "its {} is too large": "{1} darin ist zu groß",
};
