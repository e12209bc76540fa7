import { readFileSync } from 'node:fs';
import { AssayError } from '@assay/sdk';

/** Where a bucket is, and what opens it. */
export interface S3Options {
  /** Address of the server, such as `https://s3.example.org`. */
  readonly endpoint: string;
  readonly bucket: string;
  /** Put before every key, such as `assay/`; empty for none. */
  readonly prefix?: string;
  /** `us-east-1` where none is given. */
  readonly region?: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** `path`: https://host/bucket/key; `virtual`: https://bucket.host/key; `auto`: virtual for Amazon's own hosts. */
  readonly addressing?: 'auto' | 'path' | 'virtual';
  /** File with certificates (PEM) that the server is checked against, instead of the system's. */
  readonly caFile?: string;
  /** Without TLS: everything but the objects themselves can be read on the way. */
  readonly allowHttp?: boolean;
}

/** The same, checked and taken apart. */
export interface S3Place {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly pathStyle: boolean;
  readonly ca?: Buffer;
}

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const prefixShape = /^(?:[a-z0-9_-][a-z0-9._-]*\/)*$/;

function invalid(detail: string): AssayError {
  return new AssayError('config.invalid', detail);
}

function readCertificates(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new AssayError(
      'config.invalid',
      `The certificates ${file} of the object store cannot be read (${(cause as NodeJS.ErrnoException).code}).`,
      { cause },
    );
  }
}

/** @throws AssayError `config.invalid` with what is wrong and what would be right */
export function placeOf(options: S3Options): S3Place {
  const { endpoint, bucket, prefix = '', region = 'us-east-1', addressing = 'auto' } = options;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.username)
    throw invalid(`storage.endpoint must be an address such as https://s3.example.org, not "${endpoint}".`);
  const secure = url.protocol === 'https:';
  if (!secure && !options.allowHttp)
    throw invalid(
      `storage.endpoint ${endpoint} has no TLS. Use https, or set storage.allowHttp where nobody listens.`,
    );
  if (!bucketName.test(bucket)) throw invalid(`"${bucket}" is no name of a bucket: 3 to 63 of a-z 0-9 - .`);
  if (!prefixShape.test(prefix))
    throw invalid(`storage.prefix must be empty or end with a slash, such as "assay/"; it is "${prefix}".`);
  if (options.accessKey === '' || options.secretKey === '')
    throw invalid('An S3 store needs storage.accessKey and storage.secretKeyFile.');
  const amazon = /(^|\.)amazonaws\.com(\.cn)?$/.test(url.hostname);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (secure ? 443 : 80)),
    secure,
    bucket,
    prefix,
    region,
    accessKey: options.accessKey,
    secretKey: options.secretKey,
    pathStyle: addressing === 'auto' ? !amazon : addressing === 'path',
    ...(options.caFile ? { ca: readCertificates(options.caFile) } : {}),
  };
}
