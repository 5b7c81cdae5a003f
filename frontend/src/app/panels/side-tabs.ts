import { Component, inject } from '@angular/core';
import { ColumnPanel } from './column/column-panel';
import { OperationPanel } from './operation/operation-panel';
import { SIDE_TABS, SidePanel, type SideTab } from './operation/start-operation';
import { StepsPanel } from './steps/steps-panel';

/** The three things about the table that are not the table. */
@Component({
  selector: 'wl-side-tabs',
  imports: [ColumnPanel, OperationPanel, StepsPanel],
  template: `
    <div role="tablist" aria-label="Side panel" tabindex="-1" (keydown)="key($event)">
      @for (tab of tabs; track tab) {
        <button
          type="button"
          role="tab"
          [id]="'tab-' + tab"
          [attr.aria-selected]="tab === side.tab()"
          aria-controls="side-panel"
          [tabindex]="tab === side.tab() ? 0 : -1"
          (click)="side.tab.set(tab)"
        >
          {{ tab }}
        </button>
      }
    </div>
    <div
      id="side-panel"
      role="tabpanel"
      tabindex="0"
      [attr.aria-labelledby]="'tab-' + side.tab()"
      class="panel"
    >
      @switch (side.tab()) {
        @case ('Operation') {
          <wl-operation-panel />
        }
        @case ('Column') {
          <wl-column-panel />
        }
        @case ('Steps') {
          <wl-steps-panel />
        }
      }
    </div>
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      min-height: 0;
      height: 100%;
    }
    [role='tablist'] {
      display: flex;
      flex: none;
      border-bottom: 1px solid var(--wl-line);
    }
    [role='tab'] {
      flex: 1;
      height: 38px;
      border: 0;
      border-bottom: 2px solid transparent;
      font: inherit;
      font-weight: 500;
      color: var(--wl-quiet);
      background: transparent;
      cursor: pointer;
    }
    [role='tab']:focus-visible {
      outline-offset: -3px;
    }
    [role='tab'][aria-selected='true'] {
      border-bottom-color: var(--mat-sys-primary);
      color: var(--mat-sys-on-surface);
    }
    .panel:focus-visible {
      outline-offset: -2px;
    }
    .panel {
      flex: 1;
      min-height: 0;
      overflow: auto;
    }
  `,
})
export class SideTabs {
  protected readonly side = inject(SidePanel);
  protected readonly tabs = SIDE_TABS;

  protected key(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next: SideTab =
      SIDE_TABS.at((SIDE_TABS.indexOf(this.side.tab()) + step) % SIDE_TABS.length) ?? 'Operation';
    this.side.tab.set(next);
    document.getElementById(`tab-${next}`)?.focus();
  }
}
