import assert from 'node:assert/strict';
import { createHmac, hkdfSync } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createKeyring, openKeyring } from './index.ts';
import { newKeyringContent, writeKeyringFile } from './keyring-file.ts';
import { parseWrappedKey } from './wrapped-key.ts';

const context = { workspace: 'ws_1', version: '1' };
const unavailable = (message: RegExp) => ({ code: 'encryption.key_unavailable', message });

describe('keyring', () => {
  let folder = '';
  const files: string[] = [];
  const nextFile = (): string => {
    files.push(join(folder, `keys-${files.length}`, 'keyring.json'));
    return files.at(-1) as string;
  };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'assay-keyring-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('is a file of mode 0600 in a folder of mode 0700, and nothing else is left there', async () => {
    const file = nextFile();
    await createKeyring({ file });
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(dirname(file))).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(dirname(file)), ['keyring.json']);
  });

  it('unwraps after a restart what it wrapped before', async () => {
    const file = nextFile();
    const first = await createKeyring({ file });
    const { key, wrapped } = await first.generateKey(context);
    assert.equal(key.length, 32);
    assert.deepEqual(parseWrappedKey(JSON.parse(JSON.stringify(wrapped))), wrapped);
    const second = await openKeyring({ file });
    assert.deepEqual(await second.unwrap(wrapped, { version: '1', workspace: 'ws_1' }), key);
    assert.deepEqual(second.describe(), first.describe());
    assert.deepEqual(second.describe().keyVersions, [1]);
    assert.equal(wrapped.provider, 'keyring');
    assert.equal(wrapped.keyUri, second.describe().keyUri);
  });

  it('wraps with the newest root key and unwraps with every one', async () => {
    const [oldFile, newFile] = [nextFile(), nextFile()];
    const content = newKeyringContent();
    await writeKeyringFile(oldFile, content);
    const rootKeys = [...content.rootKeys, ...newKeyringContent().rootKeys];
    await writeKeyringFile(newFile, { ...content, rootKeys });
    const { key, wrapped } = await (await openKeyring({ file: oldFile })).generateKey(context);
    const rotated = await openKeyring({ file: newFile });
    assert.deepEqual(await rotated.unwrap(wrapped, context), key);
    const again = await rotated.wrap(key, context);
    assert.equal(again.keyVersion, 2);
    assert.deepEqual(await rotated.unwrap(again, context), key);
    const old = await openKeyring({ file: oldFile });
    await assert.rejects(old.unwrap(again, context), unavailable(/version 2/));
  });

  it('refuses another context, another keyring and any altered record', async () => {
    const keyring = await createKeyring({ file: nextFile() });
    const { wrapped } = await keyring.generateKey(context);
    const altered = { code: 'encryption.ciphertext_invalid' };
    await assert.rejects(keyring.unwrap(wrapped, { ...context, workspace: 'ws_2' }), altered);
    await assert.rejects(keyring.unwrap(wrapped, {}), altered);
    const bytes = Buffer.from(wrapped.wrapped, 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await assert.rejects(
        keyring.unwrap({ ...wrapped, wrapped: changed.toString('base64') }, context),
        altered,
      );
    }
    const odd = [
      { v: 2 },
      { alg: 'none' },
      { keyVersion: 0 },
      { extra: 1 },
      { ctxDigest: 'x' },
      { wrapped: 'AA=' },
    ];
    for (const change of odd) {
      await assert.rejects(keyring.unwrap({ ...wrapped, ...change } as typeof wrapped, context), altered);
    }
    const other = await createKeyring({ file: nextFile() });
    await assert.rejects(other.unwrap(wrapped, context), unavailable(/wrapped by keyring:/));
  });

  it('derives one MAC key a label from the pepper', async () => {
    const file = nextFile();
    const keyring = await createKeyring({ file });
    const pepper = Buffer.from(JSON.parse(await readFile(file, 'utf8')).pepper, 'base64');
    const subkey = Buffer.from(hkdfSync('sha256', pepper, '', 'assay/mac/v1:token', 32));
    const expected = createHmac('sha256', subkey).update('abc').digest();
    assert.deepEqual(keyring.mac('token', 'abc'), expected);
    assert.deepEqual(keyring.mac('token', Buffer.from('abc')), expected);
    assert.notDeepEqual(keyring.mac('session', 'abc'), expected);
    const other = await createKeyring({ file: nextFile() });
    assert.notDeepEqual(other.mac('token', 'abc'), expected);
  });

  it('never overwrites a keyring', async () => {
    const file = nextFile();
    await createKeyring({ file });
    const written = await readFile(file);
    await assert.rejects(createKeyring({ file }), unavailable(/left as it is/));
    assert.deepEqual(await readFile(file), written);
    assert.deepEqual(await readdir(dirname(file)), ['keyring.json']);
    const contested = nextFile();
    const makers = await Promise.allSettled([1, 2, 3].map(() => createKeyring({ file: contested })));
    assert.equal(makers.filter((maker) => maker.status === 'fulfilled').length, 1);
  });

  it('refuses a file or a folder that is open to others, and says which command mends it', async () => {
    const file = nextFile();
    const keyring = await createKeyring({ file });
    for (const mode of [0o640, 0o604, 0o620, 0o666]) {
      await chmod(file, mode);
      await assert.rejects(openKeyring({ file }), unavailable(/chmod 600 '.*keyring\.json'/));
    }
    const health = await keyring.health();
    assert.ok(!health.ok && /chmod 600/.test(health.reason));
    await chmod(file, 0o600);
    await chmod(dirname(file), 0o770);
    await assert.rejects(openKeyring({ file }), unavailable(/chmod 700/));
    await chmod(dirname(file), 0o700);
    assert.deepEqual(await keyring.health(), { ok: true });
    const loose = nextFile();
    await mkdir(dirname(loose));
    await chmod(dirname(loose), 0o777);
    await assert.rejects(createKeyring({ file: loose }), unavailable(/chmod 700/));
  });

  it('says what to do where the file is missing, damaged or edited, without quoting it', async () => {
    const file = nextFile();
    await assert.rejects(openKeyring({ file }), unavailable(/no keyring at .*backup/));
    const keyring = await createKeyring({ file });
    const text = await readFile(file, 'utf8');
    const { rootKeys, ...rest } = JSON.parse(text);
    const digit = rootKeys[0][3];
    const flipped = text.replace(rootKeys[0], rootKeys[0].replace(digit, digit === 'A' ? 'B' : 'A'));
    const damaged = ['', 'null', '[]', '{}', text.slice(0, -9), flipped, JSON.stringify(rest), `${text}x`];
    for (const content of [
      ...damaged,
      JSON.stringify({ ...rest, rootKeys, extra: true }),
      `"${rootKeys[0]}`,
    ]) {
      await writeFile(file, content, { mode: 0o600 });
      await assert.rejects(openKeyring({ file }), (error: Error) => {
        assert.ok(!`${error.message} ${error.cause}`.includes(rootKeys[0].slice(0, 8)));
        assert.match(error.message, /damaged or was edited.*backup/);
        return true;
      });
    }
    assert.ok(!(await keyring.health()).ok);
    await rm(file);
    await createKeyring({ file });
    const health = await keyring.health();
    assert.ok(!health.ok && /another keyring/.test(health.reason));
  });
});
