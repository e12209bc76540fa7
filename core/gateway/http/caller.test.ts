import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { AssayError } from '@assay/sdk';
import { type CallerOptions, createCallerReader } from './caller.ts';
import { localUrl, networkOf, readNetworks } from './networks.ts';

/** A request over a connection from this address, as the reader looks at it. */
function request(remoteAddress: string, headers: object = {}, localAddress = '10.9.9.9'): IncomingMessage {
  const all = { host: 'assay.example.org', ...headers };
  return { socket: { remoteAddress, localAddress }, headers: all } as unknown as IncomingMessage;
}
const open = (given: Partial<CallerOptions>) =>
  createCallerReader({ host: '0.0.0.0', tls: false, trustedProxies: ['10.1.0.0/24', 'fd00::/8'], ...given });
const forwarded = (value: string) => ({ 'x-forwarded-for': value });

test('plain HTTP on the network without a proxy does not start, and says what would', () => {
  for (const host of ['0.0.0.0', '::', '192.0.2.7', 'assay.example.org', '127.0.0.1.example.org'])
    assert.throws(
      () => open({ host, trustedProxies: [] }),
      (error) =>
        AssayError.is(error, 'config.invalid') && /certificateFile.*trustedProxies/.test(error.message),
      host,
    );
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost']) open({ host, trustedProxies: [] });
  open({ tls: true, trustedProxies: [] });
});

test('what is no network, or is everybody, is no trusted proxy', () => {
  for (const network of [
    'proxy',
    '10.0.0.0/33',
    '10.0.0/8',
    'fd00::/129',
    '',
    '10.0.0.1/',
    '0.0.0.0/0',
    '::/0',
  ])
    assert.throws(
      () => open({ trustedProxies: [network] }),
      (error) => AssayError.is(error, 'config.invalid') && error.message.includes('http.trustedProxies'),
      network,
    );
  const isIn = readNetworks('x', ['10.1.0.0/24', '192.0.2.7', 'fd00::/8']);
  for (const inside of ['10.1.0.255', '192.0.2.7', 'fdab::1']) assert.ok(isIn(inside), inside);
  for (const outside of ['10.1.1.0', '192.0.2.8', 'fe00::1', '', 'x']) assert.ok(!isIn(outside), outside);
});

test('proxy spoofing: headers of anybody but a trusted proxy count for nothing', () => {
  const lies = {
    ...forwarded('198.51.100.1'),
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example',
    forwarded: 'for=198.51.100.1',
    'x-real-ip': '198.51.100.1',
  };
  const truth = { address: '203.0.113.9', host: 'assay.example.org', secure: false };
  assert.deepEqual(open({})(request('203.0.113.9', lies)), { ...truth, bypassed: true });
  const direct = open({ host: '127.0.0.1', trustedProxies: [] });
  assert.deepEqual(direct(request('203.0.113.9', lies)), { ...truth, bypassed: false });
  const tls = open({ tls: true });
  assert.deepEqual(tls(request('203.0.113.9', lies)), { ...truth, secure: true, bypassed: false });
});

test('the client is the rightmost address that is no proxy of ours', () => {
  const read = open({});
  const from = (value: string, peer = '10.1.0.5') => read(request(peer, forwarded(value))).address;
  assert.equal(from('203.0.113.9'), '203.0.113.9');
  assert.equal(from('198.51.100.1, 203.0.113.9'), '203.0.113.9');
  assert.equal(from('127.0.0.1, 10.1.0.9, 203.0.113.9, 10.1.0.7'), '203.0.113.9');
  assert.equal(from('10.1.0.9, 10.1.0.7'), '10.1.0.9');
  assert.equal(from('203.0.113.9:4711'), '203.0.113.9');
  assert.equal(from('[2001:db8::1]:4711'), '2001:db8::1');
  assert.equal(from('::ffff:203.0.113.9'), '203.0.113.9');
  assert.equal(from('203.0.113.9', '::ffff:10.1.0.5'), '203.0.113.9');
  // What is no address ends the search at the last one that was.
  for (const broken of ['unknown', '_hidden', '203.0.113.9.1', 'a, b', '203.0.113.9, x'])
    assert.equal(from(broken), '10.1.0.5', broken);
  assert.equal(from('198.51.100.1, nonsense, 203.0.113.9'), '203.0.113.9');
  assert.equal(from(''), '10.1.0.5');
  assert.equal(from(`${'10.1.0.9, '.repeat(100_000)}10.1.0.7`), '10.1.0.9');
});

test('protocol and host of a trusted proxy are its own word, the last one', () => {
  const read = open({});
  const seen = (headers: object) => read(request('10.1.0.5', headers));
  assert.equal(seen({ 'x-forwarded-proto': 'https' }).secure, true);
  assert.equal(seen({ 'x-forwarded-proto': 'https, http' }).secure, false);
  assert.equal(seen({ 'x-forwarded-proto': 'gopher' }).secure, false);
  assert.equal(seen({}).secure, false);
  assert.equal(seen({ 'x-forwarded-host': 'evil.example, assay.example.com' }).host, 'assay.example.com');
  assert.equal(open({ tls: true })(request('10.1.0.5', { 'x-forwarded-proto': 'http' })).secure, false);
  assert.equal(open({ tls: true })(request('10.1.0.5')).secure, true);
});

test('past its proxy a plain listener answers this machine alone', () => {
  const read = open({});
  for (const [peer, local] of [
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['10.9.9.9', '10.9.9.9'],
    ['::ffff:127.0.0.1', '::ffff:127.0.0.1'],
  ] as const)
    assert.equal(read(request(peer, {}, local)).bypassed, false, peer);
  for (const peer of ['203.0.113.9', '10.9.9.8', '127.0.0.2', '10.1.1.5', 'fe80::1%eth0', ''])
    assert.equal(read(request(peer)).bypassed, true, peer);
  assert.equal(read({ socket: {}, headers: {} } as IncomingMessage).bypassed, true);
});

test('one limit for a whole IPv6 network, however it is spelled', () => {
  assert.equal(networkOf('203.0.113.9'), '203.0.113.9');
  assert.equal(networkOf(''), '');
  for (const address of ['2001:db8::1', '2001:db8:0:0:ffff::', '2001:0DB8::1.2.3.4'])
    assert.equal(networkOf(address), '2001:db8:0:0::/64', address);
  assert.equal(networkOf('::1'), '0:0:0:0::/64');
  assert.equal(networkOf('fe80:1:2:3:4:5:6:7'), 'fe80:1:2:3::/64');
  assert.notEqual(networkOf('2001:db8:0:1::1'), networkOf('2001:db8:0:2::1'));
});

test('this machine reaches its own listener, also one on every address', () => {
  const url = (host: string) => localUrl({ protocol: 'https', host, port: 7400 });
  assert.equal(url('0.0.0.0'), 'https://127.0.0.1:7400');
  assert.equal(url('::'), 'https://[::1]:7400');
  assert.equal(url('::1'), 'https://[::1]:7400');
  assert.equal(url('192.0.2.7'), 'https://192.0.2.7:7400');
  assert.equal(url('localhost'), 'https://localhost:7400');
});
