import type { ToldTexts } from "../tell.ts";

/** What is told of jobs that are overdue. Words: see `de.ts`. */
export const DE_TOLD_OVERDUE: ToldTexts = {
  'Backup of "{}" is overdue on {}': "Sicherung von „{1}“ ist überfällig auf {2}",
  "There was never a good backup": "Es gab noch nie eine gute Sicherung",
  "The last good backup began at {}": "Die letzte gute Sicherung begann am {1}",
  "One is missing since {}": "Seit {1} fehlt eine",
  'It goes from "{}" to "{}"': "Sie geht von „{1}“ nach „{2}“",
  "The try at {} ended with exit code {}": "Der Versuch vom {1} endete mit Exit-Code {2}",
  "The try at {} ended with exit code {}: {}": "Der Versuch vom {1} endete mit Exit-Code {2}: {3}",
  "It did not begin at {}: {}": "Sie begann am {1} nicht: {2}",
  "More is told by: phlb status": "Mehr sagt: phlb status",
  'Cannot remember in "{}" what was told, so it will be told again: {}':
    "Kann in „{1}“ nicht festhalten, was gemeldet wurde, also wird es erneut gemeldet: {2}",
  "Cannot notify anybody: no channel is to be told of what is overdue":
    "Kann niemanden benachrichtigen: kein Kanal soll von Überfälligem erfahren",
  'Set one below [notify] in phlb.toml, with "overdue" among its "on"; notify.ping is none: such a service sees for itself that nothing comes':
    "Einen unter [notify] in phlb.toml setzen, mit „overdue“ in seinem „on“; notify.ping zählt nicht: so ein Dienst merkt selbst, dass nichts kommt",
};
