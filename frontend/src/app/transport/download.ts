import { RequestError } from './errors';
import { errorOf } from './http-api';

const PART_BYTES = 8 * 1024 * 1024;

export interface Part {
  readonly first: number;
  /** Included, as in a Range header. */
  readonly last: number;
}

/** The parts in which a file of so many bytes is fetched. */
export function parts(bytes: number, partBytes = PART_BYTES): Part[] {
  return Array.from({ length: Math.ceil(bytes / partBytes) }, (_, index) => ({
    first: index * partBytes,
    last: Math.min(bytes, (index + 1) * partBytes) - 1,
  }));
}

/** Where the parts go: to a file on disk where the browser can, else to memory. */
export interface Sink {
  write(part: Blob): Promise<void>;
  close(): Promise<void>;
  abort(): Promise<void>;
}

interface SavePicker {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<{
    createWritable(): Promise<{
      write(data: Blob): Promise<void>;
      close(): Promise<void>;
      abort(): Promise<void>;
    }>;
  }>;
}

/** Ask where to save, or collect in memory. To be called while handling a click. */
export async function openSink(name: string): Promise<Sink> {
  const picker = (window as SavePicker).showSaveFilePicker?.bind(window);
  if (picker) {
    const handle = await picker({ suggestedName: name });
    return handle.createWritable();
  }
  const collected: Blob[] = [];
  return {
    write: async (part) => void collected.push(part),
    close: async () => saveBlob(new Blob(collected), name),
    abort: async () => void collected.splice(0),
  };
}

/** Hand a file in memory to the browser's downloads. */
export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Fetch a prepared file part by part, never more in flight than one part. */
export async function download(
  url: string,
  sink: Sink,
  progress: (received: number, total: number) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    const head = await fetch(url, { method: 'HEAD', signal });
    // An answer to HEAD has no body, so the sentence comes from a GET of nothing.
    if (!head.ok) throw await errorOf(await fetch(url, { headers: { Range: 'bytes=0-0' }, signal }));
    const total = Number(head.headers.get('Content-Length') ?? 0);
    const tag = head.headers.get('ETag');
    progress(0, total);
    for (const { first, last } of parts(total)) {
      const response = await fetch(url, { headers: { Range: `bytes=${first}-${last}` }, signal });
      if (!response.ok) throw await errorOf(response);
      if (tag && response.headers.get('ETag') !== tag) {
        throw new RequestError(
          'The file changed while it was being fetched. Please export again.',
          'changed',
        );
      }
      await sink.write(await response.blob());
      progress(last + 1, total);
    }
    await sink.close();
  } catch (error) {
    await sink.abort().catch(() => undefined);
    throw error;
  }
}
