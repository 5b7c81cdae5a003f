import type { ErrorData, FieldError } from '../protocol/messages';

/** What went wrong with a request, as the server said it or as the client saw it. */
export class RequestError extends Error {
  override readonly name = 'RequestError';

  constructor(
    message: string,
    /** The protocol's name of the error (`not_applicable`, `version_conflict` …), or the client's own. */
    readonly code: string,
    readonly data: ErrorData = {},
  ) {
    super(message);
  }

  get fields(): readonly FieldError[] {
    return this.data.fields ?? [];
  }
}

const BY_JSON_RPC_CODE: Readonly<Record<number, string>> = {
  [-32700]: 'parse_error',
  [-32600]: 'invalid_request',
  [-32601]: 'method_not_found',
  [-32602]: 'invalid_params',
};

export function fromRpcError(code: number, message: string, data: ErrorData): RequestError {
  return new RequestError(message, data.code ?? BY_JSON_RPC_CODE[code] ?? 'internal', data);
}

export function connectionLost(): RequestError {
  return new RequestError('The connection was lost before the answer came.', 'connection_lost');
}

/** An abort by this client is not a failure to tell anyone about. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

/** The sentence to show for anything that was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof Error && error.message) return error.message;
  return 'Something went wrong.';
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof RequestError && error.code === code;
}
