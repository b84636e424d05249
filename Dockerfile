# Two stages: what builds is not shipped. The library lives in the volume /data; the process owns nothing else and is not root.
FROM python:3.12-slim AS build
# CPU wheels only: Casebook needs no GPU, and the default Linux wheels of torch bring gigabytes for one.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
WORKDIR /src
RUN python -m venv /venv
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN /venv/bin/pip install --no-cache-dir --index-url "$TORCH_INDEX" torch==2.13.0 \
    && /venv/bin/pip install --no-cache-dir --no-deps -r requirements.lock
COPY api api
COPY assistant assistant
COPY corpus corpus
COPY evals evals
COPY ingest ingest
RUN /venv/bin/pip install --no-cache-dir --no-deps . \
    && /venv/bin/pip install --no-cache-dir ".[mcp,otel,slack]"

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home casebook \
    && install -d -o casebook -g casebook -m 700 /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH CASEBOOK_HOME=/data HF_HUB_OFFLINE=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER casebook
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/ready', timeout=4)"]
# Off loopback Casebook starts only once there is a key: docker run --rm -v casebook:/data casebook keys add NAME
ENTRYPOINT ["casebook"]
CMD ["serve", "--host", "0.0.0.0"]
