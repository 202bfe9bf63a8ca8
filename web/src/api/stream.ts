/** An event of a stream. */
export interface StreamEvent {
  /** Its name; `message` when it has none. */
  name: string;
  data: string;
}

/** Splits text that came into whole events and the rest that is not complete yet. */
export function cut(text: string): { events: StreamEvent[]; rest: string } {
  const blocks = text.replaceAll('\r\n', '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const events: StreamEvent[] = [];
  for (const block of blocks) {
    let name = 'message';
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      if (colon <= 0) continue; // A comment that keeps the connection open.
      const value = line.slice(colon + 1).replace(/^ /, '');
      if (line.slice(0, colon) === 'event') name = value;
      if (line.slice(0, colon) === 'data') data.push(value);
    }
    if (data.length > 0) events.push({ name, data: data.join('\n') });
  }
  return { events, rest };
}

/** The events of an answer, as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<StreamEvent> {
  const reader = response.body?.getReader();
  if (!reader) return;
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      text += decoder.decode(value, { stream: !done });
      const { events, rest } = cut(text);
      text = rest;
      yield* events;
      if (done) return;
    }
  } finally {
    reader.releaseLock();
  }
}
