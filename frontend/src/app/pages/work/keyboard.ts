export type Shortcut =
  'palette' | 'row' | 'find' | 'search' | 'undo' | 'redo' | 'region' | 'apply' | 'discard' | 'help';

/** Which command a key means where it was pressed; null leaves it to whatever has the focus. */
export function shortcutOf(event: KeyboardEvent, previewing: boolean): Shortcut | null {
  if (event.defaultPrevented) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const writing = isWriting(event.target);
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    if (key === 'k') return 'palette';
    if (key === 'g') return 'row';
    if (key === 'f') return event.shiftKey ? 'search' : 'find';
    if (writing) return null;
    if (key === 'z') return event.shiftKey ? 'redo' : 'undo';
    return key === 'y' ? 'redo' : null;
  }
  if (key === 'F6') return 'region';
  if (writing || event.altKey) return null;
  if (key === '?') return 'help';
  if (!previewing) return null;
  if (key === 'Escape') return 'discard';
  return key === 'Enter' && !isPressable(event.target) ? 'apply' : null;
}

function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return (
    target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable
  );
}

function isPressable(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, [role="tab"]') !== null;
}
