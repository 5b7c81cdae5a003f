import { apiUrl } from './addresses';
import { RequestError } from './errors';

const PART_BYTES = 8 * 1024 * 1024;
const RETRY_DELAYS_MS = [0, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000];

export interface UploadEvents {
  /** The server knows of it from here on, by this id. */
  began(id: string): void;
  progress(sent: number, total: number): void;
}

/** A file on its way to the server, in parts; it can be stopped and taken up again where it was. */
export interface RunningUpload {
  /** The id of the upload, once it is whole. */
  readonly done: Promise<string>;
  pause(): Promise<void>;
  /** Take it up again; also after the page was closed and the same file is chosen again. */
  resume(): void;
  /** Stop and delete what was sent. */
  cancel(): Promise<void>;
}

/** Start sending a file with tus 1.0.0. */
export async function startUpload(file: File, events: UploadEvents): Promise<RunningUpload> {
  const { Upload } = await import('tus-js-client');
  let finish!: (id: string) => void;
  let fail!: (error: unknown) => void;
  const done = new Promise<string>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  const upload = new Upload(file, {
    endpoint: apiUrl('uploads', { name: file.name }),
    chunkSize: PART_BYTES,
    retryDelays: RETRY_DELAYS_MS,
    removeFingerprintOnSuccess: true,
    onUploadUrlAvailable: () => events.began(uploadId(upload.url)),
    onProgress: (sent, total) => events.progress(sent, total ?? file.size),
    onSuccess: () => finish(uploadId(upload.url)),
    onError: (error) => fail(asRequestError(error)),
  });
  const [previous] = await upload.findPreviousUploads();
  if (previous) upload.resumeFromPreviousUpload(previous);
  upload.start();
  return {
    done,
    pause: () => upload.abort(),
    resume: () => upload.start(),
    cancel: async () => {
      await upload.abort(true).catch(() => upload.abort());
      fail(new DOMException('The upload was cancelled.', 'AbortError'));
    },
  };
}

function uploadId(url: string | null): string {
  const path = new URL(url ?? '', document.baseURI).pathname;
  return decodeURIComponent(path.slice(path.lastIndexOf('/') + 1));
}

function asRequestError(
  error: Error & { originalResponse?: { getStatus(): number; getBody(): string } | null },
) {
  const response = error.originalResponse;
  const status = response?.getStatus();
  if (!response || !status)
    return new RequestError('The upload stopped: the server cannot be reached.', 'unreachable');
  if (status === 401) return new RequestError('Not signed in.', 'unauthorized');
  let message = `The upload stopped: the server answered ${status}.`;
  try {
    const body = JSON.parse(response.getBody()) as { error?: { message?: string } };
    message = body.error?.message ?? message;
  } catch {
    // The body is not the server's own error; the status is all there is to say.
  }
  return new RequestError(message, `http_${status}`);
}
