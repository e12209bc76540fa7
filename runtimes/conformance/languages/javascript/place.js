export function run() {
  const pad = (number) => String(number).padStart(2, '0');
  const start = new Date(0);
  const date = [start.getFullYear(), pad(start.getMonth() + 1), pad(start.getDate())].join('-');
  const time = [start.getHours(), start.getMinutes(), start.getSeconds()].map(pad).join(':');
  return {
    values: { time: `${date}T${time}`, number: String(1234.5), sorted: ['b', 'A', 'a', 'ä', 'B'].sort() },
    summary: ['here'],
    method: { text: 't', reference: 'conformance', options: {} },
  };
}
