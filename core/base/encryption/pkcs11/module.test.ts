import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { need } from '../../../../test/needs.ts';
import { makeSoftHsm, type SoftHsm } from '../../../../test/softhsm.ts';
import { openPkcs11 } from './index.ts';

const run = promisify(execFile);
const aad = Buffer.from('aad');

/** Puts a pipe where the token keeps a file: whoever opens it to read stands still until somebody writes. */
async function hang(hsm: SoftHsm): Promise<{ release(): Promise<void> }> {
  const [folder = ''] = await readdir(hsm.tokens);
  const file = join(hsm.tokens, folder, 'generation');
  const [kept, pipe] = [`${hsm.tokens}.generation`, `${hsm.tokens}.pipe`];
  await rename(file, kept);
  await run('mkfifo', [pipe]);
  await link(pipe, file);
  const release = async (): Promise<void> => {
    const content = await readFile(kept);
    await rename(kept, file);
    await writeFile(pipe, content);
    await rm(pipe);
  };
  return { release };
}

/** The end of a process that uses the token, and what it printed. */
async function useToken(hsm: SoftHsm, env: Readonly<Record<string, string>>, args: readonly string[] = []) {
  const { module, token, pin } = hsm;
  const program = join(import.meta.dirname, 'fixtures/use-token.ts');
  const all = { ...process.env, ...hsm.env, module, token, pin, ...env };
  return await run(process.execPath, [...args, program], {
    env: all,
    timeout: 30_000,
    killSignal: 'SIGKILL',
  }).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: unknown; stdout: string }) => ({ code, stdout }),
  );
}

describe('a PKCS#11 module', need('softhsm'), () => {
  let hsm: SoftHsm;
  before(async () => {
    hsm = await makeSoftHsm();
    Object.assign(process.env, hsm.env);
  });
  after(() => hsm.remove());

  it('that does not answer blocks nobody else, ends in an error, and is used again when it does', async () => {
    const token = await openPkcs11({ ...hsm, timeoutMs: 3000 });
    await token.makeSecretKey('k');
    const sealed = await token.seal('k', aad, aad);
    const { release } = await hang(hsm);
    const silent = { code: 'encryption.key_unavailable', message: /does not answer.*work goes on by itself/ };
    const waiting = Promise.allSettled([token.check(), token.keys(''), token.open('k', sealed, aad)]);
    const first = await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 10, 'a timer'))]);
    assert.equal(first, 'a timer');
    for (const each of await waiting) {
      assert.equal(each.status, 'rejected');
      assert.throws(() => {
        throw (each as PromiseRejectedResult).reason;
      }, silent);
    }
    await assert.rejects(token.check(), silent);
    await release();
    let opened: Buffer | undefined;
    for (let tries = 0; tries < 300 && !opened; tries += 1) {
      opened = await token.open('k', sealed, aad).catch((error: Error) => {
        assert.match(error.message, silent.message);
        return undefined;
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.deepEqual(opened, aad);
    await token.close();
  });

  it('that does not answer does not keep the process from its end', async () => {
    await hang(hsm);
    for (const exit of ['', '7']) {
      const { code, stdout } = await useToken(hsm, { timeoutMs: '500', exit });
      assert.match(stdout, /does not answer/);
      assert.equal(code, Number(exit));
    }
  });
});

describe('a process with a PKCS#11 token', need('softhsm'), () => {
  it('ends by itself, with the token closed or open', async () => {
    const hsm = await makeSoftHsm();
    try {
      for (const close of ['true', 'false'])
        assert.deepEqual(await useToken(hsm, { close }), { code: 0, stdout: 'checked\n' });
    } finally {
      await hsm.remove();
    }
  });

  it('uses no key that another process destroyed', async () => {
    const hsm = await makeSoftHsm();
    Object.assign(process.env, hsm.env);
    const token = await openPkcs11(hsm);
    try {
      await token.makeSecretKey('k');
      const sealed = await token.seal('k', aad, aad);
      await useToken(hsm, { destroy: 'k', close: 'true' });
      const gone = { code: 'encryption.key_unavailable', message: /has no secret key "k"/ };
      await assert.rejects(token.open('k', sealed, aad), gone);
      await assert.rejects(token.seal('k', aad, aad), gone);
    } finally {
      await token.close();
      await hsm.remove();
    }
  });

  it('without the FFI package is told what to install', async () => {
    const hsm = await makeSoftHsm();
    const absent = `import { registerHooks } from 'node:module';
      registerHooks({ resolve(name, context, next) {
        if (name === 'koffi') throw new Error('Cannot find package koffi');
        return next(name, context);
      } });`;
    const url = `data:text/javascript;base64,${Buffer.from(absent).toString('base64')}`;
    try {
      const { code, stdout } = await useToken(hsm, {}, ['--import', url]);
      assert.equal(code, 0);
      assert.match(
        stdout,
        /optional package koffi, which is not installed.*npm install --ignore-scripts koffi/,
      );
    } finally {
      await hsm.remove();
    }
  });

  it('shares one module between tokens, each with its own keys', async () => {
    const hsm = await makeSoftHsm();
    Object.assign(process.env, hsm.env);
    const pin = randomBytes(4).toString('hex');
    await hsm.initialize('second', pin);
    const open = () =>
      Promise.all([openPkcs11(hsm), openPkcs11({ module: hsm.module, token: 'second', pin })]);
    const [first, second] = await open();
    try {
      await Promise.all([first.makeSecretKey('k'), second.makeSecretKey('k')]);
      const sealed = await first.seal('k', aad, aad);
      await assert.rejects(second.open('k', sealed, aad), { code: 'encryption.ciphertext_invalid' });
      await first.close();
      await second.check();
    } finally {
      await second.close();
      await hsm.remove();
    }
  });
});
