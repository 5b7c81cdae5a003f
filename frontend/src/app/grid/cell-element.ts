/** One cell on the screen; it is reused for other cells and writes to the DOM only what differs. */

import type { Cell, ColumnType } from './contract';
import { plainText, textParts } from './cell-parts';
import { element, setAttribute } from './dom';
import type { CellView } from './table-model';
import { textForm } from './text-form';

export interface CellLook {
  readonly type: ColumnType;
  readonly beforeType: ColumnType;
  readonly pinned: boolean;
  readonly mark: 'added' | 'removed' | undefined;
  readonly selected: boolean;
  /** Classes for the edges of a selected range that run along this cell. */
  readonly edges: string;
  readonly active: boolean;
}

export class CellElement {
  readonly element: HTMLElement;
  private readonly text = document.createTextNode('');
  private isPlain = true;
  private transform = '';
  private width = -1;

  constructor() {
    this.element = element('div', '', { role: 'gridcell', 'aria-selected': 'false', dir: 'auto' });
    this.element.append(this.text);
  }

  place(ariaColumn: number, width: number): void {
    setAttribute(this.element, 'aria-colindex', String(ariaColumn));
    if (width === this.width) return;
    this.width = width;
    this.element.style.width = `${width}px`;
  }

  moveTo(transform: string): void {
    if (transform === this.transform) return;
    this.transform = transform;
    this.element.style.transform = transform;
  }

  draw(view: CellView, look: CellLook, id: string | null): void {
    const className = classesOf(view, look);
    if (this.element.className !== className) this.element.className = className;
    setAttribute(this.element, 'aria-selected', String(look.selected));
    setAttribute(
      this.element,
      'aria-busy',
      view.state === 'loading' || view.state === 'stale' ? 'true' : null,
    );
    setAttribute(this.element, 'id', id);
    this.drawValue(view, look);
  }

  private drawValue(view: CellView, look: CellLook): void {
    if (view.state === 'loading') this.drawPlain('');
    else if (view.before !== undefined) {
      const before = element('del', 'wl-before', {}, ...valueNodes(view.before, look.beforeType));
      const after = element('ins', 'wl-after', {}, ...valueNodes(view.value, look.type));
      this.drawNodes([before, element('span', 'wl-arrow', {}, ' → '), after]);
    } else if (view.value === null) this.drawPlain('missing');
    else {
      const text = textForm(view.value, look.type);
      const plain = view.cut ? null : plainText(text);
      if (plain !== null) this.drawPlain(plain);
      else this.drawNodes([...textNodes(text), ...(view.cut ? [element('span', 'wl-mark', {}, '…')] : [])]);
    }
  }

  private drawPlain(text: string): void {
    if (!this.isPlain) this.element.replaceChildren(this.text);
    this.isPlain = true;
    if (this.text.data !== text) this.text.data = text;
  }

  private drawNodes(nodes: Node[]): void {
    this.isPlain = false;
    this.element.replaceChildren(...nodes);
  }
}

function classesOf(view: CellView, look: CellLook): string {
  let classes = 'wl-cell';
  if (look.type === 'integer' || look.type === 'decimal') classes += ' wl-number';
  if (look.pinned) classes += ' wl-pinned';
  if (look.mark) classes += ` wl-${look.mark}`;
  if (view.state !== 'loaded') classes += ` wl-${view.state}`;
  if (view.state !== 'loading' && view.value === null && view.before === undefined) classes += ' wl-missing';
  if (view.before !== undefined) classes += ' wl-changed';
  if (look.selected) classes += ` wl-selected${look.edges}`;
  if (look.active) classes += ' wl-active';
  return classes;
}

function valueNodes(value: Cell, type: ColumnType): Node[] {
  return value === null ? [element('i', 'wl-missing', {}, 'missing')] : textNodes(textForm(value, type));
}

function textNodes(text: string): Node[] {
  return textParts(text).map((part) =>
    part.kind === 'text' ? document.createTextNode(part.text) : element('span', 'wl-mark', {}, part.text),
  );
}
