import { Teller } from "../tell.ts";
import type { Language } from "../words.ts";
import { DE } from "./de.ts";
import { DE_TOLD_BACKUP } from "./de_told_backup.ts";
import { DE_TOLD_CONFIG } from "./de_told_config.ts";
import { DE_TOLD_FINDINGS } from "./de_told_findings.ts";
import { DE_TOLD_FORGET } from "./de_told_forget.ts";
import { DE_TOLD_OVERDUE } from "./de_told_overdue.ts";
import { DE_TOLD_SCHEDULE } from "./de_told_schedule.ts";
import { DE_TOLD_STORE } from "./de_told_store.ts";
import { DE_TOLD_WORK } from "./de_told_work.ts";

/** Every German sentence for a finished English text. */
export const DE_TOLD = {
  ...DE_TOLD_BACKUP,
  ...DE_TOLD_CONFIG,
  ...DE_TOLD_FINDINGS,
  ...DE_TOLD_FORGET,
  ...DE_TOLD_OVERDUE,
  ...DE_TOLD_SCHEDULE,
  ...DE_TOLD_STORE,
  ...DE_TOLD_WORK,
};

/** German. */
export const GERMAN: Language = { messages: DE, teller: new Teller(DE_TOLD) };
