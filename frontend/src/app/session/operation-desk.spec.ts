import { TestBed } from '@angular/core/testing';
import type { Impact, SessionDescription } from '../protocol/messages';
import type { OperationDeclaration } from '../protocol/schema';
import { RequestError } from '../transport/errors';
import { FakeTransport } from '../transport/fake-transport';
import { OperationDesk } from './operation-desk';
import { SessionStore } from './session-store';

const FARE = { name: 'fare', type: 'decimal', missing: 1 } as const;
const DESCRIPTION: SessionDescription = {
  session: 'a',
  name: 'trips.csv',
  state: 'ready',
  version: 4,
  rows: 3,
  columns: [FARE],
  can_undo: false,
  can_redo: false,
  saved: true,
  jobs: [],
  source: { name: 'trips.csv', bytes: 10, options: {} },
};
const IMPACT: Impact = {
  rows_before: 3,
  rows_after: 3,
  cells_changed: 1,
  columns: { fare: { changed: 1, became_missing: 0 } },
  columns_added: [],
  columns_removed: [],
};
const READY = { draft: 'd1', impact: IMPACT, columns: [FARE] };
const FILL: OperationDeclaration = {
  id: 'fill_missing',
  label: 'Fill missing values',
  section: 'Missing values',
  shape: 'rowwise',
  summary: '',
  schema: {
    required: ['columns'],
    properties: {
      op: { const: 'fill_missing' },
      columns: { type: 'array', items: { 'x-column': ['decimal'] } },
      using: { enum: ['value', 'mean'], default: 'value' },
      value: { 'x-show-if': { using: 'value' } },
    },
  },
};

describe('OperationDesk', () => {
  let transport: FakeTransport;
  let desk: OperationDesk;
  let version: number;

  beforeEach(async () => {
    version = 4;
    transport = new FakeTransport({
      'session.describe': () => ({ ...DESCRIPTION, version }),
      'operation.preview': () => ({ draft: 'd1', summary: 'Fill fare', columns: [FARE] }),
      'operation.discard': () => null,
      'operation.commit': () => ({ version: ++version, summary: 'Fill fare', impact: IMPACT }),
      'operation.apply': () => ({ version: ++version, summary: 'Fill fare', impact: IMPACT }),
    });
    TestBed.configureTestingModule({ providers: [SessionStore, OperationDesk] });
    const session = TestBed.inject(SessionStore);
    desk = TestBed.inject(OperationDesk);
    session.connect(transport);
    desk.listen();
    await vi.waitFor(() => expect(session.ready()).toBe(true));
    desk.choose(FILL, [FARE], { using: 'mean', value: 7 });
  });

  it('begins with the selected columns and sends only what is shown', async () => {
    await desk.apply();
    expect(transport.asked('operation.apply')).toMatchObject([
      { operation: { op: 'fill_missing', columns: ['fare'], using: 'mean' }, base: 4 },
    ]);
    expect(transport.asked('operation.apply')[0]?.operation).not.toHaveProperty('value');
    expect(desk.chosen()).toBeNull();
    expect(desk.applied()?.version).toBe(5);
  });

  it('previews, counts, and publishes the draft', async () => {
    await desk.preview();
    expect(desk.draft()).toMatchObject({ id: 'd1', base: 4, summary: 'Fill fare', impact: null });
    transport.notify('draft.ready', READY);
    expect(desk.draft()?.impact?.cells_changed).toBe(1);
    await desk.apply();
    expect(transport.asked('operation.commit')).toMatchObject([{ draft: 'd1' }]);
    expect(transport.asked('operation.apply')).toEqual([]);
    expect(desk.draft()).toBeNull();
  });

  it('keeps a count that comes before the draft itself', async () => {
    transport.answers['operation.preview'] = () => {
      transport.notify('draft.ready', READY);
      return { draft: 'd1', summary: 'Fill fare', columns: [FARE] };
    };
    await desk.preview();
    expect(desk.draft()?.impact?.cells_changed).toBe(1);
  });

  it.each([
    ['unavailable', 'A worker process has ended.'],
    ['cancelled', null],
  ])('gives up a draft that the server could not compute (%s)', async (code, problem) => {
    await desk.preview();
    transport.notify('draft.failed', {
      draft: 'd1',
      error: { code, message: 'A worker process has ended.' },
    });
    expect(desk.draft()).toBeNull();
    expect(desk.problem()).toBe(problem);
  });

  it('throws the preview away when a parameter changes', async () => {
    await desk.preview();
    desk.edit({ columns: ['fare'], using: 'value', value: 1 });
    expect(desk.draft()).toBeNull();
    expect(transport.asked('operation.discard')).toEqual([{ draft: 'd1' }]);
  });

  it('shows the server’s faults at their fields', async () => {
    const fields = [{ path: 'columns.0', message: 'No such column.' }];
    transport.answers['operation.apply'] = () => {
      throw new RequestError('Invalid.', 'invalid_params', { fields });
    };
    await desk.apply();
    expect(desk.fieldErrors()).toEqual(fields);
    expect(desk.problem()).toBeNull();
    expect(desk.chosen()).toBe(FILL);
  });

  it('shows a fault without a field as a sentence', async () => {
    transport.answers['operation.apply'] = () => {
      throw new RequestError('Column “fare” has no value to learn from.', 'nothing_to_learn');
    };
    await desk.apply();
    expect(desk.problem()).toBe('Column “fare” has no value to learn from.');
  });
});
