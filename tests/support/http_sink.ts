/** A request that a server has had. */
export interface Received {
  readonly method: string;
  /** With what follows a `?`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An HTTP server on 127.0.0.1; ended with the test. */
export interface HttpSink extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly requests: Received[];
}

/** Starts one that answers as `answer` says. */
export function startHttpSink(
  answer: (path: string) => Response | Promise<Response> = () => new Response("ok"),
): HttpSink {
  const requests: Received[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      requests.push({
        method: request.method,
        path: pathname + search,
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
      return await answer(pathname);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
