# The product in one image: a venv from the hash-checked lock, the five packages, a user of its own.
#   docker build -t danvan .
FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
COPY requirements.lock /tmp/requirements.lock
RUN /venv/bin/pip install --require-hashes -r /tmp/requirements.lock

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/app \
    DANVAN_DATA_DIR=/data \
    DANVAN_WEB_HOST=0.0.0.0
# Reads documents that are only pictures of pages.
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends tesseract-ocr tesseract-ocr-vie \
    && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 danvan \
    && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin danvan \
    && install -d -o danvan -g danvan -m 0700 /data \
    && printf '#!/bin/sh\nexec python -P -m bot "$@"\n' > /usr/local/bin/danvan \
    && chmod 0755 /usr/local/bin/danvan
COPY --from=build /venv /venv
WORKDIR /app
COPY bot ./bot
COPY handlers ./handlers
COPY jobs ./jobs
COPY knowledge ./knowledge
COPY store ./store
RUN python -m compileall -q bot handlers jobs knowledge store
# Relative paths given to a command (danvan backup b.tar.gz) are inside the volume.
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:%s/healthz' % (os.environ.get('DANVAN_WEB_PORT') or 8080), timeout=4)"]
ENTRYPOINT ["danvan"]
CMD ["run"]
