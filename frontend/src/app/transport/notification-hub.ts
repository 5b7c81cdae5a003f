import type { NotificationName } from '../protocol/messages';
import type { Listener } from './transport';

/** Who listens to which notification. */
export class NotificationHub {
  private readonly listeners = new Map<NotificationName, ((params: never) => void)[]>();

  on<N extends NotificationName>(name: N, listener: Listener<N>): void {
    const known = this.listeners.get(name) ?? [];
    this.listeners.set(name, [...known, listener]);
  }

  emit(name: NotificationName, params: unknown): void {
    for (const listener of this.listeners.get(name) ?? []) listener(params as never);
  }
}
