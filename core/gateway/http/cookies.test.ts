import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clearCookie, readCookie, setCookie } from './cookies.ts';

test('over https with the prefix and everything that it asks for; over http without', () => {
  assert.equal(
    setCookie('assay_session', 'abc', { secure: true, maxAge: 60.9 }),
    '__Host-assay_session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure',
  );
  assert.equal(
    setCookie('assay_session', 'abc', { secure: false }),
    'assay_session=abc; Path=/; HttpOnly; SameSite=Lax',
  );
  assert.match(clearCookie('x', { secure: true }), /^__Host-x=; Path=\/; Max-Age=0; /);
});

test('header injection: a value that could end the cookie or the header is none', () => {
  for (const value of ['a;b', 'a b', 'a,b', 'a"b', 'a\\b', 'a\r\nSet-Cookie: b=c', 'a\0', 'ä'])
    assert.throws(() => setCookie('x', value, { secure: true }), TypeError, JSON.stringify(value));
  for (const name of ['', 'a b', 'a=b', 'a;b', '__Host-a', 'a\r\n'])
    assert.throws(() => setCookie(name, 'x', { secure: true }), TypeError, JSON.stringify(name));
});

test('cookie tossing: two of one name, or one without the prefix over https, are none', () => {
  assert.equal(readCookie('a=1; __Host-s=abc; b="x; y', 's', true), 'abc');
  assert.equal(readCookie('s=abc', 's', false), 'abc');
  assert.equal(readCookie('s=a=b==', 's', false), 'a=b==');
  for (const header of [
    undefined,
    '',
    's=abc',
    '__Host-s=a; __Host-s=b',
    '__host-s=a',
    '__Host-s',
    '__Host-s=',
  ])
    assert.equal(readCookie(header, 's', true), undefined, header);
  for (const header of ['s=a; s=a', '__Host-s=abc', 'xs=abc'])
    assert.equal(readCookie(header, 's', false), undefined, header);
});
