/** What to do after a WebSocket was closed. */
export type AfterClose = 'reconnect' | 'unauthorized' | 'forbidden' | 'gone';

const FINAL: Readonly<Record<number, AfterClose>> = {
  4401: 'unauthorized',
  4403: 'forbidden',
  4404: 'gone',
};

/** Anything but a refusal is an accident: a restart (1012), an upgrade or a crash (1006), a full queue (1013). */
export function afterClose(code: number): AfterClose {
  return FINAL[code] ?? 'reconnect';
}
