/** `Content-Disposition` (RFC 6266) that makes a browser save, never show; any name is safe in it. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\w.-]/g, '_').slice(0, 100);
  const whole = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`;
}
