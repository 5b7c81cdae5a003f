import { parseFrame, parseHttpError } from './parse';

describe('parseFrame', () => {
  it('reads a result, also when it is null', () => {
    expect(parseFrame('{"jsonrpc":"2.0","id":7,"result":null}')).toEqual({
      kind: 'result',
      id: 7,
      result: null,
    });
  });

  it('reads an error with its data', () => {
    const text =
      '{"jsonrpc":"2.0","id":3,"error":{"code":-32000,"message":"No.","data":{"code":"busy","retry_after_s":2}}}';
    expect(parseFrame(text)).toEqual({
      kind: 'error',
      id: 3,
      code: -32000,
      message: 'No.',
      data: { code: 'busy', retry_after_s: 2 },
    });
  });

  it('reads a notification', () => {
    expect(parseFrame('{"jsonrpc":"2.0","method":"session.saved","params":{"version":4}}')).toEqual({
      kind: 'notification',
      method: 'session.saved',
      params: { version: 4 },
    });
  });

  it.each(['', 'nonsense', '[]', '4', '{"id":1,"result":2}', '{"jsonrpc":"2.0","id":1}'])(
    'refuses %j',
    (text) => {
      expect(parseFrame(text)).toBeNull();
    },
  );
});

describe('parseHttpError', () => {
  it('finds the error of the server', () => {
    expect(parseHttpError({ error: { code: 'too_large', message: 'Too large.' } })).toEqual({
      code: 'too_large',
      message: 'Too large.',
      data: {},
    });
  });

  it.each([null, 'text', {}, { error: 'text' }, { error: { code: 5, message: 'x' } }])(
    'ignores %j',
    (body) => {
      expect(parseHttpError(body)).toBeNull();
    },
  );
});
