import { Report } from '@assay/sdk';
import { getReport, getReportHtml } from '../../../domain/reports/index.ts';
import { IdParams } from '../contracts/schema.ts';
import { defineRoute, nothing, quick, reply } from '../route.ts';

/** The document brings its own style; nothing may be loaded, run, submitted or framed elsewhere. */
const reportPolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "frame-ancestors 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

export const jsonRoute = defineRoute({
  method: 'GET',
  path: '/v1/reports/{id}',
  id: 'getReport',
  summary: 'A report as one structured document (`assay-report/1`)',
  auth: 'token',
  permission: 'reports:read',
  maxBytes: 0,
  timeout: quick,
  params: IdParams,
  missing: ['report.not_found', 'report'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The report.', mediaType: 'application/json', schema: Report } },
  async handler({ deps, context, params }) {
    return reply(200, await getReport(deps, context, params), { mediaType: 'application/json' });
  },
});

export const htmlRoute = defineRoute({
  method: 'GET',
  path: '/v1/reports/{id}.html',
  id: 'getReportHtml',
  summary: 'A report as one self-contained HTML file',
  auth: 'token',
  permission: 'reports:read',
  maxBytes: 0,
  timeout: quick,
  params: IdParams,
  missing: ['report.not_found', 'report'],
  query: null,
  headers: null,
  payload: nothing,
  responses: { 200: { description: 'The report.', mediaType: 'text/html' } },
  async handler({ deps, context, params }) {
    const headers = { 'content-security-policy': reportPolicy, 'x-frame-options': 'SAMEORIGIN' };
    const body = await getReportHtml(deps, context, params);
    return reply(200, body, { mediaType: 'text/html; charset=utf-8', headers });
  },
});
