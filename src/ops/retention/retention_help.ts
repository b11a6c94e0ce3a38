import { paragraph, type Prose } from "../../base/prose.ts";
import { keyItems } from "../../config/key_items.ts";
import { RETENTION_SCHEMA } from "../../config/retention_schema.ts";

/** How snapshots are kept and removed. */
export const RETENTION_HELP: Prose = [
  paragraph(
    "phlb prune removes old snapshots by rules, phlb backup does so when it is done if " +
      "retention.auto is on, and phlb remove takes single ones. All of them only move a snapshot " +
      "to the trash, from where phlb trash restore brings it back.",
  ),
  paragraph(
    "A snapshot stays when any rule keeps it. Each rule looks at the snapshots of each name on " +
      "their own. The newest of an hour, a day, a week … stands for it; hours and days are those " +
      "of the place where the snapshot was taken. Periods without a snapshot do not count.",
  ),
  {
    kind: "lines",
    lines: ["[retention]", "keep_daily = 14", "keep_weekly = 8", "keep_monthly = 24"],
  },
  paragraph(
    "Whatever the rules say, the newest snapshot of each name and pinned ones stay. Nothing of a " +
      "name goes unless its newest snapshot is complete and verifies, nor while a newer snapshot " +
      "looks like a disaster (retention.max_loss_percent, or files that became noise as " +
      "encryption makes it): phlb prune --force says that it is none. No rule at all is an error.",
  ),
  paragraph("phlb prune --dry-run tells for each snapshot why it stays, or what its end frees."),
  keyItems(RETENTION_SCHEMA),
];
