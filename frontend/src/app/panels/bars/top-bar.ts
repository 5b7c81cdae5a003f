import { Component, computed, inject, input, model, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { MatMenuModule } from '@angular/material/menu';
import { SessionStore } from '../../session/session-store';
import { sentence } from '../../transport/errors';
import { HttpApi } from '../../transport/http-api';
import { Brand } from '../../ui/brand';
import { duration } from '../../ui/format';
import { Icon, type IconName } from '../../ui/icon';
import { EXPORT_FORMATS } from '../dialogs/export';
import { Toasts } from '../toasts';
import { ThemeButton } from './theme-button';

export const VIEWS = ['table', 'analyze', 'visualize'] as const;
export type ViewName = (typeof VIEWS)[number];

const VIEW_WORDS: Readonly<Record<ViewName, { readonly label: string; readonly icon: IconName }>> = {
  table: { label: 'Table', icon: 'table' },
  analyze: { label: 'Analyze', icon: 'analyze' },
  visualize: { label: 'Visualize', icon: 'chart' },
};

/** Name, views, undo and redo, and everything that is about the session as a whole. */
@Component({
  selector: 'wl-top-bar',
  imports: [Brand, Icon, MatMenuModule, RouterLink, ThemeButton],
  templateUrl: './top-bar.html',
  styleUrl: './top-bar.scss',
})
export class TopBar {
  protected readonly session = inject(SessionStore);
  private readonly toasts = inject(Toasts);
  private readonly api = inject(HttpApi);

  readonly view = model.required<ViewName>();
  readonly filtersOpen = input.required<boolean>();
  readonly sideOpen = input.required<boolean>();
  readonly toggleFilters = output();
  readonly toggleSide = output();
  readonly exportAs = output<string>();
  readonly report = output();
  readonly shortcuts = output();

  protected readonly views = VIEWS;
  protected readonly words = VIEW_WORDS;
  protected readonly formats = EXPORT_FORMATS;
  protected readonly name = computed(() => this.session.description()?.name ?? '');
  protected readonly canUndo = computed(
    () => this.session.editable() && this.session.description()?.can_undo === true,
  );
  protected readonly canRedo = computed(
    () => this.session.editable() && this.session.description()?.can_redo === true,
  );
  protected readonly jobs = computed(() =>
    this.session.jobs().map((job) => ({
      ...job,
      share: job.fraction === null ? '' : `${Math.floor(job.fraction * 100)}%`,
      left: typeof job.remaining_s !== 'number' ? '' : `${duration(job.remaining_s)} left`,
    })),
  );

  protected undo(): void {
    this.session.undo().catch((error: unknown) => this.toasts.show(sentence(error)));
  }

  protected redo(): void {
    this.session.redo().catch((error: unknown) => this.toasts.show(sentence(error)));
  }

  protected rename(box: HTMLInputElement): void {
    const name = box.value.trim();
    if (name === '' || name === this.name()) {
      box.value = this.name();
      return;
    }
    this.session.rename(name).catch((error: unknown) => {
      box.value = this.name();
      this.toasts.show(sentence(error));
    });
  }

  protected cancelJob(job: string): void {
    this.session.cancelJob(job).catch((error: unknown) => this.toasts.show(sentence(error)));
  }

  protected async share(): Promise<void> {
    try {
      const link = await this.api.shareLink(this.session.description()?.session ?? '');
      this.toasts.show(await copied(link));
    } catch (error) {
      this.toasts.show(sentence(error));
    }
  }
}

/** Put a link on the clipboard; where the browser forbids that, the message holds it. */
async function copied(link: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(link);
    return 'A link that opens this session is copied. Whoever has it can read and change the table.';
  } catch {
    return `The link to this session: ${link}`;
  }
}
