import {
  Component,
  DestroyRef,
  effect,
  inject,
  input,
  output,
  signal,
  viewChild,
  type ElementRef,
} from '@angular/core';
import type { TopLevelSpec } from 'vega-lite';
import { saveBlob } from '../transport/download';
import { ThemeChoice } from '../ui/theme';
import type { Brushed, ChartColours, Drawing } from './render';

/** A drawn chart. The library that draws is loaded with the first one. */
@Component({
  selector: 'wl-chart',
  template: `<div #host role="img" [attr.aria-label]="label()"></div>
    @if (problem()) {
      <p class="problem" role="alert">The chart could not be drawn.</p>
    }`,
  styles: `
    :host {
      display: block;
      min-width: 0;
      overflow: auto;
    }
  `,
})
export class ChartDrawing {
  readonly spec = input.required<TopLevelSpec>();
  readonly label = input.required<string>();
  readonly brushed = output<Brushed>();

  private readonly theme = inject(ThemeChoice);
  private readonly host = viewChild.required<ElementRef<HTMLElement>>('host');
  private readonly systemDark = signal(false);
  protected readonly problem = signal(false);
  private drawing: Drawing | null = null;
  private turn = 0;

  constructor() {
    const media = matchMedia('(prefers-color-scheme: dark)');
    const follow = () => this.systemDark.set(media.matches);
    media.addEventListener('change', follow);
    inject(DestroyRef).onDestroy(() => {
      media.removeEventListener('change', follow);
      this.turn += 1;
      this.drawing?.remove();
    });
    effect(() => {
      this.theme.theme();
      this.systemDark();
      void this.draw(this.spec(), this.host().nativeElement);
    });
  }

  async savePng(name: string): Promise<void> {
    const url = await this.drawing?.png();
    if (url) saveBlob(blobOf(url), `${name}.png`);
  }

  async saveSvg(name: string): Promise<void> {
    const text = await this.drawing?.svg();
    if (text) saveBlob(new Blob([text], { type: 'image/svg+xml' }), `${name}.svg`);
  }

  private async draw(spec: TopLevelSpec, host: HTMLElement): Promise<void> {
    const turn = ++this.turn;
    try {
      const { draw } = await import('./render');
      if (turn !== this.turn) return;
      this.drawing?.remove();
      host.replaceChildren();
      const drawing = await draw(host, spec, colours(host), (span) => this.brushed.emit(span));
      if (turn !== this.turn) {
        drawing.remove();
        return;
      }
      this.drawing = drawing;
      this.problem.set(false);
    } catch {
      this.problem.set(true);
    }
  }
}

/** The theme's colours as they come out on this page: an exported picture knows no variables. */
function colours(host: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  host.append(probe);
  const read = (name: string) => {
    probe.style.color = `var(--mat-sys-${name})`;
    return getComputedStyle(probe).color;
  };
  const found = { text: read('on-surface-variant'), line: read('outline-variant'), accent: read('primary') };
  probe.remove();
  return found;
}

function blobOf(dataUrl: string): Blob {
  const [head = '', body = ''] = dataUrl.split(',');
  const bytes = Uint8Array.from(atob(body), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: /data:([^;]+)/.exec(head)?.[1] ?? 'image/png' });
}
