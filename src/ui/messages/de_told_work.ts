import type { ToldTexts } from "../tell.ts";

/** What restore, compare, diff, prune, rebuild and the commands that look say. Words: see `de.ts`. */
export const DE_TOLD_WORK: ToldTexts = {
  // No backup root
  "Cannot look for snapshots: no backup root is given":
    "Kann keine Schnappschüsse suchen: es ist kein Sicherungsort angegeben",
  'Give it with --root, or set "destination" in phlb.toml or PHLB_DESTINATION':
    "Mit --root angeben, oder „destination“ in phlb.toml oder PHLB_DESTINATION setzen",
  "Cannot list snapshots: no backup root is given":
    "Kann keine Schnappschüsse auflisten: es ist kein Sicherungsort angegeben",
  "Cannot write a rescue kit: no backup root is given":
    "Kann keinen Notfallsatz schreiben: es ist kein Sicherungsort angegeben",
  "Cannot compare: no backup root is given":
    "Kann nicht vergleichen: es ist kein Sicherungsort angegeben",
  "Give it as the second argument (phlb compare SOURCE DESTINATION), set `destination` in phlb.toml, or set PHLB_DESTINATION":
    "Als zweites Argument angeben (phlb compare QUELLE ZIEL), `destination` in phlb.toml setzen oder PHLB_DESTINATION setzen",

  // Addresses
  'Cannot use the path "{}": it leads out of the snapshot':
    "Kann den Pfad „{1}“ nicht verwenden: er führt aus dem Schnappschuss hinaus",
  "Give it as it stands below the snapshot, for example latest:docs/a.txt":
    "Ihn so angeben, wie er unter dem Schnappschuss steht, etwa latest:docs/a.txt",
  'Cannot find a snapshot at "{}"': "Kann unter „{1}“ keinen Schnappschuss finden",
  "A snapshot's directory is <backup root>/<name>/<time>; phlb snapshots lists them":
    "Das Verzeichnis eines Schnappschusses ist <Sicherungsort>/<Name>/<Zeit>; phlb snapshots zählt sie auf",
  'Cannot open the snapshot "{}": {}': "Kann den Schnappschuss „{1}“ nicht öffnen: {2}",
  "May this user read it, and is the disk well?":
    "Darf dieser Benutzer ihn lesen, und ist der Datenträger in Ordnung?",
  'Cannot read all of "{}": {}; from there on, names, times and modes are those of the stored files':
    "Kann „{1}“ nicht ganz lesen: {2}; von da an sind Namen, Zeiten und Rechte die der gespeicherten Dateien",
  'Cannot read the checksums of "{}": {}': "Kann die Prüfsummen von „{1}“ nicht lesen: {2}",
  'Cannot read the snapshot "{}": {}': "Kann den Schnappschuss „{1}“ nicht lesen: {2}",
  'Cannot find "{}" in the snapshot "{}"': "Kann „{1}“ im Schnappschuss „{2}“ nicht finden",
  'Cannot find "{}" in the snapshot "{}": {}':
    "Kann „{1}“ im Schnappschuss „{2}“ nicht finden: {3}",
  "there is no such entry": "es gibt keinen solchen Eintrag",
  "phlb ls {} lists what it holds": "phlb ls {1} zählt auf, was er enthält",
  '"phlb ls -R {}" lists what it holds': "„phlb ls -R {1}“ zählt auf, was er enthält",
  'Cannot find "{}" in any snapshot: there are {}':
    "Kann „{1}“ in keinem Schnappschuss finden: es gibt {2}",
  'Give it as it stands below the snapshots; "phlb find NAME" tells where a name is':
    "Ihn so angeben, wie er unter den Schnappschüssen steht; „phlb find NAME“ sagt, wo ein Name ist",
  'Cannot use "{}": it is not a whole snapshot':
    "Kann „{1}“ nicht verwenden: es ist kein ganzer Schnappschuss",
  "Name the snapshot alone: {}": "Nur den Schnappschuss nennen: {1}",
  'Cannot use "{}": it is not in this backup root':
    "Kann „{1}“ nicht verwenden: es liegt nicht in diesem Sicherungsort",
  "Give its backup root: --root {}": "Seinen Sicherungsort angeben: --root {1}",
  "phlb snapshots lists what is there": "phlb snapshots zählt auf, was da ist",
  'Cannot use the tag "{}": it is empty or has space around it':
    "Kann die Marke „{1}“ nicht verwenden: sie ist leer oder hat Leerzeichen am Rand",
  "Give a word such as release": "Ein Wort wie release angeben",

  // prune
  'Cannot prune in "{}": {}': "Kann in „{1}“ nicht ausdünnen: {2}",

  // restore
  'Restoring "{}" to "{}"': "Stelle „{1}“ in „{2}“ wieder her",
  'Reading back what was restored to "{}"': "Lese das in „{1}“ Wiederhergestellte zurück",
  'Cannot restore "{}": {}': "Kann „{1}“ nicht wiederherstellen: {2}",
  'Cannot restore to "{}": {}': "Kann nicht in „{1}“ wiederherstellen: {2}",
  'Cannot restore to "{}": it is not a directory':
    "Kann nicht in „{1}“ wiederherstellen: es ist kein Verzeichnis",
  'Cannot restore to "{}": it lies inside the backup root "{}"':
    "Kann nicht in „{1}“ wiederherstellen: es liegt im Sicherungsort „{2}“",
  'Cannot restore to "{}": in the way are {}':
    "Kann nicht in „{1}“ wiederherstellen: im Weg sind {2}",
  "Choose another target, or say what is to become of them with --overwrite (if-changed goes on where an interrupted restore stopped)":
    "Ein anderes Ziel wählen, oder mit --overwrite sagen, was daraus wird (if-changed setzt eine unterbrochene Wiederherstellung fort)",
  "Choose a target outside of the backup root: what is in there is never changed":
    "Ein Ziel außerhalb des Sicherungsorts wählen: was darin ist, wird nie geändert",
  'Cannot use --delete with the target "{}": {}':
    "Kann --delete nicht mit dem Ziel „{1}“ verwenden: {2}",
  "it is the whole file system": "es ist das ganze Dateisystem",
  "the backup root lies in it": "der Sicherungsort liegt darin",
  "it is a home directory, or holds one": "es ist ein Heimatverzeichnis oder enthält eines",
  "it is a home directory, or holds them": "es ist ein Heimatverzeichnis oder enthält welche",
  "Restore a directory below it, or leave --delete away":
    "Ein Verzeichnis darunter wiederherstellen, oder --delete weglassen",
  "Give the directory into which to restore; it is made when it is missing":
    "Das Verzeichnis angeben, in das wiederhergestellt wird; es wird angelegt, wenn es fehlt",
  "May this user write there, and is there room left?":
    "Darf dieser Benutzer dort schreiben, und ist noch Platz?",
  "Make room there (or choose a file system with more inodes), then run it again with --overwrite if-changed: what is restored already is not written again":
    "Dort Platz schaffen (oder ein Dateisystem mit mehr Inodes wählen), dann mit --overwrite if-changed noch einmal ausführen: was wiederhergestellt ist, wird nicht neu geschrieben",
  "Make room there, because the quota is used up, then run it again with --overwrite if-changed: what is restored already is not written again":
    "Dort Platz schaffen, weil die Quota erschöpft ist, dann mit --overwrite if-changed noch einmal ausführen: was wiederhergestellt ist, wird nicht neu geschrieben",
  "The file system is read-only; its kernel log may say why":
    "Das Dateisystem ist nur lesbar; das Kernel-Protokoll sagt vielleicht, warum",
  'Is "{}" still there and writable?': "Ist „{1}“ noch da und beschreibbar?",
  "The restore was interrupted": "Die Wiederherstellung wurde unterbrochen",
  "Run it again with --overwrite if-changed: what is restored already is not written again":
    "Mit --overwrite if-changed noch einmal ausführen: was wiederhergestellt ist, wird nicht neu geschrieben",
  "{} is in its place": "an seiner Stelle ist {1}",
  "the backup root is in its place": "an seiner Stelle ist der Sicherungsort",
  "the target's cannot be read: {}": "das im Ziel ist nicht lesbar: {1}",
  "a file": "eine Datei",
  "a directory": "ein Verzeichnis",
  "a symbolic link": "ein symbolischer Link",
  "a named pipe": "eine benannte Pipe",
  "a socket": "ein Socket",
  "a device": "ein Gerät",
  "a directory that is not empty is in its place":
    "an seiner Stelle ist ein Verzeichnis, das nicht leer ist",
  "something is in its place": "an seiner Stelle ist etwas anderes",
  "what should be its directory is none": "was sein Verzeichnis sein sollte, ist keines",
  "the target does not take it ({}: {})": "das Ziel nimmt es nicht an ({1}: {2})",
  "{}; nothing in it is restored": "{1}; nichts darin wird wiederhergestellt",
  "the snapshot holds its name and attributes only":
    "der Schnappschuss enthält nur seinen Namen und seine Attribute",
  "its content is not what its digest says": "der Inhalt ist nicht der seiner Prüfsumme",
  "{} entries belong to this user now: only root can give them back":
    "{1} Einträge gehören jetzt diesem Benutzer: nur root kann sie zurückgeben",
  'The target\'s file system does not keep "{}"': "Das Dateisystem des Ziels bewahrt „{1}“ nicht",
  "{} files have no digest in the snapshot: nothing to check them against":
    "{1} Dateien haben im Schnappschuss keine Prüfsumme: sie lassen sich nicht prüfen",
  'Cannot confirm what was restored as "{}": {}':
    "Kann das als „{1}“ Wiederhergestellte nicht bestätigen: {2}",
  'it is of type "{}"': "es ist vom Typ „{1}“",
  "it points elsewhere": "es zeigt anderswohin",
  "modification time": "Änderungszeit",
  "it has another {}": "es hat andere: {1}",
  "it has other extended attributes": "es hat andere erweiterte Attribute",

  // compare, diff, explain
  'Comparing "{}" with "{}"': "Vergleiche „{1}“ mit „{2}“",
  'Cannot read the stored file "{}": {}': "Kann die gespeicherte Datei „{1}“ nicht lesen: {2}",
  'Cannot compare "{}": {}': "Kann „{1}“ nicht vergleichen: {2}",
  'The stored file "{}" is damaged: its content is not what was recorded of it':
    "Die gespeicherte Datei „{1}“ ist beschädigt: ihr Inhalt ist nicht der aufgezeichnete",
  'Cannot find a snapshot before "{}"': "Kann vor „{1}“ keinen Schnappschuss finden",
  "Give two snapshots to compare; phlb snapshots lists them":
    "Zwei Schnappschüsse zum Vergleichen angeben; phlb snapshots zählt sie auf",
  "There are more than {} changes: renamed files are shown as gone and new":
    "Es gibt mehr als {1} Änderungen: umbenannte Dateien erscheinen als entfernt und neu",
  'Cannot find "{}" in "{}" or before': "Kann „{1}“ weder in „{2}“ noch davor finden",
  "Cannot compare: a manifest is not in the order of a walk":
    "Kann nicht vergleichen: ein Manifest hat nicht die Folge eines Durchgangs",
  "Did another program write it? Without it, the files themselves are looked at":
    "Schrieb es ein anderes Programm? Ohne es werden die Dateien selbst angesehen",
  'Cannot explain "{}": it lies outside of the source "{}"':
    "Kann „{1}“ nicht erklären: es liegt außerhalb der Quelle „{2}“",
  "Name the source with --source DIR, or the job with --job ID":
    "Die Quelle mit --source VERZEICHNIS nennen, oder den Job mit --job ID",
  "cannot be read: {}": "nicht lesbar: {1}",
  "the system": "das System",
  "It is kept as an empty directory: a mount point":
    "Es wird als leeres Verzeichnis gesichert: ein Einhängepunkt",
  "symlinks are not followed": "symbolischen Links wird nicht gefolgt",
  "It is not in the source now; the rules are those for a file of that name":
    "Es ist jetzt nicht in der Quelle; die Regeln sind die für eine Datei dieses Namens",
  "Its metadata cannot be read: {}": "Die Metadaten sind nicht lesbar: {1}",
  "it is not there any more": "es ist nicht mehr da",

  // verify
  'Cannot verify "{}": it holds no complete snapshot':
    "Kann „{1}“ nicht prüfen: es enthält keinen vollständigen Schnappschuss",
  'Cannot verify "{}": it holds no complete snapshot of the name "{}"':
    "Kann „{1}“ nicht prüfen: es enthält keinen vollständigen Schnappschuss mit dem Namen „{2}“",
  'Verifying "{}" in "{}"': "Prüfe „{1}“ in „{2}“",
  'Verifying {} snapshots in "{}"': "Prüfe {1} Schnappschüsse in „{2}“",
  "The verify was interrupted": "Die Prüfung wurde unterbrochen",
  "The same command with --resume goes on with it": "Derselbe Befehl mit --resume setzt sie fort",
  'Cannot read the allowed signers "{}": there is no such file':
    "Kann die zugelassenen Schlüssel „{1}“ nicht lesen: es gibt keine solche Datei",
  "It has lines such as: me@example.org ssh-ed25519 AAAA…; see ssh-keygen(1)":
    "Sie hat Zeilen wie: ich@example.org ssh-ed25519 AAAA…; siehe ssh-keygen(1)",

  // prune, remove, trash
  'Cannot prune "{}": {}': "Kann „{1}“ nicht ausdünnen: {2}",
  'Cannot prune "{}": {}. {}': "Kann „{1}“ nicht ausdünnen: {2}. {3}",
  'Put "{}" into the trash': "„{1}“ in den Papierkorb gelegt",
  "Deleted {} names of {} snapshots from the trash":
    "{1} Namen von {2} Schnappschüssen aus dem Papierkorb gelöscht",
  '".{}" was appended to the names of {} files, with other contents, {}':
    "„.{1}“ wurde an die Namen von {2} Dateien angehängt, mit anderem Inhalt, {3}",
  "{} of {} changed files that were looked at became unreadable noise {}":
    "{1} von {2} angesehenen geänderten Dateien wurden zu unlesbarem Rauschen, {3}",
  "{} of {} files ({} %) were changed or lost {}":
    "{1} von {2} Dateien ({3} %) wurden geändert oder gingen verloren, {4}",
  'in "{}", {} "{}"': "in „{1}“, {2} „{3}“",
  "Have a look with phlb diff {} {}; if that is right, --force prunes and remembers it":
    "Mit phlb diff {1} {2} nachsehen; wenn das stimmt, dünnt --force aus und merkt es sich",
  "Run phlb verify to see what is wrong, and phlb backup for a new snapshot":
    "phlb verify sagt, was nicht stimmt, und phlb backup macht einen neuen Schnappschuss",
  "its newest snapshot has no manifest, so that nobody can say whether it is complete":
    "der neueste Schnappschuss hat kein Manifest, also weiß niemand, ob er vollständig ist",
  "Take it in with phlb add, or make a new snapshot with phlb backup":
    "Ihn mit phlb add aufnehmen, oder mit phlb backup einen neuen machen",
  "its newest snapshot is not complete": "der neueste Schnappschuss ist nicht vollständig",
  "its newest snapshot is not what was stored: {}":
    "der neueste Schnappschuss ist nicht, was gespeichert wurde: {1}",
  "Cannot prune: no rule says what to keep": "Kann nicht ausdünnen: keine Regel sagt, was bleibt",
  "Set rules in the [retention] table of phlb.toml, or give some: --keep-daily 14 --keep-weekly 8 --keep-monthly 24":
    "In der Tabelle [retention] von phlb.toml Regeln setzen, oder welche angeben: --keep-daily 14 --keep-weekly 8 --keep-monthly 24",
  'Cannot prune: the snapshot "{}" was taken {}, and the clock shows {}':
    "Kann nicht ausdünnen: der Schnappschuss „{1}“ ist von {2}, und die Uhr zeigt {3}",
  "Check this computer's clock; a snapshot that is wrongly dated can be removed with phlb remove":
    "Die Uhr dieses Rechners prüfen; einen falsch datierten Schnappschuss entfernt phlb remove",
  'Finished the removal of "{}", which was cut off': "Das abgebrochene Entfernen von „{1}“ beendet",
  'Looking at what may go in "{}"': "Sehe nach, was in „{1}“ gehen darf",
  '"{}" is not taken for a snapshot: {}': "„{1}“ gilt nicht als Schnappschuss: {2}",
  'Deleting {} snapshots in "{}"': "Lösche {1} Schnappschüsse in „{2}“",
  'Cannot remove "{}": {}': "Kann „{1}“ nicht entfernen: {2}",
  'Cannot remove "{}": it is pinned': "Kann „{1}“ nicht entfernen: er ist angeheftet",
  "phlb unpin {} lets it go, --force removes it all the same":
    "phlb unpin {1} gibt ihn frei, --force entfernt ihn trotzdem",
  'Cannot remove "{}": no newer complete snapshot of its name would be left':
    "Kann „{1}“ nicht entfernen: es bliebe kein neuerer vollständiger Schnappschuss seines Namens",
  "Make a new one with phlb backup first; --force removes it all the same":
    "Zuerst mit phlb backup einen neuen machen; --force entfernt ihn trotzdem",
  "{} hard links could not be made: they are files of their own now":
    "{1} harte Links ließen sich nicht anlegen: sie sind jetzt eigene Dateien",
  'Emptying the trash of "{}"': "Leere den Papierkorb von „{1}“",
  'Cannot put "{}" into the trash: {}': "Kann „{1}“ nicht in den Papierkorb legen: {2}",
  "The trash itself needs a little room. phlb trash empty deletes what lies there for good, phlb prune --free SIZE deletes at once what no rule keeps":
    "Der Papierkorb selbst braucht etwas Platz. phlb trash empty löscht endgültig, was darin liegt, phlb prune --free GRÖSSE löscht sofort, was keine Regel behält",
  'There is no room for "{}" in the trash: it is deleted where it is':
    "Für „{1}“ ist kein Platz im Papierkorb: er wird an Ort und Stelle gelöscht",
  "There was no room even to rename anything: the index was deleted, and the next backup makes it anew":
    "Nicht einmal zum Umbenennen war Platz: der Index wurde gelöscht, und die nächste Sicherung legt ihn neu an",
  'Cannot delete "{}": {}': "Kann „{1}“ nicht löschen: {2}",
  "The disk has no room even to rename. Delete something there that you can spare, or the oldest snapshot with rm -rf, then run it again":
    "Auf dem Datenträger ist nicht einmal zum Umbenennen Platz. Dort etwas Entbehrliches löschen, oder den ältesten Schnappschuss mit rm -rf, und erneut starten",
  'Cannot restore "{}" from the trash: there is another snapshot of that time':
    "Kann „{1}“ nicht aus dem Papierkorb holen: es gibt einen anderen Schnappschuss dieser Zeit",
  "Remove or rename that one first": "Zuerst jenen entfernen oder umbenennen",
  'Cannot find the snapshot "{}" in the trash':
    "Kann den Schnappschuss „{1}“ im Papierkorb nicht finden",
  "The trash is empty": "Der Papierkorb ist leer",
  'Cannot tell which snapshot in the trash "{}" is':
    "Kann nicht sagen, welcher Schnappschuss im Papierkorb „{1}“ ist",
  "time unknown": "Zeit unbekannt",
  "within {}": "innerhalb von {1}",
  "tag {}": "Marke {1}",
  "oldest {}": "ältester {1}",
  "newest": "neuester",
  "pinned": "angeheftet",
  "see below": "siehe unten",
  "there is room": "es ist Platz",
  "last": "letzter",
  "hourly": "stündlich",
  "daily": "täglich",
  "weekly": "wöchentlich",
  "monthly": "monatlich",
  "yearly": "jährlich",

  // rebuild and add
  '"{}" became the snapshot "{}"': "„{1}“ wurde zum Schnappschuss „{2}“",
  'Cannot find "{}": {}': "Kann „{1}“ nicht finden: {2}",
  'Cannot open "{}": {}': "Kann „{1}“ nicht öffnen: {2}",
  'Cannot trust "{}": {}': "Kann „{1}“ nicht trauen: {2}",
  'Cannot check "{}": {}': "Kann „{1}“ nicht prüfen: {2}",
  'Cannot link "{}": {}': "Kann „{1}“ nicht verlinken: {2}",
  'Cannot read all of "{}": {}': "Kann „{1}“ nicht ganz lesen: {2}",
  'Cannot write the checksum file of "{}": {}':
    "Kann die Prüfsummendatei von „{1}“ nicht schreiben: {2}",
  "its directory cannot be opened": "das Verzeichnis lässt sich nicht öffnen",
  "its content is not what was recorded": "der Inhalt ist nicht der aufgezeichnete",
  "its content is not what a checksum file beside it said when it was taken in; no checksum is recorded for it":
    "der Inhalt ist nicht der, den eine Prüfsummendatei daneben bei der Aufnahme nannte; es ist keine Prüfsumme dafür aufgezeichnet",
  "it is only recorded": "es ist nur verzeichnet",
  "it is of another type than recorded": "es ist von anderem Typ als aufgezeichnet",
  "it was written to while it was read": "es wurde beschrieben, während es gelesen wurde",
  "nobody read it": "niemand hat es gelesen",
  "it is not the file any more that it was": "es ist nicht mehr die Datei, die es war",
  "{} more names are not in the manifest of that snapshot":
    "{1} weitere Namen stehen nicht im Manifest jenes Schnappschusses",
  'its line for "{}" is wrong; it is written anew':
    "die Zeile für „{1}“ ist falsch; sie wird neu geschrieben",
  '"{}" is not in the manifest: it came there later':
    "„{1}“ steht nicht im Manifest: es kam später dazu",
  "the equal file changed since it was read": "die gleiche Datei hat sich seit dem Lesen geändert",
  "{}; it stays as it is": "{1}; es bleibt, wie es ist",
  'The manifest of "{}" is written anew and is not signed any more':
    "Das Manifest von „{1}“ wird neu geschrieben und ist nicht mehr signiert",
  'Reading {} snapshots in "{}"': "Lese {1} Schnappschüsse in „{2}“",
  'Linking {} duplicates in "{}"': "Verlinke {1} Duplikate in „{2}“",
  'Left alone: "{}", because {}': "Nicht angerührt: „{1}“, denn {2}",
  'Cannot rebuild "{}": it lies in a backup root':
    "Kann „{1}“ nicht neu aufbauen: es liegt in einem Sicherungsort",
  "Give the backup root itself: {}": "Den Sicherungsort selbst angeben: {1}",
  'Cannot rebuild "{}": there is no snapshot in it':
    "Kann „{1}“ nicht neu aufbauen: es ist kein Schnappschuss darin",
  "A snapshot is a directory <backup root>/<name>/<YYYY-MM-DD-HHMMSS>; is this the backup root, and is its disk mounted?":
    "Ein Schnappschuss ist ein Verzeichnis <Sicherungsort>/<Name>/<JJJJ-MM-TT-HHMMSS>; ist dies der Sicherungsort, und ist sein Datenträger eingehängt?",
  'Cannot adopt "{}": it lies directly in the backup root':
    "Kann „{1}“ nicht übernehmen: es liegt unmittelbar im Sicherungsort",
  "Say with --name under which name such snapshots are to be kept":
    "Mit --name sagen, unter welchem Namen solche Schnappschüsse liegen sollen",
  'No manifest is made for "{}": not all of it could be read by this user':
    "Für „{1}“ wird kein Manifest angelegt: dieser Benutzer konnte nicht alles lesen",
  "it cannot be read": "es ist nicht lesbar",
  "{}; a new one is made, this one is kept beside it":
    "{1}; ein neues wird angelegt, dieses bleibt daneben liegen",
  'Wrote "{}" anew': "„{1}“ neu geschrieben",

  // stats, the rescue kit
  'Cannot count "{}": {}': "Kann „{1}“ nicht zählen: {2}",
  'Cannot count "{}": it is not a whole snapshot':
    "Kann „{1}“ nicht zählen: es ist kein ganzer Schnappschuss",
  'Cannot count "{}" and "{}" together: only snapshots of one backup root share files':
    "Kann „{1}“ und „{2}“ nicht zusammen zählen: nur Schnappschüsse eines Sicherungsorts teilen Dateien",
  "Ask for one root after the other": "Nach einem Sicherungsort nach dem anderen fragen",
  'Counting what is in "{}"': "Zähle, was in „{1}“ ist",
  'The partial "{}" went away while it was counted, and is left out; what it shared with others may look as if it still did':
    "Der unvollständige „{1}“ verschwand beim Zählen und fehlt; was er mit anderen teilte, sieht vielleicht noch so aus",
  'Cannot tell what "{}" holds: {}': "Kann nicht sagen, was „{1}“ enthält: {2}",
  '"{}" is not counted as a snapshot: {}': "„{1}“ zählt nicht als Schnappschuss: {2}",
  '"{}" is not listed: {}': "„{1}“ ist nicht aufgelistet: {2}",
  'Cannot write the rescue kit to "{}"': "Kann den Notfallsatz nicht in „{1}“ schreiben",
  'Cannot write the rescue kit to "{}": {}': "Kann den Notfallsatz nicht in „{1}“ schreiben: {2}",
  'Cannot write the rescue kit: "{}" is there and not part of one':
    "Kann den Notfallsatz nicht schreiben: „{1}“ ist da und gehört zu keinem",
  "Move it away; nothing is overwritten": "Es wegbewegen; nichts wird überschrieben",
};
