export async function run(_data, _params, context) {
  for (;;) await context.progress(0.1);
}
