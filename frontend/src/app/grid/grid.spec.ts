import { Component, signal, viewChild } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { GridColumn, GridSelection, GridSource, SortToggle } from './contract';
import { GridComponent } from './grid';

@Component({
  imports: [GridComponent],
  template: `<wl-grid
    [columns]="columns()"
    [source]="source"
    [label]="label()"
    (selectionChange)="selections.push($event)"
    (sortToggle)="sorts.push($event)"
  />`,
})
class Owner {
  readonly columns = signal<GridColumn[]>([{ name: 'beer', type: 'text' }]);
  readonly label = signal('Beers');
  readonly source: GridSource = {
    key: 'v1',
    rows: 2,
    fetch: (row, count, names) => {
      const rows = [0, 1].slice(row, row + count);
      return Promise.resolve({
        rows,
        cells: names.map((name) => rows.map((at) => `${name} ${at + 1}`)),
        cut: [],
      });
    },
  };
  readonly selections: GridSelection[] = [];
  readonly sorts: SortToggle[] = [];
  readonly grid = viewChild.required(GridComponent);
}

/** Repeat an expectation until it holds, for at most a second: the grid draws with the next frames. */
async function eventually(expectation: () => void): Promise<void> {
  for (let attempt = 0; attempt < 40; attempt += 1) {
    try {
      expectation();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
  expectation();
}

describe('wl-grid', () => {
  beforeEach(() => {
    vi.stubGlobal(
      'ResizeObserver',
      class {
        observe = vi.fn();
        disconnect = vi.fn();
      },
    );
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1_000);
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(500);
  });

  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  async function render() {
    const fixture = TestBed.createComponent(Owner);
    await fixture.whenStable();
    const host = fixture.nativeElement as HTMLElement;
    await eventually(() => expect(host.querySelector('.wl-cell')?.textContent).toBe('beer 1'));
    return { fixture, host, owner: fixture.componentInstance };
  }

  it('shows the cells and follows its inputs', async () => {
    const { fixture, host, owner } = await render();
    owner.label.set('Breweries');
    owner.columns.set([
      { name: 'beer', type: 'text' },
      { name: 'town', type: 'text' },
    ]);
    await fixture.whenStable();
    expect(host.querySelector('[role=grid]')?.getAttribute('aria-label')).toBe('Breweries');
    await eventually(() => expect(host.querySelectorAll('.wl-head-cell')).toHaveLength(2));
  });

  it('passes on what the person does, and takes commands', async () => {
    const { host, owner } = await render();
    owner.grid().scrollTo(1, 'beer');
    await eventually(() =>
      expect(owner.selections.at(-1)?.active).toEqual({ row: 1, column: 'beer', position: 1 }),
    );
    host.querySelector<HTMLElement>('[data-part=sort]')?.click();
    expect(owner.sorts).toEqual([{ column: 'beer', direction: 'ascending', keepOthers: false }]);
    await expect(owner.grid().copySelection()).resolves.toBe('beer 2');
  });

  it('leaves nothing behind', async () => {
    const { fixture, host } = await render();
    fixture.destroy();
    expect(host.querySelector('[role=grid]')).toBeNull();
  });
});
