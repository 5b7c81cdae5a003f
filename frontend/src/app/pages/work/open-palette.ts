import type { MatDialog } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';
import { Palette, type PaletteData } from '../../panels/dialogs/palette';
import type { PaletteEntry } from '../../panels/dialogs/palette-entries';

/** Show the palette; resolves with what was chosen. */
export function openPalette(dialog: MatDialog, data: PaletteData): Promise<PaletteEntry | undefined> {
  const shown = dialog.open<Palette, PaletteData, PaletteEntry>(Palette, {
    data,
    width: '560px',
    position: { top: '12vh' },
    ariaLabel: 'Find',
  });
  return firstValueFrom(shown.afterClosed());
}
