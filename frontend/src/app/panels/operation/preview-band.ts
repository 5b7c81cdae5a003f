import { Component, computed, inject } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { OperationDesk } from '../../session/operation-desk';
import { SessionStore } from '../../session/session-store';
import { impactWords } from './impact-words';

/** Says what the previewed operation will do, with the two ways on. */
@Component({
  selector: 'wl-preview-band',
  imports: [MatButtonModule],
  template: `
    @if (desk.draft(); as draft) {
      <section aria-label="Preview">
        <p role="status">
          <b>Preview</b>
          {{ draft.summary }}<span class="colon">: </span>
          @if (words(); as text) {
            <b class="words">{{ text }}</b>.
          } @else {
            <span class="words">counting…</span>
          }
        </p>
        <button
          matButton="filled"
          type="button"
          [disabled]="!session.editable() || desk.busy() !== null"
          (click)="desk.apply()"
        >
          Apply
        </button>
        <button matButton type="button" (click)="desk.discard()">Discard</button>
      </section>
    }
  `,
  styles: `
    section {
      display: flex;
      gap: 8px;
      align-items: center;
      padding: 4px 12px;
      border-bottom: 1px solid var(--wl-line);
      color: var(--mat-sys-on-tertiary-container);
      background: var(--mat-sys-tertiary-container);
    }
    p {
      flex: 1;
      min-width: 0;
    }
    b:first-child {
      margin-right: 6px;
    }
    [matButton]:last-child {
      --mat-button-text-label-text-color: var(--mat-sys-on-tertiary-container);
    }
  `,
})
export class PreviewBand {
  protected readonly desk = inject(OperationDesk);
  protected readonly session = inject(SessionStore);

  protected readonly words = computed(() => {
    const impact = this.desk.draft()?.impact;
    return impact ? impactWords(impact) : null;
  });
}
