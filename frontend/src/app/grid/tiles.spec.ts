import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { GridSource, GridWindow } from './contract';
import { TileCache, type TileOptions } from './tiles';

const COLUMNS = Array.from({ length: 500 }, (_, i) => `c${i}`);

interface Request {
  readonly row: number;
  readonly count: number;
  readonly first: string | undefined;
  readonly signal: AbortSignal;
  answer(): Promise<void>;
  fail(): Promise<void>;
}

/** A source that answers when it is told to; a cell says where it is. */
class ManualSource implements GridSource {
  readonly requests: Request[] = [];

  constructor(
    readonly key: string,
    readonly rows: number,
    private readonly text = key,
  ) {}

  fetch(row: number, count: number, columns: readonly string[], signal: AbortSignal): Promise<GridWindow> {
    return new Promise((resolve, reject) => {
      const rows = Array.from({ length: count }, (_, i) => row + i);
      const cells = columns.map((name) => rows.map((at) => `${this.text} ${at} ${name}`));
      const settled = () => vi.advanceTimersByTimeAsync(0).then(() => undefined);
      this.requests.push({
        row,
        count,
        first: columns[0],
        signal,
        answer: () => (resolve({ rows, cells, cut: row === 0 ? [[3, columns[1] ?? '']] : [] }), settled()),
        fail: () => (reject(new Error('connection lost')), settled()),
      });
    });
  }

  places(): string[] {
    return this.requests.map(
      ({ row, first, signal }) => `${row} ${first}${signal.aborted ? ' aborted' : ''}`,
    );
  }

  async answerAll(): Promise<void> {
    for (const request of this.requests) await request.answer();
  }
}

function cache(options: Partial<TileOptions> = {}) {
  const loaded = vi.fn<() => void>();
  const failed = vi.fn<(error: unknown) => void>();
  return { tiles: new TileCache({ onLoad: loaded, onError: failed, ...options }), loaded, failed };
}

const settle = () => vi.advanceTimersByTimeAsync(50);
const screen = (from: number, columns = [0, 1, 2, 3]) => ({ from, to: from + 30, columns });

function text(tiles: TileCache, row: number, column: number): unknown {
  const tile = tiles.tile(row, column);
  return tile?.window.cells[column - tile.firstColumn]?.[row - tile.firstRow];
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('TileCache', () => {
  it('asks for the tile on the screen and files every cell where it belongs', async () => {
    const { tiles, loaded } = cache();
    const source = new ManualSource('v1', 100_000_000);
    tiles.setSource(source, COLUMNS);
    tiles.want(screen(99_999_970));
    await settle();
    expect(source.places()).toEqual(['99999872 c0']);
    expect(source.requests[0]?.count).toBe(128);
    await source.answerAll();
    expect(loaded).toHaveBeenCalledOnce();
    expect(text(tiles, 99_999_999, 31)).toBe('v1 99999999 c31');
    expect(text(tiles, 99_999_999, 32)).toBeUndefined();
    expect(tiles.position(99_999_999, [0])).toBe(99_999_999);
  });

  it('asks for no more rows than there are', async () => {
    const { tiles } = cache();
    const source = new ManualSource('v1', 130);
    tiles.setSource(source, COLUMNS.slice(0, 3));
    tiles.want(screen(110));
    await settle();
    expect(source.requests.map(({ row, count }) => [row, count])).toEqual([
      [0, 128],
      [128, 2],
    ]);
  });

  it('looks ahead in the direction of travel', async () => {
    const { tiles } = cache();
    const source = new ManualSource('v1', 1_000_000);
    tiles.setSource(source, COLUMNS);
    tiles.want(screen(1_290));
    await settle();
    tiles.want(screen(1_280));
    await settle();
    expect(source.places()).toEqual(['1280 c0', '1152 c0']);
    tiles.want(screen(1_280, [20, 21, 22]));
    await settle();
    expect(source.places()).toContain('1280 c32');
  });

  it('aborts what left the screen and asks for what a jump rests on only', async () => {
    const { tiles } = cache();
    const source = new ManualSource('v1', 100_000_000);
    tiles.setSource(source, COLUMNS);
    tiles.want(screen(0));
    await settle();
    for (let row = 1_000_000; row < 11_000_000; row += 1_000_000) {
      tiles.want(screen(row));
      await vi.advanceTimersByTimeAsync(16);
    }
    await settle();
    expect(source.places()).toEqual(['0 c0 aborted', '10000000 c0']);
  });

  it('asks all the same when the scrollbar is dragged without rest', async () => {
    const { tiles } = cache();
    const source = new ManualSource('v1', 100_000_000);
    tiles.setSource(source, COLUMNS);
    tiles.want(screen(0));
    await settle();
    for (let frame = 1; frame <= 30; frame += 1) {
      tiles.want(screen(frame * 1_000_000));
      await vi.advanceTimersByTimeAsync(16);
    }
    const asked = source.requests.length - 1;
    expect(asked).toBeGreaterThanOrEqual(2);
    expect(asked).toBeLessThanOrEqual(6);
  });

  it('keeps to the number of requests at a time', async () => {
    const { tiles } = cache({ maxRequests: 2 });
    const source = new ManualSource('v1', 1_000_000);
    tiles.setSource(source, COLUMNS);
    tiles.want({ from: 100, to: 140, columns: [0, 40, 80] });
    await settle();
    expect(source.requests).toHaveLength(2);
    await source.requests[0]?.answer();
    expect(source.requests).toHaveLength(3);
  });

  it('drops the least recently seen tiles beyond its bytes, never those on the screen', async () => {
    const { tiles } = cache({ maxBytes: 500_000 });
    const source = new ManualSource('v1', 1_000_000);
    tiles.setSource(source, COLUMNS.slice(0, 32));
    for (let row = 0; row < 1_280; row += 128) {
      tiles.want({ from: row, to: row + 30, columns: [0] });
      await settle();
      await source.answerAll();
    }
    expect(tiles.heldBytes).toBeLessThanOrEqual(500_000);
    expect(text(tiles, 0, 0)).toBeUndefined();
    expect(text(tiles, 1_152, 0)).toBe('v1 1152 c0');
  });

  it('marks cut cells', async () => {
    const { tiles } = cache();
    const source = new ManualSource('v1', 1_000);
    tiles.setSource(source, COLUMNS);
    tiles.want(screen(0));
    await settle();
    await source.answerAll();
    expect([...(tiles.tile(0, 0)?.cut ?? [])]).toEqual([3 * 32 + 1]);
  });
});

describe('another version or view', () => {
  it('never shows the cells of the one before as its own', async () => {
    const { tiles } = cache();
    const [first, second] = [new ManualSource('v1', 1_000), new ManualSource('v2', 1_000)];
    tiles.setSource(first, COLUMNS);
    tiles.want(screen(0));
    await settle();
    await first.answerAll();
    tiles.setSource(second, COLUMNS);
    expect(text(tiles, 5, 2)).toBeUndefined();
    expect(tiles.staleCell(5, 'c2')).toBe('v1 5 c2');
    tiles.want(screen(0));
    await settle();
    await second.answerAll();
    expect(text(tiles, 5, 2)).toBe('v2 5 c2');
    expect(tiles.staleCell(5, 'c2')).toBeUndefined();
  });

  it('aborts and ignores answers that come too late', async () => {
    const { tiles, loaded } = cache();
    const [first, second] = [new ManualSource('v1', 1_000), new ManualSource('v2', 1_000)];
    tiles.setSource(first, COLUMNS);
    tiles.want(screen(0));
    await settle();
    tiles.setSource(second, COLUMNS);
    expect(first.requests[0]?.signal.aborted).toBe(true);
    await first.answerAll();
    expect(loaded).not.toHaveBeenCalled();
    expect(text(tiles, 5, 2)).toBeUndefined();
  });

  it('finds placeholders by name when a column moved', async () => {
    const { tiles } = cache();
    const first = new ManualSource('v1', 1_000);
    tiles.setSource(first, ['a', 'b', 'c']);
    tiles.want(screen(0, [0, 1, 2]));
    await settle();
    await first.answerAll();
    tiles.setSource(new ManualSource('v2', 1_000), ['c', 'a', 'b']);
    expect(tiles.staleCell(4, 'c')).toBe('v1 4 c');
  });

  it('goes back without asking again', async () => {
    const { tiles } = cache();
    const first = new ManualSource('v1', 1_000);
    tiles.setSource(first, COLUMNS);
    tiles.want(screen(0));
    await settle();
    await first.answerAll();
    tiles.setSource(new ManualSource('v2', 1_000), COLUMNS);
    tiles.setSource(new ManualSource('v1', 1_000), COLUMNS);
    expect(text(tiles, 5, 2)).toBe('v1 5 c2');
  });

  it('keeps tiles when only the source object is new', async () => {
    const { tiles } = cache();
    const first = new ManualSource('v1', 1_000);
    tiles.setSource(first, COLUMNS);
    tiles.want(screen(0));
    await settle();
    tiles.setSource(new ManualSource('v1', 1_000), [...COLUMNS]);
    expect(first.requests[0]?.signal.aborted).toBe(false);
  });

  it('asks again for the last tile when rows arrive during an import', async () => {
    const { tiles } = cache();
    const growing = new ManualSource('v1', 200);
    tiles.setSource(growing, COLUMNS);
    tiles.want(screen(120));
    await settle();
    await growing.answerAll();
    const grown = new ManualSource('v1', 1_000);
    tiles.setSource(grown, COLUMNS);
    expect(text(tiles, 120, 0)).toBe('v1 120 c0');
    expect(text(tiles, 130, 0)).toBeUndefined();
    tiles.want(screen(120));
    await settle();
    expect(grown.places()).toEqual(['128 c0']);
  });
});

describe('a window that cannot be loaded', () => {
  it('is told, and asked again after 1 s, then 2 s', async () => {
    const { tiles, failed } = cache();
    const source = new ManualSource('v1', 100);
    tiles.setSource(source, COLUMNS.slice(0, 3));
    tiles.want(screen(0));
    await settle();
    await source.requests[0]?.fail();
    expect(failed).toHaveBeenCalledWith(new Error('connection lost'));
    tiles.want(screen(0));
    await vi.advanceTimersByTimeAsync(900);
    expect(source.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(150);
    expect(source.requests).toHaveLength(2);
    await source.requests[1]?.fail();
    await vi.advanceTimersByTimeAsync(1_900);
    expect(source.requests).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(150);
    expect(source.requests).toHaveLength(3);
    await source.requests[2]?.answer();
    expect(text(tiles, 5, 2)).toBe('v1 5 c2');
  });

  it('is asked at once after a reconnect', async () => {
    const { tiles } = cache();
    const source = new ManualSource('v1', 100);
    tiles.setSource(source, COLUMNS.slice(0, 3));
    tiles.want(screen(0));
    await settle();
    await source.requests[0]?.fail();
    tiles.retryNow();
    await vi.advanceTimersByTimeAsync(1);
    expect(source.requests).toHaveLength(2);
  });
});

describe('destroy', () => {
  it('aborts and forgets everything under way', async () => {
    const { tiles } = cache();
    const source = new ManualSource('v1', 1_000_000);
    tiles.setSource(source, COLUMNS);
    tiles.want(screen(0));
    await settle();
    tiles.want(screen(500_000));
    tiles.destroy();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(source.places()).toEqual(['0 c0 aborted']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
