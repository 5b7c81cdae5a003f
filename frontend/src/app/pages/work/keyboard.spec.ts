import { shortcutOf } from './keyboard';

function press(key: string, modifiers: KeyboardEventInit = {}, on = 'div', previewing = false) {
  const target = document.createElement(on);
  document.body.append(target);
  let found: string | null = null;
  target.addEventListener('keydown', (event) => (found = shortcutOf(event, previewing)));
  target.dispatchEvent(new KeyboardEvent('keydown', { key, ...modifiers }));
  target.remove();
  return found;
}

describe('shortcutOf', () => {
  it('knows the keys of the page', () => {
    expect(press('k', { ctrlKey: true })).toBe('palette');
    expect(press('g', { metaKey: true })).toBe('row');
    expect(press('z', { ctrlKey: true })).toBe('undo');
    expect(press('Z', { ctrlKey: true, shiftKey: true })).toBe('redo');
    expect(press('f', { ctrlKey: true })).toBe('find');
    expect(press('F', { ctrlKey: true, shiftKey: true })).toBe('search');
    expect(press('F6')).toBe('region');
    expect(press('?', { shiftKey: true })).toBe('help');
    expect(press('a')).toBeNull();
  });

  it('leaves writing alone', () => {
    expect(press('z', { ctrlKey: true }, 'input')).toBeNull();
    expect(press('?', {}, 'textarea')).toBeNull();
    expect(press('k', { ctrlKey: true }, 'input')).toBe('palette');
  });

  it('applies and discards a preview, and only that', () => {
    expect(press('Enter')).toBeNull();
    expect(press('Enter', {}, 'div', true)).toBe('apply');
    expect(press('Enter', {}, 'button', true)).toBeNull();
    expect(press('Escape', {}, 'div', true)).toBe('discard');
  });
});
