import { signal, type WritableSignal } from '@angular/core';

const PREFIX = 'willow.';

/** A signal that is remembered in this browser. Reading and writing never fail: a blocked storage forgets. */
export function remembered<T>(
  name: string,
  initial: T,
  valid: (value: unknown) => value is T,
): WritableSignal<T> {
  const key = PREFIX + name;
  const state = signal<T>(read(key, initial, valid));
  const set = state.set.bind(state);
  state.set = (value) => {
    set(value);
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // Private windows may refuse to store; the choice then lasts as long as the page.
    }
  };
  state.update = (change) => state.set(change(state()));
  return state;
}

function read<T>(key: string, initial: T, valid: (value: unknown) => value is T): T {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? 'null');
    return valid(value) ? value : initial;
  } catch {
    return initial;
  }
}

export const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
