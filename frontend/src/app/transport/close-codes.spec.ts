import { afterClose } from './close-codes';

describe('close codes', () => {
  it.each([1000, 1001, 1006, 1009, 1011, 1012, 1013, 4000])('%i is an accident: reconnect', (code) => {
    expect(afterClose(code)).toBe('reconnect');
  });

  it('knows the refusals', () => {
    expect([4401, 4403, 4404].map(afterClose)).toEqual(['unauthorized', 'forbidden', 'gone']);
  });
});
