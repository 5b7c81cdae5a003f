import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Brand } from '../ui/brand';

export type Refusal = 'unauthorized' | 'forbidden' | 'gone';

const WORDS: Readonly<Record<Refusal, { readonly title: string; readonly text: string }>> = {
  unauthorized: {
    title: 'Please open Willow with its link',
    text: 'This browser has no access yet. Open the link that “willow up” printed in the terminal; it signs this browser in.',
  },
  forbidden: {
    title: 'This is not yours to open',
    text: 'The session belongs to somebody else, or the page is opened from another address than the server’s own. Ask its owner for the link.',
  },
  gone: {
    title: 'This session does not exist',
    text: 'It may have been deleted.',
  },
};

/** Shown instead of a page that the server does not let this browser see. */
@Component({
  selector: 'wl-signed-out',
  imports: [Brand, RouterLink],
  template: `
    <main>
      <wl-brand />
      <h1>{{ words().title }}</h1>
      <p>{{ words().text }}</p>
      @if (refusal() === 'unauthorized') {
        <p class="quiet">Lost the link? <code>willow status</code> prints it again.</p>
      } @else {
        <a routerLink="/">All sessions</a>
      }
    </main>
  `,
  styles: `
    main {
      display: grid;
      gap: 12px;
      justify-items: center;
      max-width: 460px;
      margin: 0 auto;
      padding: 18vh 24px 24px;
      text-align: center;
    }
    h1 {
      font-size: 20px;
      font-weight: 600;
    }
    a {
      color: var(--mat-sys-primary);
    }
  `,
})
export class SignedOut {
  readonly refusal = input.required<Refusal>();

  protected readonly words = computed(() => WORDS[this.refusal()]);
}

/** Whether an error means that this browser is not let in. */
export function refusalOf(code: string): Refusal | null {
  return code === 'unauthorized' || code === 'forbidden' ? code : null;
}
