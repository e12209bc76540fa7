export async function run(_data, _params, context) {
  await context.progress(0.5, 'half way', 'fit');
  context.warn('CARE', 'take care');
  context.log('to the log');
  return {
    values: { answer: 1 },
    summary: ['said'],
    method: { text: 't', reference: 'conformance', options: {} },
  };
}
