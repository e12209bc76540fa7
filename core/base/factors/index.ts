export { qrCode } from './qr-code.ts';
export { checkTotp, makeTotpSecret, totpAddress } from './totp.ts';
