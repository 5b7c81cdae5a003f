import {
  Component,
  type ElementRef,
  type OnDestroy,
  computed,
  inject,
  output,
  viewChild,
} from '@angular/core';
import type { Place } from '../../protocol/messages';
import { FilterStore } from '../../session/filters';
import { Finder } from '../../session/finder';
import { whole } from '../../ui/format';
import { Icon } from '../../ui/icon';
import { SidePanel } from '../operation/start-operation';

const TYPING_DELAY_MS = 300;

/** Leads from one cell that has a text to the next; the rows stay as they are. */
@Component({
  selector: 'wl-find-bar',
  imports: [Icon],
  templateUrl: './find-bar.html',
  styleUrl: './find-bar.scss',
})
export class FindBar implements OnDestroy {
  protected readonly finder = inject(Finder);
  private readonly filters = inject(FilterStore);
  private readonly side = inject(SidePanel);
  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');

  /** A cell to be shown. */
  readonly found = output<Place>();
  readonly closed = output();

  private timer: ReturnType<typeof setTimeout> | undefined;
  private backwards = false;

  protected readonly words = computed(() => {
    const finding = this.finder.finding();
    switch (finding.kind) {
      case 'nothing asked':
        return '';
      case 'searching':
        return 'Searching…';
      case 'not found':
        return 'Not found';
      case 'problem':
        return finding.message;
      case 'found': {
        const place = `Row ${whole(finding.place.row + 1)}, ${finding.place.column}`;
        return finding.wrapped
          ? `${place}: continued from the ${this.backwards ? 'end' : 'beginning'}`
          : place;
      }
    }
  });
  /** Filters search for plain text in any letters. */
  protected readonly canFilter = computed(
    () => this.finder.text() !== '' && !this.finder.regex() && !this.finder.matchCase(),
  );

  ngOnDestroy(): void {
    clearTimeout(this.timer);
  }

  /** Take the focus, and look for what is there already. */
  begin(): void {
    const box = this.box().nativeElement;
    box.focus();
    box.select();
    if (this.finder.text() !== '') void this.look({ here: true });
  }

  protected typed(text: string): void {
    clearTimeout(this.timer);
    this.finder.stop();
    this.finder.text.set(text);
    this.timer = setTimeout(() => void this.look({ here: true }), TYPING_DELAY_MS);
  }

  /** What was typed a moment ago is looked for as it is; else the next one. */
  protected next(backwards: boolean): void {
    const here = this.finder.finding().kind === 'nothing asked';
    void this.look({ backwards, here });
  }

  protected toggle(option: 'matchCase' | 'regex'): void {
    this.finder[option].update((on) => !on);
    void this.look({ here: true });
  }

  protected showOnly(): void {
    this.filters.search.set(this.finder.text());
    this.side.filtersAsked.update((count) => count + 1);
  }

  protected escape(event: Event): void {
    event.preventDefault(); // else it would discard a preview
    this.closed.emit();
  }

  private async look(how: { readonly backwards?: boolean; readonly here?: boolean }): Promise<void> {
    clearTimeout(this.timer);
    this.backwards = how.backwards ?? false;
    const place = await this.finder.find(how);
    if (place) this.found.emit(place);
  }
}
