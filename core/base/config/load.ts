import { AssayError } from '@assay/sdk';
import { closest } from 'fastest-levenshtein';
import { Value } from 'typebox/value';
import { type Config, ConfigSchema } from './schema.ts';
import { listSettings, type Setting } from './settings.ts';

export interface LoadOptions {
  /** Parsed configuration file, or undefined where there is none. */
  readonly file: unknown;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Variables that start with ASSAY_ and are no settings: where to look before there is a configuration, and the client's. */
const otherVariables = new Set(['ASSAY_DATA', 'ASSAY_CONFIG', 'ASSAY_URL', 'ASSAY_TOKEN']);

function invalid(detail: string): AssayError {
  return new AssayError('config.invalid', detail);
}

/** Text of the environment as the type that the setting has. */
function parse(setting: Setting, text: string): unknown {
  if (setting.type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (setting.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (setting.type === 'array') {
    try {
      return JSON.parse(text);
    } catch {
      throw invalid(`${setting.variable} must be JSON, for example [].`);
    }
  }
  return text;
}

function put(config: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [section = '', key = ''] = path;
  const existing = config[section];
  const target = typeof existing === 'object' && existing !== null ? existing : {};
  config[section] = { ...target, [key]: value };
}

function readEnvironment(config: Record<string, unknown>, env: LoadOptions['env']): void {
  const settings = listSettings();
  for (const [name, text] of Object.entries(env)) {
    if (text === undefined || text === '') continue;
    if (name === 'DATABASE_URL') put(config, ['database', 'url'], text);
    if (!name.startsWith('ASSAY_') || otherVariables.has(name)) continue;
    const setting = settings.find((s) => s.variable === name);
    if (!setting)
      throw invalid(
        `${name} is no setting; the nearest is ${closest(
          name,
          settings.map((s) => s.variable),
        )}.`,
      );
    put(config, setting.path, parse(setting, text));
  }
}

function refuseUnknown(config: Record<string, unknown>): void {
  const settings = listSettings();
  for (const [section, value] of Object.entries(config)) {
    const known = settings.filter((s) => s.path[0] === section);
    if (known.length === 0)
      throw invalid(
        `"${section}" is no section of the configuration; the nearest is "${closest(
          section,
          settings.map((s) => s.path[0] ?? ''),
        )}".`,
      );
    for (const key of Object.keys((value ?? {}) as object))
      if (!known.some((s) => s.path[1] === key))
        throw invalid(
          `"${section}.${key}" is no setting; the nearest is "${section}.${closest(
            key,
            known.map((s) => s.path[1] ?? ''),
          )}".`,
        );
  }
}

/**
 * Puts the configuration together: defaults, then the file, then the environment.
 * @throws AssayError `config.invalid` for a key or variable that is not known, or a value that does not fit
 */
export function loadConfig({ file, env }: LoadOptions): Config {
  if (file !== undefined && (typeof file !== 'object' || file === null || Array.isArray(file)))
    throw invalid('the configuration file must hold a JSON object.');
  const given = structuredClone({ ...(file as Record<string, unknown> | undefined) });
  readEnvironment(given, env);
  refuseUnknown(given);
  for (const section of Object.keys(ConfigSchema.properties)) given[section] ??= {};
  const config = Value.Default(ConfigSchema, given);
  const [error] = Value.Errors(ConfigSchema, config);
  if (error) {
    const at = error.instancePath.slice(1).replaceAll('/', '.');
    throw invalid(`${at || 'the configuration'} ${error.message}; see docs/reference/configuration.md.`);
  }
  return config as Config;
}
