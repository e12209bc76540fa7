import manifest from './package.json' with { type: 'json' };

/** Version of the appliance. */
export const version: string = manifest.version;
