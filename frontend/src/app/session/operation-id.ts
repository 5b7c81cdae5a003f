/** A new name for a change, under which it may be sent again without being done twice. */
export function newOperationId(): string {
  const random = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
