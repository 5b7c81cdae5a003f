import { Component } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatDialogModule } from '@angular/material/dialog';

const GROUPS: readonly { readonly title: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['Ctrl K', 'Find operations and columns'],
      ['Ctrl G', 'Go to a row'],
      ['Ctrl F', 'Find in the table'],
      ['Ctrl Shift F', 'Show only rows that have a text'],
      ['Ctrl Z', 'Undo'],
      ['Ctrl Shift Z', 'Redo'],
      ['F6', 'Next region'],
      ['Enter', 'Apply the preview'],
      ['Escape', 'Discard the preview'],
      ['?', 'This list'],
    ],
  },
  {
    title: 'In the table',
    keys: [
      ['Arrows', 'Move; with Ctrl to the end'],
      ['Page Up, Page Down', 'A screen up or down'],
      ['Home, End', 'First or last column; with Ctrl first or last cell'],
      ['Shift', 'Extends the selection'],
      ['Ctrl Space', 'The whole column'],
      ['Shift Space', 'The whole row'],
      ['F2, Enter', 'Edit the cell'],
      ['Ctrl C', 'Copy'],
      ['Alt ↓', 'Menu of the column'],
      ['Shift F10', 'Menu of the cell'],
      ['Alt Shift ←, →', 'Move the column'],
    ],
  },
];

@Component({
  selector: 'wl-shortcuts',
  imports: [MatButtonModule, MatDialogModule],
  template: `
    <h2 mat-dialog-title>Keys</h2>
    <mat-dialog-content>
      <div class="groups">
        @for (group of groups; track group.title) {
          <section>
            <h3 class="section-title">{{ group.title }}</h3>
            <dl>
              @for (key of group.keys; track key[0]) {
                <dt>
                  <kbd>{{ key[0] }}</kbd>
                </dt>
                <dd>{{ key[1] }}</dd>
              }
            </dl>
          </section>
        }
      </div>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" mat-dialog-close>Close</button>
    </mat-dialog-actions>
  `,
  styles: `
    .groups {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(260px, 1fr));
      gap: 24px;
    }
    dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 6px 12px;
      margin-top: 8px;
    }
    kbd {
      padding: 2px 6px;
      border: 1px solid var(--wl-line);
      border-radius: 4px;
      font: inherit;
      font-size: 12px;
      white-space: nowrap;
    }
  `,
})
export class Shortcuts {
  protected readonly groups = GROUPS;
}
