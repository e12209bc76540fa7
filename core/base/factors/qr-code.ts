import { renderSVG } from 'uqr';

/** A text as a QR code: an SVG without script, black on white also on a dark page, so that cameras read it. */
export function qrCode(text: string): string {
  return renderSVG(text, { border: 2, ecc: 'M' });
}
