import type { IncomingMessage } from 'node:http';
import { cookieNames, originAdmitted, readCookie, transportOf } from '../src/tokens/transport.js';

function request(given: {
  headers?: Record<string, string>;
  remoteAddress?: string;
  encrypted?: boolean;
  method?: string;
}): IncomingMessage {
  const socket = { remoteAddress: given.remoteAddress ?? '127.0.0.1', encrypted: given.encrypted };
  return { headers: given.headers ?? {}, socket, method: given.method ?? 'GET' } as unknown as IncomingMessage;
}
const trustLoopback = (address: string) => address === '127.0.0.1';

describe('the transport of a request', () => {
  it.each([
    ['secure', { headers: { host: 'a.example', 'x-forwarded-proto': 'https' } }],
    ['secure', { headers: { host: 'localhost', 'x-forwarded-proto': 'https' } }],
    ['secure', { headers: { host: 'a.example' }, encrypted: true }],
    ['localhost', { headers: { host: 'localhost:8080' } }],
    ['localhost', { headers: { host: '127.0.0.1:4001', 'x-forwarded-proto': 'http' } }],
    ['localhost', { headers: { host: '[::1]:4001' } }],
    ['insecure', { headers: { host: 'a.example' } }],
    ['insecure', { headers: {} }],
    ['insecure', { headers: { host: 'a.example', 'x-forwarded-proto': 'http' } }],
    ['insecure', { headers: { host: 'a.example', 'x-forwarded-proto': 'http, https' } }],
    ['insecure', { headers: { host: 'a.example', 'x-forwarded-proto': 'https' }, remoteAddress: '203.0.113.9' }],
    ['insecure', { headers: { host: 'localhost.mallory.example' } }],
    ['insecure', { headers: { host: 'mallory.example#localhost' } }],
    ['insecure', { headers: { host: '127.0.0.1.mallory.example' } }],
  ])('is %s for %j', (transport, given) => {
    expect(transportOf(request(given), trustLoopback)).toBe(transport);
  });
});

describe('the origin of a request', () => {
  const origins = new Set(['https://chat.example']);

  it.each([
    [true, 'POST', { origin: 'https://chat.example' }],
    [true, 'GET', { 'sec-fetch-site': 'same-origin' }],
    [false, 'POST', { 'sec-fetch-site': 'same-origin' }],
    [false, 'POST', {}],
    [false, 'GET', {}],
    [false, 'GET', { 'sec-fetch-site': 'same-site' }],
    [false, 'GET', { 'sec-fetch-site': 'none' }],
    [false, 'GET', { origin: 'https://mallory.example', 'sec-fetch-site': 'same-origin' }],
    [false, 'POST', { origin: 'http://chat.example' }],
    [false, 'POST', { origin: 'https://chat.example:8443' }],
    [false, 'POST', { origin: 'https://chat.example.mallory.example' }],
    [false, 'POST', { origin: 'null' }],
    [false, 'POST', { origin: '' }],
  ])('is admitted: %p for %s %j', (admitted, method, headers) => {
    expect(originAdmitted(request({ headers, method }), origins)).toBe(admitted);
  });
});

describe('a cookie', () => {
  it('is read by exact name, the first of its name', () => {
    const given = request({ headers: { cookie: 'x-sc-access=no; sc-access=one; sc-access=two; broken; =none' } });
    expect(readCookie(given, 'sc-access')).toBe('one');
    expect(readCookie(given, '__Host-sc-access')).toBeUndefined();
    expect(readCookie(request({}), 'sc-access')).toBeUndefined();
  });

  it('has the __Host- prefix wherever the transport is secure', () => {
    expect(cookieNames('secure').access).toMatch(/^__Host-/);
    expect(cookieNames('localhost').access).not.toMatch(/^__Host-/);
  });
});
