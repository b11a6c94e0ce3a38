type Rule = Deno.lint.Rule;

/** Assertions that are loose when imported by name even from `node:assert/strict` (Deno 2.8.3). */
const LOOSE_ASSERTIONS = new Set(["equal", "notEqual", "deepEqual", "notDeepEqual"]);

/** `as const` is the only cast. */
export const noCast: Rule = {
  create(context) {
    const message = "A cast quiets the compiler; take unknown and check it";
    return {
      TSTypeAssertion: (node) => context.report({ node, message }),
      TSAsExpression(node) {
        if (/\bas\s+const$/.test(context.sourceCode.getText(node))) return;
        context.report({ node, message });
      },
    };
  },
};

/** Assertions compare with `===`. */
export const strictAssertions: Rule = {
  create: (context) => ({
    ImportDeclaration(node) {
      const module = node.source.value;
      if (module === "node:assert" || module === "assert") {
        context.report({ node, message: 'Take the strict assertions of "node:assert/strict"' });
      }
      if (module !== "node:assert/strict") return;
      for (const specifier of node.specifiers) {
        if (!isLoose(specifier)) continue;
        const message = "This gives loose assertions; use the default import";
        context.report({ node: specifier, message });
      }
    },
  }),
};

/** Every export says what it promises; what its members' types say needs no words. */
export const documentedExport: Rule = {
  create: (context) => ({
    ExportNamedDeclaration(node) {
      if (node.declaration === null) return;
      const before = context.sourceCode.text.slice(0, node.range[0]).trimEnd();
      const comment = before.slice(before.lastIndexOf("/*"));
      if (comment.startsWith("/**") && comment.indexOf("*/") === comment.length - 2) return;
      context.report({ node, message: "This export has no docstring" });
    },
  }),
};

function isLoose(specifier: Deno.lint.ImportDeclaration["specifiers"][number]): boolean {
  if (specifier.type === "ImportNamespaceSpecifier") return true;
  if (specifier.type !== "ImportSpecifier") return false;
  const { imported } = specifier;
  return LOOSE_ASSERTIONS.has(imported.type === "Identifier" ? imported.name : imported.value);
}
