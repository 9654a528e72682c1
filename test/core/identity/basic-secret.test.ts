import { expect, test } from 'vitest';
import { basicSecret } from '../../../core/identity/basic-secret.ts';

function headerOf(id: string, secret: string): string {
  const headers = new Headers();
  void basicSecret(secret)({ issuer: 'https://as.example' }, { client_id: id }, new URLSearchParams(), headers);
  return Buffer.from((headers.get('authorization') ?? '').replace(/^Basic /, ''), 'base64').toString();
}

test('id and secret are encoded as in a form; what forms leave alone stays readable for servers that do not decode', () => {
  expect(headerOf('my-client_1.0*', 'a-b.c_d')).toBe('my-client_1.0*:a-b.c_d');
  expect(headerOf('a:b', 'p w+d/ü&=%')).toBe('a%3Ab:p+w%2Bd%2F%C3%BC%26%3D%25');
});
