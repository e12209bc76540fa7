// Generated from docs/reference/openapi.json; do not edit.
export interface paths {
    "/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One’s own account: workspace, second factor, password, sessions */
        get: operations["showAccount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/factor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How to set up a second factor */
        get: operations["showFactor"];
        put?: never;
        /** Confirms a second factor; answers with recovery codes */
        post: operations["confirmFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/factor/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** New recovery codes, or no second factor any more; a code is used up for it */
        post: operations["changeFactor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Another password for one’s own local account; all other sessions end */
        post: operations["changeOwnPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account/sessions/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends another session of one’s own */
        post: operations["endOwnSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
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
    "/server.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Description of the MCP server, for registries and clients */
        get: operations["getServerJson"];
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
        /** The page of the sign-in, in whatever stage it is; looking at it uses nothing up */
        get: operations["showSignIn"];
        put?: never;
        /** Signs in with the one-time token that the start printed */
        post: operations["enterSignIn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The second factor of a sign-in */
        post: operations["enterCode"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in/enrol": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Confirms a second factor that the role demands; answers with recovery codes */
        post: operations["enterEnrolment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in/new-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A password of one’s own in place of a given one */
        post: operations["enterNewPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Signs in to a local account */
        post: operations["enterPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-in/workspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The workspace of a session; an open session may change it */
        post: operations["enterWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends the session of this browser */
        post: operations["signOut"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The audit trail up to its newest signed head, for a verifier
         * @description Needs the permission `audit:read`.
         */
        get: operations["exportAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The public keys of the audit trail, to be kept by whoever will verify it
         * @description Needs the permission `audit:read`.
         */
        get: operations["getLogKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was done in the workspace, newest first
         * @description Needs the permission `audit:read`.
         */
        get: operations["listAuditRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/audit/records/{seq}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Proof that a record is in the signed tree
         * @description Needs the permission `audit:read`.
         */
        get: operations["proveAuditRecord"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * OAuth clients that were imported or registered
         * @description Needs the permission `clients:read`.
         */
        get: operations["listClients"];
        put?: never;
        /**
         * Registers a program that acts for itself with a key of its own (client credentials)
         * @description Needs the permission `clients:write`.
         */
        post: operations["registerClient"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Forgets a client; what it was given ends within a second
         * @description Needs the permission `clients:write`.
         */
        delete: operations["removeClient"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/clients/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Imports the metadata document of a client, where it cannot be fetched
         * @description Needs the permission `clients:write`.
         */
        post: operations["importClient"];
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
         * @description Needs the permission `datasets:export`.
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
    "/v1/datasets/{id}/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a data set was made of, and what was made of it
         * @description Needs the permission `datasets:read`.
         */
        get: operations["getLineage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was erased in the workspace, newest first
         * @description Needs the permission `erasures:read`.
         */
        get: operations["listErasures"];
        put?: never;
        /**
         * Destroys the key of a data set or of a person, for good
         * @description Needs the permission `erasures:create`.
         */
        post: operations["erase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/erasures/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An erasure with its certificate
         * @description Needs the permission `erasures:read`.
         */
        get: operations["getErasure"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the workspace lets plugins of publishers have
         * @description Needs the permission `plugins:read`.
         */
        get: operations["listGrants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/grants/{plugin}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Lets a plugin have in this workspace what a version of it asks for
         * @description Needs the permission `plugins:grant`.
         */
        post: operations["grantPlugin"];
        /**
         * Takes a grant back: the plugin takes no job of this workspace any more
         * @description Needs the permission `plugins:grant`.
         */
        delete: operations["withdrawGrant"];
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
    "/v1/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where the keys are, and what was rotated last
         * @description Needs the permission `keys:read`.
         */
        get: operations["getKeys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/rotations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes the next version of a key, and has all that is under older ones wrapped anew
         * @description Needs the permission `keys:rotate`.
         */
        post: operations["rotateKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/keys/rotations/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A rotation: how far it is, and what it could not open
         * @description Needs the permission `keys:read`.
         */
        get: operations["getRotation"];
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
        /** Who the token belongs to, where it is good, and for what */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * People and services with a role in the workspace
         * @description Needs the permission `members:read`.
         */
        get: operations["listMembers"];
        put?: never;
        /**
         * Gives somebody whom Assay knows a role in the workspace
         * @description Needs the permission `members:write`.
         */
        post: operations["addMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/members/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives a member another role
         * @description Needs the permission `members:write`.
         */
        post: operations["changeRole"];
        /**
         * Takes a member out of the workspace, with its tokens and sessions there
         * @description Needs the permission `members:write`.
         */
        delete: operations["removeMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Versions of plugins that the workspace is pinned to
         * @description Needs the permission `plugins:read`.
         */
        get: operations["listPins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pins/{plugin}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Fixes which version of a plugin the workspace means where a call names none
         * @description Needs the permission `plugins:pin`.
         */
        post: operations["pinPlugin"];
        /**
         * Takes a pin back: the newest version is meant again
         * @description Needs the permission `plugins:pin`.
         */
        delete: operations["unpinPlugin"];
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
        /**
         * Installs a signed package; its tools are in every catalogue from then on
         * @description Needs the permission `plugins:write`.
         */
        post: operations["installPlugin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/{plugin}/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disables or deprecates a version, or takes that back
         * @description Needs the permission `plugins:write`.
         */
        post: operations["changePlugin"];
        /**
         * Takes a version away, where no job needs it
         * @description Needs the permission `plugins:write`.
         */
        delete: operations["removePlugin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/{plugin}/{version}/changes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a version changes, by its manifest: what it asks for, inputs, parameters, output, texts
         * @description Needs the permission `plugins:read`.
         */
        get: operations["listChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/{plugin}/{version}/package": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The package of an installed version with its signatures, as it came
         * @description Needs the permission `plugins:read`.
         */
        get: operations["getPackage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/plugins/revocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Imports a signed list of what is revoked; it holds at once
         * @description Needs the permission `plugins:write`.
         */
        post: operations["importRevocations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/quotas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the workspace may use, has used, and holds
         * @description Needs the permission `quotas:read`.
         */
        get: operations["listQuotas"];
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
    "/v1/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The roles with what each permits */
        get: operations["listRoles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Makes a member that is a program; its tokens are made for it
         * @description Needs the permission `members:write`.
         */
        post: operations["createService"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One’s own signed-in browsers */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends a session of one’s own, within a second */
        delete: operations["endSession"];
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
    "/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's tokens; all of the workspace for who has `tokens:read`
         * @description Needs the permission `tokens:create`.
         */
        get: operations["listTokens"];
        put?: never;
        /**
         * Makes a token for the caller, or with `members:write` for a service of the workspace
         * @description Needs the permission `tokens:create`.
         */
        post: operations["createToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends one of the caller's tokens; anybody's of the workspace for who has `tokens:revoke`
         * @description Needs the permission `tokens:create`.
         */
        delete: operations["revokeToken"];
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
         * The tools that can be run, by name; or those that answer a question, the likeliest first
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
    "/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * An address that takes one data set within ten minutes, without a token
         * @description Needs the permission `datasets:create`.
         */
        post: operations["createUploadAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/uploads/{secret}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Uploads a data set to such an address: the file itself as the body */
        post: operations["uploadToAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * People who may sign in to this installation
         * @description Needs the permission `users:read`.
         */
        get: operations["listUsers"];
        put?: never;
        /**
         * Makes a local account with a password that works once
         * @description Needs the permission `users:write`.
         */
        post: operations["createUser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Disables somebody, with every session and token, or lets them in again; nothing of theirs is removed
         * @description Needs the permission `users:write`.
         */
        post: operations["setUserDisabled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/users/{id}/reset-password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A new password that works once; ends all sessions of the user
         * @description Needs the permission `users:write`.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspaces that the caller is a member of */
        get: operations["listWorkspaces"];
        put?: never;
        /**
         * Makes a workspace with a key and an administrator of its own
         * @description Needs the permission `workspaces:create`.
         */
        post: operations["createWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Gives the caller's workspace another name
         * @description Needs the permission `members:write`.
         */
        post: operations["renameWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{id}/quotas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sets a quota of any workspace; from the home workspace alone
         * @description Needs the permission `quotas:write`.
         */
        post: operations["setQuota"];
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
        AuditPage: {
            items: components["schemas"]["AuditRecord"][];
            /** @description Value of `before` for the next page. */
            next?: number;
        };
        AuditProof: {
            /** @description C2SP tlog-proof: index, hashes, signed head. */
            proof: string;
            /** @description What is proven: its canonical JSON (RFC 8785) is the leaf. */
            record: Record<string, never>;
        };
        AuditRecord: {
            /** @description Noun and verb, such as `dataset.receive`. */
            action: string;
            after: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            at: string;
            before: string | null;
            client: string | null;
            /** @description Identifiers, codes and whole numbers. */
            detail: Record<string, never>;
            /** @description What is wrong with the record as it stands in the database. */
            fault?: string;
            /** @enum {unknown} */
            outcome: "allowed" | "refused" | "succeeded" | "failed";
            /** @description Who it was and from where; gone once the person was erased. */
            person?: {
                address: string | null;
                agent: string | null;
                name: string;
            };
            plugin: string | null;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            principal: string;
            reason: string | null;
            requestId: string;
            /** @description Number of the record. */
            seq: number;
            subject: {
                id: string;
                kind: string;
                version: string | null;
            };
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            workspace: string;
        };
        Client: {
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            createdAt: string;
            /** @description Its `client_id`: the address of its metadata document, or what this appliance named it. */
            id: string;
            /**
             * @description `dynamic`: it registered itself, where the operator lets clients do so.
             * @enum {unknown}
             */
            kind: "imported" | "registered" | "dynamic";
            name: string;
            redirectUris: string[];
            scopes: ("tools:read" | "jobs:submit" | "data:export" | "admin")[];
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            workspace?: string;
        };
        ClientList: {
            items: components["schemas"]["Client"][];
        };
        Dataset: {
            /** @description Length of the original. */
            bytes: number;
            /** @description SHA-256, `sha256:hex`. */
            digest: string;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            erasedAt?: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            /**
             * Format: uuid
             * @description The job that made it; absent where it was uploaded.
             */
            madeBy?: string;
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
            state: "received" | "ready" | "rejected" | "erased";
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
            state: "received" | "ready" | "rejected" | "erased";
        };
        Erasure: {
            /** @description Signed statement of all this, as a C2SP signed note. */
            certificate: string;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            destroyedAt: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            /**
             * Format: date-time
             * @description From when on no backup of the keyring can bring it back.
             */
            irrecoverableFrom: string;
            /** @description Stored objects whose key was destroyed. */
            objects: number;
            reason: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            requestedBy: string;
            subject: {
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                id: string;
                /**
                 * @description A data set with all that was made of it on its arrival, or what is known of a person.
                 * @enum {unknown}
                 */
                kind: "dataset" | "person";
            };
        };
        ErasureList: {
            items: components["schemas"]["Erasure"][];
        };
        /**
         * @description What it can be is in docs/reference/errors.md.
         * @enum {unknown}
         */
        ErrorCode: "request.invalid" | "request.not_found" | "request.method_not_allowed" | "request.host_refused" | "request.proxy_required" | "request.origin_refused" | "request.too_large" | "request.range_invalid" | "request.media_type_unsupported" | "request.interrupted" | "request.timeout" | "request.limit_exceeded" | "identity.token_missing" | "identity.token_invalid" | "upload.not_found" | "identity.start_token_invalid" | "identity.sign_in_failed" | "identity.provider_unavailable" | "identity.interaction_over" | "identity.locked" | "identity.factor_exists" | "identity.login_taken" | "identity.password_weak" | "identity.session_not_found" | "access.denied" | "access.scope_missing" | "user.not_found" | "member.not_found" | "member.exists" | "token.not_found" | "client.not_found" | "client.metadata_invalid" | "workspace.name_taken" | "workspace.last_administrator" | "quota.exceeded" | "workspace.not_found" | "dataset.not_found" | "dataset.erased" | "dataset.not_ready" | "dataset.empty" | "dataset.rejected" | "dataset.name_invalid" | "tool.not_found" | "tool.input_invalid" | "tool.runtime_unavailable" | "plugin.manifest_invalid" | "plugin.digest_mismatch" | "plugin.not_admitted" | "plugin.refused" | "plugin.exists" | "plugin.in_use" | "plugin.paused" | "plugin.not_granted" | "plugin.not_found" | "job.not_found" | "job.already_finished" | "job.limit_exceeded" | "job.timeout" | "job.tool_refused" | "job.tool_failed" | "job.output_invalid" | "job.run_lost" | "job.cancelled" | "job.idempotency_key_reused" | "report.not_found" | "artifact.unreadable" | "audit.note_invalid" | "audit.proof_invalid" | "audit.sink_unavailable" | "storage.full" | "storage.object_exists" | "storage.rows_missing" | "storage.unavailable" | "person.not_found" | "erasure.not_found" | "erasure.refused" | "rotation.not_found" | "rotation.running" | "audit.record_not_found" | "audit.altered" | "audit.not_written" | "encryption.key_unavailable" | "encryption.key_destroyed" | "encryption.ciphertext_invalid" | "database.unavailable" | "runner.unavailable" | "run.protocol_violated" | "run.specification_refused" | "config.invalid" | "internal.timeout" | "internal.unexpected";
        Grant: {
            granted: components["schemas"]["PluginAsks"];
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            grantedAt: string;
            plugin: string;
            version: string;
        };
        GrantList: {
            items: components["schemas"]["Grant"][];
        };
        Health: {
            parts: {
                [key: string]: {
                    /** @description What is wrong, as a code of an error. */
                    code?: string;
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
            /** @description Data sets that it made; each is read before it is ready. */
            made?: string[];
            params: {
                [key: string]: unknown;
            };
            /** @description SHA-256, `sha256:hex`. */
            pluginDigest: string;
            /**
             * @description As it was submitted.
             * @enum {unknown}
             */
            priority: "low" | "normal" | "high";
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
        Keys: {
            rotations: components["schemas"]["Rotation"][];
            source: {
                keyUri: string;
                /** @description How the file of the keyring is protected. */
                protection: string;
                /** @description `keyring`, or `pkcs11` where a security module keeps the root key. */
                provider: string;
                /** @description Version of the root key that wraps now. */
                rootVersion: number;
            };
            /** @description Version of the workspace's key that wraps now. */
            workspaceVersion: number;
        };
        Lineage: {
            /** @description What it was made of, the nearest first. */
            ancestors: components["schemas"]["LineageStep"][];
            /** @description What was made of it, the nearest first. */
            descendants: components["schemas"]["LineageStep"][];
            /** @description SHA-256, `sha256:hex`. */
            digest: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            /** @description Absent where it was uploaded. */
            madeBy?: {
                /** @description The data sets that the job was given. */
                from: string[];
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                job: string;
                /** @description `prepare/filter@1.0.0` */
                tool: string;
            };
            name: string;
            /** @enum {unknown} */
            state: "received" | "ready" | "rejected" | "erased";
        };
        LineageStep: {
            /** @description SHA-256, `sha256:hex`. */
            digest: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            /** @description Absent where it was uploaded. */
            madeBy?: {
                /** @description The data sets that the job was given. */
                from: string[];
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                job: string;
                /** @description `prepare/filter@1.0.0` */
                tool: string;
            };
            name: string;
            /** @enum {unknown} */
            state: "received" | "ready" | "rejected" | "erased";
        };
        LogKeys: {
            /** @description Verifier key of its leaves. */
            leafKey: string;
            /** @description Verifier key of its signed heads and of certificates (C2SP signed note). */
            logKey: string;
            /** @description Name of the log. */
            origin: string;
        };
        Me: {
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            expiresAt?: string;
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
            /** @description What it may be used for, of what the role permits. */
            scopes: ("tools:read" | "jobs:submit" | "data:export" | "admin")[];
            workspace: {
                /** @description True for the one from which the installation is administered. */
                home: boolean;
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                id: string;
                name: string;
            };
        };
        Member: {
            /** @description True while nobody can sign in as this member. */
            disabled: boolean;
            /** @description `assay`, or the identity provider whose groups gave the role. */
            grantedBy: string;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            /** @enum {unknown} */
            kind: "user" | "service";
            name: string;
            role: string;
        };
        MemberList: {
            /** @description By name. */
            items: components["schemas"]["Member"][];
        };
        MemberRequest: {
            /** @description Somebody whom Assay knows. */
            person: {
                /** @description Login of a local account. */
                login: string;
            } | {
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                principal: string;
            };
            /**
             * @description A role; see GET /v1/roles.
             * @enum {unknown}
             */
            role: "viewer" | "analyst" | "author" | "reviewer" | "operator" | "administrator" | "auditor";
        };
        NewClient: {
            jwks: {
                /** @description Public keys (JWK); it proves itself with one of their private halves. */
                keys: {
                    [key: string]: unknown;
                }[];
            };
            /** @description What people call it. */
            name: string;
            /**
             * @description Role of its service principal in this workspace.
             * @enum {unknown}
             */
            role: "viewer" | "analyst" | "author" | "reviewer" | "operator" | "administrator" | "auditor";
            scopes: ("tools:read" | "jobs:submit" | "data:export" | "admin")[];
        };
        NewToken: {
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            expiresAt: string;
            /** @description Names it; the part of the token between the first two `_`. */
            id: string;
            /**
             * Format: date-time
             * @description To the minute; absent while it was never used.
             */
            lastUsedAt?: string;
            name: string;
            /** @description Whose it is. */
            principal: {
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                id: string;
                /** @description Absent once it is no member of the workspace. */
                name?: string;
            };
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            revokedAt?: string;
            /** @description What it may be used for, of what the role permits. */
            scopes: ("tools:read" | "jobs:submit" | "data:export" | "admin")[];
            /** @description The token itself; shown this once. */
            token: string;
        };
        NewUser: {
            /** @description Small letters, digits and . _ @ + - */
            login: string;
            /** @description What people call them. */
            name: string;
            /**
             * @description Makes them a member of this workspace.
             * @enum {unknown}
             */
            role?: "viewer" | "analyst" | "author" | "reviewer" | "operator" | "administrator" | "auditor";
        };
        Pin: {
            plugin: string;
            /** @description An exact version, or a range: `1.2.0`, `^1`, `~1.2`. */
            version: string;
        };
        PinList: {
            items: components["schemas"]["Pin"][];
        };
        Plugin: {
            asks: components["schemas"]["PluginAsks"];
            /** @description What to use instead, or until when. */
            deprecated?: string;
            digest: string;
            /** @description What it asks for beyond what this workspace granted it; before that it takes none of its jobs. */
            missing: string[];
            name: string;
            /** @description Why it is not enabled. */
            reasons: string[];
            /**
             * @description `pinned`: its digest is in the configuration; `unsigned`: loaded in development alone.
             * @enum {unknown}
             */
            signature: "shipped" | "signed" | "pinned" | "modified" | "invalid" | "unsigned" | "revoked";
            /** @enum {unknown} */
            state: "enabled" | "quarantined" | "disabled" | "revoked";
            tools: string[];
            /**
             * @description Who vouches for it: the release, this organisation, or a publisher that it admitted.
             * @enum {unknown}
             */
            trust: "shipped" | "own" | "admitted";
            version: string;
        };
        PluginAsks: {
            /** @description Memory of a run. */
            memoryMb: number;
            /** @description What a run may bring out. */
            outputMb: number;
            /** @description Wall time of a run. */
            seconds: number;
        };
        PluginChange: {
            /** @description What to use instead, or until when; null takes that back. */
            deprecated?: string | null;
            /** @description Why it takes no jobs any more; null lets it take jobs again. */
            disabled?: string | null;
        };
        PluginChanges: {
            /** @description The weightiest concerns first. */
            differences: {
                /** @description JSON; absent where there is nothing any more. */
                after?: string;
                /** @description JSON; absent where there was nothing. */
                before?: string;
                /** @enum {unknown} */
                concern: "asks for" | "inputs" | "parameters" | "output" | "refusals" | "text" | "program" | "tools";
                /** @description Tool and place in its manifest. */
                where: string;
            }[];
            from: string;
            to: string;
        };
        PluginList: {
            items: components["schemas"]["Plugin"][];
        };
        PluginPackage: {
            /** @description What `assay plugin pack` made, in base64. */
            package: string;
            /** @description What `assay plugin sign` made: Sigstore bundles (JSON, as text), one of each key. */
            signatures: string[];
        };
        PluginReceipt: {
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            at: string;
            /** @description Id of the principal who brought it. */
            by: string;
            /** @description SHA-256, `sha256:hex`. */
            digest: string;
            /** @description Ids of the keys whose signatures held. */
            keys: string[];
            name: string;
            /** @description SHA-256 of the package. */
            package: string;
            /** @description As the trust policy calls it. */
            publisher: string;
            version: string;
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
            /** @description How the bytes were read: csv, parquet, arrow, json. */
            format: string;
            /** @description What reading the file changed or assumed, in words. */
            notes: string[];
            rows: number;
        };
        Quota: {
            /** @description Not there where there is none. */
            limit?: number;
            /** @description Set for this workspace, and not that of the installation. */
            own: boolean;
            /** @description Held for what waits, runs or is being uploaded; what of it was not needed is given back. */
            reserved: number;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            resetsAt?: string;
            /**
             * @description `jobs`: that wait or run, or whose upload has begun; `cpu_seconds`: in a calendar month (UTC); `stored_bytes`: of data sets and reports.
             * @enum {unknown}
             */
            resource: "jobs" | "cpu_seconds" | "stored_bytes";
            used: number;
        };
        QuotaList: {
            items: components["schemas"]["Quota"][];
        };
        RenameRequest: {
            /** @description Name of the workspace; there is no other of it. */
            name: string;
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
            /** @description New data sets that the job made. */
            made?: {
                digest: string;
                id: string;
                name: string;
            }[];
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
        Revoked: {
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            expires: string;
            number: number;
        };
        Role: {
            /** @description Further permissions that the role has in the home workspace. */
            home: ("datasets:create" | "datasets:read" | "datasets:export" | "tools:read" | "plugins:read" | "plugins:grant" | "plugins:pin" | "plugins:write" | "jobs:submit" | "jobs:read" | "jobs:cancel" | "reports:read" | "erasures:create" | "erasures:read" | "keys:read" | "keys:rotate" | "keys:rotate_root" | "audit:read" | "members:read" | "members:write" | "tokens:create" | "tokens:read" | "tokens:revoke" | "quotas:read" | "quotas:write" | "users:read" | "users:write" | "clients:read" | "clients:write" | "workspaces:create")[];
            name: string;
            permissions: ("datasets:create" | "datasets:read" | "datasets:export" | "tools:read" | "plugins:read" | "plugins:grant" | "plugins:pin" | "plugins:write" | "jobs:submit" | "jobs:read" | "jobs:cancel" | "reports:read" | "erasures:create" | "erasures:read" | "keys:read" | "keys:rotate" | "keys:rotate_root" | "audit:read" | "members:read" | "members:write" | "tokens:create" | "tokens:read" | "tokens:revoke" | "quotas:read" | "quotas:write" | "users:read" | "users:write" | "clients:read" | "clients:write" | "workspaces:create")[];
        };
        RoleList: {
            items: components["schemas"]["Role"][];
        };
        RoleRequest: {
            /**
             * @description A role; see GET /v1/roles.
             * @enum {unknown}
             */
            role: "viewer" | "analyst" | "author" | "reviewer" | "operator" | "administrator" | "auditor";
        };
        Rotation: {
            /** @description Keys that could not be opened and stay under their version. */
            failed: number;
            failures: {
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                id: string;
                kind: string;
                reason: string;
            }[];
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            finishedAt?: string;
            /** @description Version before. */
            fromVersion: number;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            /**
             * @description The key of the workspace, or the root key of the installation that wraps it.
             * @enum {unknown}
             */
            key: "workspace" | "root";
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            requestedBy: string;
            /** @description Keys that were wrapped anew. */
            rewrapped: number;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            startedAt: string;
            /** @enum {unknown} */
            state: "running" | "done";
            /** @description Keys that were under an older version when it began. */
            total: number;
            /** @description Version that wraps since. */
            toVersion: number;
        };
        ServerJson: {
            $schema: string;
            description: string;
            /** @description The host, its parts in reverse, and `assay`. */
            name: string;
            remotes: {
                /** @constant */
                type: "streamable-http";
                /** Format: uri */
                url: string;
            }[];
            title: string;
            version: string;
        };
        ServiceRequest: {
            /** @description What the program is, for people. */
            name: string;
            /**
             * @description A role; see GET /v1/roles.
             * @enum {unknown}
             */
            role: "viewer" | "analyst" | "author" | "reviewer" | "operator" | "administrator" | "auditor";
        };
        Session: {
            address?: string;
            agent?: string;
            /** @description True for the one that asks. */
            current: boolean;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            expiresAt: string;
            /** @description What was proved (RFC 8176). */
            factors: string[];
            id: string;
            /** @description `local`, `start`, or the name of the identity provider. */
            method: string;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            seenAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            signedInAt: string;
        };
        SessionList: {
            items: components["schemas"]["Session"][];
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
            /**
             * @description A job goes before those of the same workspace that wait with a lower priority; `normal` where nothing is said. No other workspace waits longer for it, and who was passed twenty times is not passed again.
             * @enum {unknown}
             */
            priority?: "low" | "normal" | "high";
            /** @description Seed of the random numbers; the same fixed one where none is given. */
            seed?: number;
            /** @description `statistics/t-test`, or with a version, `statistics/t-test@1.0.0`, or a range of which the newest is taken, `statistics/t-test@^1`. */
            tool: string;
        };
        Token: {
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            expiresAt: string;
            /** @description Names it; the part of the token between the first two `_`. */
            id: string;
            /**
             * Format: date-time
             * @description To the minute; absent while it was never used.
             */
            lastUsedAt?: string;
            name: string;
            /** @description Whose it is. */
            principal: {
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                id: string;
                /** @description Absent once it is no member of the workspace. */
                name?: string;
            };
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            revokedAt?: string;
            /** @description What it may be used for, of what the role permits. */
            scopes: ("tools:read" | "jobs:submit" | "data:export" | "admin")[];
        };
        TokenList: {
            /** @description Newest first. */
            items: components["schemas"]["Token"][];
        };
        TokenRequest: {
            /**
             * @description Days until it expires.
             * @default 30
             */
            days: number;
            /** @description What it is for, for people. */
            name: string;
            scopes: ("tools:read" | "jobs:submit" | "data:export" | "admin")[];
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            service?: string;
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
            /** @description About what a run takes, measured by the author. Data for which that is beyond the limits are refused before they are read. */
            cost?: {
                memoryMb: {
                    /** @description Megabytes with hardly any data. */
                    base: number;
                    /** @description Megabytes a million cells more take. */
                    perMillionCells: number;
                };
                seconds: {
                    /** @description Seconds with hardly any data. */
                    base: number;
                    /** @description Seconds a million cells more take. */
                    perMillionCells: number;
                };
            };
            /**
             * @description Whether the same job gives the same bytes, or the same within tolerances.
             * @enum {unknown}
             */
            determinism: "exact" | "approximate";
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
                /** @description What to use instead, or until when. */
                deprecated?: string;
                /** @description SHA-256, `sha256:hex`. */
                digest: string;
                license: string;
                name: string;
                publisher: string;
                /**
                 * @description `pinned`: its digest is in the configuration; `unsigned`: loaded in development alone.
                 * @enum {unknown}
                 */
                signature: "shipped" | "signed" | "pinned" | "modified" | "invalid" | "unsigned" | "revoked";
                /**
                 * @description Who vouches for it: the release, this organisation, or a publisher that it admitted.
                 * @enum {unknown}
                 */
                trust: "shipped" | "own" | "admitted";
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
            runtimes: ("sandbox" | "wasm" | "container" | "table" | "render")[];
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
            /** @description Where a question was asked: what the tool says of itself that is nearest. */
            because?: string;
            fit?: {
                fits: boolean;
                /** @description What the data set lacks for it, in words. */
                missing: string[];
                /** @description Required parameters that neither says, with the columns that fit. */
                open: {
                    choices: string[];
                    /** @description Whether several may be chosen. */
                    list: boolean;
                    parameter: string;
                    title: string;
                }[];
                /** @description Columns for its parameters, as far as data set and question say them. */
                params: {
                    [key: string]: string | string[];
                };
            };
            /** @description Plugin and tool: `statistics/t-test`. */
            name: string;
            /** @description The question it answers. */
            question: string;
            title: string;
            version: string;
        };
        UploadAddress: {
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            expiresAt: string;
            /**
             * Format: uri
             * @description Takes one file as the body of a POST, without a token.
             */
            url: string;
        };
        User: {
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            createdAt: string;
            disabled: boolean;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            /** @description Of the local account, where there is one. */
            login?: string;
            name: string;
            /** @description Whether the local account has one. */
            secondFactor: boolean;
        };
        UserList: {
            items: components["schemas"]["User"][];
        };
        UserWithPassword: {
            /** @description Works once; shown this once. */
            password: string;
            user: components["schemas"]["User"];
        };
        Workspace: {
            /**
             * Format: date-time
             * @description ISO 8601, in UTC.
             */
            createdAt: string;
            /** @description True for the one from which the installation is administered. */
            home: boolean;
            /**
             * Format: uuid
             * @description Random id (UUID).
             */
            id: string;
            name: string;
            /** @description The caller's own in it. */
            role?: string;
        };
        WorkspaceList: {
            /** @description By name. */
            items: components["schemas"]["Workspace"][];
        };
        WorkspaceRequest: {
            /** @description Somebody whom Assay knows. */
            administrator?: {
                /** @description Login of a local account. */
                login: string;
            } | {
                /**
                 * Format: uuid
                 * @description Random id (UUID).
                 */
                principal: string;
            };
            /** @description Name of the workspace; there is no other of it. */
            name: string;
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
    showAccount: {
        parameters: {
            query?: never;
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    showFactor: {
        parameters: {
            query?: never;
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    confirmFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Six digits of the app, or a recovery code. */
                    code: string;
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    changeFactor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @enum {unknown} */
                    change: "remove" | "new-codes";
                    /** @description A code of the present second factor. */
                    code: string;
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    changeOwnPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description The present password. */
                    current: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                    /** @description The new password. */
                    password: string;
                    /** @description The same again. */
                    repeat: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    endOwnSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description Id of one of one’s own sessions. */
                    id: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    getServerJson: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description In the form of the MCP registry. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerJson"];
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                    /** @description The token that the start printed. */
                    token: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    enterCode: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Six digits of the app, or a recovery code. */
                    code: string;
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    enterEnrolment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Six digits of the app, or a recovery code. */
                    code: string;
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    enterNewPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                    /** @description The new password. */
                    password: string;
                    /** @description The same again. */
                    repeat: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    enterPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description Login of a local account. */
                    login: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                    /** @description Its password. */
                    password: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    enterWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                    /** @description Id of a workspace. */
                    workspace: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Hidden field of the page. */
                    csrf: string;
                    /** @description Path of this server to go to afterwards. */
                    next?: string;
                };
            };
        };
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
            /** @description On to another page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given does not sign in; the page says why. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description It does not fit how things are; the page says why. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description What was given cannot be taken; the page says why. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Too many attempts; the page says when the next one counts. */
            429: {
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
    exportAudit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lines of JSON (docs/security/audit-log.md). */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
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
    getLogKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogKeys"];
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
    listAuditRecords: {
        parameters: {
            query?: {
                /** @description Number of the last record of the page before. */
                before?: number;
                /** @description Most records of a page. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of records. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditPage"];
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
    proveAuditRecord: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Number of the record. */
                seq: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The proof and the record. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditProof"];
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
    listClients: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The clients. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ClientList"];
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
    registerClient: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewClient"];
            };
        };
        responses: {
            /** @description It is known from now on. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
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
    removeClient: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Its `client_id`: the address of its metadata document, or what this appliance named it. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is forgotten. */
            204: {
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
    importClient: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A client ID metadata document (OAuth), as its publisher serves it. */
                    document: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description It is known from now on. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Client"];
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
                "application/vnd.apache.arrow.stream": string;
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
            header?: {
                /** @description One range of bytes, such as bytes=0-65535. */
                range?: string;
            };
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
            /** @description The bytes of the range. */
            206: {
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
    getLineage: {
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
            /** @description The lineage. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Lineage"];
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
    listErasures: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most 1,000 erasures. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasureList"];
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
    erase: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Why, for the record, which outlives the erasure: name no person in it. */
                    reason: string;
                    subject: {
                        /**
                         * Format: uuid
                         * @description Random id (UUID).
                         */
                        id: string;
                        /**
                         * @description A data set with all that was made of it on its arrival, or what is known of a person.
                         * @enum {unknown}
                         */
                        kind: "dataset" | "person";
                    };
                };
            };
        };
        responses: {
            /** @description Erased; the answer holds the certificate. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
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
    getErasure: {
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
            /** @description The erasure. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
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
    listGrants: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The grants. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantList"];
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
    grantPlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plugin: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Whose asking is granted. */
                    version: string;
                };
            };
        };
        responses: {
            /** @description The grant. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Grant"];
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
    withdrawGrant: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plugin: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
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
    getKeys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The keys, never their material. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Keys"];
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
    rotateKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description The key of the workspace, or the root key of the installation that wraps it.
                     * @enum {unknown}
                     */
                    key: "workspace" | "root";
                };
            };
        };
        responses: {
            /** @description The rotation has begun. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rotation"];
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
    getRotation: {
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
            /** @description The rotation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Rotation"];
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
    listMembers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The members. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberList"];
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
    addMember: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberRequest"];
            };
        };
        responses: {
            /** @description A member now. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
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
    changeRole: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RoleRequest"];
            };
        };
        responses: {
            /** @description The member with the new role. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
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
    removeMember: {
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
            /** @description The member that was. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
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
    listPins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The pins. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PinList"];
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
    pinPlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plugin: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description An exact version, or a range: `1.2.0`, `^1`, `~1.2`. */
                    version: string;
                };
            };
        };
        responses: {
            /** @description The pin. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pin"];
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
    unpinPlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plugin: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
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
    installPlugin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PluginPackage"];
            };
        };
        responses: {
            /** @description The receipt. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginReceipt"];
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
    changePlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plugin: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PluginChange"];
            };
        };
        responses: {
            /** @description The version. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plugin"];
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
    removePlugin: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plugin: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
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
    listChanges: {
        parameters: {
            query?: {
                /** @description Without it the newest older version that the workspace uses. */
                from?: string;
            };
            header?: never;
            path: {
                plugin: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The changes. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginChanges"];
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
    getPackage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                plugin: string;
                version: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The package. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PluginPackage"];
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
    importRevocations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description A signed list: a Sigstore bundle (JSON, as text). */
                    list: string;
                };
            };
        };
        responses: {
            /** @description It is in force. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Revoked"];
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
    listQuotas: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One of each resource. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuotaList"];
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
    listRoles: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The roles. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RoleList"];
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
    createService: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ServiceRequest"];
            };
        };
        responses: {
            /** @description The service. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
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
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The sessions, last seen first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionList"];
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
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is over. */
            204: {
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
    listTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most 1,000 tokens, never their text. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenList"];
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
    createToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description The token; its text is shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewToken"];
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
    revokeToken: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Names the token. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended; it opens nothing within a second. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
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
            query?: {
                /** @description Data set at hand: its columns are held against the tools. */
                dataset?: string;
                /** @description Most answers to a question. */
                limit?: number;
                /** @description What you want to know, in plain words. */
                q?: string;
            };
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
                /** @description An exact version, or a range: `1.2.0`, `^1`, `~1.2`. */
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
    createUploadAddress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Name for people, such as sleep.csv. */
                    name: string;
                };
            };
        };
        responses: {
            /** @description The address, shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadAddress"];
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
    uploadToAddress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                secret: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": string;
                "application/octet-stream": string;
                "application/vnd.apache.arrow.stream": string;
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
    listUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The users, oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserList"];
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
    createUser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewUser"];
            };
        };
        responses: {
            /** @description The user; the password is shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserWithPassword"];
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
    setUserDisabled: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description True ends all that they can do, at once. */
                    disabled: boolean;
                };
            };
        };
        responses: {
            /** @description The user. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
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
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Where the phone is lost. */
                    removeSecondFactor?: boolean;
                };
            };
        };
        responses: {
            /** @description The user; the password is shown this once. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserWithPassword"];
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
    listWorkspaces: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspaces. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspaceList"];
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
    createWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WorkspaceRequest"];
            };
        };
        responses: {
            /** @description The workspace. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
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
    renameWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RenameRequest"];
            };
        };
        responses: {
            /** @description The workspace with the new name. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
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
    setQuota: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Random id (UUID). */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Jobs, seconds or bytes. */
                    limit: number | ("unlimited" | "default");
                    /**
                     * @description `jobs`: that wait or run, or whose upload has begun; `cpu_seconds`: in a calendar month (UTC); `stored_bytes`: of data sets and reports.
                     * @enum {unknown}
                     */
                    resource: "jobs" | "cpu_seconds" | "stored_bytes";
                };
            };
        };
        responses: {
            /** @description The quotas of that workspace as they are now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QuotaList"];
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
