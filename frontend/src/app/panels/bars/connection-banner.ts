import { Component, computed, effect, inject, signal } from '@angular/core';
import { SessionStore } from '../../session/session-store';
import { Icon } from '../../ui/icon';

/** Says that the server is away and when it is tried again; the table stays readable. */
@Component({
  selector: 'wl-connection-banner',
  imports: [Icon],
  template: `
    @if (waiting()) {
      <div role="status">
        <wl-icon name="warning" />
        <span>
          Connection lost. The table stays readable, changes are locked.
          @if (seconds() > 0) {
            <span aria-hidden="true">Trying again in {{ seconds() }} s.</span>
          } @else {
            Trying again now…
          }
        </span>
        <button type="button" class="link-button" (click)="session.retryNow()">Try now</button>
      </div>
    }
  `,
  styles: `
    div {
      display: flex;
      gap: 10px;
      align-items: center;
      padding: 6px 12px;
      color: var(--mat-sys-on-error-container);
      background: var(--mat-sys-error-container);
    }
    .link-button {
      color: inherit;
      text-decoration: underline;
    }
  `,
})
export class ConnectionBanner {
  protected readonly session = inject(SessionStore);
  private readonly now = signal(Date.now());
  private readonly wasOpen = signal(false);

  /** Also while an attempt runs: the banner goes when the line is open again. */
  protected readonly waiting = computed(() => {
    const { kind } = this.session.connection();
    return kind === 'waiting' || (kind === 'connecting' && this.wasOpen());
  });
  protected readonly seconds = computed(() => {
    const connection = this.session.connection();
    return connection.kind === 'waiting' ? Math.max(0, Math.ceil((connection.at - this.now()) / 1000)) : 0;
  });

  constructor() {
    effect(() => {
      if (this.session.connected()) this.wasOpen.set(true);
    });
    effect((onCleanup) => {
      if (!this.waiting()) return;
      this.now.set(Date.now());
      const timer = setInterval(() => this.now.set(Date.now()), 500);
      onCleanup(() => clearInterval(timer));
    });
  }
}
