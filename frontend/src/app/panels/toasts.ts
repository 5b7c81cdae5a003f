import { Injectable, inject } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';

const SHORT_MS = 5000;
const WITH_ACTION_MS = 10_000;

/** Short messages at the foot of the window; they are read aloud too. */
@Injectable({ providedIn: 'root' })
export class Toasts {
  private readonly snackBar = inject(MatSnackBar);

  show(message: string, action?: { readonly label: string; run(): void }): void {
    const shown = this.snackBar.open(message, action?.label ?? 'Close', {
      duration: action ? WITH_ACTION_MS : SHORT_MS,
    });
    if (action) shown.onAction().subscribe(() => action.run());
  }
}
