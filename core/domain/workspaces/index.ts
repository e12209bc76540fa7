export { type Ciphers, createCiphers } from './ciphers.ts';
export { createWorkspace, systemPrincipal } from './create.ts';
