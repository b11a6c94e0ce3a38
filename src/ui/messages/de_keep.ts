/** German: prune, trash, explain, stats, doctor and config; see `de.ts`. */
export const DE_KEEP = {
  // prune, remove, trash
  "stays": "bleibt",
  "goes": "geht",
  "held": "gehalten",
  "Why": "Warum",
  'Nothing of "{name}" goes. {hint}': "Von „{name}“ geht nichts. {hint}",
  "{stay:snapshot|snapshots} {stay:|stays|stay}":
    "{stay:Schnappschuss|Schnappschüsse} {stay:|bleibt|bleiben}",
  "none goes": "keiner geht",
  "{gone} would go to the trash": "{gone} kämen in den Papierkorb",
  "{gone} went to the trash": "{gone} kamen in den Papierkorb",
  "{amount} come free when it is emptied: by a backup":
    "{amount} werden frei, wenn er geleert wird: durch eine Sicherung",
  "after {days:day|days}, or by phlb trash empty. phlb trash restore brings them back":
    "nach {days:Tag|Tagen}, oder durch phlb trash empty. phlb trash restore holt sie zurück",
  "{free} are free, {wanted} are wanted: nothing goes":
    "{free} sind frei, {wanted} sind gewünscht: nichts geht",
  "{gone} and {trash} in the trash": "{gone} und {trash} im Papierkorb",
  "{what} would be deleted: {amount}": "{what} würden gelöscht: {amount}",
  "{what} were deleted: {amount}": "{what} wurden gelöscht: {amount}",
  "Free: {free} now, wanted: {wanted}": "Frei: jetzt {free}, gewünscht: {wanted}",
  "Free: {free} afterwards, wanted: {wanted}": "Frei: danach {free}, gewünscht: {wanted}",
  '"{name}" is being deleted or not understood':
    "„{name}“ wird gerade gelöscht oder ist unverständlich",
  "The trash of {root} is empty": "Der Papierkorb von {root} ist leer",
  "{count} in the trash of {root}, {size}": "{count} im Papierkorb von {root}, {size}",
  "{count} would be deleted": "{count} würden gelöscht",
  "{names:name|names} of {count:snapshot|snapshots} deleted":
    "{names:Name|Namen} von {count:Schnappschuss|Schnappschüssen} gelöscht",
  "the time is up, the same command goes on": "die Zeit ist um, derselbe Befehl setzt es fort",
  '"{id}" is back': "„{id}“ ist wieder da",

  // forget-path
  "forgotten": "vergessen",
  "{time} by {who}": "{time} durch {who}",
  '"{path}" is not there: {reason}': "„{path}“ ist nicht da: {reason}",
  "{more:more path|more paths} forgotten": "{more:weiterer Pfad|weitere Pfade} vergessen",
  "{path} (forgotten before, not finished)": "{path} (schon vergessen, nicht beendet)",
  "There is nothing left to forget: it is gone already":
    "Es ist nichts mehr zu vergessen: es ist schon weg",
  "Entries": "Einträge",
  "Path": "Pfad",
  "The same content stays under {names:other name|other names}:":
    "Derselbe Inhalt bleibt unter {names:anderen Namen|anderen Namen}:",
  "--everywhere forgets it there as well": "--everywhere vergisst ihn auch dort",
  'A run that was cut off left "{path}", which may have it too: the next backup of that name removes it':
    "Ein abgebrochener Lauf hinterließ „{path}“, das ihn auch enthalten kann: die nächste Sicherung dieses Namens entfernt es",
  '"{path}" is still there: exclude it, or the next backup stores it again':
    "„{path}“ ist noch da: ausschließen, sonst speichert es die nächste Sicherung wieder",
  "Forgotten since: not in the snapshot any more": "Seitdem vergessen: nicht mehr im Schnappschuss",
  "… and {more} more, see the manifest": "… und {more} weitere, siehe Manifest",
  "Nothing was changed": "Es wurde nichts geändert",
  "{entries:entry|entries} ({size}) of {snapshots:snapshot|snapshots} would be forgotten":
    "{entries:Eintrag|Einträge} ({size}) aus {snapshots:Schnappschuss|Schnappschüssen} würden vergessen",
  "{entries:entry|entries} ({size}) of {snapshots:snapshot|snapshots} {entries:|was|were} forgotten":
    "{entries:Eintrag|Einträge} ({size}) aus {snapshots:Schnappschuss|Schnappschüssen} {entries:|wurde|wurden} vergessen",

  // explain
  "No backup root is known: only the rules were looked at":
    "Kein Sicherungsort ist bekannt: nur die Regeln wurden angesehen",
  "No snapshots were looked into: {reason}": "In keinen Schnappschuss wurde gesehen: {reason}",
  "Backed up": "Gesichert",
  "this rule is from: {layer}": "diese Regel ist aus: {layer}",
  "no rule leaves it out": "keine Regel lässt es aus",
  'it is about "{path}", a part of the path': "sie gilt „{path}“, einem Teil des Pfads",
  "There is no snapshot of this source in {root}": "In {root} ist kein Schnappschuss dieser Quelle",
  "None of {all:snapshot|snapshots} in {root} has it":
    "Keiner von {all:Schnappschuss|Schnappschüssen} in {root} enthält es",
  "In {having} of {all:snapshot|snapshots} in {root}, last in {last}":
    "In {having} von {all:Schnappschuss|Schnappschüssen} in {root}, zuletzt in {last}",
  "{first} to {last}, {count:snapshot|snapshots}":
    "{first} bis {last}, {count:Schnappschuss|Schnappschüsse}",
  "the only name": "der einzige Name",
  "{links:name|names} in the backup root": "{links:Name|Namen} im Sicherungsort",
  "{what}, modified {time}": "{what}, geändert {time}",
  "leads to {target}": "führt nach {target}",
  "inode {inode}": "Inode {inode}",
  "only written down: it could not be made here":
    "nur verzeichnet: hier ließ es sich nicht anlegen",
  "DAMAGED: {reason}": "BESCHÄDIGT: {reason}",
  "sound: its content was read": "heil: der Inhalt wurde gelesen",
  "sound as far as size and time tell": "heil, soweit Größe und Zeit es zeigen",
  "as recorded": "wie aufgezeichnet",

  // stats
  "on disk, held by no older snapshot": "auf dem Datenträger, in keinem älteren Schnappschuss",
  "what removing that snapshot alone gives back":
    "was das Entfernen dieses Schnappschusses allein freigibt",
  "content that the run stored, as its summary says":
    "Inhalt, den der Lauf speicherte, laut seiner Zusammenfassung",
  "longer than there is room for": "länger, als Platz ist",
  "Nothing was counted: what is shared is not known (--quick)":
    "Es wurde nichts gezählt: was geteilt ist, ist nicht bekannt (--quick)",
  "{size} of content in its run": "{size} Inhalt in seinem Lauf",
  "{size} and {inodes:inode|inodes} to older snapshots":
    "{size} und {inodes:Inode|Inodes} mehr als ältere Schnappschüsse",
  "{size} and {inodes:inode|inodes} when removed alone":
    "{size} und {inodes:Inode|Inodes}, wenn er allein geht",
  "On disk": "Belegt",
  "Shared": "Geteilt",
  "Unique": "Nur hier",
  "Directories, lists": "Verzeichnisse, Listen",
  "not known without counting": "ohne Zählen nicht bekannt",
  "{others:other|others}": "{others:anderer|andere}",
  "{size} in {files:file|files}": "{size} in {files:Datei|Dateien}",
  "{dirs:directory|directories}": "{dirs:Verzeichnis|Verzeichnisse}",
  "Removing these {count} together frees {size} and {inodes:inode|inodes}":
    "Diese {count} zusammen zu entfernen gibt {size} und {inodes:Inode|Inodes} frei",
  "ratio {ratio}": "Verhältnis {ratio}",
  "on {size}": "auf {size}",
  "In several": "In mehreren",
  "In one snapshot": "In einem einzigen",
  "All of the root": "Der ganze Sicherungsort",
  "Partial {id}": "Unvollständig {id}",
  "Trash": "Papierkorb",
  "Everything else": "Alles andere",
  "{what} in {id}": "{what} in {id}",
  "./ (files at the top)": "./ (Dateien ganz oben)",
  "elsewhere": "anderswo",
  "Largest growth": "Größter Zuwachs",
  "Links": "Links",
  "Verified": "Geprüft",
  "Room": "Platz",
  "{near:file is|files are} near the limit of {limit} hard links:":
    "{near:Datei ist|Dateien sind} nahe der Grenze von {limit} harten Links:",
  "Beyond it the content is stored once more":
    "Jenseits davon wird der Inhalt noch einmal gespeichert",
  "{percent} in {days} days": "{percent} in {days} Tagen",
  "{damaged} damaged: phlb verify tells which": "{damaged} beschädigt: phlb verify sagt, welche",
  "{all} free": "{all} frei",
  "for about {fits} more like the last {basis} snapshots:":
    "für etwa {fits} weitere wie die letzten {basis} Schnappschüsse:",
  "{size} each": "je {size}",
  "{size} and {inodes} inodes each": "je {size} und {inodes} Inodes",

  // doctor
  "Source {path}": "Quelle {path}",
  "Speed": "Tempo",
  "nobody says": "niemand sagt es",
  "File system": "Dateisystem",
  "Free": "Frei",
  "Root id": "Kennung",
  "{id}, since {date}": "{id}, seit {date}",
  "Not stored": "Nicht vermerkt",
  "Fence": "Zaun",
  "type {id}": "Typ {id}",
  "{type} on {device}, mounted at {point}, read-only":
    "{type} auf {device}, eingehängt in {point}, nur lesbar",
  "{type} on {device}, mounted at {point}": "{type} auf {device}, eingehängt in {point}",
  "Hard links": "Harte Links",
  "Renames, locks": "Umbenennen, Sperren",
  "Durable writes": "Dauerhaftes Schreiben",
  "Names": "Namen",
  "Permissions": "Rechte",
  "Owners": "Eigentümer",
  "Attributes, ACLs": "Attribute, ACLs",
  "Immutable files": "Unveränderliche Dateien",
  "only root can make them": "nur root kann sie erzeugen",
  "Newest snapshots": "Neueste Schnappschüsse",
  "Times": "Zeiten",
  "Holes, reflinks": "Löcher, Reflinks",
  "Largest file": "Größte Datei",
  "yes, without setuid": "ja, ohne Setuid",
  "only root can give files away": "nur root kann Dateien abgeben",
  "no, it makes copies": "nein, es entstehen Kopien",
  "yes, up to {limit} names of a file in a directory":
    "ja, bis zu {limit} Namen einer Datei in einem Verzeichnis",
  "yes, up to {limit} names of a file": "ja, bis zu {limit} Namen einer Datei",
  "upper and lower case are one": "Groß- und Kleinschreibung sind eins",
  "Unicode forms are not kept": "Unicode-Formen werden nicht bewahrt",
  "UTF-8 only": "nur UTF-8",
  "some characters are refused": "manche Zeichen werden verweigert",
  "all are kept": "alle werden bewahrt",
  "up to {bytes} bytes": "bis zu {bytes} Bytes",
  "not before 1970": "nicht vor 1970",
  "not after 2038": "nicht nach 2038",
  "to {step}": "auf {step}",
  "devices only as root": "Geräte nur als root",
  "devices {yes}": "Geräte {yes}",
  "symlinks {links}, fifos {fifos}": "symbolische Links {links}, Fifos {fifos}",
  "beyond all need": "über jeden Bedarf",
  "off (performance.fence)": "aus (performance.fence)",
  "none: {reason}": "keiner: {reason}",
  "Landlock {abi}, {refused} of {all} forbidden actions refused":
    "Landlock {abi}, {refused} von {all} verbotenen Handlungen verweigert",
  "it does not hold": "er hält nicht",
  "Seen so far": "Bisher gesehen",
  "{files:file|files} of {size}": "{files:Datei|Dateien} mit {size}",
  "{directories} directories, {symlinks} symlinks, {others} others":
    "{directories} Verzeichnisse, {symlinks} symbolische Links, {others} andere",
  "{excluded} by a rule": "{excluded} durch eine Regel",
  "Looked at for": "Angesehen",
  "SHA-256": "SHA-256",
  "Scan source": "Quelle durchgehen",
  "Small files": "Kleine Dateien",
  "Write": "Schreiben",
  "entries": "Einträge",
  "links": "Links",
  "files": "Dateien",
  "buffer of {buffer}": "Puffer von {buffer}",
  "each of {buffer}": "je {buffer}",
  "pieces of {buffer}": "Stücke von {buffer}",
  "A backup stops at this": "Daran scheitert eine Sicherung",
  "This is left out of snapshots, and told as a problem":
    "Das fehlt in Schnappschüssen und wird als Problem gemeldet",
  "Not in the plain files; the manifest keeps it for phlb restore":
    "Nicht in den einfachen Dateien; das Manifest bewahrt es für phlb restore",
  "Worth knowing": "Wissenswert",
  "All of the source is preserved": "Die ganze Quelle wird bewahrt",
  "All is preserved": "Alles wird bewahrt",
  "the source itself": "die Quelle selbst",
  "{entries:entry|entries, the first}": "{entries:Eintrag|Einträge, der erste}",

  // config
  "found": "da",
  "there is no configuration file": "es gibt keine Konfigurationsdatei",
  "No errors: {files}": "Keine Fehler: {files}",
  "Created {path}": "{path} angelegt",
} as const;
