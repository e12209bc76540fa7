import { answer } from './more.js';

export function run() {
  return {
    values: { answer: answer() },
    summary: ['both'],
    method: { text: 't', reference: 'conformance', options: {} },
  };
}
