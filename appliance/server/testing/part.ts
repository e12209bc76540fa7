import type { SupervisorMessage } from '../messages.ts';

/** A part without any work, which does as its settings say. */
export interface Behaviour {
  readonly does: 'run' | 'refuse' | 'die' | 'die-when-ready';
}

process.on('disconnect', () => process.exit(0));
process.on('message', (message: SupervisorMessage) => {
  if ('stop' in message) process.exit(0);
  if (!('settings' in message)) return;
  const { does } = message.settings as unknown as Behaviour;
  if (does === 'die') {
    process.stderr.write('last words\n');
    process.exit(3);
  }
  if (does === 'refuse') process.send?.({ failed: 'It will not.' });
  else process.send?.({ ready: true, address: `process:${process.pid}` });
  if (does === 'die-when-ready') setTimeout(() => process.exit(4), 10);
});
