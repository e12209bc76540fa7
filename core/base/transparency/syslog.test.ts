import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatSyslog, type SyslogEvent } from './index.ts';

/** RFC 5424, section 6.5, example 3. */
const example: SyslogEvent = {
  facility: 20,
  severity: 5,
  at: new Date('2003-10-11T22:14:15.003Z'),
  hostname: 'mymachine.example.com',
  appName: 'evntslog',
  procId: '',
  msgId: 'ID47',
  data: {
    id: 'exampleSDID@32473',
    params: { iut: '3', eventSource: 'Application', eventID: '1011' },
  },
  message: 'An application event log entry...',
};
const text = (change: Partial<SyslogEvent>): string => formatSyslog({ ...example, ...change }).toString();

describe('a syslog message', () => {
  it('is the example of RFC 5424', () => {
    const expected =
      '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 ' +
      '[exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"] ';
    const body = Buffer.from([0xef, 0xbb, 0xbf]);
    assert.deepEqual(
      formatSyslog(example),
      Buffer.concat([Buffer.from(expected), body, Buffer.from('An application event log entry...')]),
    );
  });
  it('escapes the three characters of structured data, and no other', () => {
    const value = 'a "quote", a \\ backslash, a ] bracket, a [ and a \n and é';
    const [data] = /\[.*\]/s.exec(text({ data: { id: 'x', params: { p: value } }, message: '' })) ?? [];
    assert.equal(data, '[x p="a \\"quote\\", a \\\\ backslash, a \\] bracket, a [ and a \n and é"]');
    assert.ok(text({ data: { id: 'x', params: {} } }).includes(' [x] '));
  });
  it('cannot be broken by the text of a header field', () => {
    const fields = text({ hostname: 'a b\nc', appName: 'é'.repeat(99), procId: '9'.repeat(200), msgId: '' });
    const [, , hostname, appName, procId, msgId] = fields.split(' ');
    assert.deepEqual([hostname, appName, procId, msgId], ['a?b?c', '?'.repeat(48), '9'.repeat(128), '-']);
    assert.ok(text({ message: 'half \ud800 pair' }).endsWith('half \ufffd pair'));
  });
  it('has a priority from 0 to 191', () => {
    assert.ok(text({ facility: 0, severity: 0 }).startsWith('<0>1 '));
    assert.ok(text({ facility: 23, severity: 7 }).startsWith('<191>1 '));
  });
  it('is refused where a programmer was wrong', () => {
    const bad: Partial<SyslogEvent>[] = [
      { facility: 24 },
      { facility: -1 },
      { severity: 8 },
      { severity: 1.5 },
      { at: new Date(Number.NaN) },
      { data: { id: '', params: {} } },
      { data: { id: 'a=b', params: {} } },
      { data: { id: 'a', params: { 'b]': '' } } },
      { data: { id: 'a', params: { 'b c': '' } } },
      { data: { id: 'a', params: { 'b"': '' } } },
      { data: { id: 'a', params: { é: '' } } },
      { data: { id: 'a'.repeat(33), params: {} } },
    ];
    for (const change of bad) assert.throws(() => text(change), { code: 'request.invalid' });
  });
});
