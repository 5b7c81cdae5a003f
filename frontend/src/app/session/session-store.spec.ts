import { TestBed } from '@angular/core/testing';
import type { SessionDescription } from '../protocol/messages';
import { FakeTransport } from '../transport/fake-transport';
import { SessionStore } from './session-store';

const DESCRIPTION: SessionDescription = {
  session: 'a',
  name: 'trips.csv',
  state: 'ready',
  version: 0,
  rows: 3,
  columns: [{ name: 'fare', type: 'decimal', missing: 1 }],
  can_undo: false,
  can_redo: false,
  saved: true,
  jobs: [],
  source: { name: 'trips.csv', bytes: 10, options: {} },
};

describe('SessionStore', () => {
  let version: number;
  let transport: FakeTransport;
  let store: SessionStore;

  beforeEach(async () => {
    version = 0;
    transport = new FakeTransport({
      'session.describe': () => ({ ...DESCRIPTION, version, can_undo: version > 0 }),
      'history.undo': () => ({ version: --version }),
    });
    TestBed.configureTestingModule({ providers: [SessionStore] });
    store = TestBed.inject(SessionStore);
    store.connect(transport);
    await vi.waitFor(() => expect(store.ready()).toBe(true));
  });

  it('describes the session when the line is open', () => {
    expect(store.rows()).toBe(3);
    expect(store.editable()).toBe(true);
  });

  it('locks changes while the line is down, and keeps what is known', () => {
    transport.become({ kind: 'waiting', at: 5 });
    expect(store.editable()).toBe(false);
    expect(store.rows()).toBe(3);
  });

  it('describes again after a reconnect', async () => {
    version = 7;
    transport.become({ kind: 'waiting', at: 5 });
    transport.become({ kind: 'open' });
    await vi.waitFor(() => expect(store.version()).toBe(7));
  });

  it('tells of another person’s change', async () => {
    version = 1;
    transport.notify('session.changed', { version: 1, summary: 'Trim fare' });
    expect(store.foreignChange()).toEqual({ version: 1, summary: 'Trim fare' });
    await vi.waitFor(() => expect(store.version()).toBe(1));
  });

  it('does not take an own change for another’s, whichever comes first', async () => {
    version = 2;
    const undo = store.undo();
    transport.notify('session.changed', { version: 1, summary: 'Undo' });
    await undo;
    expect(store.version()).toBe(1);
    expect(store.foreignChange()).toBeNull();
    await store.undo();
    transport.notify('session.changed', { version: 0, summary: 'Undo' });
    expect(store.foreignChange()).toBeNull();
  });

  it('gives every change a name of its own, so that it can be sent again', async () => {
    version = 2;
    await store.undo();
    await store.undo();
    const ids = transport.asked('history.undo').map(({ operation_id }) => operation_id);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it('follows jobs and what is saved', () => {
    transport.notify('job.progress', { job: 'j', label: 'Export', fraction: 0.5 });
    expect(store.jobs()).toEqual([{ job: 'j', label: 'Export', fraction: 0.5 }]);
    transport.notify('job.ended', { job: 'j', outcome: 'done' });
    expect(store.jobs()).toEqual([]);
  });

  it('remembers what the server does not have', async () => {
    expect(store.supports('recipe.code')).toBe(true);
    await expect(store.call('recipe.code', {})).rejects.toMatchObject({ code: 'method_not_found' });
    expect(store.supports('recipe.code')).toBe(false);
  });
});
