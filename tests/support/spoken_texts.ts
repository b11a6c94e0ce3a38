/** A text of the program's source: what is put into it at run time stands as `{}`. */
export interface SourceText {
  readonly text: string;
  /** The function or class that it is handed to; `""` for none. */
  readonly callee: string;
  readonly line: number;
}

/** Every text in `source`: joined with `+`, a template's values as `{}`. Only in `deno test`. */
export function textsOf(fileName: string, source: string): SourceText[] {
  const found: SourceText[] = [];
  const done = new Set<number>();
  const visit = (node: Deno.lint.Expression) => {
    if (done.has(node.range[0])) return;
    const text = joined(node, done);
    if (text === undefined) return;
    const line = source.slice(0, node.range[0]).split("\n").length;
    found.push({ text, callee: calleeOf(node), line });
  };
  const plugin: Deno.lint.Plugin = {
    name: "texts",
    rules: {
      all: {
        create: () => ({
          BinaryExpression: visit,
          TemplateLiteral: visit,
          Literal: visit,
        }),
      },
    },
  };
  Deno.lint.runPlugin(plugin, fileName, source);
  return found;
}

/** What an expression of texts comes to; undefined for another one. */
function joined(
  node: Deno.lint.Expression | Deno.lint.PrivateIdentifier,
  done: Set<number>,
): string | undefined {
  switch (node.type) {
    case "Literal":
      if (typeof node.value !== "string") return undefined;
      done.add(node.range[0]);
      return node.value;
    case "TemplateLiteral":
      done.add(node.range[0]);
      return node.quasis.map(({ cooked }) => cooked).join("{}");
    case "BinaryExpression": {
      if (node.operator !== "+") return undefined;
      const [left, right] = [joined(node.left, done), joined(node.right, done)];
      if (left === undefined && right === undefined) return undefined;
      done.add(node.range[0]);
      return `${left ?? "{}"}${right ?? "{}"}`;
    }
    default:
      return undefined;
  }
}

/** What a text is handed to, be it by a condition: `say`, `Error`; `""` for nothing. */
function calleeOf(node: Deno.lint.Expression): string {
  const { parent } = node;
  if (parent.type === "ConditionalExpression" || parent.type === "BinaryExpression") {
    return calleeOf(parent);
  }
  if (parent.type !== "CallExpression" && parent.type !== "NewExpression") return "";
  const { callee } = parent;
  if (callee.type === "Identifier") return callee.name;
  return callee.type === "MemberExpression" && callee.property.type === "Identifier"
    ? callee.property.name
    : "";
}

/** Paths of all source files below a directory of the project. */
export function sourceFiles(dir: URL): URL[] {
  return [...Deno.readDirSync(dir)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return sourceFiles(new URL(`${name}/`, dir));
    return name.endsWith(".ts") ? [new URL(name, dir)] : [];
  }).sort((a, b) => a.href < b.href ? -1 : 1);
}

/** Whether a text is words for people: two words at least, and no SQL. */
export function isProse(text: string): boolean {
  if (
    /^\s*(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|BEGIN|PRAGMA|WHERE|AND|ALTER|ATTACH)\b/.test(
      text,
    )
  ) {
    return false;
  }
  if (/^(?:\.{1,2}\/|node:|npm:)/.test(text)) return false;
  return /(?:^|[\s"(])[A-Za-z][a-z']+,? (?:\S* )*[a-z']{2,}(?:$|[\s".,;:)?])/.test(text);
}
