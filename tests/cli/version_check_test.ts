import assert from "node:assert/strict";
import { runPhlb } from "../support/phlb.ts";

/** A server on a free port of this machine that answers by path. */
function serve(answers: Readonly<Record<string, Response>>) {
  const asked: string[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(`${pathname} ${request.headers.get("user-agent")}`);
    return answers[pathname]?.clone() ?? new Response("no", { status: 404 });
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  return { url, asked, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("phlb version --check asks a server once, follows it, and tells by its exit code", async () => {
  await using server = serve({
    "/moved": new Response(null, { status: 302, headers: { location: "/newer" } }),
    "/newer": Response.json({ tag_name: "v99.0.0" }),
    "/huge": new Response("1".repeat(2 << 20)),
  });
  const check = (path: string) => runPhlb(["version", "--url", server.url + path]);
  const newer = await check("/moved");
  assert.strictEqual(newer.code, 3, newer.stderr);
  assert.match(newer.stdout, /^phlb 99\.0\.0 has been released, this is \d/);
  assert.deepStrictEqual(server.asked, ["/moved phlb", "/newer phlb"]);
  const huge = await check("/huge");
  assert.strictEqual(huge.code, 1);
  assert.match(huge.stderr, /the answer has more than 1048576 bytes/);
  const missing = await check("/missing");
  assert.deepStrictEqual([missing.code, missing.stdout], [1, ""]);
  assert.match(missing.stderr, /the server answers 404/);
});

Deno.test("phlb version --check says why nobody answers", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  const { code, stderr } = await runPhlb(["version", "--url", `http://127.0.0.1:${port}/`]);
  assert.strictEqual(code, 1);
  assert.match(stderr, /^Error: Cannot ask ".*" for the newest release: .*refused/m);
});
