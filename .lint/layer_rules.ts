import { forbiddenImport, isKnownLayer, type Place, placeInSrc } from "./place.ts";

type Rule = Deno.lint.Rule;

/** Deno's own file calls: `open`, `readDirSync`, `FsFile` and so on. */
const TOUCHES_DISK = new RegExp(
  "^(?:open|create|read\\w+|write\\w+|mkdir|remove|rename|link|symlink|copyFile|stat|lstat|" +
    "truncate|chmod|chown|utime|realPath|makeTemp\\w+|watchFs|umask|FsFile)(?:Sync)?$",
);
/** What belongs to the process as a whole. */
const OUTSIDE_WORLD = new Set([
  "args",
  "env",
  "exit",
  "exitCode",
  "cwd",
  "chdir",
  "stdin",
  "stdout",
  "stderr",
  "consoleSize",
  "Command",
  "kill",
  "addSignalListener",
  "removeSignalListener",
]);

/** Imports point one way only, and never out of `src`. */
export const importDirection: Rule = inSrc((place, report) => {
  const check = (node: Deno.lint.Node, source: Deno.lint.Node | null) => {
    const specifier = textOf(source);
    const complaint = specifier === undefined ? undefined : forbiddenImport(place, specifier);
    if (complaint !== undefined) report(node, complaint);
  };
  return {
    Program(node) {
      if (!isKnownLayer(place.layer)) report(node, `src/${place.layer} is not one of the layers`);
    },
    ImportDeclaration: (node) => check(node, node.source),
    ExportNamedDeclaration: (node) => check(node, node.source),
    ExportAllDeclaration: (node) => check(node, node.source),
    ImportExpression: (node) => check(node, node.source),
  };
});

/** Only `src/fs` touches the disk; `src/store` keeps its index by SQLite. */
export const diskAccess: Rule = inSrc((place, report) => {
  if (place.layer === "fs") return {};
  return {
    MemberExpression(node) {
      const name = memberOf("Deno", node);
      if (name === undefined || !TOUCHES_DISK.test(name)) return;
      report(node, `Deno.${name} touches the disk, which only src/fs may`);
    },
    ImportDeclaration(node) {
      const specifier = node.source.value;
      const isOurs = specifier === "node:sqlite" && place.layer === "store";
      if (!/^node:(?:fs\b|sqlite$)/.test(specifier) || isOurs) return;
      report(node, `"${specifier}" touches the disk, which only src/fs may`);
    },
  };
});

/**
 * Arguments, environment, terminal, signals and exit code are passed in by `main.ts`; one file of
 * `src/fs` starts and ends programs.
 */
export const outsideWorld: Rule = inSrc((place, report) => ({
  MemberExpression(node) {
    const name = memberOf("Deno", node);
    if (name === undefined || !OUTSIDE_WORLD.has(name)) return;
    if (place.path === "src/fs/run_program.ts" && /^(?:Command|kill)$/.test(name)) return;
    report(node, `Deno.${name} is for main.ts, which passes in what it says`);
  },
  ImportDeclaration(node) {
    if (node.source.value !== "node:process") return;
    report(node, '"node:process" is for main.ts, which passes in what it says');
  },
}));

/** The clock is passed in. */
export const noClock: Rule = inSrc((_place, report) => ({
  MemberExpression(node) {
    for (const [object, name] of [["Date", "now"], ["performance", "now"]] as const) {
      if (memberOf(object, node) !== name) continue;
      report(node, `${object}.${name} reads the clock; take a Clock instead`);
    }
  },
  NewExpression(node) {
    const { callee, arguments: args } = node;
    if (callee.type !== "Identifier" || callee.name !== "Date" || args.length > 0) return;
    report(node, "new Date() reads the clock; take a Clock instead");
  },
}));

/** Nothing in `src` prints behind the terminal's back. */
export const noConsole: Rule = inSrc((_place, report) => ({
  MemberExpression(node) {
    const name = memberOf("console", node);
    if (name !== undefined) report(node, `console.${name} prints; write to the terminal passed in`);
  },
}));

type Report = (node: Deno.lint.Node, message: string) => void;

function inSrc(visit: (place: Place, report: Report) => Deno.lint.LintVisitor): Rule {
  return {
    create(context) {
      const place = placeInSrc(context.filename);
      if (place === undefined) return {};
      return visit(place, (node, message) => context.report({ node, message }));
    },
  };
}

/** The name in `object.name`. */
function memberOf(object: string, node: Deno.lint.MemberExpression): string | undefined {
  if (node.object.type !== "Identifier" || node.object.name !== object) return undefined;
  return node.property.type === "Identifier" && !node.computed ? node.property.name : undefined;
}

function textOf(source: Deno.lint.Node | null): string | undefined {
  if (source?.type !== "Literal" || typeof source.value !== "string") return undefined;
  return source.value;
}
