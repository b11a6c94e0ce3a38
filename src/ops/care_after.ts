import type { Aftercare } from "../backup/aftercare.ts";
import { NO_MARKS } from "../store/marks.ts";
import { listRoot } from "./list_snapshots.ts";
import { writeMarks } from "./marks/write_marks.ts";

/** What backups do for older snapshots; loaded when it is wanted. */
export const AFTERCARE: Aftercare = {
  async heal(request) {
    const { healStored } = await import("./repair/heal_stored.ts");
    return await healStored(request);
  },
  pin(fs, root, { name, time }) {
    const { snapshots } = listRoot(fs, { root: root.path, name });
    const snapshot = snapshots.find((one) => one.name === name && one.time === time);
    const marks = snapshot?.marks ?? NO_MARKS;
    if (snapshot !== undefined && !marks.pinned) {
      writeMarks(fs, root.dir, { snapshot, marks: { ...marks, pinned: true } });
    }
    return Promise.resolve();
  },
};
