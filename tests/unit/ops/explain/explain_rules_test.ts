import assert from "node:assert/strict";
import { openSource } from "../../../../src/backup/run/preflight.ts";
import { NO_RULES, Selector, type SelectRules } from "../../../../src/backup/select/select.ts";
import { walk } from "../../../../src/backup/walk/walker.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { explainRules } from "../../../../src/ops/explain/explain_rules.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";
import { symlink, writeTree } from "../../../support/tree.ts";

const RULES: SelectRules = {
  ...NO_RULES,
  dirs: [{ name: ".cache", layer: "default" }],
  patterns: [{ pattern: "/sub/*.tmp", layer: "--exclude" }],
  ifPresent: [{ name: ".nobackup", layer: "phlb.toml:3:1" }],
  ignoreFiles: [{ name: ".phlbignore", layer: "default" }],
  largerThan: { bytes: 1000, layer: "--exclude-larger-than" },
};

async function makeTree() {
  const temp = await makeTempDir();
  await writeTree(`${temp.path}/source`, {
    ".phlbignore": "*.log\n!keep.log\n",
    "keep.log": "k",
    "other.log": "o",
    ".cache": { deep: { file: "c" } },
    tagged: { ".nobackup": "", inner: "i" },
    sub: { ".phlbignore": "!other.log\n", "other.log": "", "a.tmp": "", big: "b".repeat(2000) },
    plain: { file: "p", soft: symlink("../keep.log") },
    into: symlink("sub"),
  });
  return temp;
}

Deno.test("explainRules() names the rule, its layer, and the entry that it met", async () => {
  await using temp = await makeTree();
  const { fs } = openFileSystem("auto");
  const source = openSource(fs, `${temp.path}/source`);
  const of = (relPath: string) => {
    const { isKept, by, at } = explainRules(fs, { source, relPath, rules: RULES });
    return [isKept, by?.rule, by?.layer, at];
  };
  assert.deepStrictEqual(of("plain/file"), [true, undefined, undefined, "plain/file"]);
  assert.deepStrictEqual(of("plain/soft"), [true, undefined, undefined, "plain/soft"]);
  assert.deepStrictEqual(of("other.log"), [false, 'pattern "*.log"', ".phlbignore:1", "other.log"]);
  const taken = [true, 'pattern "!keep.log"', ".phlbignore:2", "keep.log"];
  assert.deepStrictEqual(of("keep.log"), taken);
  const inner = [true, 'pattern "!other.log"', "sub/.phlbignore:1", "sub/other.log"];
  assert.deepStrictEqual(of("sub/other.log"), inner);
  const cache = [false, 'exclude.dirs ".cache"', "default", ".cache"];
  assert.deepStrictEqual(of(".cache/deep/file"), cache);
  const tagged = [false, 'exclude.if_present ".nobackup"', "phlb.toml:3:1", "tagged/inner"];
  assert.deepStrictEqual(of("tagged/inner"), tagged);
  assert.deepStrictEqual(of("sub/a.tmp"), [
    false,
    'pattern "/sub/*.tmp"',
    "--exclude",
    "sub/a.tmp",
  ]);
  const large = [false, "exclude.larger_than 1000 bytes", "--exclude-larger-than", "sub/big"];
  assert.deepStrictEqual(of("sub/big"), large);
  assert.deepStrictEqual(of("into/file"), [false, "symlinks are not followed", "built in", "into"]);
  assert.deepStrictEqual(of("plain/file/x"), [
    false,
    "it is no directory",
    "built in",
    "plain/file",
  ]);
  const gone = [false, 'pattern "*.log"', ".phlbignore:1", "gone/deep/x.log"];
  assert.deepStrictEqual(of("gone/deep/x.log"), gone);
  assert.deepStrictEqual(of(""), [true, undefined, undefined, ""]);
  fs.closeAll();
});

Deno.test("explainRules() says of every path what a walk does with it", async () => {
  await using temp = await makeTree();
  const { fs } = openFileSystem("auto");
  const source = openSource(fs, `${temp.path}/source`);
  const selector = new Selector(RULES, { stats: source.stats, row: 0 });
  let looked = 0;
  const check = (relPath: string, leftOutBy?: string) => {
    const { isKept, by } = explainRules(fs, { source, relPath, rules: RULES });
    assert.strictEqual(isKept ? undefined : by?.rule, leftOutBy, relPath);
    looked++;
  };
  for (const { relPath, names, skipped } of walk({ fs, root: source.dir, selector })) {
    check(relPath);
    for (const name of names) check(relPath === "" ? name : `${relPath}/${name}`);
    for (const one of skipped) check(one.relPath, one.by.rule);
  }
  assert.ok(looked >= 15);
  fs.closeAll();
});
