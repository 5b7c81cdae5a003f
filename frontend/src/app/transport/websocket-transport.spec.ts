import type { ConnectionState } from './transport';
import { WebSocketTransport } from './websocket-transport';

class FakeSocket {
  readyState = 0;
  sent: { id: number; method: string; params: Record<string, unknown> }[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(frame: string): void {
    this.sent.push(JSON.parse(frame));
  }

  close(): void {
    this.readyState = 3;
  }

  accept(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  drop(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify({ jsonrpc: '2.0', ...message }) });
  }
}

describe('WebSocketTransport', () => {
  let sockets: FakeSocket[];
  let states: ConnectionState[];
  let transport: WebSocketTransport;
  const socket = () => sockets.at(-1)!;

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    sockets = [];
    states = [];
    const open = () => {
      sockets.push(new FakeSocket());
      return socket() as unknown as WebSocket;
    };
    transport = new WebSocketTransport('ws://here/rpc', open, () => 1);
    transport.onState((state) => states.push(state));
    transport.open();
  });

  afterEach(() => vi.useRealTimers());

  it('sends a request and gives its answer, whatever the order', async () => {
    socket().accept();
    const first = transport.call('session.describe', {});
    const second = transport.call('history.list', {});
    expect(socket().sent.map(({ id, method }) => [id, method])).toEqual([
      [1, 'session.describe'],
      [2, 'history.list'],
    ]);
    socket().say({ id: 2, result: { current: 5, versions: [] } });
    socket().say({ id: 1, error: { code: -32000, message: 'Not yet.', data: { code: 'not_ready' } } });
    await expect(second).resolves.toEqual({ current: 5, versions: [] });
    await expect(first).rejects.toMatchObject({ message: 'Not yet.', code: 'not_ready' });
  });

  it('names the JSON-RPC errors', async () => {
    socket().accept();
    const call = transport.call('recipe.code', {});
    socket().say({ id: 1, error: { code: -32601, message: 'No such method.' } });
    await expect(call).rejects.toMatchObject({ code: 'method_not_found' });
  });

  it('waits with backoff, reconnects, and sends again only what may be sent again', async () => {
    socket().accept();
    const read = transport.call('history.list', {}, { retry: true });
    const change = transport.call('session.rename', { name: 'x' });
    socket().drop(1006);
    await expect(change).rejects.toMatchObject({ code: 'connection_lost' });
    expect(states.at(-1)).toEqual({ kind: 'waiting', at: 1_000_500 });
    vi.advanceTimersByTime(500);
    expect(sockets).toHaveLength(2);
    expect(states.at(-1)).toEqual({ kind: 'connecting' });
    socket().accept();
    expect(socket().sent.map(({ method }) => method)).toEqual(['history.list']);
    socket().say({ id: 1, result: { current: 0, versions: [] } });
    await expect(read).resolves.toEqual({ current: 0, versions: [] });
  });

  it('waits longer each time, and begins anew after a success', () => {
    socket().drop(1006);
    vi.advanceTimersByTime(500);
    socket().drop(1006);
    expect(states.at(-1)).toEqual({ kind: 'waiting', at: 1_001_500 });
    vi.advanceTimersByTime(1000);
    socket().accept();
    socket().drop(1006);
    expect(states.at(-1)).toEqual({ kind: 'waiting', at: 1_002_000 });
  });

  it('gives up when the server refuses', async () => {
    socket().accept();
    const read = transport.call('history.list', {}, { retry: true });
    socket().drop(4401);
    await expect(read).rejects.toMatchObject({ code: 'connection_lost' });
    expect(states.at(-1)).toEqual({ kind: 'refused', reason: 'unauthorized' });
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
  });

  it('takes a request back on the server when it is aborted', async () => {
    socket().accept();
    const abort = new AbortController();
    const call = transport.call('column.analyze', { column: 'a' }, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ name: 'AbortError' });
    expect(socket().sent[1]).toMatchObject({ method: 'request.cancel', params: { id: 1 } });
  });

  it('refuses at once what cannot wait for the connection', async () => {
    await expect(transport.call('session.rename', { name: 'x' })).rejects.toMatchObject({
      code: 'connection_lost',
    });
  });

  it('passes notifications on', () => {
    const heard: number[] = [];
    transport.on('session.saved', ({ version }) => heard.push(version));
    socket().accept();
    socket().say({ method: 'session.saved', params: { version: 3 } });
    expect(heard).toEqual([3]);
  });

  it('does not come back after it was closed', () => {
    socket().accept();
    transport.close();
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(states.at(-1)).toEqual({ kind: 'closed' });
  });
});
