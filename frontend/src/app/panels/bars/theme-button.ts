import { Component, computed, inject } from '@angular/core';
import { MatMenuModule } from '@angular/material/menu';
import { Icon, type IconName } from '../../ui/icon';
import { THEMES, ThemeChoice, type Theme } from '../../ui/theme';

const ICONS: Readonly<Record<Theme, IconName>> = { system: 'monitor', light: 'sun', dark: 'moon' };
const NAMES: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

@Component({
  selector: 'wl-theme-button',
  imports: [Icon, MatMenuModule],
  template: `
    <button type="button" class="icon-button" aria-label="Theme" title="Theme" [matMenuTriggerFor]="menu">
      <wl-icon [name]="icon()" />
    </button>
    <mat-menu #menu="matMenu">
      @for (theme of themes; track theme) {
        <button
          mat-menu-item
          type="button"
          role="menuitemradio"
          [attr.aria-checked]="theme === choice.theme()"
          (click)="choice.theme.set(theme)"
        >
          <wl-icon [name]="icons[theme]" class="lead" />{{ names[theme] }}
          @if (theme === choice.theme()) {
            <wl-icon name="check" class="tick" />
          }
        </button>
      }
    </mat-menu>
  `,
  styles: `
    .lead {
      margin-right: 12px;
      vertical-align: -4px;
    }
    .tick {
      margin-left: 12px;
      vertical-align: -4px;
    }
  `,
})
export class ThemeButton {
  protected readonly choice = inject(ThemeChoice);
  protected readonly themes = THEMES;
  protected readonly icons = ICONS;
  protected readonly names = NAMES;
  protected readonly icon = computed(() => ICONS[this.choice.theme()]);
}
