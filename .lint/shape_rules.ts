import { placeInSrc } from "./place.ts";

type Rule = Deno.lint.Rule;
type LintFunction =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

/** Source: CONVENTIONS, "Files and functions"; the third parameter is the options object. */
const MAX_FILE_LINES = 400;
const MAX_FUNCTION_LINES = 60;
const MAX_PARAMETERS = 3;

const EMPTY_NAMES = new Set(["utils", "util", "helpers", "helper", "index", "common", "misc"]);

/** A file is short enough to be read at once. */
export const fileLength: Rule = {
  create: (context) => ({
    Program(node) {
      const lines = lineCount(context.sourceCode.text.trimEnd());
      if (lines <= MAX_FILE_LINES) return;
      const message = `This file has ${lines} lines; at most ${MAX_FILE_LINES}`;
      context.report({ node, message });
    },
  }),
};

/** A function is short enough to be seen at once. */
export const functionLength: Rule = {
  create: (context) =>
    eachFunction((node) => {
      const lines = lineCount(context.sourceCode.getText(node));
      if (lines <= MAX_FUNCTION_LINES || isSuite(node)) return;
      const message = `This function has ${lines} lines; at most ${MAX_FUNCTION_LINES}`;
      context.report({ node, message });
    }),
};

/** Two positional arguments, then an options object; the file-system port is the exception. */
export const parameterCount: Rule = {
  create(context) {
    if (placeInSrc(context.filename)?.layer === "fs") return {};
    return eachFunction((node) => {
      const count = node.params.length;
      if (count <= MAX_PARAMETERS) return;
      const message = `This function has ${count} parameters; take two and an options object`;
      context.report({ node, message });
    });
  },
};

/** A call `f(x, true)` tells its reader nothing. */
export const noBooleanParameter: Rule = {
  create: (context) =>
    eachFunction((node) => {
      if (!isNamed(node)) return;
      if (!node.params.some(isBoolean)) return;
      const message = "A positional boolean says nothing where it is passed; take it as an option";
      context.report({ node, message });
    }),
};

/** A file is named after its main export. */
export const fileName: Rule = {
  create: (context) => ({
    Program(node) {
      const name = /([^\\/]*?)\.tsx?$/.exec(context.filename)?.[1] ?? "";
      const report = (message: string) => context.report({ node, message });
      if (EMPTY_NAMES.has(name)) report(`"${name}" says nothing; name the file after its export`);
      if (!/^[a-z][a-z0-9_]*$/.test(name)) report(`"${name}" is not in snake_case`);
    },
  }),
};

function eachFunction(visit: (node: LintFunction) => void): Deno.lint.LintVisitor {
  return {
    FunctionDeclaration: visit,
    FunctionExpression: visit,
    ArrowFunctionExpression: visit,
  };
}

/** A list of tests, each of which is measured for itself. */
function isSuite({ body }: LintFunction): boolean {
  if (body?.type !== "BlockStatement") return false;
  return body.body.some((statement) => {
    if (statement.type !== "ExpressionStatement") return false;
    const call = statement.expression;
    if (call.type !== "CallExpression" || call.callee.type !== "Identifier") return false;
    return call.callee.name === "it";
  });
}

/** A function that is called by a name: not a callback, which others call as they must. */
function isNamed({ type, parent }: LintFunction): boolean {
  return type === "FunctionDeclaration" || parent.type === "MethodDefinition" ||
    parent.type === "VariableDeclarator";
}

function isBoolean(param: Deno.lint.Parameter): boolean {
  if (param.type === "AssignmentPattern") {
    const { left, right } = param;
    if (right.type === "Literal" && typeof right.value === "boolean") return true;
    return left.type === "Identifier" && isBooleanType(left.typeAnnotation?.typeAnnotation);
  }
  return param.type === "Identifier" && isBooleanType(param.typeAnnotation?.typeAnnotation);
}

function isBooleanType(type: Deno.lint.TypeNode | undefined): boolean {
  if (type?.type === "TSUnionType") return type.types.some(isBooleanType);
  return type?.type === "TSBooleanKeyword";
}

function lineCount(text: string): number {
  return text.split("\n").length;
}
