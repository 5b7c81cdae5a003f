import { Injectable, effect } from '@angular/core';
import { remembered } from './preferences';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const isTheme = (value: unknown): value is Theme => THEMES.some((theme) => theme === value);

/** Light, dark, or as the system says; a class on the root element, which `styles.scss` reads. */
@Injectable({ providedIn: 'root' })
export class ThemeChoice {
  readonly theme = remembered<Theme>('theme', 'system', isTheme);

  constructor() {
    effect(() => {
      const { classList } = document.documentElement;
      classList.toggle('light', this.theme() === 'light');
      classList.toggle('dark', this.theme() === 'dark');
    });
  }
}
