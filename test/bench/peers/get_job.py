"""The peer of `GET /v1/jobs/{id}`: a bearer JWT is verified, one row is read by its id and workspace, JSON goes out."""
import json
import os
from contextlib import asynccontextmanager

import asyncpg
import jwt
import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

SECRET = os.environ["PEER_SECRET"]


@asynccontextmanager
async def lifespan(app):
    app.state.pool = await asyncpg.create_pool(os.environ["PEER_DATABASE"], min_size=10, max_size=10)
    yield
    await app.state.pool.close()


app = FastAPI(lifespan=lifespan)
bearer = HTTPBearer()


def principal(credentials: HTTPAuthorizationCredentials = Depends(bearer)):
    try:
        return jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"], audience="bench")
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error


@app.get("/v1/jobs/{job}")
async def get_job(job: str, who: dict = Depends(principal)):
    row = await app.state.pool.fetchrow("select body from bench.job where workspace = $1 and id = $2", who["workspace"], job)
    if row is None:
        raise HTTPException(404)
    return json.loads(row["body"])


uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PEER_PORT"]), access_log=True)
