/**
 * Editing one cell in a text area laid over it.
 *
 * A text area, because an input would drop the line breaks of a value in silence. In a read-only grid the same
 * shows a whole value.
 */

import type { Cell, ColumnType } from './contract';
import { element, setAttribute } from './dom';
import { readText, textForm } from './text-form';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Where to go after saving. */
export type Onward = 'up' | 'down' | 'left' | 'right' | 'stay';

export interface EditRequest {
  readonly column: string;
  readonly type: ColumnType;
  /** The whole value, or a promise of it where it was cut. */
  readonly value: Cell | Promise<Cell>;
  /** Replaces the value, when typing began the edit. */
  readonly typed?: string;
  readonly readonly: boolean;
  readonly label: string;
  /** Called only if something changed. `text` null means missing. */
  readonly onSave: (text: string | null, value: Cell) => void;
  /** Called last, in any case. `focus`: the keyboard goes back to the grid. */
  readonly onClose: (onward: Onward, focus: boolean) => void;
}

const LEAST_WIDTH_PX = 120;
const MOST_HEIGHT_PX = 180;
const BORDERS_PX = 4;

export class CellEditor {
  private readonly area = element('textarea', 'wl-area', {
    rows: '1',
    spellcheck: 'false',
    autocomplete: 'off',
    dir: 'auto',
  });
  private readonly makeMissing = element(
    'button',
    'wl-make-missing',
    { type: 'button', tabindex: '-1', title: 'Make the value missing (Ctrl Delete)' },
    'missing',
  );
  private readonly problem = element('div', 'wl-problem', { role: 'alert' });
  private readonly element = element('div', 'wl-editor', {}, this.area, this.makeMissing, this.problem);
  private closed = false;
  private loaded = false;
  private touched = false;
  private before: Cell = null;

  constructor(
    private readonly request: EditRequest,
    private readonly layer: HTMLElement,
    private box: Box,
  ) {
    this.area.setAttribute('aria-label', request.label);
    this.area.readOnly = true;
    this.makeMissing.hidden = request.readonly;
    this.problem.hidden = true;
    this.area.addEventListener('keydown', (event) => this.onKey(event));
    this.area.addEventListener('input', () => this.onInput());
    this.area.addEventListener('blur', () => this.save('stay', false));
    this.makeMissing.addEventListener('mousedown', (event) => event.preventDefault());
    this.makeMissing.addEventListener('click', () => this.saveMissing());
    for (const type of ['wheel', 'copy', 'cut', 'paste'])
      this.area.addEventListener(type, (event) => event.stopPropagation());
    this.layer.append(this.element);
    this.place(box);
    this.area.focus({ preventScroll: true });
    void this.load();
  }

  /** Follow the cell when it moves, staying inside the grid at its right and lower end. */
  place(box: Box): void {
    this.box = box;
    this.area.style.minHeight = `${box.height}px`;
    this.area.style.width = `${Math.max(box.width, LEAST_WIDTH_PX)}px`;
    this.fit();
  }

  cancel(focus: boolean): void {
    this.close('stay', focus);
  }

  private async load(): Promise<void> {
    const { value, type, typed, readonly } = this.request;
    const waiting = value instanceof Promise;
    try {
      this.before = waiting ? await value : value;
    } catch {
      this.show('The whole value could not be loaded. Press Escape and try again.');
      return;
    }
    if (this.closed) return;
    this.loaded = true;
    this.area.readOnly = readonly;
    this.area.value = typed ?? (this.before === null ? '' : textForm(this.before, type));
    if (this.before === null) this.area.placeholder = 'missing';
    if (typed === undefined) this.area.select();
    this.fit();
  }

  private onInput(): void {
    this.touched = true;
    this.problem.hidden = true;
    this.area.removeAttribute('aria-invalid');
    this.fit();
  }

  private onKey(event: KeyboardEvent): void {
    event.stopPropagation();
    if (event.isComposing) return;
    const command = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape') this.cancel(true);
    else if (event.key === 'Enter' && (event.altKey || command)) this.breakLine();
    else if (event.key === 'Enter') this.save(event.shiftKey ? 'up' : 'down', true);
    else if (event.key === 'Tab') this.save(event.shiftKey ? 'left' : 'right', true);
    else if (event.key === 'Delete' && command) this.saveMissing();
    else return;
    event.preventDefault();
  }

  private breakLine(): void {
    if (this.request.readonly) return;
    this.area.setRangeText('\n', this.area.selectionStart, this.area.selectionEnd, 'end');
    this.onInput();
  }

  private saveMissing(): void {
    if (this.request.readonly || this.closed || !this.loaded) return;
    if (this.before !== null) this.request.onSave(null, null);
    this.close('stay', true);
  }

  /** Saves if the text differs. What is not of the column's type stays open and says so. */
  private save(onward: Onward, focus: boolean): void {
    if (this.closed) return;
    const { type, readonly } = this.request;
    const text = this.area.value;
    if (readonly || !this.loaded || this.isUnchanged(text)) {
      this.close(onward, focus);
      return;
    }
    if (text === '' && type !== 'text') {
      this.request.onSave(null, null);
      this.close(onward, focus);
      return;
    }
    const reading = readText(text, type);
    if ('value' in reading) {
      this.request.onSave(text, reading.value);
      this.close(onward, focus);
    } else this.show(`${reading.problem} To keep it, change the column’s type to text first.`);
  }

  /** Typing something into a missing text and taking it away again leaves an empty text, which is not missing. */
  private isUnchanged(text: string): boolean {
    if (this.before !== null) return text === textForm(this.before, this.request.type);
    return text === '' && !(this.touched && this.request.type === 'text');
  }

  private show(problem: string): void {
    this.problem.textContent = problem;
    this.problem.hidden = false;
    setAttribute(this.area, 'aria-invalid', 'true');
  }

  private close(onward: Onward, focus: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.request.onClose(onward, focus);
    this.element.remove();
  }

  /** As high as the text needs, and where there is room for it. */
  private fit(): void {
    this.area.style.height = 'auto';
    this.area.style.height = `${Math.min(MOST_HEIGHT_PX, this.area.scrollHeight + BORDERS_PX)}px`;
    const { clientWidth, clientHeight } = this.layer;
    const left = Math.min(this.box.left, clientWidth - this.element.offsetWidth);
    const top = Math.min(this.box.top, Math.max(0, clientHeight - this.element.offsetHeight));
    this.element.classList.toggle('wl-low', top > clientHeight - MOST_HEIGHT_PX);
    this.element.style.transform = `translate(${Math.max(0, left)}px,${top}px)`;
  }
}
