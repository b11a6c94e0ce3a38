import assert from "node:assert/strict";
import { fc } from "../../../support/property.ts";
import { ROW, ROW_FIELDS } from "../../../../src/ops/stats/count_batch.ts";
import { HELD, InodeTable, SEEN } from "../../../../src/ops/stats/inode_table.ts";

interface Inode {
  readonly device: number;
  readonly inoHigh: number;
  readonly inoLow: number;
  readonly bytes: number;
  readonly isContent: boolean;
  /** Names by number of the holder. */
  readonly names: readonly number[];
  /** Names that nobody here has. */
  readonly elsewhere: number;
}

const HOLDERS = 4;

const inodes: fc.Arbitrary<Inode[]> = fc.uniqueArray(
  fc.record({
    device: fc.constantFrom(0xfe00000001, 0xfe00000002, 0),
    inoHigh: fc.constantFrom(0, 1, 0xffffffff),
    inoLow: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(0xfffffffe, 0xffffffff)),
    bytes: fc.integer({ min: 0, max: 2 ** 45 }),
    isContent: fc.boolean(),
    names: fc.array(fc.nat({ max: HOLDERS - 1 }), { minLength: 1, maxLength: 6 }),
    elsewhere: fc.constantFrom(0, 0, 0, 1),
  }),
  { selector: ({ device, inoHigh, inoLow }) => `${device}:${inoHigh}:${inoLow}`, maxLength: 60 },
);

function rowOf({ device, inoHigh, inoLow, bytes, isContent, names, elsewhere }: Inode) {
  const row = new Float64Array(ROW_FIELDS);
  row[ROW.device] = device;
  row[ROW.inoHigh] = inoHigh;
  row[ROW.inoLow] = inoLow;
  row[ROW.links] = names.length + elsewhere;
  row[ROW.allocatedBytes] = bytes;
  row[ROW.isContent] = isContent ? 1 : 0;
  return row;
}

Deno.test("InodeTable tells of any set of links what a plain map tells", () => {
  fc.assert(
    fc.property(inodes, fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), (all, chosen) => {
      const table = new InodeTable();
      const [seenFirst, seenHere] = [new Set<Inode>(), new Set<string>()];
      const left = new Map(all.map((inode) => [inode, inode.names.length + inode.elsewhere]));
      for (let number = 0; number < HOLDERS; number++) {
        const holder = { number, isChosen: chosen[number] ?? false };
        for (const inode of all) {
          for (const name of inode.names) {
            if (name !== number) continue;
            left.set(inode, (left.get(inode) ?? 0) - 1);
            const here = `${number}:${all.indexOf(inode)}`;
            const expected = (seenFirst.has(inode) ? 0 : SEEN.first) |
              (seenHere.has(here) ? 0 : SEEN.firstInHolder) | (inode.isContent ? SEEN.content : 0) |
              (left.get(inode) === 0 ? SEEN.last : 0);
            seenFirst.add(inode);
            seenHere.add(here);
            assert.strictEqual(table.add(rowOf(inode), 0, holder), expected);
          }
        }
      }
      assert.strictEqual(table.size, all.length);
      const told: string[] = [];
      table.forEach((first, held, bytes) => told.push(`${first} ${held} ${bytes}`));
      const naive = all.map(({ names, elsewhere, bytes, isContent }) => {
        const holders = new Set(names);
        const byOne = elsewhere === 0 && holders.size === 1;
        const byChosen = elsewhere === 0 && names.every((name) => chosen[name]);
        const held = (byOne ? HELD.byOne : 0) | (byChosen ? HELD.byChosen : 0) |
          (isContent ? HELD.content : 0);
        return `${Math.min(...names)} ${held} ${bytes}`;
      });
      assert.deepStrictEqual(told.sort(), naive.sort());
    }),
    { numRuns: 300 },
  );
});

Deno.test("InodeTable keeps apart and finds again more inodes than a block and the first table hold", () => {
  const table = new InodeTable();
  const count = 200_000;
  const rows = new Float64Array(count * ROW_FIELDS);
  for (let i = 0; i < count; i++) {
    rows[i * ROW_FIELDS + ROW.inoLow] = i;
    rows[i * ROW_FIELDS + ROW.links] = 2;
    rows[i * ROW_FIELDS + ROW.allocatedBytes] = i;
  }
  for (let i = 0; i < count; i++) table.add(rows, i, { number: 0, isChosen: true });
  for (let i = 0; i < count; i += 2) {
    const seen = table.add(rows, i, { number: 1, isChosen: true });
    assert.strictEqual(seen, SEEN.firstInHolder | SEEN.last);
  }
  assert.strictEqual(table.size, count);
  const held = [0, 0];
  table.forEach((_, bits, bytes) => held[bytes % 2] = (held[bytes % 2] ?? 0) + bits);
  assert.deepStrictEqual(held, [HELD.byChosen * count / 2, 0]);
});
