/* Server-sent events out of a byte stream, as the WHATWG says (EventSource itself cannot POST). */

const LINE_END = /\r\n|\n|\r/;

/** Yields {name, data} with `data` parsed from JSON; comments (keep-alive pings) are skipped. */
export async function* readEvents(body) {
  for await (const block of blocks(body)) {
    const event = parse(block);
    if (event) yield event;
  }
}

async function* blocks(body) {
  let lines = [];
  for await (const line of linesOf(body)) {
    if (line !== "") lines.push(line);
    else if (lines.length) {
      yield lines;
      lines = [];
    }
  }
}

async function* linesOf(body) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A carriage return at the very end may be half of \r\n: it waits for the next bytes.
      const held = rest.endsWith("\r") ? "\r" : "";
      const parts = rest.slice(0, rest.length - held.length).split(LINE_END);
      rest = parts.pop() + held;
      yield* parts;
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

function parse(lines) {
  let name = "message";
  const data = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") name = value;
    if (field === "data") data.push(value);
  }
  return data.length ? { name, data: JSON.parse(data.join("\n")) } : null;
}
