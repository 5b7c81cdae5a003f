import { Component, inject } from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, type MatDialog } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
}

@Component({
  selector: 'wl-confirm',
  imports: [MatButtonModule, MatDialogModule],
  template: `
    <h2 mat-dialog-title>{{ question.title }}</h2>
    <mat-dialog-content>{{ question.text }}</mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton type="button" [mat-dialog-close]="false">Cancel</button>
      <button matButton="filled" type="button" [mat-dialog-close]="true">{{ question.yes }}</button>
    </mat-dialog-actions>
  `,
})
export class Confirm {
  protected readonly question = inject<Question>(MAT_DIALOG_DATA);
}

/** Ask before something that cannot be undone. */
export async function confirmed(dialog: MatDialog, question: Question): Promise<boolean> {
  const answer: unknown = await firstValueFrom(
    dialog.open(Confirm, { data: question, maxWidth: 440 }).afterClosed(),
  );
  return answer === true;
}
