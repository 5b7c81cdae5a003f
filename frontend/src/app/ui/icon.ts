import { Component, computed, input } from '@angular/core';

/** Strokes on a 24 × 24 field. */
const PATHS = {
  add: 'M12 5v14M5 12h14',
  analyze: 'M4 20V10M10 20V4M16 20v-7M21 20H3',
  back: 'M19 12H5M11 6l-6 6 6 6',
  branch: 'M6 4v16M6 9a6 6 0 0 0 6 6h2M18 15a2 2 0 1 1-4 0 2 2 0 0 1 4 0z',
  chart: 'M4 4v16h16M7 15l4-5 3 3 5-7',
  check: 'M5 13l4.5 4.5L19 7',
  chevronDown: 'M6 9l6 6 6-6',
  chevronLeft: 'M15 6l-6 6 6 6',
  chevronRight: 'M9 6l6 6-6 6',
  close: 'M6 6l12 12M18 6L6 18',
  cloud: 'M7 18a4 4 0 0 1-.5-7.97A6 6 0 0 1 18 9.5 4.3 4.3 0 0 1 17.5 18zM9 13.5l2 2 3.5-4',
  code: 'M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14',
  columns: 'M4 5h16v14H4zM12 5v14',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  download: 'M12 4v11M7 11l5 5 5-5M4 20h16',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13 7l4 4',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0z',
  file: 'M6 3h8l5 5v13H6zM14 3v5h5',
  filter: 'M4 5h16l-6 8v6l-4-2v-4z',
  history: 'M4 12a8 8 0 1 0 2.5-5.8M4 4v4h4M12 8v4.5l3 2',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 7.8v.4',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M17.5 10h.01M7 14.5h10',
  link: 'M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1.2 1.2M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1.2-1.2',
  monitor: 'M3 5h18v11H3zM9 20h6M12 16v4',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  panelLeft: 'M3.5 5h17v14h-17zM9.5 5v14',
  panelRight: 'M3.5 5h17v14h-17zM14.5 5v14',
  redo: 'M20 10H9.5a5.5 5.5 0 0 0 0 11H13M20 10l-4.5-4.5M20 10l-4.5 4.5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16 16l5 5',
  sortDown: 'M8 5v14M4 15l4 4 4-4M14 7h6M14 12h4.5M14 17h3',
  sortUp: 'M8 19V5M4 9l4-4 4 4M14 7h3M14 12h4.5M14 17h6',
  sun: 'M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0zM12 3v1.5M12 19.5V21M3 12h1.5M19.5 12H21M5.6 5.6l1.1 1.1M17.3 17.3l1.1 1.1M18.4 5.6l-1.1 1.1M6.7 17.3l-1.1 1.1',
  table: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9',
  trash: 'M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5.5M14 11v5.5',
  undo: 'M4 10h10.5a5.5 5.5 0 0 1 0 11H11M4 10l4.5-4.5M4 10l4.5 4.5',
  upload: 'M12 16V5M7 9l5-5 5 5M4 20h16',
  warning: 'M12 4L2.5 20h19zM12 10v5M12 17.5v.2',
} as const;

export type IconName = keyof typeof PATHS;

@Component({
  selector: 'wl-icon',
  template: `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path [attr.d]="path()" /></svg>`,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
      width: 18px;
      height: 18px;
    }
    svg {
      width: 100%;
      height: 100%;
      fill: none;
      stroke: currentColor;
      stroke-width: 1.75;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
  `,
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly path = computed(() => PATHS[this.name()]);
}
