import assert from 'node:assert/strict';
import { getFips } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createKeyring, openKeyring, watchKeys } from './index.ts';
import { describeKeySource, type KeySourcePlace } from './key-source.suite.ts';

const unavailable = (message: RegExp) => ({ code: 'encryption.key_unavailable', message });
const passphrase = 'correct horse battery staple';

async function keyringPlace(given: { passphrase?: string }): Promise<KeySourcePlace> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-keyring-'));
  const at = (name: string) => ({ file: join(folder, name, 'keyring.json'), ...given });
  return {
    make: () => createKeyring(at('own')),
    open: () => openKeyring(at('own')),
    other: () => createKeyring(at('other')),
    remove: () => rm(folder, { recursive: true }),
  };
}

describeKeySource('keyring file', { skip: false }, () => keyringPlace({}));
describeKeySource('keyring file with a passphrase', { skip: false }, () => keyringPlace({ passphrase }));

describe('keyring file', () => {
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

  it('has mode 0600 in a folder of mode 0700, and nothing else is left there, also after changes', async () => {
    const file = nextFile();
    const keys = await createKeyring({ file });
    await keys.rotate();
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(dirname(file))).mode & 0o777, 0o700);
    assert.deepEqual(await readdir(dirname(file)), ['keyring.json']);
  });

  it('is never overwritten by a new one', async () => {
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

  it('is refused where it, or its folder, is open to others; the command that mends it is said', async () => {
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

  it('says what to do where it is missing, half written, damaged or edited, without quoting it', async () => {
    const file = nextFile();
    await assert.rejects(openKeyring({ file }), unavailable(/no keyring at .*backup/));
    const keyring = await createKeyring({ file });
    const text = await readFile(file, 'utf8');
    const { content, ...rest } = JSON.parse(text);
    const secret = content.slice(0, 12);
    const flipped = text.replace(content, `${content.startsWith('A') ? 'B' : 'A'}${content.slice(1)}`);
    const halves = Array.from({ length: 20 }, (_, i) => text.slice(0, Math.floor((text.length * i) / 20)));
    for (const damaged of [
      ...halves,
      'null',
      '[]',
      '{}',
      flipped,
      JSON.stringify(rest),
      `${text}x`,
      JSON.stringify({ ...rest, content, extra: true }),
      `"${content}`,
    ]) {
      await writeFile(file, damaged, { mode: 0o600 });
      await assert.rejects(openKeyring({ file }), (error: Error) => {
        assert.ok(!`${error.message} ${error.cause}`.includes(secret));
        assert.match(error.message, /damaged or was edited.*backup/);
        return true;
      });
    }
    await writeFile(file, text.replace('keyring/2', 'keyring/1'), { mode: 0o600 });
    await assert.rejects(openKeyring({ file }), unavailable(/form assay-keyring\/1.*version that made it/));
    assert.ok(!(await keyring.health()).ok);
    await rm(file);
    await createKeyring({ file });
    const health = await keyring.health();
    assert.ok(!health.ok && /another keyring/.test(health.reason));
  });

  it('under a passphrase shows no key, and opens with that passphrase alone', async () => {
    const file = nextFile();
    await createKeyring({ file, passphrase });
    const { content, protection } = JSON.parse(await readFile(file, 'utf8'));
    assert.equal(protection.kdf.name, getFips() === 1 ? 'pbkdf2-hmac-sha512' : 'argon2id');
    assert.ok(!Buffer.from(content, 'base64').includes('rootVersions'));
    await assert.rejects(openKeyring({ file }), unavailable(/passphrase.*none was given/));
    await assert.rejects(
      openKeyring({ file, passphrase: `${passphrase}.` }),
      unavailable(/does not open the keyring/),
    );
    await assert.rejects(
      createKeyring({ file: nextFile(), passphrase: 'short' }),
      unavailable(/at least 12/),
    );
    const open = nextFile();
    await createKeyring({ file: open });
    await assert.rejects(
      openKeyring({ file: open, passphrase }),
      unavailable(/by the mode of its file alone/),
    );
  });

  it('that cannot be used stops whoever asks, with the reason, until it can be used again', async () => {
    const file = nextFile();
    const keys = await watchKeys(() => openKeyring({ file }));
    assert.throws(() => keys.require(), unavailable(/no keyring at/));
    assert.throws(() => keys.mac('a', 'b'), unavailable(/no keyring at/));
    const made = await createKeyring({ file });
    assert.deepEqual(await keys.health(), { ok: true });
    assert.deepEqual(keys.mac('a', 'b'), made.mac('a', 'b'));
    await chmod(file, 0o644);
    let refused = false;
    for (let i = 0; i < 100 && !refused; i += 1) {
      await delay(100);
      try {
        keys.require();
      } catch {
        refused = true;
      }
    }
    assert.ok(refused, 'it looks for itself');
    await assert.rejects(keys.generateKey({}), unavailable(/chmod 600/));
    await keys.close();
  });
});
