import { type TObject, Type } from 'typebox';

export const closed = { additionalProperties: false } as const;

/** A group of settings; what is not named in it is refused. */
export const section = <T extends Record<string, Parameters<typeof Type.Object>[0][string]>>(
  description: string,
  properties: T,
): TObject<T> => Type.Object(properties, { ...closed, description, default: {} });
