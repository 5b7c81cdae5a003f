import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = resolve(__dirname, '../..');
const READY_MS = 90_000;

/** A real Willow with a store of its own, as a person would start it: `willow up --no-browser`. */
export class Willow {
  private process: ChildProcess | null = null;
  private output = '';
  private page: URL | null = null;

  private constructor(
    readonly store: string,
    private readonly port: number,
  ) {}

  static async create(): Promise<Willow> {
    return new Willow(await mkdtemp(join(tmpdir(), 'willow-e2e-')), await freePort());
  }

  /** What to open in a browser: signs it in. */
  get link(): string {
    return this.opened.href;
  }

  /** For programs: the address without a slash at the end, and the token. */
  get api(): { url: string; headers: Record<string, string> } {
    const token = this.opened.searchParams.get('token') ?? '';
    return { url: this.opened.origin, headers: { Authorization: `Bearer ${token}` } };
  }

  /** Start, and wait for the line with the link. */
  async up(): Promise<void> {
    const args = ['up', '--no-browser', '--port', String(this.port), '--store', this.store];
    const started = spawn(willowCommand(), args, { cwd: this.store, stdio: ['ignore', 'pipe', 'pipe'] });
    this.process = started;
    this.output = '';
    this.page = await new Promise((found, failed) => {
      const fail = (why: string) => failed(new Error(`willow up ${why}:\n${this.output}`));
      const patience = setTimeout(() => fail('was not ready in time'), READY_MS);
      for (const stream of [started.stdout, started.stderr]) {
        createInterface({ input: stream }).on('line', (line) => {
          this.output += `${line}\n`;
          const link = /^\s*(https?:\S+)$/.exec(line)?.[1];
          if (link !== undefined) {
            clearTimeout(patience);
            found(new URL(link));
          }
        });
      }
      started.once('error', (error) => fail(String(error)));
      started.once('exit', (code) => fail(`ended with ${String(code)}`));
    });
  }

  /** End as Ctrl-C does; the exit code. */
  async down(): Promise<number | null> {
    return this.end('SIGINT');
  }

  /** End as a crash of the whole machine would. */
  async crash(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Stop and delete everything. */
  async remove(): Promise<void> {
    await this.down();
    await rm(this.store, { recursive: true, force: true });
  }

  private get opened(): URL {
    if (this.page === null) throw new Error('Willow is not running');
    return this.page;
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const running = this.process;
    this.process = null;
    if (running === null || running.exitCode !== null) return null;
    const ended = once(running, 'exit');
    running.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }
}

/** The command to test: `WILLOW`, or that of the checkout's virtual environment. */
function willowCommand(): string {
  const own = join(ROOT, '.venv', 'bin', 'willow');
  return process.env['WILLOW'] ?? (existsSync(own) ? own : 'willow');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  await new Promise((closed) => server.close(closed));
  return address.port;
}
