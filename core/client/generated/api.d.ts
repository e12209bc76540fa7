// Generated from docs/reference/openapi.json; do not edit.
export interface paths {
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server and its parts work */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description */
        get: operations["getOpenapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Page with a button that signs a browser in; looking at it uses no token up */
        get: operations["showSignIn"];
        put?: never;
        /** What the button of the sign-in page sends; answers with a session cookie */
        post: operations["enterSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The data sets of the workspace, newest first
         * @description Needs the permission `datasets:read`.
         */
        get: operations["listDatasets"];
        put?: never;
        /**
         * Uploads a data set: the file itself as the body
         * @description Needs the permission `datasets:create`.
         */
        post: operations["receiveDataset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A data set with its state and profile
         * @description Needs the permission `datasets:read`.
         */
        get: operations["getDataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bytes of a data set, as uploaded or as Parquet or Arrow
         * @description Needs the permission `datasets:read`.
         */
        get: operations["readDataset"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The jobs of the workspace, newest first
         * @description Needs the permission `jobs:read`.
         */
        get: operations["listJobs"];
        put?: never;
        /**
         * Submits a job: one tool over data sets
         * @description Needs the permission `jobs:submit`.
         */
        post: operations["submitJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A job with its state, progress and outcome
         * @description Needs the permission `jobs:read`.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        /**
         * Cancels a job that is not finished
         * @description Needs the permission `jobs:cancel`.
         */
        delete: operations["cancelJob"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Server-sent events `job`, one a change, until the job is finished
         * @description Needs the permission `jobs:read`.
         */
        get: operations["watchJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who the token belongs to */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The plugins that were found, also those in quarantine and why
         * @description Needs the permission `plugins:read`.
         */
        get: operations["listPlugins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A report as one structured document (`assay-report/1`)
         * @description Needs the permission `reports:read`.
         */
        get: operations["getReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports/{id}.html": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A report as one self-contained HTML file
         * @description Needs the permission `reports:read`.
         */
        get: operations["getReportHtml"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Turns the one-time token that the start printed into an API token */
        post: operations["signIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tools": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The tools that can be run, by name
         * @description Needs the permission `tools:read`.
         */
        get: operations["listTools"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tools/{plugin}/{tool}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything needed to choose and call a tool
         * @description Needs the permission `tools:read`.
         */
        get: operations["getTool"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        Dataset: {
            /** @description Length of the original. */
            bytes: number;
            /** @description SHA-256, `sha256:hex`. */
            digest: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            mediaType: string;
            name: string;
            profile?: components["schemas"]["Profile"];
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            profileJob?: string;
            /** @description What was wrong with the data; present when `rejected`. */
            reasons?: components["schemas"]["Issue"][];
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            receivedAt: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            receivedBy: string;
            /** @enum {unknown} */
            state: "received" | "ready" | "rejected";
        };
        DatasetPage: {
            /** @description Newest first. */
            items: components["schemas"]["DatasetSummary"][];
            /**
             * Format: uuid
             * @description Give it as `after` to get the next page; absent on the last.
             */
            next?: string;
        };
        DatasetSummary: {
            /** @description Length of the original. */
            bytes: number;
            /** @description SHA-256, `sha256:hex`. */
            digest: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            mediaType: string;
            name: string;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            receivedAt: string;
            /** @enum {unknown} */
            state: "received" | "ready" | "rejected";
        };
        /**
         * @description What it can be is in docs/reference/errors.md.
         * @enum {unknown}
         */
        ErrorCode: "request.invalid" | "request.not_found" | "request.method_not_allowed" | "request.host_refused" | "request.origin_refused" | "request.too_large" | "request.media_type_unsupported" | "request.interrupted" | "request.timeout" | "request.limit_exceeded" | "identity.token_missing" | "identity.token_invalid" | "identity.start_token_invalid" | "access.denied" | "workspace.not_found" | "dataset.not_found" | "dataset.not_ready" | "dataset.empty" | "dataset.rejected" | "dataset.name_invalid" | "tool.not_found" | "tool.input_invalid" | "tool.runtime_unavailable" | "plugin.manifest_invalid" | "plugin.digest_mismatch" | "plugin.not_admitted" | "plugin.not_found" | "job.not_found" | "job.already_finished" | "job.limit_exceeded" | "job.timeout" | "job.tool_refused" | "job.tool_failed" | "job.output_invalid" | "job.run_lost" | "job.cancelled" | "job.idempotency_key_reused" | "report.not_found" | "artifact.unreadable" | "storage.full" | "storage.object_exists" | "storage.unavailable" | "encryption.key_unavailable" | "encryption.ciphertext_invalid" | "database.unavailable" | "runner.unavailable" | "run.protocol_violated" | "run.specification_refused" | "config.invalid" | "internal.timeout" | "internal.unexpected";
        Health: {
            parts: {
                [key: string]: {
                    /** @enum {unknown} */
                    status: "ok" | "degraded";
                };
            };
            /** @enum {unknown} */
            status: "ok" | "degraded" | "stopping";
        };
        Issue: {
            /** @description Upper-case code of what was wrong. */
            code: string;
            /** @description Column in the data. */
            column?: string;
            /** @description What was wrong. */
            detail: string;
            /** @description What would be right. */
            hint?: string;
            /** @description JSON pointer to the place in the request; may be empty. */
            pointer: string;
            /** @description 1-based row in the data. */
            row?: number;
        };
        Job: {
            attempts: number;
            error?: {
                code: components["schemas"]["ErrorCode"];
                detail: string;
                issues?: components["schemas"]["Issue"][];
                title: string;
                tool?: components["schemas"]["ToolRefusal"];
            };
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            finishedAt?: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            /** @description Data set by input. */
            inputs: {
                [key: string]: string;
            };
            params: {
                [key: string]: unknown;
            };
            /** @description SHA-256, `sha256:hex`. */
            pluginDigest: string;
            progress?: {
                fraction: number;
                note?: string;
                stage: string;
            };
            /**
             * Format: uuid
             * @description The job that made the report, where the same had been done before.
             */
            recalledFrom?: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            report?: string;
            /** @description SHA-256, `sha256:hex`. */
            resultDigest?: string;
            /** @description Counts every change; the id of its events. */
            revision: number;
            runtime?: {
                /** @description Why this runtime, of those that the tool names. */
                chosen?: string;
                image: string;
                /** @enum {unknown} */
                isolation: "bubblewrap" | "process" | "container" | "gvisor";
                name: string;
                version: string;
            };
            seed: number;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            startedAt?: string;
            /** @enum {unknown} */
            state: "queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled";
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            submittedAt: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            submittedBy: string;
            timings?: {
                /** @description The analysis itself. */
                computeMs?: number;
                /** @description Drawing the report. */
                drawMs?: number;
                /** @description From submission to the attempt that finished. */
                queueMs: number;
                /** @description Handing over code and data, and their reading by the program. */
                readMs?: number;
                /** @description To a program that is ready to be handed the job. */
                startMs?: number;
                /** @description Encrypting and storing it. */
                storeMs?: number;
                /** @description Checking what came back. */
                verifyMs?: number;
            };
            tool: string;
            version: string;
        };
        JobPage: {
            /** @description Newest first. */
            items: components["schemas"]["JobSummary"][];
            /**
             * Format: uuid
             * @description Give it as `after` to get the next page; absent on the last.
             */
            next?: string;
        };
        JobSummary: {
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            finishedAt?: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            report?: string;
            /** @enum {unknown} */
            state: "queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled";
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            submittedAt: string;
            tool: string;
            version: string;
        };
        Me: {
            principal: {
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                id: string;
                /** @enum {unknown} */
                kind: "user" | "service" | "system";
                name: string;
                permissions: string[];
                role: string;
            };
            workspace: {
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                id: string;
            };
        };
        Plugin: {
            digest: string;
            name: string;
            /** @description Why it is quarantined. */
            reasons: string[];
            /** @enum {unknown} */
            state: "enabled" | "quarantined";
            tools: string[];
            /** @enum {unknown} */
            trust: "shipped" | "own";
            version: string;
        };
        PluginList: {
            items: components["schemas"]["Plugin"][];
        };
        Problem: {
            code: components["schemas"]["ErrorCode"];
            /** @description What was wrong here; a fixed sentence where the fault is ours. */
            detail: string;
            issues: components["schemas"]["Issue"][];
            /** @description Names this request in the log of the server. */
            requestId: string;
            /** @description The same request may succeed later. */
            retryable: boolean;
            status: number;
            title: string;
            tool?: components["schemas"]["ToolRefusal"];
            /** @description `urn:assay:error:` and the code. */
            type: string;
        };
        /** @description What is known of the data; present when `ready`. */
        Profile: {
            columns: {
                constant: boolean;
                /** @description Number of distinct values, missing ones not counted. */
                distinct: number;
                /** @description Sorted distinct values, where there are at most 1,000 of them. */
                levels?: string[];
                max?: number | string | boolean | null;
                mean?: number;
                median?: number;
                min?: number | string | boolean | null;
                /** @description Number of missing values. */
                missing: number;
                name: string;
                /** @description First quartile, type 7. */
                q1?: number;
                q3?: number;
                /** @enum {unknown} */
                role: "numeric" | "category" | "time" | "id" | "text";
                /** @description Every role the column can take; `role` is the proposed one. */
                roles: ("numeric" | "category" | "time" | "id" | "text")[];
                /** @description Sample standard deviation (n - 1). */
                sd?: number;
                /** @description At most ten most frequent values. */
                top: {
                    count: number;
                    value: number | string | boolean | null;
                }[];
                /** @enum {unknown} */
                type: "boolean" | "integer" | "number" | "text" | "date" | "timestamp";
            }[];
            delimiter?: string;
            /** @description Text encoding that was found: utf-8, utf-16, latin-1. */
            encoding?: string;
            /** @description How the bytes were read: csv, parquet, json. */
            format: string;
            /** @description What reading the file changed or assumed, in words. */
            notes: string[];
            rows: number;
        };
        Report: {
            assumptions: {
                id: string;
                /** @description What was seen, and what follows, in words. */
                message: string;
                p_value?: number | null;
                statistic?: number | null;
                test?: string;
                title: string;
                /** @enum {unknown} */
                verdict: "met" | "doubtful" | "violated" | "not_checked";
            }[];
            citations: {
                doi?: string;
                text: string;
            }[];
            code?: {
                language: string;
                text: string;
            };
            data: {
                columns: number;
                digest: string;
                id: string;
                name: string;
                rows: number;
                slot: string;
            }[];
            dropped: {
                reason: string;
                rows: number;
            }[];
            figures: {
                alt: string;
                digest: string;
                name: string;
                spec: {
                    [key: string]: unknown;
                };
                title: string;
            }[];
            /** @constant */
            format: "assay-report/1";
            id: string;
            method: {
                options: {
                    [key: string]: (number | string | boolean | null) | (number | string | boolean | null)[];
                };
                /** @description Reference implementation: stats::lm. */
                reference: string;
                /** @description The method in words, for the report. */
                text: string;
            };
            nonfinite: {
                path: string;
                value: string;
            }[];
            parameters: {
                [key: string]: unknown;
            };
            provenance: {
                assay: string;
                attempt: number;
                finished: string;
                job: string;
                parametersDigest: string;
                plugin: {
                    digest: string;
                    name: string;
                    version: string;
                };
                principal: string;
                runtime: {
                    image: string;
                    isolation: string;
                    name: string;
                    version: string;
                };
                seconds: number;
                seed: number;
                started: string;
                submitted: string;
                threads: number;
                workspace: string;
            };
            question: string;
            resultDigest: string;
            summary: string[];
            tables: {
                digest: string;
                name: string;
                table: {
                    columns: {
                        name: string;
                        title: string;
                        /** @enum {unknown} */
                        type: "number" | "integer" | "text" | "boolean" | "p_value";
                    }[];
                    rows: (number | string | boolean | null)[][];
                };
                title: string;
            }[];
            title: string;
            tool: {
                name: string;
                runtime: string;
                shipped: boolean;
                title: string;
                version: string;
            };
            values: {
                [key: string]: unknown;
            };
            warnings: {
                code: string;
                message: string;
                /** @enum {unknown} */
                severity: "note" | "caution" | "result_doubtful";
            }[];
        };
        SignedIn: {
            principal: {
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                id: string;
                name: string;
                role: string;
            };
            /** @description API token; shown this once. */
            token: string;
            workspace: {
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                id: string;
                name: string;
            };
        };
        SignIn: {
            /** @description The token that the start printed. */
            token: string;
        };
        Submit: {
            /**
             * @description `use` (where nothing is said): the report of an earlier job of this workspace that was the same in everything answers this one too. `refresh` runs it anew.
             * @enum {unknown}
             */
            cache?: "use" | "refresh";
            /** @description Id of the data set for each input of the tool, as in {"data": "…"}. */
            inputs: {
                [key: string]: string;
            };
            /** @description Fits the schema `parameters` of the tool. */
            params?: {
                [key: string]: unknown;
            };
            /** @description Seed of the random numbers; the same fixed one where none is given. */
            seed?: number;
            /** @description `statistics/t-test`, or with an exact version `statistics/t-test@1.0.0`. */
            tool: string;
        };
        Tool: {
            assumptions: {
                /** @description How it is checked. */
                check: string;
                id: string;
                /** @description Short name. */
                title: string;
            }[];
            citations: {
                doi?: string;
                /** @description Reference in full. */
                text: string;
            }[];
            examples: string[];
            inputs: {
                /** @description What belongs here. */
                description: string;
                maxColumns?: number;
                maxRows?: number;
                minRows?: number;
                slot: string;
            }[];
            limits: {
                memoryMb: number;
                /** @description All blobs and the result together. */
                outputMb: number;
                /** @description Wall time of a run. */
                seconds: number;
            };
            /** @description Plugin and tool: `statistics/t-test`. */
            name: string;
            /** @description JSON Schema 2020-12. */
            output: {
                [key: string]: unknown;
            };
            /** @description JSON Schema 2020-12. */
            parameters: {
                [key: string]: unknown;
            };
            plugin: {
                /** @description SHA-256, `sha256:hex`. */
                digest: string;
                license: string;
                name: string;
                publisher: string;
                /** @enum {unknown} */
                trust: "shipped" | "own";
                version: string;
            };
            /** @description The question it answers. */
            question: string;
            refusals: {
                /** @enum {unknown} */
                class: "input" | "data" | "convergence" | "resource" | "unsupported";
                code: string;
                /** @description When the tool refuses so. */
                description: string;
            }[];
            /** @description Runtimes that can carry it out, best first. */
            runtimes: ("wasm" | "container" | "table" | "render")[];
            synonyms: string[];
            title: string;
            version: string;
            whenNotToUse: string[];
            whenToUse: string[];
        };
        ToolList: {
            items: components["schemas"]["ToolSummary"][];
        };
        ToolRefusal: {
            /** @enum {unknown} */
            class: "input" | "data" | "convergence" | "resource" | "unsupported" | "internal";
            code: string;
            hint?: string;
            message: string;
            where?: {
                [key: string]: string | number;
            };
        };
        ToolSummary: {
            /** @description Plugin and tool: `statistics/t-test`. */
            name: string;
            /** @description The question it answers. */
            question: string;
            title: string;
            version: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything works. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description A part does not work, or the server is stopping. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": string;
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    showSignIn: {
        parameters: {
            query?: {
                /** @description Path of this server to go to afterwards. */
                next?: string;
                token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The page. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    enterSignIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    next?: string;
                    /** @description The token that the start printed. */
                    token: string;
                };
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Signed in; on to `next`. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description The token does not work. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listDatasets: {
        parameters: {
            query?: {
                /** @description Id of the last item of the page before (`next`). */
                after?: string;
                /** @description Items on a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of data sets. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DatasetPage"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    receiveDataset: {
        parameters: {
            query: {
                /** @description Name for people, such as sleep.csv. */
                name: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string;
                "application/octet-stream": string;
                "application/vnd.apache.parquet": string;
                "application/x-ndjson": string;
                "text/csv": string;
                "text/plain": string;
                "text/tab-separated-values": string;
            };
        };
        responses: {
            /** @description Received; it is profiled next. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDataset: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The data set. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dataset"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readDataset: {
        parameters: {
            query?: {
                /** @description Which bytes. */
                form?: "original" | "parquet" | "arrow";
            };
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes, to be saved. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": string;
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description Id of the last item of the page before (`next`). */
                after?: string;
                /** @description Items on a page. */
                limit?: number;
                /** @description Only jobs in this state. */
                state?: "queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of jobs. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    submitJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Any text; the same key with the same body gives the same job again. */
                "idempotency-key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Submit"];
            };
        };
        responses: {
            /** @description The job that this Idempotency-Key has made before. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Accepted; it runs soon. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancelled, or told to stop. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watchJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Only changes after this revision. */
                "last-event-id"?: string;
            };
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each event holds the whole job as JSON. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description The job is finished and all of it was seen; asking again is of no use. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The principal and its workspace. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPlugins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The plugins. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginList"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Report"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReportHtml: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTools: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tools. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ToolList"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getTool: {
        parameters: {
            query?: {
                /** @description An exact version; the newest without it. */
                version?: string;
            };
            header?: never;
            path: {
                plugin: string;
                tool: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The tool. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Tool"];
                };
            };
            /** @description What was wrong, where, and what would be right. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
