/** Messages of RFC 5424 and their octet-counted frames of RFC 5425. */
import { AssayError } from '@assay/sdk';

const version = 1;
const byteOrderMark = '\ufeff';
/** Longest fields of the header, in characters (RFC 5424, section 6). */
const longest = { hostname: 255, appName: 48, procId: 128, msgId: 32 };
const maxNameLength = 32;

/** One event for a syslog receiver. */
export interface SyslogEvent {
  /** 0 to 23; 13 is "log audit". */
  readonly facility: number;
  /** 0 (emergency) to 7 (debug); 5 is "notice". */
  readonly severity: number;
  readonly at: Date;
  readonly hostname: string;
  readonly appName: string;
  readonly procId: string;
  /** Kind of event, such as `dataset.receive`. */
  readonly msgId: string;
  /** One element of structured data; its id is `name@enterprise-number`. */
  readonly data: { readonly id: string; readonly params: Readonly<Record<string, string>> };
  readonly message: string;
}

/**
 * Bytes of a message, without a frame. Text never makes it fail, because a message that cannot be written would block
 * all that wait behind it: header fields are cut to their length and lose what is not printable ASCII, and broken
 * Unicode becomes U+FFFD.
 * @throws AssayError request.invalid for facility, severity, time or names of structured data that cannot be
 */
export function formatSyslog(event: SyslogEvent): Buffer {
  const { facility, severity, at, data, message } = event;
  if (!isWithin(facility, 23) || !isWithin(severity, 7)) {
    throw new AssayError('request.invalid', `Facility ${facility} or severity ${severity} is not of syslog.`);
  }
  if (Number.isNaN(at.getTime()))
    throw new AssayError('request.invalid', 'The time of the event is no time.');
  const params = Object.entries(data.params).map(([name, value]) => ` ${asName(name)}="${escaped(value)}"`);
  const text = [
    `<${facility * 8 + severity}>${version}`,
    at.toISOString(),
    field(event.hostname, longest.hostname),
    field(event.appName, longest.appName),
    field(event.procId, longest.procId),
    field(event.msgId, longest.msgId),
    `[${asName(data.id)}${params.join('')}]`,
    `${byteOrderMark}${message}`,
  ].join(' ');
  // Encoding replaces half surrogate pairs by U+FFFD.
  return Buffer.from(text);
}

/** The message with its length before it, as a stream carries it. */
export function frameSyslog(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

const isWithin = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= most;

/** Printable ASCII without space; a hyphen stands for nothing. */
function field(text: string, most: number): string {
  return text.replace(/[^\x21-\x7e]/g, '?').slice(0, most) || '-';
}

/** Names are chosen by a programmer, not by data, so a bad one is an error. */
function asName(name: string): string {
  if (name.length <= maxNameLength && /^[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]+$/.test(name)) return name;
  throw new AssayError('request.invalid', `"${name}" cannot name a part of structured data in syslog.`);
}

const escaped = (value: string): string => value.replace(/["\\\]]/g, '\\$&');
