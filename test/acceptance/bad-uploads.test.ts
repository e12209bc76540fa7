import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Api, type Body, callApi } from '../api.ts';
import { type Appliance, startAppliance } from '../appliance.ts';

describe('uploads that are not what they should be', () => {
  let appliance: Appliance;
  let api: Api;
  before(async () => {
    appliance = await startAppliance();
    api = callApi(appliance.url, appliance.token);
  });
  after(() => appliance?.stop());

  async function rejected(body: Body, code: string, place: { row?: number; column?: string } = {}) {
    const dataset = await api.dataset('bad.csv', body);
    assert.equal(dataset.state, 'rejected', JSON.stringify(dataset.profile));
    const [reason] = dataset.reasons;
    assert.equal(reason.code, code, JSON.stringify(reason));
    if (place.row) assert.equal(reason.row, place.row);
    if (place.column) assert.equal(reason.column, place.column);
    assert.ok(reason.detail.length > 10);
    const { body: job } = await api.call('GET', `/v1/jobs/${dataset.profileJob}`);
    assert.equal(job.state, 'failed');
    assert.equal(job.error.code, 'job.tool_refused');
    const used = await api.submit('explore/describe', dataset.id, {});
    assert.equal(used.body.code, 'dataset.rejected');
  }
  async function refused(path: string, body: Body, mediaType: string, status: number, code: string) {
    const answer = await api.call('POST', path, { body, headers: { 'content-type': mediaType } });
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.body.code, code);
    assert.equal(answer.headers.get('content-type')?.split(';')[0], 'application/problem+json');
  }

  test('empty file', () => refused('/v1/datasets?name=a.csv', '', 'text/csv', 422, 'dataset.empty'));
  test('unknown media type', () =>
    refused(
      '/v1/datasets?name=a.exe',
      'MZ',
      'application/x-msdownload',
      415,
      'request.media_type_unsupported',
    ));
  test('a name with control characters', () =>
    refused('/v1/datasets?name=a%0ab.csv', 'a\n1\n', 'text/csv', 422, 'dataset.name_invalid'));
  test('header only', () => rejected('a,b\n', 'HEADER_ONLY'));
  test('ragged rows name the row', () => rejected('a,b\n1,2\n3\n4,5\n', 'RAGGED_ROW', { row: 3 }));
  test('NUL bytes', () => rejected('a,b\n1,2\n3,\u00004\n', 'NUL_BYTE'));
  test('duplicate column names', () => rejected('a,b,a\n1,2,3\n', 'DUPLICATE_COLUMN', { column: 'a' }));
  test('10,000 columns', () =>
    rejected(
      `${Array.from({ length: 10_000 }, (_, i) => `c${i}`).join(',')}\n`.repeat(2),
      'TOO_MANY_COLUMNS',
    ));
  test('an open quote', () => rejected('a,b\n"1,2\n3,4\n', 'UNBALANCED_QUOTE'));
  test('a file that is not what it says', () => rejected(new Uint8Array(4096).fill(0xff, 10), 'NUL_BYTE'));
  test('a 100 MB cell', () => {
    async function* cell() {
      yield Buffer.from('a,b\n1,');
      for (let i = 0; i < 100; i += 1) yield Buffer.alloc(1024 * 1024, 'x');
      yield Buffer.from('\n');
    }
    return rejected(ReadableStream.from(cell()) as unknown as Body, 'CELL_TOO_LONG');
  });

  test('UTF-16 and latin-1 are read, and it is said', async () => {
    const utf16 = await api.dataset(
      'utf16.csv',
      new Uint8Array(Buffer.from('\ufeffgröße,n\n1.5,2\n', 'utf16le')),
    );
    assert.equal(utf16.state, 'ready', JSON.stringify(utf16.reasons));
    assert.equal(utf16.profile.columns[0].name, 'größe');
    const latin1 = await api.dataset('latin1.csv', new Uint8Array(Buffer.from('größe,n\n1.5,2\n', 'latin1')));
    assert.equal(latin1.profile.columns[0].name, 'größe');
    assert.ok(latin1.profile.notes.length > 0);
  });

  test('hostile column names are data: they are kept, used and shown', async () => {
    const names = [
      '__proto__',
      'constructor',
      'say "hi"',
      'two\nlines',
      '=cmd()',
      "'; drop table x; --",
      '<script>alert(1)</script>',
      'é😀',
    ];
    const header = names.map((n) => `"${n.replaceAll('"', '""')}"`).join(',');
    const rows = Array.from({ length: 12 }, (_, r) => names.map((_, c) => (r * (c + 3)) % 11).join(','));
    const dataset = await api.dataset('hostile.csv', `${header}\n${rows.join('\n')}\n`);
    assert.equal(dataset.state, 'ready', JSON.stringify(dataset.reasons));
    assert.deepEqual(
      dataset.profile.columns.map((c: { name: string }) => c.name),
      names,
    );
    const job = await api.run('regression/linear', dataset.id, {
      response: names[4],
      predictors: [names[0], names[6], names[2]],
    });
    assert.equal(job.state, 'succeeded', JSON.stringify(job.error));
    const { body: page } = await api.call('GET', `/v1/reports/${job.report}.html`);
    assert.doesNotMatch(page, /<script/i);
    assert.match(page, /&lt;script&gt;/);
  });

  test('constant and missing columns, wrong roles, unknown tools and columns: coded refusals that say what would fit', async () => {
    const dataset = await api.dataset(
      'odd.csv',
      'c,m,g,y\n1,,a,1.5\n1,,b,2.5\n1,,a,2.0\n1,,b,3.5\n1,,c,4.5\n1,,a,1.0\n',
    );
    assert.equal(dataset.state, 'ready', JSON.stringify(dataset.reasons));
    const wrongRole = await api.submit('regression/linear', dataset.id, { response: 'g', predictors: ['y'] });
    assert.equal(wrongRole.status, 422);
    assert.equal(wrongRole.body.issues[0].code, 'ROLE_MISMATCH');
    assert.match(wrongRole.body.issues[0].hint, /y/);
    const noColumn = await api.submit('statistics/t-test', dataset.id, {
      design: 'two_sample',
      value: 'nope',
      group: 'g',
    });
    assert.equal(noColumn.body.issues[0].code, 'COLUMN_NOT_FOUND');
    const noTool = await api.submit('statistics/z-test', dataset.id, {});
    assert.equal(noTool.body.code, 'tool.not_found');
    const unknownParameter = await api.submit('regression/linear', dataset.id, {
      response: 'y',
      predictors: ['c'],
      __proto: 1,
    });
    assert.equal(unknownParameter.status, 422);
    for (const [params, code] of [
      [{ design: 'two_sample', value: 'y', group: 'g' }, 'GROUP_COUNT'],
      [{ design: 'one_sample', value: 'c' }, 'NO_VARIATION'],
    ] as const) {
      const job = await api.run('statistics/t-test', dataset.id, params);
      assert.equal(job.state, 'failed');
      assert.equal(job.error.code, 'job.tool_refused');
      assert.equal(job.error.tool.code, code);
    }
    const constant = await api.run('regression/linear', dataset.id, { response: 'c', predictors: ['y'] });
    assert.equal(constant.error?.tool.code, 'CONSTANT_RESPONSE');
    const described = await api.run('explore/describe', dataset.id, {});
    assert.equal(described.state, 'succeeded', JSON.stringify(described.error));
  });

  test('the server is up and well after all that', async () => {
    const { status, body } = await api.call('GET', '/health');
    assert.equal(status, 200, JSON.stringify(body));
  });
});
