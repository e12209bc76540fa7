"""The peer of a job: Celery with Redis, and a container for each task by `docker run`; nothing else is promised of it."""
import json
import os
import subprocess
import sys
import time

from celery import Celery

REDIS = "redis+socket://" + os.environ["PEER_REDIS"]
app = Celery("tasks", broker=REDIS, backend=REDIS)
app.conf.worker_hijack_root_logger = False


@app.task
def nothing():
    return None


@app.task
def contained(command):
    return len(subprocess.run(command, check=True, capture_output=True).stdout)


def once(command):
    """Milliseconds from the call to its result, for each line that comes in."""
    for _ in sys.stdin:
        started = time.perf_counter()
        contained.delay(command).get()
        print((time.perf_counter() - started) * 1000, flush=True)


def fill(count):
    for _ in range(count):
        nothing.apply_async(ignore_result=True)


def drain(count):
    """Tasks a second, from the first that is taken to the last that is done."""
    import redis

    broker = redis.Redis(unix_socket_path=os.environ["PEER_REDIS"])
    while broker.llen("celery") >= count:
        time.sleep(0.001)
    started = time.perf_counter()
    while broker.llen("celery") or broker.hlen("unacked"):
        time.sleep(0.002)
    print(count / (time.perf_counter() - started))


if __name__ == "__main__":
    what, argument = sys.argv[1], json.loads(sys.argv[2])
    {"once": once, "fill": fill, "drain": drain}[what](argument)
