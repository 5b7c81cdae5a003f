import { TestBed } from '@angular/core/testing';
import type { FindRequest, Place } from '../protocol/messages';
import { RequestError } from '../transport/errors';
import { FakeTransport } from '../transport/fake-transport';
import { TRIPS } from './fake-session';
import { FilterStore } from './filters';
import { Finder } from './finder';
import { OperationDesk } from './operation-desk';
import { SessionStore } from './session-store';
import { TableStore } from './table-store';

describe('Finder', () => {
  let transport: FakeTransport;
  let table: TableStore;
  let finder: Finder;
  let answer: (request: FindRequest) => Place | null | Promise<Place | null>;

  beforeEach(async () => {
    answer = () => ({ row: 7, column: 'city' });
    transport = new FakeTransport({
      'session.describe': () => TRIPS,
      'table.find': (request) => answer(request),
    });
    TestBed.configureTestingModule({
      providers: [SessionStore, OperationDesk, FilterStore, TableStore, Finder],
    });
    table = TestBed.inject(TableStore);
    finder = TestBed.inject(Finder);
    TestBed.inject(SessionStore).connect(transport);
    await vi.waitFor(() => expect(table.shown()?.rows).toBe(300));
    finder.text.set('Oslo');
  });

  function activate(row: number, column: string): void {
    const active = { row, column, position: row };
    table.selected.set({ columns: [column], rows: { first: row, last: row }, wholeRows: false, active });
  }

  const places = () => (transport.asked('table.find') as FindRequest[]).map(({ from }) => from);

  it('asks for nothing without a text', async () => {
    finder.text.set('');
    expect(await finder.find()).toBeNull();
    expect(transport.asked('table.find')).toEqual([]);
  });

  it('begins with the first cell when none is active, and with the active one while somebody types', async () => {
    await finder.find({ here: true });
    activate(3, 'city');
    await finder.find({ here: true });
    expect(places()).toEqual([
      { row: 0, column: 'fare' },
      { row: 3, column: 'city' },
    ]);
    expect(finder.finding()).toEqual({ kind: 'found', place: { row: 7, column: 'city' }, wrapped: false });
  });

  it('goes on with the cell after the active one, or the one before', async () => {
    activate(3, 'fare');
    await finder.find();
    await finder.find({ backwards: true });
    activate(3, 'city');
    await finder.find();
    expect(places()).toEqual([
      { row: 3, column: 'city' },
      { row: 2, column: 'city' },
      { row: 4, column: 'fare' },
    ]);
  });

  it('goes on at the other end, and says so', async () => {
    answer = ({ from }) => (from.row === 0 ? { row: 2, column: 'fare' } : null);
    activate(3, 'city');
    expect(await finder.find()).toEqual({ row: 2, column: 'fare' });
    expect(places()).toEqual([
      { row: 4, column: 'fare' },
      { row: 0, column: 'fare' },
    ]);
    expect(finder.finding()).toMatchObject({ kind: 'found', wrapped: true });
  });

  it('begins at the other end when nothing is left on this side', async () => {
    activate(299, 'city');
    await finder.find();
    activate(0, 'fare');
    await finder.find({ backwards: true });
    expect(places()).toEqual([
      { row: 0, column: 'fare' },
      { row: 299, column: 'city' },
    ]);
  });

  it('says that there is none, or why it cannot look', async () => {
    answer = () => null;
    expect(await finder.find()).toBeNull();
    expect(finder.finding()).toEqual({ kind: 'not found' });
    answer = () => {
      throw new RequestError('“(” is no regular expression.', 'invalid_expression');
    };
    await finder.find();
    expect(finder.finding()).toEqual({ kind: 'problem', message: '“(” is no regular expression.' });
  });

  it('drops what is looked for when something else is', async () => {
    let late: (place: Place) => void = () => undefined;
    answer = () => new Promise((resolve) => (late = resolve));
    const first = finder.find();
    answer = () => ({ row: 1, column: 'city' });
    await finder.find();
    late({ row: 9, column: 'city' });
    expect(await first).toBeNull();
    expect(finder.finding()).toMatchObject({ place: { row: 1, column: 'city' } });
  });
});
