import { download, parts, type Sink } from './download';

describe('parts', () => {
  it('covers every byte once', () => {
    expect(parts(10, 4)).toEqual([
      { first: 0, last: 3 },
      { first: 4, last: 7 },
      { first: 8, last: 9 },
    ]);
    expect(parts(8, 4)).toHaveLength(2);
    expect(parts(0, 4)).toEqual([]);
  });
});

describe('download', () => {
  const content = 'a'.repeat(9 * 1024 * 1024);
  let written: number[];
  let outcome: string;
  const sink: Sink = {
    write: async (part) => void written.push(part.size),
    close: async () => void (outcome = 'closed'),
    abort: async () => void (outcome = 'aborted'),
  };

  function serve(tag: (range: string | null) => string) {
    vi.stubGlobal(
      'fetch',
      async (_url: string, init: { method?: string; headers?: Record<string, string> }) => {
        const range = init.headers?.['Range'] ?? null;
        const headers = { ETag: tag(range), 'Content-Length': String(content.length) };
        if (init.method === 'HEAD') return new Response(null, { headers });
        const [first = 0, last = 0] = (range ?? '').replace('bytes=', '').split('-').map(Number);
        return new Response(content.slice(first, last + 1), { status: 206, headers });
      },
    );
  }

  beforeEach(() => {
    written = [];
    outcome = '';
  });
  afterEach(() => vi.unstubAllGlobals());

  it('fetches part by part and tells how far it is', async () => {
    serve(() => '"one"');
    const told: number[] = [];
    await download('/file', sink, (received) => told.push(received), new AbortController().signal);
    expect(written).toEqual([8 * 1024 * 1024, 1024 * 1024]);
    expect(told).toEqual([0, 8 * 1024 * 1024, 9 * 1024 * 1024]);
    expect(outcome).toBe('closed');
  });

  it('stops when the file became another one', async () => {
    serve((range) => (range?.startsWith('bytes=8') ? '"two"' : '"one"'));
    const run = download('/file', sink, () => undefined, new AbortController().signal);
    await expect(run).rejects.toMatchObject({ code: 'changed' });
    expect(outcome).toBe('aborted');
  });
});
