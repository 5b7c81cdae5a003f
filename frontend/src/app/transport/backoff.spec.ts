import { backoffMs } from './backoff';

describe('backoff', () => {
  it('doubles and is spread over the upper half', () => {
    expect(backoffMs(0, 0)).toBe(250);
    expect(backoffMs(0, 1)).toBe(500);
    expect(backoffMs(3, 0.5)).toBe(3000);
  });

  it('is capped at 15 s', () => {
    expect(backoffMs(5, 1)).toBe(15_000);
    expect(backoffMs(60, 1)).toBe(15_000);
  });
});
