import { Component, computed, inject, output } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatMenuModule } from '@angular/material/menu';
import { Catalogue } from '../../session/catalogue';
import { SessionStore } from '../../session/session-store';
import { TableStore } from '../../session/table-store';
import { Icon } from '../../ui/icon';
import { SidePanel } from './start-operation';

/** All operations, a menu for each section; those that do not fit the selected columns say why. */
@Component({
  selector: 'wl-operation-bar',
  imports: [Icon, MatButtonModule, MatMenuModule],
  template: `
    <div role="toolbar" aria-label="Operations" class="bar">
      <div class="sections">
        @for (section of sections(); track section.name) {
          <button matButton type="button" [matMenuTriggerFor]="menu" [disabled]="!session.ready()">
            {{ section.name }}
          </button>
          <mat-menu #menu="matMenu">
            <ng-template matMenuContent>
              @for (offer of section.operations; track offer.operation.id) {
                <button
                  mat-menu-item
                  type="button"
                  [disabled]="offer.obstacle !== null"
                  (click)="side.start(offer.operation)"
                >
                  {{ offer.operation.label }}
                  @if (offer.obstacle; as obstacle) {
                    <span class="obstacle">{{ obstacle }}</span>
                  }
                </button>
              }
            </ng-template>
          </mat-menu>
        }
      </div>
      <button matButton="outlined" type="button" class="find" (click)="palette.emit()">
        <wl-icon name="search" /> <span class="find-word">Find…</span> <kbd>Ctrl K</kbd>
      </button>
    </div>
  `,
  styles: `
    .bar {
      display: flex;
      gap: 8px;
      align-items: center;
      padding: 3px 8px 3px 4px;
      border-bottom: 1px solid var(--wl-line);
    }
    .sections {
      display: flex;
      flex: 1;
      min-width: 0;
      overflow-x: auto;
      scrollbar-width: thin;
    }
    .sections button {
      flex: none;
      min-width: 0;
      padding: 0 10px;
      white-space: nowrap;
    }
    .find {
      flex: none;
      padding: 0 12px;
    }
    .find wl-icon {
      width: 15px;
      height: 15px;
      margin-right: 4px;
      vertical-align: -3px;
    }
    kbd {
      margin-left: 8px;
      font: inherit;
      font-size: 11px;
      color: var(--wl-quiet);
    }
    .obstacle {
      display: block;
      font-size: 11px;
      line-height: 14px;
    }
    @media (max-width: 640px) {
      .find-word,
      kbd {
        display: none;
      }
    }
  `,
})
export class OperationBar {
  protected readonly session = inject(SessionStore);
  protected readonly side = inject(SidePanel);
  private readonly catalogue = inject(Catalogue);
  private readonly table = inject(TableStore);

  readonly palette = output();

  protected readonly sections = computed(() =>
    this.catalogue.offered(this.table.selectedColumns(), this.session.columns()),
  );
}
