import { Injectable } from '@angular/core';
import type { ImportOptions, ImportPreview, ImportReport, SessionSummary } from '../protocol/messages';
import { parseHttpError } from '../protocol/parse';
import { parseCatalogue, type OperationDeclaration } from '../protocol/schema';
import { apiUrl } from './addresses';
import { RequestError } from './errors';

/** The error of an HTTP answer: the server's sentence where it gave one. */
export async function errorOf(response: Response): Promise<RequestError> {
  const body: unknown = await response.json().catch(() => null);
  const error = parseHttpError(body);
  if (error) return new RequestError(error.message, codeOf(response.status, error.code), error.data);
  return new RequestError(
    `The server answered ${response.status}${response.statusText ? ` ${response.statusText}` : ''}.`,
    codeOf(response.status, `http_${response.status}`),
  );
}

function codeOf(status: number, code: string): string {
  if (status === 401) return 'unauthorized';
  if (status === 403) return 'forbidden';
  return code;
}

/** The requests that are not about one open session. */
@Injectable({ providedIn: 'root' })
export class HttpApi {
  private catalogue: Promise<readonly OperationDeclaration[]> | undefined;

  async sessions(): Promise<readonly SessionSummary[]> {
    const body: unknown = await this.json('GET', apiUrl('sessions'));
    return body as readonly SessionSummary[];
  }

  async deleteSession(id: string): Promise<void> {
    await this.request('DELETE', apiUrl(`sessions/${encodeURIComponent(id)}`));
  }

  async createSession(upload: string, name: string, options: ImportOptions): Promise<string> {
    const body = (await this.json('POST', apiUrl('sessions'), { upload, name, options })) as {
      session: string;
    };
    return body.session;
  }

  /** What the server makes of an uploaded file; null when this server has no preview. */
  async previewUpload(upload: string, options: ImportOptions): Promise<ImportPreview | null> {
    try {
      const url = apiUrl(`uploads/${encodeURIComponent(upload)}/preview`);
      return (await this.json('POST', url, options)) as ImportPreview;
    } catch (error) {
      if (
        error instanceof RequestError &&
        ['http_404', 'http_405', 'not_found', 'method_not_allowed'].includes(error.code)
      )
        return null;
      throw error;
    }
  }

  async deleteUpload(upload: string): Promise<void> {
    const response = await fetch(apiUrl(`uploads/${encodeURIComponent(upload)}`), {
      method: 'DELETE',
      headers: { 'Tus-Resumable': '1.0.0' },
    });
    if (!response.ok && response.status !== 404 && response.status !== 410) throw await errorOf(response);
  }

  async importReport(session: string): Promise<ImportReport> {
    const url = apiUrl(`sessions/${encodeURIComponent(session)}/import-report`);
    return (await this.json('GET', url)) as ImportReport;
  }

  /** The address that opens this session, and nothing else, for whoever has it. */
  async shareLink(session: string): Promise<string> {
    const { path } = (await this.json('POST', apiUrl(`sessions/${encodeURIComponent(session)}/share`))) as {
      path: string;
    };
    return new URL(path, document.baseURI).href;
  }

  /** The catalogue, asked for once. */
  operations(): Promise<readonly OperationDeclaration[]> {
    this.catalogue ??= this.json('GET', apiUrl('operations')).then(parseCatalogue);
    this.catalogue.catch(() => (this.catalogue = undefined));
    return this.catalogue;
  }

  private async json(method: string, url: string, body?: unknown): Promise<unknown> {
    return (await this.request(method, url, body)).json();
  }

  private async request(method: string, url: string, body?: unknown): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        ...(body === undefined
          ? {}
          : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
      });
    } catch {
      throw new RequestError('The server cannot be reached.', 'unreachable');
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}
