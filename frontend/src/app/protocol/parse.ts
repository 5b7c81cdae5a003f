/**
 * The one place where bytes become messages. What passes here is trusted by everything above.
 *
 * The envelope is checked in full; the result of a request is what the method promises, by agreement with the
 * server, whose own tests hold it to the same types.
 */
import type { ErrorData, NotificationName } from './messages';

export type Incoming =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | {
      readonly kind: 'error';
      readonly id: number | null;
      readonly code: number;
      readonly message: string;
      readonly data: ErrorData;
    }
  | { readonly kind: 'notification'; readonly method: NotificationName; readonly params: unknown };

type Json = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Read one WebSocket text frame; null when it is not a JSON-RPC 2.0 message. */
export function parseFrame(text: string): Incoming | null {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isObject(message) || message['jsonrpc'] !== '2.0') return null;
  const { id, method, error } = message;
  if (typeof method === 'string') {
    return { kind: 'notification', method: method as NotificationName, params: message['params'] ?? {} };
  }
  const known = typeof id === 'number' ? id : null;
  if (isObject(error) && typeof error['code'] === 'number') {
    return {
      kind: 'error',
      id: known,
      code: error['code'],
      message: String(error['message'] ?? 'The server refused without saying why.'),
      data: isObject(error['data']) ? error['data'] : {},
    };
  }
  if (known === null || !('result' in message)) return null;
  return { kind: 'result', id: known, result: message['result'] };
}

/** The error in the body of an HTTP answer, or null when the body is something else. */
export function parseHttpError(body: unknown): { code: string; message: string; data: ErrorData } | null {
  if (!isObject(body) || !isObject(body['error'])) return null;
  const { code, message, data } = body['error'];
  if (typeof code !== 'string' || typeof message !== 'string') return null;
  return { code, message, data: isObject(data) ? data : {} };
}
