import assert from "node:assert/strict";
import { STAT, StatTable } from "../../../../src/fs/stat_table.ts";
import { HardLinks, LinkGroup } from "../../../../src/ops/restore/hard_links.ts";

Deno.test("names of an inode wait for the first one, then become links of it", () => {
  const group = new LinkGroup<string>();
  assert.strictEqual(group.join("a"), "first");
  assert.strictEqual(group.join("b"), "wait");
  group.waiting.push("b");
  assert.deepStrictEqual(group.settle({ isRestored: true }), ["b"]);
  assert.strictEqual(group.join("b"), "link");
  assert.strictEqual(group.path, "a");
});

Deno.test("when the first name fails, the next one takes its place", () => {
  const group = new LinkGroup<string>();
  group.join("a");
  group.waiting.push("b", "c");
  assert.deepStrictEqual(group.settle({ isRestored: false }), ["b", "c"]);
  assert.strictEqual(group.join("b"), "first");
  assert.strictEqual(group.join("c"), "wait");
  assert.strictEqual(group.path, "b");
});

Deno.test("a name that is right already stays when it has the inode of the others", () => {
  const group = new LinkGroup<string>();
  assert.strictEqual(group.noteSame("a", "1:2"), true);
  assert.strictEqual(group.noteSame("b", "1:2"), true);
  assert.strictEqual(group.noteSame("c", "1:3"), false);
  assert.strictEqual(group.join("c"), "link");
  const other = new LinkGroup<string>();
  other.join("a");
  assert.strictEqual(other.noteSame("b", "1:2"), false);
});

Deno.test("a group is forgotten when all names of its inode have come", () => {
  const stats = new StatTable(1);
  stats.set(0, STAT.nlink, 2);
  const links = new HardLinks<string>();
  const group = links.group(stats, 0);
  assert.strictEqual(links.group(stats, 0), group);
  assert.notStrictEqual(links.group(stats, 0), group);
});
