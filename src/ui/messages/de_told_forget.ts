import type { ToldTexts } from "../tell.ts";

/** What `phlb forget-path` and `phlb version --check` say. Words: see `de.ts`. */
export const DE_TOLD_FORGET: ToldTexts = {
  "Cannot forget in single snapshots and in all of them":
    "Kann nicht in einzelnen Schnappschüssen und in allen zugleich vergessen",
  "Cannot forget a path: no snapshot is named":
    "Kann keinen Pfad vergessen: es ist kein Schnappschuss genannt",
  "phlb forget-path SNAPSHOT PATH, or phlb forget-path --all-snapshots PATH":
    "phlb forget-path SCHNAPPSCHUSS PFAD, oder phlb forget-path --all-snapshots PFAD",
  "Cannot forget anything: there is no complete snapshot":
    "Kann nichts vergessen: es gibt keinen vollständigen Schnappschuss",
  'Looking for "{}" in "{}"': "Suche „{1}“ in „{2}“",
  'Cannot forget "{}": the snapshot has no manifest in which that could be recorded':
    "Kann „{1}“ nicht vergessen: der Schnappschuss hat kein Manifest, in dem es stünde",
  "phlb add or phlb rebuild makes one": "phlb add oder phlb rebuild legt eines an",
  "another program wrote it": "ein anderes Programm schrieb es",
  'Cannot forget anything in "{}": its manifest cannot be written anew: {}':
    "Kann in „{1}“ nichts vergessen: sein Manifest lässt sich nicht neu schreiben: {2}",
  "phlb rebuild makes a new one; then run this again":
    "phlb rebuild legt ein neues an; dann noch einmal ausführen",
  'Cannot forget so many paths of "{}": a manifest tells of {}':
    "Kann nicht so viele Pfade von „{1}“ vergessen: ein Manifest nennt {2}",
  "Forget a directory that they are in, or remove the snapshot with phlb remove":
    "Ein Verzeichnis vergessen, in dem sie liegen, oder den Schnappschuss mit phlb remove entfernen",
  "it is phlb's own checksum file, which follows the files beside it":
    "es ist eine Prüfsummendatei von phlb, die den Dateien daneben folgt",
  'Cannot forget "{}" in "{}": {}': "Kann „{1}“ in „{2}“ nicht vergessen: {3}",
  "phlb ls -R {} lists what it holds": "phlb ls -R {1} zählt auf, was er enthält",
  'Cannot forget "{}": no snapshot has it':
    "Kann „{1}“ nicht vergessen: kein Schnappschuss enthält es",
  "phlb find NAME tells where a name is": "phlb find NAME sagt, wo ein Name ist",
  'it has ".." in it': "er enthält „..“",
  "it is the whole snapshot; phlb remove removes that":
    "es ist der ganze Schnappschuss; phlb remove entfernt ihn",
  'Cannot forget "{}": {}': "Kann „{1}“ nicht vergessen: {2}",
  "Give it as it stands below the snapshot; phlb ls SNAPSHOT lists that":
    "Ihn so angeben, wie er unter dem Schnappschuss steht; phlb ls SCHNAPPSCHUSS zählt das auf",
  'Cannot forget "{}": the snapshot has no manifest; phlb add or phlb rebuild makes one':
    "Kann „{1}“ nicht vergessen: der Schnappschuss hat kein Manifest; phlb add oder phlb rebuild legt eines an",
  'Cannot tell whether "{}" has the same content: {}':
    "Kann nicht sagen, ob „{1}“ denselben Inhalt hat: {2}",
  'Cannot forget anything in "{}": it is pinned':
    "Kann in „{1}“ nichts vergessen: er ist angeheftet",
  "phlb unpin {} lets it change, --force forgets it all the same":
    "phlb unpin {1} gibt ihn frei, --force vergisst trotzdem",
  '"{}" is not there: {}': "„{1}“ ist nicht da: {2}",
  '{} more paths of "{}" were forgotten': "{1} weitere Pfade von „{2}“ wurden vergessen",
  "it was forgotten on {} by {}": "es wurde am {1} durch {2} vergessen",
  "{}, but is still there: run phlb forget-path again":
    "{1}, ist aber noch da: phlb forget-path noch einmal ausführen",
  "the comment above an entry is missing": "der Kommentar über einem Eintrag fehlt",

  // version --check
  "Cannot check the version: no address of releases is given":
    "Kann die Version nicht prüfen: es ist keine Adresse der Veröffentlichungen angegeben",
  "Give it with --url, or set `url` below [update] in phlb.toml":
    "Mit --url angeben, oder `url` unter [update] in phlb.toml setzen",
  "The check was interrupted": "Die Abfrage wurde unterbrochen",
  "the server answers {}": "der Server antwortet {1}",
  "the answer has more than {} bytes": "die Antwort hat mehr als {1} Bytes",
  "there was no answer within {} s": "es kam innerhalb von {1} s keine Antwort",
  "it was interrupted": "es wurde unterbrochen",
  'Cannot ask "{}" for the newest release: {}':
    "Kann „{1}“ nicht nach der neuesten Veröffentlichung fragen: {2}",
  "Is this machine online, and is the address (update.url) right?":
    "Ist dieser Rechner online, und stimmt die Adresse (update.url)?",
  'Cannot understand what "{}" says of the newest release':
    "Kann nicht verstehen, was „{1}“ über die neueste Veröffentlichung sagt",
  'It must be JSON with "tag_name" or "version", or text that begins with the version':
    "Es muss JSON mit „tag_name“ oder „version“ sein, oder Text, der mit der Version beginnt",
  'must be an address that begins with "https://" or "http://"':
    "es muss eine Adresse sein, die mit „https://“ oder „http://“ beginnt",
  "phlb {} is the newest release": "phlb {1} ist die neueste Veröffentlichung",
  "phlb {} is newer than the newest release, {}":
    "phlb {1} ist neuer als die neueste Veröffentlichung, {2}",
  "phlb {} has been released, this is {}": "phlb {1} ist erschienen, dies ist {2}",
};
