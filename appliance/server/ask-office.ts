import type { PluginOffice } from '@assay/core/plugins';
import { AssayError } from '@assay/sdk';
import type { Answer, PartMessage, PluginRequest, SupervisorMessage } from './messages.ts';

/** The office as the api has it: it asks its supervisor, over the channel between the two. */
export function askOffice(): PluginOffice {
  const waiting = new Map<number, (answer: Answer) => void>();
  let last = 0;
  process.on('message', (message: SupervisorMessage) => {
    if (!('answer' in message)) return;
    waiting.get(message.answer)?.(message.with);
    waiting.delete(message.answer);
  });
  async function ask(request: PluginRequest): Promise<never> {
    last += 1;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    waiting.set(last, resolve);
    process.send?.({ ask: last, request } satisfies PartMessage);
    const answer = await promise;
    if ('value' in answer) return answer.value as never;
    const { code, message, issues } = answer.error;
    throw new AssayError(code, message, { issues });
  }
  return {
    install: (...given) => ask({ method: 'install', given }),
    setStanding: (...given) => ask({ method: 'setStanding', given }),
    remove: (...given) => ask({ method: 'remove', given }),
    give: (...given) => ask({ method: 'give', given }),
    revoke: (...given) => ask({ method: 'revoke', given }),
  };
}
