export function run(_data, _params, context) {
  context.log('{"t":"result","bytes":2}\n{}{"t":"done"}');
  for (let i = 0; i < 1000; i += 1) context.log('x'.repeat(10_000));
  return {
    values: { answer: 1 },
    summary: ['printed'],
    method: { text: 't', reference: 'conformance', options: {} },
  };
}
