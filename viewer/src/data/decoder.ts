// A thread that reads Arrow streams for the page.

import { type Columns, read } from "./arrow";

export interface Answer { ticket: number; columns?: Columns; fault?: string }

const thread = self as unknown as {
  onmessage: (event: MessageEvent<{ ticket: number; bytes: Uint8Array }>) => void;
  postMessage(answer: Answer, given: Transferable[]): void;
};

thread.onmessage = ({ data: { ticket, bytes } }) => {
  try {
    const columns = read(bytes);
    thread.postMessage({ ticket, columns }, [columns.ids, columns.start, ...Object.values(columns.columns)].map((array) => array.buffer as ArrayBuffer));
  } catch (fault) {
    thread.postMessage({ ticket, fault: String(fault) }, []);
  }
};
