// The token is kept for this tab alone, and sent in a header: without cookies no other site can use it.
const KEY = "tocsin-token";

export const token = {
  get: () => sessionStorage.getItem(KEY) ?? "",
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),
};

/** What the service refused, with the words that it gave. */
export class Refused extends Error {
  constructor(status, problem) {
    super([problem.title, problem.detail].filter(Boolean).join(": ") || `status ${status}`);
    this.status = status;
    this.errors = problem.errors ?? [];
  }
}

async function ask(path, options = {}) {
  const headers = { ...options.headers };
  if (token.get()) {
    headers.Authorization = `Bearer ${token.get()}`;
  }
  const answer = await fetch(path, { ...options, headers, credentials: "omit" });
  if (!answer.ok) {
    throw new Refused(answer.status, await answer.json().catch(() => ({})));
  }
  return answer;
}

export const get = async (path) => (await ask(path)).json();

export const text = async (path) => (await ask(path)).text();

export const file = async (path) => (await ask(path)).blob();

export const post = async (path, body, headers = {}) =>
  (
    await ask(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", ...headers },
    })
  ).json();

/**
 * Reads server-sent events until the stream ends for good. EventSource cannot send a token, so it is read by hand.
 * A stream that is cut is taken up again after the last event.
 */
export async function follow(path, signal, heard) {
  let last = "";
  while (!signal.aborted) {
    try {
      const answer = await ask(path, {
        signal,
        headers: { Accept: "text/event-stream", ...(last && { "Last-Event-ID": last }) },
      });
      if (answer.status === 204) {
        return;
      }
      last = await read(answer.body.getReader(), last, heard);
    } catch (error) {
      if (signal.aborted || error instanceof Refused) {
        throw error;
      }
    }
    await new Promise((resume) => setTimeout(resume, 1000));
  }
}

async function read(reader, last, heard) {
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true }));
    if (done) {
      return last;
    }
    const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => line.split(/: (.*)/s).slice(0, 2)));
      if (fields.data) {
        last = fields.id ?? last;
        heard(fields.event, JSON.parse(fields.data));
      }
    }
  }
}
