import { TestBed } from '@angular/core/testing';
import type { WindowRequest } from '../protocol/messages';
import { RequestError } from '../transport/errors';
import { FakeTransport } from '../transport/fake-transport';
import { TRIPS } from './fake-session';
import { FilterStore } from './filters';
import { OperationDesk } from './operation-desk';
import { SessionStore } from './session-store';
import { TableStore } from './table-store';

describe('TableStore', () => {
  let transport: FakeTransport;
  let filters: FilterStore;
  let table: TableStore;
  let counts: (request: WindowRequest) => number;

  beforeEach(async () => {
    counts = () => 17;
    transport = new FakeTransport({
      'session.describe': () => TRIPS,
      'table.window': (request) => ({
        version: 4,
        total_rows: counts(request),
        row: 0,
        rows: [],
        columns: [],
        cells: [],
        cut: [],
      }),
    });
    TestBed.configureTestingModule({ providers: [SessionStore, OperationDesk, FilterStore, TableStore] });
    table = TestBed.inject(TableStore);
    filters = TestBed.inject(FilterStore);
    TestBed.inject(SessionStore).connect(transport);
    await vi.waitFor(() => expect(table.shown()?.rows).toBe(300));
  });

  it('asks for no count without a filter', () => {
    filters.sortBy('fare', 'ascending');
    TestBed.tick();
    expect(table.shown()).toMatchObject({
      version: 4,
      draft: null,
      rows: 300,
      view: { sort: [{ column: 'fare' }] },
    });
    expect(transport.asked('table.window')).toEqual([]);
  });

  it('shows a filter when its rows are counted', async () => {
    filters.add({ kind: 'missing', column: 'fare' });
    TestBed.tick();
    expect(table.counting()).toBe(true);
    expect(table.shown()?.rows).toBe(300);
    await vi.waitFor(() => expect(table.shown()?.rows).toBe(17));
    expect(table.counting()).toBe(false);
    expect(transport.asked('table.window')).toEqual([
      {
        row: 0,
        count: 1,
        columns: ['fare'],
        version: 4,
        view: { where: { column: 'fare', is: 'missing' }, sort: [] },
      },
    ]);
  });

  it('keeps the table that is shown when a filter is refused, and says why', async () => {
    counts = () => {
      throw new RequestError('“(” is no regular expression.', 'invalid_expression');
    };
    filters.add({ kind: 'text', column: 'city', test: 'matches', text: '(', caseSensitive: false });
    TestBed.tick();
    await vi.waitFor(() => expect(table.problem()).toBe('“(” is no regular expression.'));
    expect(table.shown()?.rows).toBe(300);
  });

  it('follows the last of several filters', async () => {
    counts = ({ view }) => (JSON.stringify(view).includes('present') ? 2 : 1);
    filters.add({ kind: 'missing', column: 'fare' });
    TestBed.tick();
    filters.clear();
    filters.add({ kind: 'present', column: 'fare' });
    TestBed.tick();
    await vi.waitFor(() => expect(table.shown()?.rows).toBe(2));
  });
});
