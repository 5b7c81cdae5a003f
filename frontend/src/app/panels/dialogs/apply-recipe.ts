import { Component, computed, inject, signal } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { Catalogue } from '../../session/catalogue';
import { type RecipeFile, proposedNames, readRecipe } from '../../session/recipe-file';
import { SessionStore } from '../../session/session-store';
import { isAbort, sentence } from '../../transport/errors';
import { plural } from '../../ui/format';

const MOST_BYTES = 50 * 1024 * 1024;

/** Does to this table what was done to another one; closes with what was done. */
@Component({
  selector: 'wl-apply-recipe',
  imports: [MatButtonModule, MatDialogModule],
  templateUrl: './apply-recipe.html',
  styleUrl: './apply-recipe.scss',
})
export class ApplyRecipe {
  protected readonly session = inject(SessionStore);
  private readonly catalogue = inject(Catalogue);
  private readonly dialog = inject<MatDialogRef<ApplyRecipe, string>>(MatDialogRef);

  protected readonly fileName = signal('');
  protected readonly recipe = signal<RecipeFile | null>(null);
  protected readonly learn = signal(false);
  protected readonly problem = signal<string | null>(null);
  protected readonly running = signal(false);
  /** The column of this table that takes the place of one of the recipe's; null for none. */
  protected readonly names = signal<ReadonlyMap<string, string | null>>(new Map());
  protected readonly columns = computed(() => this.session.columns().map(({ name }) => name));
  protected readonly learns = computed(() => this.recipe()?.steps.some(({ learned }) => learned) ?? false);
  protected readonly canApply = computed(
    () => (this.recipe()?.steps.length ?? 0) > 0 && this.session.editable() && !this.running(),
  );
  private abort = new AbortController();

  protected label(op: string): string {
    return this.catalogue.find(op)?.label ?? op;
  }

  protected async choose(box: HTMLInputElement): Promise<void> {
    const file = box.files?.[0];
    box.value = ''; // so that the same file can be chosen again
    if (!file) return;
    this.problem.set(null);
    this.fileName.set(file.name);
    const text = file.size <= MOST_BYTES ? await file.text().catch(() => '') : '';
    const recipe = readRecipe(text);
    this.recipe.set(recipe);
    if (recipe) this.names.set(proposedNames(recipe.columns, this.columns()));
    else this.problem.set(`“${file.name}” is no recipe of Willow.`);
  }

  protected take(name: string, other: string): void {
    this.names.update((names) => new Map(names).set(name, other === '' ? null : other));
  }

  protected async apply(): Promise<void> {
    const recipe = this.recipe();
    if (!recipe) return;
    const rename = Object.fromEntries([...this.names()].filter((pair) => pair[1] !== null)) as Record<
      string,
      string
    >;
    this.problem.set(null);
    this.running.set(true);
    this.dialog.disableClose = true;
    this.abort = new AbortController();
    const { signal: aborted } = this.abort;
    try {
      const { versions } = await this.session.change((operation_id) =>
        this.session.call(
          'recipe.apply',
          { recipe: recipe.document, rename, learn: this.learn(), operation_id },
          { signal: aborted, retry: true },
        ),
      );
      this.dialog.close(`${plural(versions.length, 'step')} of “${this.fileName()}” done`);
    } catch (error) {
      if (!isAbort(error)) this.problem.set(sentence(error));
    } finally {
      this.running.set(false);
      this.dialog.disableClose = false;
    }
  }

  protected cancel(): void {
    this.abort.abort();
  }
}
