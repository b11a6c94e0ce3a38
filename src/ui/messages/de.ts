/**
 * The German catalogue of what `say()` says, by the English message; see `words.ts`. A message that
 * is missing here does not compile.
 *
 * Glossary: backup = Sicherung · backup root = Sicherungsort · source = Quelle · snapshot =
 * Schnappschuss · entry = Eintrag · digest, checksum = Prüfsumme · checksum file = Prüfsummendatei ·
 * manifest = Manifest · hard link = harter Link · symlink = symbolischer Link · inode = Inode ·
 * store = speichern · mode, permissions = Rechte · owner = Eigentümer · modification time =
 * Änderungszeit · verify = prüfen · restore = wiederherstellen · prune = ausdünnen · trash =
 * Papierkorb · pin = anheften · tag = Marke · note = Notiz · damaged = beschädigt · heal = heilen ·
 * schedule = einplanen, Zeitplan · scheduler = Zeitplaner · overdue = überfällig ·
 * rebuild = neu aufbauen · rescue kit = Notfallsatz · problem = Problem · hint = Hinweis.
 * Typography: „…“ around values, a space before a unit, a comma in decimals, no full stop at the end
 * of a message. The reader is not addressed: "Den Datenträger prüfen".
 *
 * @module
 */

import { DE_KEEP } from "./de_keep.ts";
import { DE_RUN } from "./de_run.ts";
import { DE_SCHEDULE } from "./de_schedule.ts";

/** German by English. */
export const DE = { ...DE_RUN, ...DE_KEEP, ...DE_SCHEDULE } as const;
