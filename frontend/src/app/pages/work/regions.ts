const REGIONS = '[data-region]';
const FOCUSABLE = 'button:not(:disabled), [href], input:not(:disabled), select, textarea, [tabindex="0"]';

/** Move the focus to the first control of the next region of the page, around the end. */
export function focusNextRegion(backwards: boolean): void {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter(
    (region) => region.offsetParent !== null,
  );
  const now = regions.findIndex((region) => region.contains(document.activeElement));
  const step = backwards ? -1 : 1;
  for (let offset = 1; offset <= regions.length; offset += 1) {
    const start = now < 0 && backwards ? 0 : now;
    const region = regions[(start + step * offset + regions.length * 2) % regions.length];
    const first = region?.querySelector<HTMLElement>(FOCUSABLE);
    if (first) {
      first.focus();
      return;
    }
  }
}
