import type { ToldTexts } from "../tell.ts";

/** What verify, repair and doctor find. Words: see `de.ts`. */
export const DE_TOLD_FINDINGS: ToldTexts = {
  // verify: what is wrong
  'Cannot confirm "{}": {}': "Kann „{1}“ nicht bestätigen: {2}",
  "it is missing": "es fehlt",
  'it is missing, its "{}" is there': "es fehlt, „{1}“ dazu ist da",
  "it is missing, {} has it": "es fehlt, {1} verzeichnet es",
  "the manifest does not have it": "das Manifest verzeichnet es nicht",
  "it is a {}, a {} is recorded": "es ist {1}, aufgezeichnet ist {2}",
  "it has {} bytes, {} are recorded": "es hat {1} Bytes, aufgezeichnet sind {2}",
  "it was modified {}, {} is recorded": "es wurde {1} geändert, aufgezeichnet ist {2}",
  "it was modified {}, its directory {}": "es wurde {1} geändert, sein Verzeichnis {2}",
  'it leads {}, "{}" is recorded': "es führt {1}, aufgezeichnet ist „{2}“",
  'to "{}"': "nach „{1}“",
  "it is the device {}, {} is recorded": "es ist das Gerät {1}, aufgezeichnet ist {2}",
  "its mode is {}, {} is recorded": "die Rechte sind {1}, aufgezeichnet sind {2}",
  "its mode is {} instead of {}": "die Rechte sind {1} statt {2}",
  "{}, and it was {} when verified before": "{1}, und bei der vorigen Prüfung waren sie {2}",
  "it belongs to {}, {} is recorded": "es gehört {1}, aufgezeichnet ist {2}",
  "it is empty, content with the digest {} is recorded":
    "es ist leer, aufgezeichnet ist ein Inhalt mit der Prüfsumme {1}",
  "its content has the {} {}, {} is recorded": "der Inhalt hat {1} {2}, aufgezeichnet ist {3}",
  "its content has the digest {}, {} is recorded":
    "der Inhalt hat die Prüfsumme {1}, aufgezeichnet ist {2}",
  "it went away, or became another file, while it was verified":
    "es verschwand oder wurde eine andere Datei, während es geprüft wurde",
  "it is too large": "es ist zu groß",
  "{}; and {} more lines": "{1}; und {2} weitere Zeilen",
  'it has no line for "{}"': "es hat keine Zeile für „{1}“",
  'it says {} of "{}", {} is recorded': "es nennt {1} für „{2}“, aufgezeichnet ist {3}",
  'it has a line for "{}", which is not recorded':
    "es hat eine Zeile für „{1}“, das nicht verzeichnet ist",
  "{} of its lines cannot be read": "{1} seiner Zeilen sind nicht lesbar",
  'its manifest is that of "{}"': "sein Manifest ist das von „{1}“",
  "its manifest is gone; it was there {}": "sein Manifest ist weg; es war da, {1}",
  'when "{}" was made': "als „{1}“ entstand",
  "its manifest is not the one that was there {}: it was edited, replaced or damaged (SHA-256 {}, {} is recorded)":
    "sein Manifest ist nicht das, welches da war, {1}: es wurde bearbeitet, ersetzt oder beschädigt (SHA-256 {2}, aufgezeichnet ist {3})",
  "its manifest cannot be read: {}": "sein Manifest ist nicht lesbar: {1}",
  'its manifest "{}" cannot be read to its end ({}); what comes after that was checked with the checksum files alone':
    "sein Manifest „{1}“ ist nicht bis zum Ende lesbar ({2}); was danach kommt, wurde nur anhand der Prüfsummendateien geprüft",
  "it has no manifest that could be signed": "es hat kein Manifest, das signiert sein könnte",
  "its manifest is not signed": "sein Manifest ist nicht signiert",
  "its name cannot be passed to ssh-keygen": "sein Name lässt sich ssh-keygen nicht übergeben",
  "the signature of its manifest is not good: {}":
    "die Signatur seines Manifests ist nicht gut: {1}",

  // verify: what to do
  "Check the disk. phlb repair heals it from any equal content: in the backup root, in the source, or, with --from ROOT, in another copy of the backup":
    "Den Datenträger prüfen. phlb repair heilt es aus jedem gleichen Inhalt: im Sicherungsort, in der Quelle oder, mit --from ORT, in einer anderen Kopie der Sicherung",
  "Somebody or something changed the stored file; its content is checked on its own":
    "Jemand oder etwas hat die gespeicherte Datei geändert; ihr Inhalt wird für sich geprüft",
  "{}. phlb repair gives the recorded time": "{1}. phlb repair setzt die aufgezeichnete Zeit",
  "{}. phlb repair gives the recorded mode": "{1}. phlb repair setzt die aufgezeichneten Rechte",
  "{}. phlb repair gives the recorded owner":
    "{1}. phlb repair setzt den aufgezeichneten Eigentümer",
  "It was put there by hand: move it away, because it goes when the snapshot is pruned":
    "Es wurde von Hand dort abgelegt: wegbewegen, denn es geht mit dem Schnappschuss verloren",
  "The link was replaced: phlb repair makes the recorded one":
    "Der Link wurde ersetzt: phlb repair legt den aufgezeichneten an",
  "The manifest counts: phlb repair writes the checksum file anew":
    "Das Manifest gilt: phlb repair schreibt die Prüfsummendatei neu",
  "Check the disk. Another copy of the backup may have the whole manifest; without it, phlb rebuild makes one from what the snapshot holds":
    "Den Datenträger prüfen. Eine andere Kopie der Sicherung hat vielleicht das ganze Manifest; sonst legt phlb rebuild eines aus dem an, was der Schnappschuss enthält",
  "Do not trust what this manifest says of modes, times and digests: somebody or something changed it after a later snapshot had been made. Compare with another copy of the backup":
    "Nicht auf das vertrauen, was dieses Manifest über Rechte, Zeiten und Prüfsummen sagt: jemand oder etwas hat es geändert, als es schon einen späteren Schnappschuss gab. Mit einer anderen Kopie der Sicherung vergleichen",
  "Do not trust this manifest, unless you know why: it was made before snapshot.sign_key was set, phlb wrote it anew since, or the key is missing in the file of allowed signers":
    "Diesem Manifest nicht vertrauen, außer der Grund ist bekannt: es ist älter als snapshot.sign_key, phlb schrieb es seitdem neu, oder der Schlüssel fehlt in der Datei der zugelassenen",
  "May this user read it (root may), and is the disk well?":
    "Darf dieser Benutzer es lesen (root darf), und ist der Datenträger in Ordnung?",
  "What is read now will not be remembered: {}": "Was jetzt gelesen wird, wird nicht vermerkt: {1}",
  "Going on with the verify that began {} UTC": "Die Prüfung, die {1} UTC begann, geht weiter",
  "There is no unfinished verify of these snapshots: it starts from the beginning":
    "Es gibt keine unvollendete Prüfung dieser Schnappschüsse: sie beginnt von vorn",

  // repair
  'Cannot repair "{}": {}': "Kann „{1}“ nicht reparieren: {2}",
  "its digest is not recorded": "die Prüfsumme ist nicht aufgezeichnet",
  "this user may not read it; run phlb repair as root":
    "dieser Benutzer darf es nicht lesen; phlb repair als root ausführen",
  "a directory is in its place: move it away, then run phlb repair again":
    "an seiner Stelle ist ein Verzeichnis: wegbewegen, dann phlb repair noch einmal ausführen",
  "it stays: whoever put it there may want it":
    "es bleibt: wer es dort ablegte, will es vielleicht behalten",
  "phlb rebuild makes a new manifest of what the snapshot holds":
    "phlb rebuild legt ein neues Manifest dessen an, was der Schnappschuss enthält",
  "phlb repair does not change manifests": "phlb repair ändert keine Manifeste",
  "something else is in its place: move it away first":
    "an seiner Stelle ist etwas anderes: zuerst wegbewegen",
  "nothing is recorded of it by which it could be made again":
    "es ist nichts aufgezeichnet, woraus es wieder entstehen könnte",
  "nothing in reach has its content": "nichts Erreichbares hat seinen Inhalt",
  "its target is not recorded": "sein Ziel ist nicht aufgezeichnet",
  "it is no directory": "es ist kein Verzeichnis",
  "its content is another one": "der Inhalt ist ein anderer",
  "it was cut short": "es wurde gekürzt",
  "it is no regular file": "es ist keine gewöhnliche Datei",
  "it has {} bytes instead of {}": "es hat {1} Bytes statt {2}",
  'Looking for damage in "{}"': "Suche Schäden in „{1}“",
  'Looking for damage in {} snapshots in "{}"': "Suche Schäden in {1} Schnappschüssen in „{2}“",
  "Looking for {} contents": "Suche {1} Inhalte",
  "Healing {} contents": "Heile {1} Inhalte",
  "{}; the next backup repairs it": "{1}; die nächste Sicherung behebt das",
  "Another copy of the backup may have it: phlb repair --from ROOT takes it from there":
    "Eine andere Kopie der Sicherung hat es vielleicht: phlb repair --from ORT nimmt es von dort",

  'Would heal "{}"': "Würde „{1}“ heilen",
  'Would heal "{}" from "{}"': "Würde „{1}“ aus „{2}“ heilen",
  'Healed "{}"': "„{1}“ geheilt",
  'Healed "{}" from "{}"': "„{1}“ aus „{2}“ geheilt",
  "{} (a directory with {})": "{1} (ein Verzeichnis mit {2})",

  // doctor: the root
  'Examining "{}"': "Untersuche „{1}“",
  "Cannot examine a backup root: none is given":
    "Kann keinen Sicherungsort untersuchen: es ist keiner angegeben",
  'Give it as an argument, or set "destination" in phlb.toml or PHLB_DESTINATION':
    "Als Argument angeben, oder „destination“ in phlb.toml oder PHLB_DESTINATION setzen",
  'Cannot examine the backup root "{}"': "Kann den Sicherungsort „{1}“ nicht untersuchen",
  'Cannot examine the backup root "{}": {}': "Kann den Sicherungsort „{1}“ nicht untersuchen: {2}",
  "The backup root is immutable or append-only (chattr)":
    "Der Sicherungsort ist unveränderlich oder lässt nur Anhängen zu (chattr)",
  "Take that away with: chattr -i -a": "Das hebt auf: chattr -i -a",
  "The backup root cannot be written, so nothing was tried: {}":
    "In den Sicherungsort lässt sich nicht schreiben, deshalb wurde nichts erprobt: {1}",
  "It is mounted read-only, which is fine for restoring":
    "Er ist nur lesbar eingehängt, was zum Wiederherstellen genügt",
  "not everything was refused that should be":
    "nicht alles wurde verweigert, was verweigert gehört",
  "Threads are not fenced by the kernel: {}": "Der Kernel zäunt die Threads nicht ein: {1}",
  "It lay on another kind of file system when it was examined before: {}":
    "Bei der vorigen Untersuchung lag er auf einem Dateisystem anderer Art: {1}",
  "it holds other files and no snapshot, so nothing was left in it":
    "er enthält andere Dateien und keinen Schnappschuss, deshalb wurde nichts darin hinterlassen",
  'Cannot examine "{}": a newer phlb wrote its .phlb/root.json (version {})':
    "Kann „{1}“ nicht untersuchen: die .phlb/root.json schrieb ein neueres phlb (Version {2})",
  "Use that version, or a newer one": "Diese Version oder eine neuere verwenden",
  'Cannot examine "{}": the file system for "{}" that /etc/fstab names is not mounted':
    "Kann „{1}“ nicht untersuchen: das in /etc/fstab für „{2}“ genannte Dateisystem ist nicht eingehängt",
  "Mount it first: mount {}": "Zuerst einhängen: mount {1}",

  // doctor: what is not preserved
  "{} entries of the source cannot be read and would be left out":
    "{1} Einträge der Quelle sind nicht lesbar und würden fehlen",
  "Run the backup as a user who may read them; phlb backup --dry-run names them":
    "Die Sicherung als ein Benutzer ausführen, der sie lesen darf; phlb backup --dry-run nennt sie",
  "The source lies on {}, whose inode numbers may change by themselves":
    "Die Quelle liegt auf {1}, dessen Inode-Nummern sich von selbst ändern können",
  "Set backup.ignore_inode = true when unchanged files are read again and again":
    "backup.ignore_inode = true setzen, wenn unveränderte Dateien immer wieder gelesen werden",
  "Not all of the source was seen in the time allowed: it may meet more than is told":
    "In der erlaubten Zeit wurde nicht die ganze Quelle gesehen: es kann mehr zutreffen",
  "Allow more with --max-duration": "--max-duration erlaubt mehr Zeit",
  "Run the backup as root to have that in the plain files, too":
    "Die Sicherung als root ausführen, damit es auch in den einfachen Dateien steht",
  "Use a file system such as ext4, XFS, Btrfs or ZFS for the backup root":
    "Für den Sicherungsort ein Dateisystem wie ext4, XFS, Btrfs oder ZFS verwenden",
  "There are no hard links here": "Hier gibt es keine harten Links",
  "The file system makes copies and calls them hard links":
    "Das Dateisystem legt Kopien an und nennt sie harte Links",
  "Files cannot be created exclusively and put in place by a rename":
    "Dateien lassen sich nicht exklusiv anlegen und durch Umbenennen an ihren Platz bringen",
  "Locks do not work here: two runs at a time would not notice each other":
    "Sperren wirken hier nicht: zwei gleichzeitige Läufe würden einander nicht bemerken",
  "What was written cannot be made durable: a power cut may damage the newest snapshot":
    "Geschriebenes lässt sich nicht dauerhaft machen: ein Stromausfall kann den neuesten Schnappschuss beschädigen",
  "A file gets no more than {} names; then its content is stored once more":
    "Eine Datei bekommt höchstens {1} Namen; danach wird ihr Inhalt noch einmal gespeichert",
  "Names that are not UTF-8 cannot be stored":
    "Namen, die kein UTF-8 sind, lassen sich nicht speichern",
  "Rename them, or leave them out with an exclude pattern":
    "Sie umbenennen, oder mit einem Ausschlussmuster auslassen",
  "Some names cannot be stored as they are, such as {}":
    "Manche Namen lassen sich nicht speichern, wie sie sind, etwa {1}",
  "Names of more than {} bytes cannot be stored":
    "Namen von mehr als {1} Bytes lassen sich nicht speichern",
  "Names that differ in upper and lower case alone are the same here":
    "Namen, die sich nur in Groß- und Kleinschreibung unterscheiden, sind hier dieselben",
  "Rename one of them, or leave it out with an exclude pattern":
    "Einen davon umbenennen, oder mit einem Ausschlussmuster auslassen",
  "Names that differ only in how Unicode writes an accent are the same here, or are changed":
    "Namen, die sich nur darin unterscheiden, wie Unicode Akzente schreibt, sind hier dieselben oder werden geändert",
  "Files of more than {} bytes cannot be stored":
    "Dateien von mehr als {1} Bytes lassen sich nicht speichern",
  "Leave them out with --exclude-larger-than": "Sie mit --exclude-larger-than auslassen",
  "Holes in files are filled: such files take more room":
    "Löcher in Dateien werden gefüllt: solche Dateien brauchen mehr Platz",
  "Symbolic links cannot be stored": "Symbolische Links lassen sich nicht speichern",
  "Fifos and sockets cannot be stored, only written down":
    "Fifos und Sockets lassen sich nicht speichern, nur verzeichnen",
  "Device nodes cannot be stored, only written down":
    "Gerätedateien lassen sich nicht speichern, nur verzeichnen",
  "Device nodes can be stored by root alone, else they are only written down":
    "Gerätedateien kann nur root speichern, sonst werden sie nur verzeichnet",
  "Permissions of files and directories are not kept":
    "Rechte von Dateien und Verzeichnissen werden nicht bewahrt",
  "Setuid and setgid bits are not kept": "Setuid- und Setgid-Bits werden nicht bewahrt",
  "Owners and groups are not kept": "Eigentümer und Gruppen werden nicht bewahrt",
  "Stored files belong to the user who runs the backup: only root gives files away":
    "Gespeicherte Dateien gehören dem Benutzer, der sichert: nur root kann Dateien abgeben",
  "Extended attributes are not kept": "Erweiterte Attribute werden nicht bewahrt",
  "Access control lists (ACLs) are not kept": "Zugriffslisten (ACLs) werden nicht bewahrt",
  "Modification times are not kept": "Änderungszeiten werden nicht bewahrt",
  "Modification times are kept in steps of {} only":
    "Änderungszeiten werden nur in Schritten von {1} bewahrt",
  "Times before 1970 are not kept": "Zeiten vor 1970 werden nicht bewahrt",
  "Times after 2038 are not kept": "Zeiten nach 2038 werden nicht bewahrt",
};
